// Orders, picks, sets, and places of elements.
#include "frontend/sorting.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "frontend/calls/arguments.h"
#include "frontend/calls/tables.h"
#include "frontend/error.h"
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

// All of them are stable; elements have no fields to order by.
Array Sort(const Array& x, std::optional<int64_t> axis, const Value& /* kind */,
           const Value& /* stable */, bool descending) {
  return sort(x, axis, descending);
}
Array ArgSort(const Array& x, std::optional<int64_t> axis, const Value& /* kind */,
              const Value& /* stable */, bool descending) {
  return argsort(x, axis, descending);
}

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

Value CallUniqueValues(const Arguments& arguments) { return unique_values(arguments.As<Array>(0)); }
Value CallUniqueCounts(const Arguments& arguments) {
  const Unique all = unique_all(arguments.As<Array>(0));
  return TupleOf(all.values, all.counts);
}
Value CallUniqueInverse(const Arguments& arguments) {
  const Unique all = unique_all(arguments.As<Array>(0));
  return TupleOf(all.values, all.inverse_indices);
}
Value CallUniqueAll(const Arguments& arguments) {
  const Unique all = unique_all(arguments.As<Array>(0));
  return TupleOf(all.values, all.indices, all.inverse_indices, all.counts);
}

Array IsIn(const Array& element, const Array& tests, bool /* assume_unique: not needed */,
           bool invert) {
  return isin(element, tests, invert);
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

using Triangle = std::vector<Array> (*)(int64_t, int64_t, std::optional<int64_t>, Context*);

template <Triangle kTriangle>
Value TriangleFrom(const Arguments& arguments) {
  const Sizes shape = arguments.As<Array>(0).shape();
  if (shape.size() != 2)
    throw Error(ErrorCode::invalid_argument,
                absl::StrCat(arguments.name(), ": an array of two dimensions is needed, not of ",
                             shape.size()));
  return ToValue(kTriangle(shape[0], arguments.As<int64_t>("k"), shape[1], arguments.context()));
}

Value Diagonal(int64_t extent, int64_t axes, Context* context) {
  CheckParts("diag_indices", axes);
  const Array places = arange(0, extent, 1, DataType::int64, context);
  return ToValue(std::vector<Array>(static_cast<size_t>(axes), places));
}
Value CallDiagIndices(const Arguments& arguments) {
  const auto axes = arguments.As<int64_t>("ndim");
  if (axes < 0) throw Error(ErrorCode::invalid_argument, "diag_indices: negative number of axes");
  return Diagonal(arguments.As<int64_t>("n"), axes, arguments.context());
}
Value CallDiagIndicesFrom(const Arguments& arguments) {
  const Sizes shape = arguments.As<Array>(0).shape();
  const bool is_square = std::equal(shape.begin() + !shape.empty(), shape.end(), shape.begin());
  if (shape.size() < 2 || !is_square)
    throw Error(ErrorCode::invalid_argument,
                "diag_indices_from: two axes or more, all of one extent, are needed");
  return Diagonal(shape[0], static_cast<int64_t>(shape.size()), arguments.context());
}

constexpr char kOrder[] = "sorting", kPicks[] = "picking", kSets[] = "sets";
constexpr Function kTable[] = {
    {"sort(a, axis=-1, kind=None, *, stable=None, descending=False)",
     "lines in order; NaNs are the largest", Bound<Sort>, kOrder},
    {"argsort(a, axis=-1, kind=None, *, stable=None, descending=False)",
     "places of the elements of sort's result", Bound<ArgSort>, kOrder},
    {"partition(a, kth, axis=-1)", "lines with the kth elements where sort would have them",
     Bound<partition>, kOrder},
    {"argpartition(a, kth, axis=-1)", "places of the elements of partition's result",
     Bound<argpartition>, kOrder},
    {"topk(x, k, /, axis=-1, *, largest=True)",
     "the k largest elements of each line, and their places", CallTopK, kOrder},
    {"lexsort(keys, axis=-1)", "places in the order of the last key, then of the one before it",
     Bound<lexsort>, kOrder},
    {"sort_complex(a)", "in order, as complex numbers", Bound<sort_complex>, kOrder},
    {"take(a, indices, axis=None, out=None, mode='raise')", "the elements at indices",
     BoundWithOut<Take>, kPicks},
    {"take_along_axis(arr, indices, axis=-1)", "for each line the elements at its own indices",
     Bound<take_along_axis>, kPicks},
    {"repeat(a, repeats, axis=None)", "each element so many times", Bound<Repeat>, kPicks},
    {"compress(condition, a, axis=None, out=None)",
     "the elements of an axis for which a condition holds", BoundWithOut<compress>, kPicks},
    {"extract(condition, arr)", "the elements for which a condition holds", Bound<extract>, kPicks},
    {"choose(a, choices, out=None, mode='raise')", "element by element from one of several arrays",
     BoundWithOut<choose>, kPicks},
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
    {"tril_indices_from(arr, k=0)", "coordinates of an array's elements on and below a diagonal",
     TriangleFrom<tril_indices>, kPicks},
    {"triu_indices_from(arr, k=0)", "coordinates of an array's elements on and above a diagonal",
     TriangleFrom<triu_indices>, kPicks},
    {"diag_indices(n, ndim=2)", "coordinates of a diagonal", CallDiagIndices, kPicks},
    {"diag_indices_from(arr)", "coordinates of an array's diagonal", CallDiagIndicesFrom, kPicks},
    {"ix_(*args)", "vectors of indices, each along an axis of its own", Bound<ix_>, kPicks},
    {"unique(ar, return_index=False, return_inverse=False, return_counts=False, axis=None, *, "
     "equal_nan=True)",
     "different elements, sorted", CallUnique, kSets},
    {"unique_values(x, /)", "different elements; NaNs differ", CallUniqueValues, kSets},
    {"unique_counts(x, /)", "(values, counts)", CallUniqueCounts, kSets},
    {"unique_inverse(x, /)", "(values, inverse indices)", CallUniqueInverse, kSets},
    {"unique_all(x, /)", "(values, indices, inverse indices, counts)", CallUniqueAll, kSets},
    {"isin(element, test_elements, assume_unique=False, invert=False)",
     "whether each element is among others", Bound<IsIn>, kSets},
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
