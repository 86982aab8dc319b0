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

// A number or a sequence of numbers.
std::vector<int64_t> ToMany(nb::handle object) {
  const Sizes sizes = ToSizes(object);
  return {sizes.begin(), sizes.end()};
}

// As Python's int().
int64_t Truncated(nb::handle number) { return ToInt(nb::int_(nb::borrow(number))); }

std::vector<int64_t> ToShifts(nb::handle shift) {
  if (PyFloat_Check(shift.ptr())) return {Truncated(shift)};
  if (!nb::isinstance<nb::tuple>(shift) && !nb::isinstance<nb::list>(shift)) return ToMany(shift);
  std::vector<int64_t> shifts;
  for (nb::handle each : shift) shifts.push_back(Truncated(each));
  return shifts;
}

// An integer, or a float that is one.
int64_t ToWhole(nb::handle number) {
  const bool is_float = !PyIndex_Check(number.ptr()) && nb::hasattr(number, "is_integer");
  return is_float && nb::cast<bool>(number.attr("is_integer")()) ? Truncated(number)
                                                                 : ToInt(number);
}

nb::tuple ToTuple(const std::vector<Array>& arrays) {
  nb::list list;
  for (const Array& array : arrays) list.append(array);
  return nb::tuple(list);
}

Array Repeat(nb::handle x, nb::handle repeats, nb::handle axis) {
  const std::optional<int64_t> along = axis.is_none() ? std::nullopt : std::optional(ToInt(axis));
  const Array elements = ToArray(x);
  if (PyLong_Check(repeats.ptr())) return repeat(elements, ToInt(repeats), along);
  const Array counts = ToIndices(repeats);
  const nb::gil_scoped_release release;
  return repeat(elements, counts, along);
}

nb::tuple Meshgrid(const nb::args& vectors, bool, bool sparse, const std::string& indexing) {
  if (indexing != "xy" && indexing != "ij")
    Raise(PyExc_ValueError, "Valid values for `indexing` are 'xy' and 'ij'.");
  std::vector<Array> arrays;
  for (nb::handle vector : vectors) arrays.push_back(ToArray(vector));
  return ToTuple(meshgrid(arrays, indexing == "xy", sparse));
}

Array Tri(nb::handle n, nb::handle m, nb::handle k, nb::handle dtype) {
  return tri(ToWhole(n), m.is_none() ? ToWhole(n) : ToWhole(m), ToWhole(k),
             ToOptionalDType(dtype).value_or(DataType::float64));
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
        return moveaxis(ToArray(x), ToMany(source), ToMany(destination));
      },
      nb::arg("a"), nb::arg("source"), nb::arg("destination"),
      "Moves axes to other places; the others keep their order.", Line());
  const auto swap = [](nb::handle x, nb::handle first, nb::handle second) {
    return swapaxes(ToArray(x), ToInt(first), ToInt(second));
  };
  module.def("swapaxes", swap, nb::arg("a"), nb::arg("axis1"), nb::arg("axis2"), "Swaps two axes.",
             Line());
  array.def("swapaxes", swap, nb::arg("axis1"), nb::arg("axis2"), Line());
  module.def(
      "unstack",
      [](nb::handle x, nb::handle axis) { return ToTuple(unstack(ToArray(x), ToInt(axis))); },
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
        return roll(ToArray(x), ToShifts(shift), ToAxes(axis));
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
      [](nb::handle x, nb::handle repetitions) { return tile(ToArray(x), ToMany(repetitions)); },
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
          [](const Array& x, int64_t offset, int64_t axis1, int64_t axis2) {
            return diagonal(x, offset, axis1, axis2);
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
