// Functions and methods that arrange elements, convert dtypes, and multiply matrices.
#include <nanobind/stl/vector.h>

#include <algorithm>
#include <cmath>
#include <string_view>

#include "frontend/composed.h"
#include "frontend/errstate.h"
#include "frontend/python/keywords.h"

namespace broadloom::python {
namespace {

using Line = nb::call_guard<UserLine>;

Array Transpose(const Array& x, nb::handle axes) {
  return axes.is_none() ? x.transpose() : permute_dims(x, ToSizes(axes, PyExc_ValueError));
}

// x.transpose(), x.transpose(1, 0), x.transpose((1, 0)); the same spellings for reshape.
nb::object OneOrMany(const nb::args& args) {
  return args.size() == 1 ? nb::object(args[0]) : nb::object(args);
}

Array ExpandDims(const Array& x, nb::handle axis) { return expand_dims(x, ToAxes(axis)); }

Array Squeeze(const Array& x, nb::handle axis) { return squeeze(x, ToReducedAxes(axis)); }

Array Flip(const Array& x, nb::handle axis) { return flip(x, ToAxes(axis)); }

// Where a real number is another one as the other dtype.
Array IsLost(const Array& x, const Array& cast) {
  const Array back = astype(cast, x.dtype());
  const Array is_number = logical_or(equal(x, x), equal(back, back));
  Array lost =
      logical_or(logical_and(not_equal(back, x), is_number), not_equal(less(x, 0), less(cast, 0)));
  if (IsInteger(x.dtype()) == IsInteger(cast.dtype())) return lost;
  // A float beyond all integers may come back as the largest.
  const Array &whole = IsInteger(x.dtype()) ? x : cast, &other = IsInteger(x.dtype()) ? cast : x;
  const int bits = 8 * itemsize(whole.dtype()) - (whole.dtype() < DataType::uint8);
  return logical_or(lost, greater_equal(other, std::ldexp(1.0, bits)));
}

// As in NumPy any number may become a bool.
Array AsSameValues(const Array& x, DataType type) {
  const Array result = astype(x, type);
  if (type == DataType::bool_) return result;
  const ErrorStateScope ignored({});
  Array lost = IsLost(real(x), real(result));
  if (IsComplex(x.dtype())) lost = logical_or(lost, IsLost(imag(x), imag(result)));
  lost = any(lost);
  Evaluate({result, lost});
  if (lost.item<bool>())
    Raise(PyExc_ValueError, std::string("astype: could not cast 'same_value' ") +
                                to_string(x.dtype()) + " to " + to_string(type));
  return result;
}

Array AsType(const Array& x, nb::handle dtype, bool copy, nb::handle casting) {
  const DataType type = ToDType(dtype);
  const bool changes = copy || type != x.dtype();
  if (IsText(casting, "same_value")) return changes ? AsSameValues(x, type) : x;
  const Casting rule = ToCasting(casting);
  if (!can_cast(x.dtype(), type, rule))
    Raise(PyExc_TypeError, std::string("astype: cannot cast from ") + to_string(x.dtype()) +
                               " to " + to_string(type) + " according to the rule '" +
                               std::string(ToText(casting)) + "'");
  return changes ? astype(x, type) : x;
}

Array AsTypeInOrder(const Array& x, nb::handle dtype, nb::handle order, nb::handle casting, bool,
                    bool copy) {
  ToDType(dtype);
  ToOrder(order);
  return InOrder(AsType(x, dtype, copy, casting), copy ? OrderBeside(x, order) : nb::borrow(order));
}

// A revision of the array API standard: all of them are spelled the same here.
nb::object Namespace(nb::handle, nb::handle version) {
  constexpr std::string_view kVersions[] = {"2021.12", "2022.12", "2023.12", "2024.12", "2025.12"};
  const bool is_text = PyUnicode_Check(version.ptr());
  const bool known =
      version.is_none() ||
      (is_text && std::count(std::begin(kVersions), std::end(kVersions), ToText(version)) > 0);
  if (!known)
    Raise(PyExc_ValueError, std::string("__array_namespace__: the array API has no version ") +
                                nb::repr(version).c_str() + " here");
  return nb::module_::import_("broadloom");
}

// Of the array API standard.
void BindDevice(nb::class_<Array>& array) {
  array.def_prop_ro("device", [](const Array&) { return "cpu"; })
      .def(
          "to_device",
          [](nb::handle x, nb::handle device, nb::handle stream) {
            CheckDevice(device);
            if (!stream.is_none()) Raise(PyExc_ValueError, "to_device: there are no streams");
            return nb::borrow(x);
          },
          nb::arg("device"), nb::kw_only(), nb::arg("stream").none() = nb::none())
      .def("__array_namespace__", Namespace, nb::kw_only(),
           nb::arg("api_version").none() = nb::none());
}

// The module's function takes arrays only.
Array ToGivenArray(nb::handle x) {
  if (!nb::isinstance<Array>(x) && !IsNDArray(x) && !IsNumPyScalar(x))
    Raise(PyExc_TypeError,
          std::string("astype: an array is needed, not ") + Py_TYPE(x.ptr())->tp_name);
  return ToArray(x);
}

nb::object MatMul(nb::handle x, nb::handle y, nb::handle out, nb::handle axes, nb::handle casting,
                  nb::handle order, nb::handle dtype, bool) {
  const Array a = ToArray(x), b = ToArray(y);
  const Keywords keywords{out, Py_True, casting, order, dtype};
  if (axes.is_none() && !keywords.given()) return nb::cast(matmul(a, b));
  const size_t rows = a.ndim() > 1, columns = b.ndim() > 1;
  const CoreAxes core = ToAxesOfProduct("matmul", axes, 1 + rows, 1 + columns, rows + columns);
  return CallProduct("matmul", a, b, keywords, core, matmul);
}

void BindMethods(nb::class_<Array>& array) {
  array
      .def(
          "reshape",
          [](const Array& x, const nb::args& shape, nb::handle order, nb::handle copy) {
            if (shape.size() == 0) Raise(PyExc_TypeError, "reshape() takes exactly 1 argument");
            return Reshape(x, OneOrMany(shape), order, copy);
          },
          nb::arg("shape"), nb::kw_only(), nb::arg("order").none() = "C",
          nb::arg("copy").none() = nb::none(), Line())
      .def(
          "transpose",
          [](const Array& x, const nb::args& axes) {
            return axes.size() == 0 ? x.transpose() : Transpose(x, OneOrMany(axes));
          },
          Line())
      .def("squeeze", Squeeze, nb::arg("axis").none() = nb::none(), Line())
      .def("ravel", Ravel, nb::arg("order").none() = "C", Line())
      .def(
          "flatten", [](const Array& x, nb::handle order) { return copy(Ravel(x, order)); },
          nb::arg("order").none() = "C", Line())
      .def("astype", AsTypeInOrder, nb::arg("dtype").none(), nb::arg("order").none() = "K",
           nb::arg("casting") = "unsafe", nb::arg("subok") = true, nb::arg("copy") = true, Line())
      .def(
          "copy", [](const Array& x, nb::handle order) { return CopyInOrder(x, order, "CFAK"); },
          nb::arg("order").none() = "C", Line())
      .def(
          "__copy__", [](const Array& x) { return CopyInOrder(x, nb::none()); }, Line())
      .def("__deepcopy__", [](const Array& x, nb::handle) { return copy(x); }, Line());
}

}  // namespace

void BindViews(nb::module_& module, nb::class_<Array>& array) {
  BindMethods(array);
  BindDevice(array);
  module.def(
      "astype",
      [](nb::handle x, nb::handle dtype, bool copy, nb::handle casting, nb::handle device) {
        CheckDevice(device);
        return AsType(ToGivenArray(x), dtype, copy, casting);
      },
      nb::arg("x"), nb::arg("dtype"), nb::kw_only(), nb::arg("copy") = true,
      nb::arg("casting") = "unsafe", nb::arg("device").none() = nb::none(),
      "Converts to a dtype, as a C cast does. Always fresh memory, unless copy=False and nothing "
      "changes.",
      Line());
  module.def(
      "copy", [](nb::handle a, nb::handle order, Truthy) { return CopyInOrder(ToArray(a), order); },
      nb::arg("a"), nb::arg("order").none() = "K", nb::arg("subok") = false,
      "Fresh memory with the same values.", Line());
  module.def(
      "broadcast_to",
      [](nb::handle x, nb::handle shape) { return broadcast_to(ToArray(x), ToShape(shape)); },
      nb::arg("array"), nb::arg("shape"),
      "Repeats along axes of extent 1; ValueError where shapes do not fit.", Line());
  module.def(
      "broadcast_shapes",
      [](const nb::args& shapes) {
        std::vector<Sizes> sizes;
        for (nb::handle shape : shapes) sizes.push_back(ToSizes(shape));
        return nb::tuple(nb::cast(broadcast_shapes(sizes)));
      },
      "The shape to which all the given shapes broadcast.");
  module.def(
      "expand_dims", [](nb::handle x, nb::handle axis) { return ExpandDims(ToArray(x), axis); },
      nb::arg("a"), nb::arg("axis"), "Inserts axes of extent 1 at these places of the result.",
      Line());
  module.def(
      "squeeze", [](nb::handle x, nb::handle axis) { return Squeeze(ToArray(x), axis); },
      nb::arg("a"), nb::arg("axis").none() = nb::none(), "Removes axes of extent 1.", Line());
  module.def(
      "transpose", [](nb::handle x, nb::handle axes) { return Transpose(ToArray(x), axes); },
      nb::arg("a"), nb::arg("axes").none() = nb::none(),
      "Reorders axes; all reversed if none are given.", Line());
  module.def(
      "permute_dims", [](nb::handle x, nb::handle axes) { return Transpose(ToArray(x), axes); },
      nb::arg("a"), nb::arg("axes"), "Reorders axes: axis i of the result is axis axes[i] of a.",
      Line());
  module.def(
      "reshape",
      [](nb::handle x, nb::handle shape, nb::handle order, nb::handle copy) {
        return Reshape(ToArray(x), shape, order, copy);
      },
      nb::arg("a"), nb::arg("shape").none(), nb::arg("order").none() = "C", nb::kw_only(),
      nb::arg("copy").none() = nb::none(),
      "The same elements in C order in another shape; one extent may be -1.", Line());
  module.def(
      "flip", [](nb::handle x, nb::handle axis) { return Flip(ToArray(x), axis); }, nb::arg("m"),
      nb::arg("axis").none() = nb::none(), "Reverses the order of elements along axes.", Line());
  module.def("matmul", MatMul, nb::arg("x"), nb::arg("y"), nb::arg("out").none() = nb::none(),
             nb::kw_only(), BL_KEYWORDS_OF_PRODUCTS,
             "Matrix product over the last two axes; leading axes broadcast.", Line());
}

}  // namespace broadloom::python
