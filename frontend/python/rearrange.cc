// Functions of rearrange.h in NumPy's spelling, and the array's methods that are functions
// elsewhere.
#include "frontend/rearrange.h"

#include <nanobind/stl/vector.h>

#include "frontend/linalg.h"
#include "frontend/python/keywords.h"
#include "frontend/python/tuples.h"
#include "frontend/sorting.h"
#include "frontend/storage.h"

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
  const auto is_list = [](nb::handle x) {
    return nb::isinstance<nb::tuple>(x) || nb::isinstance<nb::list>(x);
  };
  if (PyLong_Check(shift.ptr()) || PyFloat_Check(shift.ptr()) || PyUnicode_Check(shift.ptr()))
    add(Truncated(shift));
  else if (is_list(shift))
    for (nb::handle each : shift) {
      if (is_list(each)) Raise(PyExc_ValueError, "roll: shifts are a number or a vector");
      add(Truncated(each));
    }
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

Array Repeat(nb::handle x, nb::handle repeats, nb::handle axis) {
  const std::optional<int64_t> along = ToOptionalAxis(axis);
  const Array elements = ToArray(x);
  if (PyLong_Check(repeats.ptr())) return repeat(elements, ToInt(repeats), along);
  const Array counts = ToIndices(repeats);
  return Unlocked([&] { return repeat(elements, counts, along); });
}

nb::tuple Meshgrid(const nb::args& vectors, Truthy copy, Truthy sparse, nb::handle indexing) {
  if (!IsText(indexing, "xy") && !IsText(indexing, "ij"))
    Raise(PyExc_ValueError, "Valid values for `indexing` are 'xy' and 'ij'.");
  std::vector<Array> arrays;
  for (nb::handle vector : vectors) arrays.push_back(ToArray(vector));
  std::vector<Array> grids = meshgrid(arrays, IsText(indexing, "xy"), sparse, copy);
  for (size_t i = 0; !copy && i < grids.size(); ++i)
    grids[i].set_read_only(arrays[i].is_read_only());
  return ToTuple(grids);
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

// What has the shape already is the same object.
nb::tuple BroadcastArrays(const nb::args& given, Truthy) {
  std::vector<Array> arrays;
  for (nb::handle each : given) arrays.push_back(ToArray(each));
  std::vector<Array> wide = broadcast_arrays(arrays);
  nb::list results;
  for (size_t i = 0; i < wide.size(); ++i) {
    wide[i].set_read_only(
        arrays[i].is_read_only());  // they may be written to, unlike broadcast_to's
    const bool same = nb::isinstance<Array>(given[i]) && wide[i].shape() == arrays[i].shape();
    results.append(same ? nb::object(given[i]) : nb::cast(wide[i]));
  }
  return nb::tuple(results);
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
      "rollaxis",
      [](nb::handle x, nb::handle axis, nb::handle start) {
        return rollaxis(ToArray(x), ToCInt(axis), ToInt(start, nullptr));
      },
      nb::arg("a"), nb::arg("axis"), nb::arg("start") = 0,
      "Moves an axis to before another one; the others keep their order.", Line());
  module.def(
      "unstack",
      [](nb::handle x, nb::handle axis) { return ToTuple(unstack(ToArray(x), ToCInt(axis))); },
      nb::arg("x"), nb::kw_only(), nb::arg("axis") = 0, "The subarrays along an axis, as a tuple.",
      Line());
  module.def("broadcast_arrays", BroadcastArrays, nb::arg("args"), nb::kw_only(),
             nb::arg("subok") = false, "The arrays broadcast to one shape, as a tuple.", Line());
  module.def(
      "roll",
      [](nb::handle x, nb::handle shift, nb::handle axis) {
        const Array elements = ToArray(x);
        const std::vector<int64_t> shifts = ToShifts(shift, elements.size());
        const AxisList axes = ToAxes(axis);
        const Array rolled = Unlocked([&] { return roll(elements, shifts, axes); });
        return axis.is_none() ? WholeView(rolled) : rolled;  // of a vector, in NumPy
      },
      nb::arg("a"), nb::arg("shift"), nb::arg("axis").none() = nb::none(),
      "Moves elements along axes; those that fall off come in again at the front.", Line());
}

