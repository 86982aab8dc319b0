// What needs no full sort, or several keys, in NumPy's spellings.
#include <nanobind/stl/string.h>

#include "frontend/python/binding.h"
#include "frontend/sorting.h"

namespace broadloom::python {
namespace {

using Line = nb::call_guard<UserLine>;

// There is one kind.
void CheckKind(nb::handle kind, nb::handle order) {
  if (!order.is_none())
    Raise(PyExc_ValueError, "Cannot specify order when the array has no fields.");
  if (!nb::isinstance<nb::str>(kind)) Raise(PyExc_TypeError, "select kind must be a string");
  const auto name = nb::cast<std::string>(kind);
  if (name != "introselect")
    Raise(PyExc_ValueError, "select kind must be 'introselect' (got '" + name + "')");
}

std::vector<int64_t> ToPlaces(nb::handle kth) {
  int overflow = 0;
  if (PyLong_Check(kth.ptr())) PyLong_AsLongLongAndOverflow(kth.ptr(), &overflow);
  if (overflow != 0 && PyLong_AsUnsignedLongLong(kth.ptr()) == -1ull && PyErr_Occurred()) {
    PyErr_Clear();
    Raise(PyExc_TypeError, "Partition index must be integer of 64 bits");
  }
  const Array places = ToArray(kth);
  if (places.dtype() == DataType::bool_)
    Raise(PyExc_ValueError, "Booleans unacceptable as partition index");
  if (!IsInteger(places.dtype())) Raise(PyExc_TypeError, "Partition index must be integer");
  if (places.ndim() > 1) Raise(PyExc_ValueError, "Partition indices must be a vector");
  return Unlocked([&] { return astype(places, DataType::int64).to_vector<int64_t>(); });
}

using Partition = Array (*)(const Array&, const std::vector<int64_t>&, std::optional<int64_t>);

// NumPy's partition, unlike argpartition, takes a bool as an axis.
auto Partitioning(Partition function, int (*to_axis)(nb::handle)) {
  return [=](nb::handle a, nb::handle kth, nb::handle axis, nb::handle kind, nb::handle order) {
    CheckKind(kind, order);
    const Array x = ToArray(a);
    const std::vector<int64_t> places = ToPlaces(kth);
    std::optional<int64_t> along;
    if (!axis.is_none()) along = to_axis(axis);
    return Unlocked([&] { return function(x, places, along); });
  };
}

#define BL_PARTITION_ARGS                                                              \
  nb::arg("kth"), nb::arg("axis").none() = -1, nb::arg("kind").none() = "introselect", \
                  nb::arg("order").none() = nb::none()

// Keys are the elements of a sequence, or the subarrays of an array.
std::vector<Array> ToKeys(nb::handle keys) {
  std::vector<Array> all;
  if (nb::isinstance<Array>(keys) || IsNDArray(keys)) {
    const Array array = ToArray(keys);
    for (int64_t i = 0; array.ndim() > 0 && i < array.shape()[0]; ++i)
      all.push_back(index(array, {i}));
  } else if (PySequence_Check(keys.ptr())) {
    for (nb::handle key : keys) all.push_back(ToArray(key));
  }
  if (all.empty()) Raise(PyExc_TypeError, "need sequence of keys with len > 0 in lexsort");
  return all;
}

Array CallLexsort(nb::handle keys, nb::handle axis) {
  const std::vector<Array> all = ToKeys(keys);
  const int64_t along = ToCInt(axis);
  return Unlocked([&] { return lexsort(all, along); });
}

nb::object CallTopK(nb::handle object, nb::handle k, nb::handle axis, Truthy largest) {
  static const nb::object& result = *new nb::object(
      nb::module_::import_("collections")
          .attr("namedtuple")("TopKResult", "values indices", nb::arg("module") = "broadloom"));
  const Array x = ToArray(object);
  const int64_t count = ToCount(k);
  const std::optional<int64_t> along = ToOptionalAxis(axis);
  const TopK top = Unlocked([&] { return topk(x, count, along, largest); });
  return result(top.values, top.indices);
}

}  // namespace

void BindSelection(nb::module_& module, nb::class_<Array>& array) {
  module.def("partition", Partitioning(partition, ToCInt), nb::arg("a"), BL_PARTITION_ARGS,
             "A copy with the elements that sorting would bring to places in these places, smaller "
             "ones before and larger ones behind them.",
             Line());
  const auto places = Partitioning(argpartition, ToAxis);
  module.def("argpartition", places, nb::arg("a"), BL_PARTITION_ARGS,
             "The places of the elements as `partition` would put them.", Line());
  array.def("argpartition", places, BL_PARTITION_ARGS, Line())
      .def(
          "partition",
          [=](nb::handle a, nb::handle kth, nb::handle axis, nb::handle kind, nb::handle order) {
            const auto& x = nb::cast<const Array&>(a);
            CheckKind(kind, order);
            const std::vector<int64_t> places = ToPlaces(kth);
            partition_in_place(x, places, ToCInt(axis), Unlocked<const std::function<void()>&>);
          },
          nb::arg("kth"), nb::arg("axis") = -1, nb::arg("kind").none() = "introselect",
          nb::arg("order").none() = nb::none(), "In place; as the function.", Line());
  module.def("lexsort", CallLexsort, nb::arg("keys"), nb::arg("axis").none() = -1,
             "Places in the order of the last key, equal ones in that of the key before it, and so "
             "on.",
             Line());
  module.def(
      "sort_complex",
      [](nb::handle a) {
        const Array x = ToArray(a);
        return Unlocked([&] { return sort_complex(x); });
      },
      nb::arg("a"), "A sorted copy along the last axis, of complex numbers.", Line());
  module.def("topk", CallTopK, nb::arg("x"), nb::arg("k"), nb::arg("axis").none() = -1,
             nb::arg("largest") = true,
             "The k largest elements along an axis, the largest first, and their places; or the "
             "smallest. NaNs are the largest.",
             Line());
}

}  // namespace broadloom::python
