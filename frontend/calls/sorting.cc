// Orders, picks, sets, and places of elements.
#include "frontend/sorting.h"

#include "frontend/calls/arguments.h"
#include "frontend/calls/tables.h"
#include "frontend/indices.h"

namespace broadloom::calls {

template <>
struct From<IndexMode> {
  static IndexMode Of(const Value& value, const Slot& slot) {
    static constexpr std::pair<const char*, IndexMode> kNames[] = {
        {"raise", IndexMode::raise}, {"wrap", IndexMode::wrap}, {"clip", IndexMode::clip}};
    return OneOf(kNames, value, slot);
  }
};

namespace {

Array Repeat(const Array& x, const Array& counts, const std::optional<int64_t>& axis) {
  return repeat(x, counts, axis);
}

Array Take(const Array& x, const Array& indices, const std::optional<int64_t>& axis,
           IndexMode mode) {
  return take(x, indices, axis, mode);
}

Value CallTopK(const Arguments& arguments) {
  const TopK best = topk(arguments.As<Array>(0), arguments.As<int64_t>(1),
                         arguments.As<std::optional<int64_t>>(2), arguments.As<bool>(3));
  return TupleOf(best.values, best.indices);
}

Value CallUnique(const Arguments& arguments) {
  const Array x = arguments.As<Array>(0);
  const auto axis = arguments.As<std::optional<int64_t>>("axis");
  const bool equal_nan = arguments.As<bool>("equal_nan");
  const bool indices = arguments.As<bool>("return_index");
  const bool inverse = arguments.As<bool>("return_inverse");
  const bool counts = arguments.As<bool>("return_counts");
  if (!indices && !inverse && !counts) return unique_values(x, equal_nan, axis);
  const Unique all = unique_all(x, equal_nan, axis);
  Sequence results{{Value(all.values)}};
  if (indices) results.items.push_back(all.indices);
  if (inverse) results.items.push_back(all.inverse_indices);
  if (counts) results.items.push_back(all.counts);
  return results;
}

Value CallIntersect(const Arguments& arguments) {
  const Array x = arguments.As<Array>(0), y = arguments.As<Array>(1);
  const bool assume_unique = arguments.As<bool>("assume_unique");
  if (!arguments.As<bool>("return_indices")) return intersect1d(x, y, assume_unique);
  const Intersection both = intersect1d_indices(x, y, assume_unique);
  return TupleOf(both.values, both.first, both.second);
}

Value CallSearchWhere(const Arguments& arguments) {
  return ToValue(nonzero(arguments.As<Array>(0)));
}

Value CallIsIn(const Arguments& arguments) {
  return isin(arguments.As<Array>(0), arguments.As<Array>(1), arguments.As<bool>("invert"));
}

// "order" as NumPy's.
bool IsFortran(const Arguments& arguments) {
  static constexpr std::pair<const char*, bool> kOrders[] = {{"C", false}, {"F", true}};
  const size_t index = arguments.IndexOf("order");
  return OneOf(kOrders, arguments[index], arguments.slot(index));
}

Value CallUnravel(const Arguments& arguments) {
  return ToValue(
      unravel_index(arguments.As<Array>(0), arguments.As<Sizes>(1), IsFortran(arguments)));
}

Value CallRavelMulti(const Arguments& arguments) {
  return ravel_multi_index(arguments.As<std::vector<Array>>(0), arguments.As<Sizes>(1),
                           arguments.As<std::vector<IndexMode>>("mode"), IsFortran(arguments));
}

Value CallTrilIndices(const Arguments& arguments) {
  return ToValue(tril_indices(arguments.As<int64_t>(0), arguments.As<int64_t>(1),
                              arguments.As<std::optional<int64_t>>(2), arguments.context()));
}
Value CallTriuIndices(const Arguments& arguments) {
  return ToValue(triu_indices(arguments.As<int64_t>(0), arguments.As<int64_t>(1),
                              arguments.As<std::optional<int64_t>>(2), arguments.context()));
}

constexpr char kOrder[] = "sorting", kPicks[] = "picking", kSets[] = "sets";
constexpr Function kTable[] = {
    {"sort(x, axis=-1, *, descending=False)", "lines in order; NaNs are the largest", Bound<sort>,
     kOrder},
    {"argsort(x, axis=-1, *, descending=False)", "places of the elements of sort's result",
     Bound<argsort>, kOrder},
    {"partition(a, kth, axis=-1)", "lines with the kth elements where sort would have them",
     Bound<partition>, kOrder},
    {"argpartition(a, kth, axis=-1)", "places of the elements of partition's result",
     Bound<argpartition>, kOrder},
    {"topk(x, k, /, axis=-1, *, largest=True)",
     "the k largest elements of each line, and their places", CallTopK, kOrder},
    {"lexsort(keys, axis=-1)", "places in the order of the last key, then of the one before it",
     Bound<lexsort>, kOrder},
    {"sort_complex(a)", "in order, as complex numbers", Bound<sort_complex>, kOrder},
    {"take(a, indices, axis=None, *, mode='raise')", "the elements at indices", Bound<Take>,
     kPicks},
    {"take_along_axis(arr, indices, axis=-1)", "for each line the elements at its own indices",
     Bound<take_along_axis>, kPicks},
    {"repeat(a, repeats, axis=None)", "each element so many times", Bound<Repeat>, kPicks},
    {"compress(condition, a, axis=None)", "the elements of an axis for which a condition holds",
     Bound<compress>, kPicks},
    {"extract(condition, arr)", "the elements for which a condition holds", Bound<extract>, kPicks},
    {"choose(a, choices, *, mode='raise')", "element by element from one of several arrays",
     Bound<choose>, kPicks},
    {"select(condlist, choicelist, default=0)", "from the first array whose condition holds",
     Bound<select>, kPicks},
    {"nonzero(a)", "coordinates of the elements that are not zero", CallSearchWhere, kPicks},
    {"argwhere(a)", "coordinates of the elements that are not zero, a row each", Bound<argwhere>,
     kPicks},
    {"flatnonzero(a)", "places of the elements that are not zero", Bound<flatnonzero>, kPicks},
    {"unravel_index(indices, shape, order='C')", "coordinates of places", CallUnravel, kPicks},
    {"ravel_multi_index(multi_index, dims, mode='raise', order='C')", "places of coordinates",
     CallRavelMulti, kPicks},
    {"tril_indices(n, k=0, m=None)", "coordinates on and below a diagonal", CallTrilIndices,
     kPicks},
    {"triu_indices(n, k=0, m=None)", "coordinates on and above a diagonal", CallTriuIndices,
     kPicks},
    {"ix_(*args)", "vectors of indices, each along an axis of its own", Bound<ix_>, kPicks},
    {"unique(ar, return_index=False, return_inverse=False, return_counts=False, axis=None, "
     "equal_nan=True)",
     "different elements, sorted", CallUnique, kSets},
    {"isin(element, test_elements, *, invert=False)", "whether each element is among others",
     CallIsIn, kSets},
    {"union1d(ar1, ar2)", "elements of either", Bound<union1d>, kSets},
    {"intersect1d(ar1, ar2, assume_unique=False, return_indices=False)", "elements of both",
     CallIntersect, kSets},
    {"setdiff1d(ar1, ar2, assume_unique=False)", "elements of the first, not of the second",
     Bound<setdiff1d>, kSets},
    {"setxor1d(ar1, ar2, assume_unique=False)", "elements of one of the two", Bound<setxor1d>,
     kSets},
};

}  // namespace

Table SortingTable() { return kTable; }

}  // namespace broadloom::calls