// The axes' plane, and the turns modulo 4.
Array Rot90(nb::handle m, nb::handle k, nb::handle axes) {
  const Array x = ToArray(m);
  const nb::object turns = nb::steal(PyNumber_Remainder(k.ptr(), nb::int_(4).ptr()));
  if (!turns.is_valid()) throw nb::python_error();
  for (nb::handle axis : axes) {  // as in NumPy, which picks with them then
    if (PyFloat_Check(axis.ptr()) && ToInt(turns) % 2 == 1)
      Raise(PyExc_IndexError, "rot90: axes are integers");
  }
  const std::vector<int64_t> plane = ToInts(axes, nullptr);
  if (plane.size() != 2) Raise(PyExc_ValueError, "rot90: two axes are needed");
  return rot90(x, ToInt(turns), plane[0], plane[1]);
}

Array SlidingWindowView(nb::handle x, nb::handle window_shape, nb::handle axis, Truthy,
                        Truthy writeable) {
  const Array elements = ToArray(x);
  const bool is_list =
      nb::isinstance<nb::tuple>(window_shape) || nb::isinstance<nb::list>(window_shape);
  const Sizes windows = is_list ? ToSizes(window_shape) : Sizes{ToInt(window_shape)};
  Array result = sliding_window_view(elements, windows, ToAxes(axis));
  result.set_read_only(!writeable || elements.is_read_only());
  return result;
}

void BindWindows(nb::module_& module) {
  module.def("sliding_window_view", SlidingWindowView, nb::arg("x"), nb::arg("window_shape"),
             nb::arg("axis").none() = nb::none(), nb::kw_only(), nb::arg("subok") = false,
             nb::arg("writeable") = false,
             "A view of the windows of a shape at each place, as new last axes; read-only unless "
             "`writeable`.",
             Line());
  nb::module_ lib = module.def_submodule("lib", "As numpy.lib.");
  nb::module_ tricks = lib.def_submodule("stride_tricks", "As numpy.lib.stride_tricks.");
  tricks.attr("sliding_window_view") = module.attr("sliding_window_view");
}

// One array, or a tuple of them; what has the axes already is the same object.
nb::object AtLeast(const nb::args& given, Array (*function)(const Array&)) {
  nb::list results;
  for (nb::handle each : given) {
    const Array x = ToArray(each), wide = function(x);
    const bool same = nb::isinstance<Array>(each) && wide.expr() == x.expr();
    results.append(same ? nb::borrow(each) : nb::cast(wide));
  }
  return results.size() == 1 ? nb::object(results[0]) : nb::object(nb::tuple(results));
}

void BindTurns(nb::module_& module) {
  module.def("rot90", Rot90, nb::arg("m"), nb::arg("k") = 1, nb::arg("axes") = nb::make_tuple(0, 1),
             "Turned by k quarters, from the first of two axes to the second.", Line());
  const auto def = [&](const char* name, Array (*function)(const Array&), const char* doc) {
    module.def(name, [=](nb::handle x) { return function(ToArray(x)); }, nb::arg("m"), doc, Line());
  };
  def("fliplr", fliplr, "Reverses the order of elements along axis 1.");
  def("flipud", flipud, "Reverses the order of elements along axis 0.");
  const auto at_least = [&](const char* name, Array (*function)(const Array&), const char* doc) {
    module.def(name, [=](const nb::args& given) { return AtLeast(given, function); }, doc, Line());
  };
  module.def(
      "ravel", [](nb::handle a, nb::handle order) { return Ravel(ToArray(a), order); },
      nb::arg("a"), nb::arg("order").none() = "C",
      "The elements as a vector: a view where the order allows it, else a copy.", Line());
  at_least("atleast_1d", atleast_1d, "Arrays with one axis or more.");
  at_least("atleast_2d", atleast_2d, "Arrays with two axes or more; vectors are rows.");
  at_least("atleast_3d", atleast_3d, "Arrays with three axes or more; vectors are in the middle.");
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
  module.def(
      "resize",
      [](nb::handle a, nb::handle shape) {
        const Array x = ToArray(a);
        if (PyBool_Check(shape.ptr())) Raise(PyExc_TypeError, "an extent is no bool");
        const Sizes sizes = ToSizes(shape);
        return Unlocked([&] { return resize(x, sizes); });
      },
      nb::arg("a"), nb::arg("new_shape"),
      "The elements in another shape, from the start again after the last one.", Line());
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
  BindTurns(module);
  BindWindows(module);
  BindRepeats(module, array);
  BindMethods(array);
}

}  // namespace broadloom::python
