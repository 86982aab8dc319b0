// Sorting and gathering in NumPy's spellings.
#include "frontend/sorting.h"

#include <nanobind/stl/string.h>

#include "frontend/python/keywords.h"
#include "frontend/python/modes.h"
#include "frontend/python/statistics.h"
#include "frontend/python/tuples.h"

namespace broadloom::python {
namespace {

using Line = nb::call_guard<UserLine>;

// --- Sorting -------------------------------------------------------------------------------------
// Every kind is stable here; what is asked for is only checked. NumPy looks at the first letter.
void CheckKind(nb::handle kind, nb::handle order, nb::handle stable) {
  if (!order.is_none())
    Raise(PyExc_ValueError, "Cannot specify order when the array has no fields.");
  if (kind.is_none()) return;
  if (!stable.is_none())
    Raise(PyExc_ValueError, "`kind` and `stable` can't be provided at the same time.");
  if (!nb::isinstance<nb::str>(kind)) Raise(PyExc_TypeError, "sort kind must be a string");
  const auto name = nb::cast<std::string>(kind);
  if (name.empty() || std::string("qQhHmMsS").find(name[0]) == std::string::npos)
    Raise(PyExc_ValueError,
          "sort kind must be one of 'quick', 'heap', or 'stable' (got '" + name + "')");
}

using Sort = Array (*)(const Array&, std::optional<int64_t>, bool);

// NumPy's sort, unlike argsort, takes a bool as an axis.
auto Sorting(Sort function, int (*to_axis)(nb::handle)) {
  return [=](nb::handle a, nb::handle axis, nb::handle kind, nb::handle order, nb::handle stable,
             Truthy descending) {
    CheckKind(kind, order, stable);
    const Array x = ToArray(a);
    std::optional<int64_t> along;
    if (!axis.is_none()) along = to_axis(axis);
    return Unlocked([&] { return function(x, along, descending); });
  };
}

#define BL_SORT_ARGS                                                                          \
  nb::arg("axis").none() = -1, nb::arg("kind").none() = nb::none(),                           \
  nb::arg("order").none() = nb::none(), nb::kw_only(), nb::arg("stable").none() = nb::none(), \
  nb::arg("descending") = false

void BindSorts(nb::module_& module, nb::class_<Array>& array) {
  module.def("sort", Sorting(sort, ToCInt), nb::arg("a"), BL_SORT_ARGS,
             "A sorted copy along an axis, or flattened; always stable.", Line());
  module.def("argsort", Sorting(argsort, ToAxis), nb::arg("a"), BL_SORT_ARGS,
             "The places of the elements in sorted order; always stable.", Line());
  const auto sorted = Sorting(sort, ToCInt);
  array.def("argsort", Sorting(argsort, ToAxis), BL_SORT_ARGS, Line())
      .def(
          "sort",
          [=](nb::handle a, nb::handle axis, nb::handle kind, nb::handle order, nb::handle stable,
              Truthy descending) {
            const auto& x = nb::cast<const Array&>(a);
            if (axis.is_none() || x.ndim() == 0)
              return assign(x, sorted(a, axis, kind, order, stable, descending));
            CheckKind(kind, order, stable);
            const int64_t along = ToCInt(axis);
            sort_in_place(x, along, descending, Unlocked<const std::function<void()>&>);
          },
          nb::arg("axis") = -1, nb::arg("kind").none() = nb::none(),
          nb::arg("order").none() = nb::none(), nb::kw_only(),
          nb::arg("stable").none() = nb::none(), nb::arg("descending") = false,
          "In place; as the function.", Line())
      .def("searchsorted", CallSearchsorted, nb::arg("v"), nb::arg("side") = "left",
           nb::arg("sorter").none() = nb::none(), Line());
}

// --- Gathering -----------------------------------------------------------------------------------
bool IsArray(nb::handle object) { return nb::isinstance<Array>(object) || IsNDArray(object); }

// NumPy collects the result in x's dtype, for which it must be able to read `out`.
nb::object GatherInto(nb::handle out, const char* name, const Array& x,
                      const std::function<Array()>& compute) {
  if (IsArray(out)) {
    const DataType dtype = nb::isinstance<Array>(out) ? nb::cast<const Array&>(out).dtype()
                                                      : ToDType(out.attr("dtype"));
    if (!can_cast(dtype, x.dtype()))
      Raise(PyExc_TypeError, std::string(name) + ": `out` of " + to_string(dtype) +
                                 " cannot be cast safely to " + to_string(x.dtype()));
  }
  return ReduceInto(out, name, [&] { return Unlocked(compute); });
}

nb::object CallTake(nb::handle a, nb::handle indices, nb::handle axis, nb::handle out,
                    nb::handle mode) {
  const Array x = ToArray(a), which = ToIndices(indices);
  const std::optional<int64_t> along = ToOptionalAxis(axis);
  const IndexMode how = ToIndexMode(mode);
  return GatherInto(out, "take", x, [&] { return take(x, which, along, how); });
}

nb::object CallCompress(nb::handle condition, nb::handle a, nb::handle axis, nb::handle out) {
  const Array x = ToArray(a), which = ToArray(condition);
  const std::optional<int64_t> along = ToOptionalAxis(axis);
  return GatherInto(out, "compress", x, [&] { return compress(which, x, along); });
}

Array CallTakeAlong(nb::handle a, nb::handle indices, nb::handle axis) {
  const Array x = ToArray(a), which = ToArray(indices);
  std::optional<int64_t> along;
  if (!axis.is_none()) along = ToCInt(axis);
  return Unlocked([&] { return take_along_axis(x, which, along); });
}

void DefPlaces(nb::module_& module, const char* name, Array (*function)(const Array&),
               const char* doc) {
  module.def(
      name,
      [=](nb::handle a) {
        const Array x = ToArray(a);
        return Unlocked([&] { return function(x); });
      },
      nb::arg("a"), doc, Line());
}

void BindGathering(nb::module_& module, nb::class_<Array>& array) {
  const auto an_axis = [] { return nb::arg("axis").none() = nb::none(); };
  const auto an_out = [] { return nb::arg("out").none() = nb::none(); };
  const auto a_mode = [] { return nb::arg("mode").none() = "raise"; };
  module.def("take", CallTake, nb::arg("a"), nb::arg("indices"), an_axis(), an_out(), a_mode(),
             "Elements, or subarrays along an axis, by their indices.", Line());
  array.def("take", CallTake, nb::arg("indices"), an_axis(), an_out(), a_mode(), Line());
  module.def("take_along_axis", CallTakeAlong, nb::arg("arr"), nb::arg("indices"),
             nb::arg("axis").none() = -1, "Elements along an axis, by indices for each line.",
             Line());
  module.def("compress", CallCompress, nb::arg("condition"), nb::arg("a"), an_axis(), an_out(),
             "Elements, or subarrays along an axis, where a vector is true.", Line());
  array.def(
      "compress",
      [](nb::handle x, nb::handle condition, nb::handle axis, nb::handle out) {
        return CallCompress(condition, x, axis, out);
      },
      nb::arg("condition"), an_axis(), an_out(), Line());
  module.def("nonzero", CallNonzero, nb::arg("a"),
             "Where elements are not zero: a vector of coordinates for each axis.", Line());
  array.def("nonzero", CallNonzero, Line());
  DefPlaces(module, "argwhere", argwhere, "Where elements are not zero: a row for each.");
  DefPlaces(module, "flatnonzero", flatnonzero, "Where the flattened array is not zero.");
}

}  // namespace

Array ToIndices(nb::handle object) {
  const Array indices = ToArray(object);
  if (!IsArray(object) && !IsNumPyScalar(object) && indices.dtype() == DataType::uint64)
    Raise(PyExc_OverflowError, "an index does not fit in 64 bits");
  const bool truncates = !IsArray(object) && IsFloating(indices.dtype());
  return truncates ? astype(indices, DataType::int64) : indices;
}

nb::tuple CallNonzero(nb::handle a) {
  const Array x = ToArray(a);
  return ToTuple(Unlocked([&] { return nonzero(x); }));
}

void BindSorting(nb::module_& module, nb::class_<Array>& array) {
  BindSorts(module, array);
  BindGathering(module, array);
}

}  // namespace broadloom::python
