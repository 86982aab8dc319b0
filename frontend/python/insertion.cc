// Arrays taken apart; elements put between others, and taken out.
#include "frontend/joining.h"
#include "frontend/python/keywords.h"

namespace broadloom::python {
namespace {

using Line = nb::call_guard<UserLine>;

// --- Splitting -----------------------------------------------------------------------------------
nb::list ToList(const std::vector<Array>& arrays) {
  nb::list list;
  for (const Array& array : arrays) list.append(array);
  return list;
}

std::vector<std::optional<int64_t>> ToPoints(nb::handle sequence) {
  std::vector<std::optional<int64_t>> points;
  for (nb::handle point : sequence) {
    if (point.is_none()) {
      points.emplace_back();
      continue;
    }
    if (!PyIndex_Check(point.ptr()))
      Raise(PyExc_TypeError, "split: points must be integers or None");
    points.emplace_back(ToInt(point, nullptr));
  }
  return points;
}

// As NumPy's, a number of sections need not be whole, but must divide the extent.
void CheckDivides(int64_t extent, nb::handle sections) {
  const nb::object rest = nb::steal(PyNumber_Remainder(nb::int_(extent).ptr(), sections.ptr()));
  if (!rest.is_valid()) throw nb::python_error();
  if (PyObject_IsTrue(rest.ptr()) != 0)
    Raise(PyExc_ValueError, "array split does not result in an equal division");
}

nb::list Split(nb::handle ary, nb::handle what, int64_t axis, bool equal) {
  const Array x = ToArray(ary);
  if (axis < -x.ndim() || axis >= x.ndim())
    Raise(PyExc_IndexError, "split: the array has no axis " + std::to_string(axis));
  const Py_ssize_t count = PyObject_Size(what.ptr());
  if (count >= 0) return ToList(split(x, ToPoints(what), axis));
  PyErr_Clear();  // a number
  if (equal) CheckDivides(x.shape()[axis < 0 ? axis + x.ndim() : axis], what);
  return ToList(array_split(x, ToInt(nb::object(nb::int_(nb::borrow(what)))), axis));
}

void DefSplit(nb::module_& module, const char* name, bool equal, const char* doc) {
  module.def(
      name,
      [=](nb::handle ary, nb::handle what, nb::handle axis) {
        return Split(ary, what, ToInt(axis, PyExc_IndexError), equal);
      },
      nb::arg("ary"), nb::arg("indices_or_sections"), nb::arg("axis") = 0, doc, Line());
}

// Along an axis of its own; vectors where that is allowed along their only one.
void DefSplitAlong(nb::module_& module, const char* name, int rank, int axis, const char* doc) {
  module.def(
      name,
      [=](nb::handle ary, nb::handle what) {
        const Array x = ToArray(ary);
        if (x.ndim() < rank)
          Raise(PyExc_ValueError, std::string(name) + " only works on arrays of " +
                                      std::to_string(rank) + " or more dimensions");
        return Split(nb::cast(x), what, x.ndim() == 1 ? 0 : axis, /*equal=*/true);
      },
      nb::arg("ary"), nb::arg("indices_or_sections"), doc, Line());
}

void BindSplits(nb::module_& module) {
  DefSplit(module, "split", true, "Parts of one length along an axis, or cut at points; views.");
  DefSplit(module, "array_split", false,
           "Parts along an axis, the first ones longer by one where they must be; views.");
  DefSplitAlong(module, "vsplit", 2, 0, "Parts along the first axis; views.");
  DefSplitAlong(module, "hsplit", 1, 1, "Parts along the second axis, or a vector's; views.");
  DefSplitAlong(module, "dsplit", 3, 2, "Parts along the third axis; views.");
}

// --- Inserting and deleting ----------------------------------------------------------------------
Slice ToWholeSlice(nb::handle object) {
  Py_ssize_t start = 0, stop = 0, step = 0;
  if (PySlice_Unpack(object.ptr(), &start, &stop, &step) < 0) throw nb::python_error();
  return {start, stop, step};
}

bool IsEmptyList(nb::handle object, const Array& x) {
  return x.size() == 0 && !nb::isinstance<Array>(object) && !IsNDArray(object);
}

Places ToPlaces(nb::handle object) {
  if (PySlice_Check(object.ptr())) return ToWholeSlice(object);
  if (PyLong_Check(object.ptr()) && !PyBool_Check(object.ptr()))
    return ToInt(object, PyExc_IndexError);
  Array places = ToArray(object);
  if (IsEmptyList(object, places)) return astype(places, DataType::int64);
  if (places.ndim() > 0 || !IsInteger(places.dtype())) return places;
  const Array index = astype(places, DataType::int64);
  Evaluate({index});
  return index.item<int64_t>();
}

// A place alone is compared and counted with, many are indices.
void CheckPlaces(const Places& places) {
  const auto* const array = std::get_if<Array>(&places);
  if (array != nullptr && array->size() == 1 && array->ndim() < 2 &&
      array->dtype() >= DataType::float16)
    Raise(PyExc_TypeError,
          std::string("insert: an index must be an integer, not ") + to_string(array->dtype()));
}

std::optional<int> ToCAxis(nb::handle axis) {
  return axis.is_none() ? std::nullopt : std::optional(ToCInt(axis));
}

Array Insert(nb::handle arr, nb::handle obj, nb::handle values, nb::handle axis) {
  const Array x = ToArray(arr);
  const std::optional<int> along = ToCAxis(axis);
  const Places places = ToPlaces(obj);
  CheckPlaces(places);
  const Array added = ToTypedArray(values, x.dtype());
  return Unlocked([&] { return insert(x, places, added, along); });
}

Array Delete(nb::handle arr, nb::handle obj, nb::handle axis) {
  const Array x = ToArray(arr);
  const std::optional<int> along = ToCAxis(axis);
  if (obj.is_none() || PyUnicode_Check(obj.ptr()))
    Raise(PyExc_IndexError, "delete: indices must be integers or bools");
  const Places places = ToPlaces(obj);
  return Unlocked([&] { return delete_(x, places, along); });
}

}  // namespace

void BindInsertion(nb::module_& module) {
  BindSplits(module);
  module.def("insert", Insert, nb::arg("arr"), nb::arg("obj").none(), nb::arg("values").none(),
             nb::arg("axis").none() = nb::none(),
             "A copy with values in front of the given places of an axis, or flattened.", Line());
  module.def("delete", Delete, nb::arg("arr"), nb::arg("obj").none(),
             nb::arg("axis").none() = nb::none(),
             "A copy without the given places of an axis, or flattened.", Line());
}

}  // namespace broadloom::python
