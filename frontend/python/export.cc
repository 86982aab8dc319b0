// Values out: NumPy arrays that share memory, Python numbers, text.
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <memory>

#include "frontend/python/dlpack.h"
#include "frontend/python/keywords.h"
#include "frontend/python/objects.h"

namespace broadloom::python {
namespace {

// bfloat16 has no buffer format: it goes as integers, and is viewed as what it is later.
nb::dlpack::dtype BufferDType(DataType dtype) {
  return ToDLPack(dtype == DataType::bfloat16 ? DataType::uint16 : dtype);
}

// The array-conversion protocol. `copy`: True always copies (and is writable), False never does,
// None where needed.
nb::object ToNumPyProtocol(const Array& x, nb::handle dtype, nb::handle copy) {
  const bool copies = !copy.is_none() && nb::cast<bool>(copy);
  nb::object values = copies ? ToNumPy(x) : ToSharedNumPy(x);
  const bool same = dtype.is_none() || numpy().dtype(dtype).is(ToPythonDType(x.dtype()));
  if (copies) {
    return same ? values.attr("copy")() : values.attr("astype")(dtype);
  }
  if (same) return values;
  if (!copy.is_none())
    Raise(PyExc_ValueError, "another dtype needs a copy, and copy=False forbids it");
  return values.attr("astype")(dtype);
}

nb::object Only0d(const Array& x, const char* type) {
  if (x.ndim() != 0)
    Raise(PyExc_TypeError, "only 0-dimensional arrays can be converted to Python scalars");
  return nb::module_::import_("builtins").attr(type)(ToPythonScalar(x));
}

nb::object AsIndex(const Array& x) {
  if (x.ndim() != 0 || !IsInteger(x.dtype())) {
    Raise(PyExc_TypeError, "only integer scalar arrays can be converted to a scalar index");
  }
  return ToPythonScalar(x);
}

bool Truth(const Array& x) {
  if (x.size() == 0) {
    Raise(PyExc_ValueError,
          "The truth value of an empty array is ambiguous. Use `array.size > 0` to check that an "
          "array "
          "is not empty.");
  }
  if (x.size() > 1) {
    Raise(PyExc_ValueError,
          "The truth value of an array with more than one element is ambiguous. Use a.any() or "
          "a.all()");
  }
  Evaluate({x});
  return x.item<std::complex<double>>() != 0.0;
}

nb::object Format(nb::handle self, nb::handle spec) {
  const Array& x = nb::cast<const Array&>(self);
  if (x.ndim() == 0) return nb::steal(PyObject_Format(ToPythonScalar(x).ptr(), spec.ptr()));
  if (nb::len(spec) > 0)
    Raise(PyExc_TypeError, "unsupported format string passed to Array.__format__");
  return nb::str(self);
}

nb::object Item(const Array& x, const nb::args& args) {
  if (args.size() == 0) return ToPythonScalar(x);
  const bool tuple = args.size() == 1 && nb::isinstance<nb::tuple>(args[0]);
  const std::vector<int64_t> given = ToInts(tuple ? nb::object(args[0]) : nb::object(args));
  if (given.size() == 1 && x.ndim() != 1)
    return ToPythonScalar(index(reshape(x, {-1}), {Index(given[0])}));
  if (static_cast<int>(given.size()) != x.ndim())
    Raise(PyExc_ValueError, "incorrect number of indices for array");
  return ToPythonScalar(index(x, std::vector<Index>(given.begin(), given.end())));
}

}  // namespace

void Evaluate(const std::vector<Array>& arrays) {
  bool pending = false;
  for (const Array& array : arrays) pending |= !array.is_evaluated();
  if (!pending) return;
  Unlocked([&] {
    eval(arrays);
    return true;
  });
}

namespace {

// At x's memory, which `owner` keeps.
template <typename... Flags>
nb::object ViewedByNumPy(const Array& x, const std::shared_ptr<void>& owner) {
  const Sizes shape = x.shape();
  Sizes strides = x.memory_strides();
  for (int64_t& stride : strides)
    stride /= itemsize(x.dtype());  // lent memory that is not aligned was copied
  auto kept = std::make_unique<std::shared_ptr<void>>(owner);
  nb::capsule keep_alive(kept.get(),
                         [](void* p) noexcept { delete static_cast<std::shared_ptr<void>*>(p); });
  static_cast<void>(kept.release());  // the capsule's now
  const std::vector<size_t> extents(shape.begin(), shape.end());
  nb::ndarray<nb::numpy, Flags...> values(const_cast<void*>(x.data()), extents.size(),
                                          extents.data(), keep_alive, strides.data(),
                                          BufferDType(x.dtype()));
  nb::object ndarray = nb::cast(values, nb::rv_policy::reference);
  return x.dtype() == DataType::bfloat16 ? ndarray.attr("view")(ToPythonDType(x.dtype())) : ndarray;
}

}  // namespace

nb::object ToNumPy(const Array& x) {
  static_cast<void>(numpy());  // or ImportError
  Evaluate({x});
  return ViewedByNumPy<nb::ro>(x, x.is_lent() ? x.owner() : std::shared_ptr<void>(x.expr()));
}

nb::object ToSharedNumPy(const Array& x) {
  static_cast<void>(numpy());  // or ImportError
  const std::shared_ptr<void> owner = Unlocked([&] { return x.owner(); });
  return x.is_read_only() || x.is_scalar() ? ViewedByNumPy<nb::ro>(x, owner)
                                           : ViewedByNumPy<>(x, owner);
}

nb::object ToPythonScalar(const Array& x) {
  if (x.size() != 1)
    Raise(PyExc_ValueError, "can only convert an array of size 1 to a Python scalar");
  Evaluate({x});
  if (x.dtype() == DataType::bool_) return nb::bool_(x.item<int64_t>() != 0);
  if (IsComplex(x.dtype())) {
    const auto value = x.item<std::complex<double>>();
    return nb::steal(PyComplex_FromDoubles(value.real(), value.imag()));
  }
  if (IsFloating(x.dtype())) return nb::float_(x.item<double>());
  if (x.dtype() == DataType::uint64) return nb::cast(x.item<uint64_t>());
  return nb::cast(x.item<int64_t>());
}

void BindExport(nb::class_<Array>& array) {
  using OwnMode = nb::call_guard<FloatEnvironment>;  // numbers are converted in it
  array
      .def("__array__", ToNumPyProtocol, nb::arg("dtype").none() = nb::none(),
           nb::arg("copy").none() = nb::none(),
           "The values as a NumPy array that shares memory, or a copy if `copy` is true.")
      .def("item", Item, "The only element, or the one at the given index, as a Python number.",
           OwnMode())
      .def("tolist", ToNestedList, "Nested lists of Python numbers.", OwnMode())
      .def(
          "tobytes",
          [](const Array& x, nb::handle order) {
            const nb::object letter = OrderBeside(x, order, "CFA");
            return ToBytes(ToOrder(letter, "CFA") == 'F' ? x.transpose() : x);
          },
          nb::arg("order").none() = "C", "The elements in C order, or another one, as bytes.")
      .def("__reduce__",
           [](const Array& x) {
             const nb::object make = nb::module_::import_("broadloom").attr("_unpickled");
             const nb::tuple state =
                 nb::make_tuple(ToBytes(x), to_string(x.dtype()), nb::tuple(nb::cast(x.shape())));
             return nb::make_tuple(make, state);
           })
      .def(
          "__float__", [](const Array& x) { return Only0d(x, "float"); }, OwnMode())
      .def(
          "__int__", [](const Array& x) { return Only0d(x, "int"); }, OwnMode())
      .def(
          "__complex__", [](const Array& x) { return Only0d(x, "complex"); }, OwnMode())
      .def("__index__", AsIndex)
      .def("__bool__", Truth, OwnMode())
      .def("__format__", Format);
}

}  // namespace broadloom::python
