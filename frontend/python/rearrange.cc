// Functions of rearrange.h in NumPy's spelling, and the array's methods that are functions
// elsewhere.
#include "frontend/rearrange.h"

#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include "frontend/linalg.h"
#include "frontend/python/binding.h"
#include "frontend/sorting.h"

namespace broadloom::python {
namespace {

using Line = nb::call_guard<UserLine>;

// As Python's int().
nb::object Truncated(nb::handle number) { return nb::int_(nb::borrow(number)); }

// Modulo the number of elements, of which every extent is a divisor: shifts may be of any size.
std::vector<int64_t> ToShifts(nb::handle shift, int64_t size) {
  const nb::int_ period(std::max<int64_t>(size, 1));
  std::vector<int64_t> shifts;
  const auto add = [&](nb::handle each) {
    PyObject* const rest = PyNumber_Remainder(each.ptr(), period.ptr());
    if (rest == nullptr) throw nb::python_error();
    shifts.push_back(ToInt(nb::object(nb::steal(rest))));
  };
  const bool is_list = nb::isinstance<nb::tuple>(shift) || nb::isinstance<nb::list>(shift);
  if (PyLong_Check(shift.ptr()) || PyFloat_Check(shift.ptr()))
    add(Truncated(shift));
  else if (is_list)
    for (nb::handle each : shift) add(Truncated(each));
  else
    for (int64_t each : ToSizes(shift)) add(nb::int_(each));
  return shifts;
}

// An integer, or a float that is one.
int64_t ToWhole(nb::handle number, PyObject* beyond = PyExc_OverflowError) {
  const bool is_float = !PyIndex_Check(number.ptr()) && nb::hasattr(number, "is_integer");
  const bool is_whole = is_float && nb::cast<bool>(number.attr("is_integer")());
  return ToInt(is_whole ? Truncated(number) : nb::borrow(number), beyond);
}

nb::tuple ToTuple(const std::vector<Array>& arrays) {
  nb::list list;
  for (const Array& array : arrays) list.append(array);
  return nb::tuple(list);
}

Array Repeat(nb::handle x, nb::handle repeats, nb::handle axis) {
  const std::optional<int64_t> along = ToOptionalAxis(axis);
  const Array elements = ToArray(x);
  if (PyLong_Check(repeats.ptr())) return repeat(elements, ToInt(repeats), along);
  const Array counts = ToIndices(repeats);
  return Unlocked([&] { return repeat(elements, counts, along); });
}

nb::tuple Meshgrid(const nb::args& vectors, bool, bool sparse, const std::string& indexing) {
  if (indexing != "xy" && indexing != "ij")
    Raise(PyExc_ValueError, "Valid values for `indexing` are 'xy' and 'ij'.");
  std::vector<Array> arrays;
  for (nb::handle vector : vectors) arrays.push_back(ToArray(vector));
  return ToTuple(meshgrid(arrays, indexing == "xy", sparse));
}

Array Tri(nb::handle n, nb::handle m, nb::handle k, nb::handle dtype) {
  const int64_t rows = ToWhole(n, PyExc_ValueError);
  const int64_t columns = m.is_none() ? rows : ToWhole(m, PyExc_ValueError);
  return tri(rows, columns, ToWhole(k), ToOptionalDType(dtype).value_or(DataType::float64));
}

void BindNew(nb::module_& module) {
  const auto a_dtype = [] { return nb::arg("dtype").none() = nb::none(); };
  module.def(
      "identity",
      [](nb::handle n, nb::handle dtype) {
        return eye(ToCount(n), {}, 0, ToOptionalDType(dtype).value_or(DataType::float64));
      },
      nb::arg("n"), a_dtype(), "The square matrix with ones on the diagonal.", Line());
  module.def("tri", Tri, nb::arg("N"), nb::arg("M").none() = nb::none(), nb::arg("k") = 0,
             a_dtype(), "Ones on and below the k-th diagonal.", Line());
  module.def("meshgrid", Meshgrid, nb::arg("xi"), nb::kw_only(), nb::arg("copy") = true,
             nb::arg("sparse") = false, nb::arg("indexing") = "xy",
             "Coordinates of a grid, one array for each vector.", Line());
}

void BindMoves(nb::module_& module, nb::class_<Array>& array) {
  module.def(
      "moveaxis",
      [](nb::handle x, nb::handle source, nb::handle destination) {
        return moveaxis(ToArray(x), ToAxisNumbers(source), ToAxisNumbers(destination));
      },
      nb::arg("a"), nb::arg("source"), nb::arg("destination"),
      "Moves axes to other places; the others keep their order.", Line());
  const auto swap = [](nb::handle x, nb::handle first, nb::handle second) {
    return swapaxes(ToArray(x), ToCInt(first), ToCInt(second));
  };
  module.def("swapaxes", swap, nb::arg("a"), nb::arg("axis1"), nb::arg("axis2"), "Swaps two axes.",
             Line());
  array.def("swapaxes", swap, nb::arg("axis1"), nb::arg("axis2"), Line());
  module.def(
      "unstack",
      [](nb::handle x, nb::handle axis) { return ToTuple(unstack(ToArray(x), ToCInt(axis))); },
      nb::arg("x"), nb::kw_only(), nb::arg("axis") = 0, "The subarrays along an axis, as a tuple.",
      Line());
  module.def(
      "broadcast_arrays",
      [](const nb::args& args) {
        std::vector<Array> arrays;
        for (nb::handle arg : args) arrays.push_back(ToArray(arg));
        return ToTuple(broadcast_arrays(arrays));
      },
      "The arrays broadcast to one shape, as a tuple.", Line());
  module.def(
      "roll",
      [](nb::handle x, nb::handle shift, nb::handle axis) {
        const Array elements = ToArray(x);
        return roll(elements, ToShifts(shift, elements.size()), ToAxes(axis));
      },
      nb::arg("a"), nb::arg("shift"), nb::arg("axis").none() = nb::none(),
      "Moves elements along axes; those that fall off come in again at the front.", Line());
}

void BindRepeats(nb::module_& module, nb::class_<Array>& array) {
  module.def("repeat", Repeat, nb::arg("a"), nb::arg("repeats"),
             nb::arg("axis").none() = nb::none(),
             "Each element so many times, along an axis or in C order.", Line());
  array.def("repeat", Repeat, nb::arg("repeats"), nb::arg("axis").none() = nb::none(), Line());
  module.def(
      "tile",
      [](nb::handle x, nb::handle repetitions) { return tile(ToArray(x), ToSizes(repetitions)); },
      nb::arg("A"), nb::arg("reps"), "The array so many times along each axis.", Line());
  const auto triangle = [&](const char* name, Array (*function)(const Array&, int64_t),
                            const char* doc) {
    module.def(
        name, [=](nb::handle x, nb::handle k) { return function(ToArray(x), ToWhole(k)); },
        nb::arg("m"), nb::arg("k") = 0, doc, Line());
  };
  triangle("tril", tril, "Elements on and below the k-th diagonal, 0 elsewhere.");
  triangle("triu", triu, "Elements on and above the k-th diagonal, 0 elsewhere.");
}

// What is a function elsewhere.
void BindMethods(nb::class_<Array>& array) {
  array
      .def(
          "diagonal",
          [](const Array& x, nb::handle offset, nb::handle axis1, nb::handle axis2) {
            return diagonal(x, ToCInt(offset), ToCInt(axis1), ToCInt(axis2));
          },
          nb::arg("offset") = 0, nb::arg("axis1") = 0, nb::arg("axis2") = 1, Line())
      .def_prop_ro("mT", [](const Array& x) {
        if (x.ndim() < 2) Raise(PyExc_ValueError, "mT needs an array of two axes or more");
        return matrix_transpose(x);
      });
}

}  // namespace

void BindRearranging(nb::module_& module, nb::class_<Array>& array) {
  BindNew(module);
  BindMoves(module, array);
  BindRepeats(module, array);
  BindMethods(array);
}

}  // namespace broadloom::python
