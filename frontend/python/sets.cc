// Unique elements and sets in NumPy's spellings.
#include <nanobind/stl/string.h>

#include "frontend/python/keywords.h"
#include "frontend/python/statistics.h"
#include "frontend/python/tuples.h"
#include "frontend/sorting.h"

namespace broadloom::python {
namespace {

using Line = nb::call_guard<UserLine>;

// Named tuples of NumPy. Alive as long as the process.
struct Results {
  nb::object all, counts, inverse;
};

const Results& results() {
  static const Results& cached = *[] {
    nb::object make = nb::module_::import_("collections").attr("namedtuple");
    const auto result = [&](const char* name, const char* fields) {
      return nb::object(make(name, fields, nb::arg("module") = "broadloom"));
    };
    return new Results{result("UniqueAllResult", "values indices inverse_indices counts"),
                       result("UniqueCountsResult", "values counts"),
                       result("UniqueInverseResult", "values inverse_indices")};
  }();
  return cached;
}

Unique AllOf(nb::handle object, bool equal_nan, std::optional<int64_t> axis = {}) {
  const Array x = ToArray(object);
  return Unlocked([&] { return unique_all(x, equal_nan, axis); });
}

Array ValuesOf(nb::handle object, bool equal_nan, std::optional<int64_t> axis = {}) {
  const Array x = ToArray(object);
  return Unlocked([&] { return unique_values(x, equal_nan, axis); });
}

// `sorted`: results always are.
nb::object CallUnique(nb::handle ar, Truthy index, Truthy inverse, Truthy counts, nb::handle axis,
                      Truthy equal_nan, Truthy) {
  std::optional<int64_t> along;
  if (!axis.is_none()) along = ToCInt(axis);
  if (!index && !inverse && !counts) return nb::cast(ValuesOf(ar, equal_nan, along));
  const Unique all = AllOf(ar, equal_nan, along);
  std::vector<Array> wanted = {all.values};
  if (index) wanted.push_back(all.indices);
  if (inverse) wanted.push_back(all.inverse_indices);
  if (counts) wanted.push_back(all.counts);
  return ToTuple(wanted);
}

void BindUnique(nb::module_& module) {
  module.def("unique", CallUnique, nb::arg("ar"), nb::arg("return_index") = false,
             nb::arg("return_inverse") = false, nb::arg("return_counts") = false,
             nb::arg("axis").none() = nb::none(), nb::kw_only(), nb::arg("equal_nan") = true,
             nb::arg("sorted") = true,
             "The different elements, or subarrays along an axis, sorted.", Line());
  module.def(
      "unique_values", [](nb::handle x) { return ValuesOf(x, false); }, nb::arg("x"),
      "The different elements, sorted.", Line());
  module.def(
      "unique_counts",
      [](nb::handle x) {
        const Unique all = AllOf(x, false);
        return results().counts(all.values, all.counts);
      },
      nb::arg("x"), "The different elements, and how often each occurs.", Line());
  module.def(
      "unique_inverse",
      [](nb::handle x) {
        const Unique all = AllOf(x, false);
        return results().inverse(all.values, all.inverse_indices);
      },
      nb::arg("x"), "The different elements, and which of them each element is.", Line());
  module.def(
      "unique_all",
      [](nb::handle x) {
        const Unique all = AllOf(x, false);
        return results().all(all.values, all.indices, all.inverse_indices, all.counts);
      },
      nb::arg("x"), "The different elements, where they are first, which each is, and counts.",
      Line());
}

// NumPy's table has a place for each number between the smallest and the largest one, which are
// counted in the dtype.
void CheckRange(const Array& tests) {
  const bool is_natural = tests.dtype() >= DataType::uint8;
  const Array low = min(tests), high = max(tests);
  const uint64_t range = is_natural ? high.item<uint64_t>() - low.item<uint64_t>()
                                    : static_cast<uint64_t>(high.item<int64_t>()) -
                                          static_cast<uint64_t>(low.item<int64_t>());
  const int bits = 8 * itemsize(tests.dtype()) - (is_natural ? 0 : 1);
  if (bits < 64 && range >> bits != 0)
    Raise(
        PyExc_RuntimeError,
        "isin: the range of the test elements exceeds the maximum integer of their dtype; 'table' "
        "is not for them");
  if (range >= static_cast<uint64_t>(INT64_MAX))
    Raise(PyExc_ValueError, "isin: the range of the test elements is too large for a table");
}

// How it is found is ours to choose, but NumPy's table takes only integers.
void CheckSearch(nb::handle kind, const Array& x, const Array& tests) {
  if (kind.is_none()) return;
  const auto name = nb::cast<std::string>(nb::str(kind));
  if (name != "sort" && name != "table")
    Raise(PyExc_ValueError, "Invalid kind: '" + name + "'. Please use None, 'sort' or 'table'.");
  const auto counts = [](DataType d) { return d == DataType::bool_ || IsInteger(d); };
  if (name == "table" && !(counts(x.dtype()) && counts(tests.dtype())))
    Raise(PyExc_ValueError, "The 'table' method is only supported for boolean or integer arrays.");
  if (name == "table" && tests.dtype() != DataType::bool_ && tests.size() > 0) CheckRange(tests);
}

Array CallIsIn(nb::handle element, nb::handle test_elements, Truthy, Truthy invert,
               nb::handle kind) {
  const Array x = ToArray(element);
  if (PyAnySet_Check(test_elements.ptr())) return full(x.shape(), invert.value);  // one object
  const Array tests = ToArray(test_elements);
  CheckSearch(kind, x, tests);
  return Unlocked([&] { return isin(x, tests, invert); });
}

nb::object CallIntersect(nb::handle ar1, nb::handle ar2, Truthy unique, Truthy return_indices) {
  const Array x = ToArray(ar1), y = ToArray(ar2);
  if (!return_indices) return nb::cast(Unlocked([&] { return intersect1d(x, y, unique); }));
  const Intersection both = Unlocked([&] { return intersect1d_indices(x, y, unique); });
  return ToTuple({both.values, both.first, both.second});
}

void DefDifference(nb::module_& module, const char* name,
                   Array (*function)(const Array&, const Array&, bool), const char* doc) {
  module.def(
      name,
      [=](nb::handle ar1, nb::handle ar2, Truthy assume_unique) {
        const Array x = ToArray(ar1), y = ToArray(ar2);
        return Unlocked([&] { return function(x, y, assume_unique); });
      },
      nb::arg("ar1"), nb::arg("ar2"), nb::arg("assume_unique") = false, doc, Line());
}

void BindOperations(nb::module_& module) {
  module.def("isin", CallIsIn, nb::arg("element"), nb::arg("test_elements"),
             nb::arg("assume_unique") = false, nb::arg("invert") = false,
             nb::arg("kind").none() = nb::none(), "Whether each element is among others.", Line());
  module.def(
      "union1d",
      [](nb::handle ar1, nb::handle ar2) {
        const std::vector<Array> both = ToPromotedArrays(nb::make_tuple(ar1, ar2));
        return Unlocked([&] { return union1d(both[0], both[1]); });
      },
      nb::arg("ar1"), nb::arg("ar2"), "The elements of either, sorted.", Line());
  module.def("intersect1d", CallIntersect, nb::arg("ar1"), nb::arg("ar2"),
             nb::arg("assume_unique") = false, nb::arg("return_indices") = false,
             "The elements of both, sorted.", Line());
  DefDifference(module, "setdiff1d", setdiff1d, "The elements of the first only.");
  DefDifference(module, "setxor1d", setxor1d, "The elements of one of them only, sorted.");
}

}  // namespace

void BindSets(nb::module_& module) {
  BindUnique(module);
  BindOperations(module);
}

}  // namespace broadloom::python
