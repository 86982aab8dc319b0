// Whole lines, or what comes to some places of them.
#include <algorithm>

#include "absl/cleanup/cleanup.h"
#include "absl/functional/function_ref.h"
#include "absl/strings/str_cat.h"
#include "frontend/convert.h"
#include "frontend/layout.h"
#include "frontend/memory.h"
#include "frontend/rearrange.h"
#include "frontend/sorting.h"
#include "frontend/sorting/along.h"
#include "frontend/sorting/elements.h"
#include "frontend/sorting/lines_in_place.h"
#include "frontend/storage.h"
#include "frontend/write.h"

namespace broadloom {
namespace {

using sorting::Places;

// Places of sorted lines; none: all of them.
using Wanted = std::vector<Places>;

Wanted WantedIn(const Wanted& wanted, int64_t extent) {
  return wanted.empty() ? Wanted{{0, extent}} : wanted;
}

Array Ranked(const Array& dense, int64_t axis, bool descending, const Wanted& wanted) {
  const Fresh result = MakeFresh(dense.context(), DataType::int64, dense.shape());
  const Along along(dense.shape(), axis);
  const Wanted in = WantedIn(wanted, along.extent);
  const int64_t size = itemsize(dense.dtype());
  ForLines(dense.context(), along, ElementsOf<char>(dense), result.data, {size, sizeof(int64_t)},
           [&](const char* from, char* to, int64_t count, Executor* executor) {
             const sorting::Column column{ElementOf(dense.dtype()), from, size, descending};
             auto* const places = reinterpret_cast<int64_t*>(to);
             SortPlaces({&column, 1}, places, {count, along.extent}, in, executor);
           });
  return result.array;
}

Array Sorted(const Array& dense, int64_t axis, bool descending, const Wanted& wanted) {
  const Fresh result = MakeFresh(dense.context(), dense.dtype(), dense.shape());
  const Along along(dense.shape(), axis);
  if (IsComplex(dense.dtype())) {
    const Array places = Ranked(dense, axis, descending, wanted);
    PickAlong(dense, along, ElementsOf<int64_t>(places), result.data);
    return result.array;
  }
  const Wanted in = WantedIn(wanted, along.extent);
  const int64_t size = itemsize(dense.dtype());
  ForLines(dense.context(), along, ElementsOf<char>(dense), result.data, {size, size},
           [&](const char* from, char* to, int64_t count, Executor* executor) {
             SortLines(ElementOf(dense.dtype()), from, to, {count, along.extent}, descending, in,
                       executor);
           });
  return result.array;
}

bool IsDense(const Expr& expr) {
  const int64_t size = expr.dtype.size();
  return IsInOrder(expr.shape, expr.storage.strides, size) &&
         reinterpret_cast<uintptr_t>(AddressOf(expr.storage)) % size == 0;
}

// In the memory order of x, as NumPy's results lie.
Array SortedAlong(const Array& x, int64_t axis, bool descending, const Wanted& wanted) {
  const AxisOrder order = OrderOfCopy(*ExprOf(x));
  const std::vector<int64_t> axes(order.begin(), order.end());
  if (std::is_sorted(axes.begin(), axes.end()))
    return Sorted(Dense(x, x.dtype()), axis, descending, wanted);
  const std::vector<int64_t> back = InversePermutation(axes);
  const Array dense = Dense(permute_dims(x, axes), x.dtype());
  return permute_dims(Sorted(dense, back[axis], descending, wanted), back);
}

// Of contiguous lines, by several arrays of them.
Array RankedTogether(const std::vector<Array>& lines) {
  const Fresh result = MakeFresh(lines[0].context(), DataType::int64, lines[0].shape());
  if (lines[0].size() == 0) return result.array;
  const int64_t extent = lines[0].shape().back();
  const Places all[] = {{0, extent}};
  auto* const places = reinterpret_cast<int64_t*>(result.data);
  ForEachLine(lines[0].context(), {lines[0].size() / extent, extent},
              [&](int64_t first, int64_t count, Executor* executor) {
                std::vector<sorting::Column> columns;
                for (const Array& array : lines) {
                  const int64_t size = itemsize(array.dtype());
                  const char* const from = ElementsOf<char>(array) + first * extent * size;
                  columns.push_back({ElementOf(array.dtype()), from, size});
                }
                SortPlaces(columns, places + first * extent, {count, extent}, all, executor);
              });
  return result.array;
}

// The places k of `kth`, which may be negative, in lines.
Wanted WantedOf(const std::vector<int64_t>& kth, int64_t extent) {
  Wanted wanted;
  for (int64_t k : kth) {
    const int64_t place = k < 0 ? k + extent : k;
    if (place < 0 || place >= extent)
      throw Error(ErrorCode::invalid_argument,
                  absl::StrCat("partition: kth (", k, ") is out of bounds for lines of ", extent,
                               " elements"));
    wanted.push_back({place, place + 1});
  }
  return wanted;
}

// Of arrays without elements, as in NumPy, none is wrong.
Wanted WantedAlong(const std::vector<int64_t>& kth, const Array& x, int64_t axis) {
  return x.size() == 0 ? Wanted() : WantedOf(kth, x.shape()[axis]);
}

}  // namespace

Array AxisLast(const Array& x, std::optional<int64_t> axis, const char* what) {
  if (!axis.has_value()) return Flat(x);
  return moveaxis(x, {AxisOf(*axis, x.ndim(), what)}, {-1});
}

Array AxisBack(const Array& lines, std::optional<int64_t> axis) {
  return axis.has_value() ? moveaxis(lines, {-1}, {*axis}) : lines;
}

Array sort(const Array& x, std::optional<int64_t> axis, bool descending) {
  if (!axis.has_value()) return sort(Flat(x), 0, descending);
  return SortedAlong(x, AxisOf(*axis, x.ndim(), "sort"), descending, {});
}

std::optional<LinesInPlace> LinesInPlace::Take(const Array& x, int64_t axis) {
  CheckWriteable(x);
  const int64_t along = AxisOf(axis, x.ndim(), "sort");
  if (along + 1 < x.ndim() || x.size() == 0 || IsComplex(x.dtype())) return std::nullopt;
  std::shared_ptr<void> taken = Storage::TakeForArranging(x.storage());
  if (taken == nullptr || !IsDense(*ExprOf(x))) return std::nullopt;
  return LinesInPlace(x, std::move(taken));
}

LinesInPlace::LinesInPlace(const Array& x, std::shared_ptr<void> taken)
    : context_(x.context()),
      shape_(x.shape()),
      dtype_(x.dtype()),
      taken_(std::move(taken)),
      data_(AddressOf(ExprOf(x)->storage)) {}

void LinesInPlace::Sort(bool descending, const Wanted& wanted) const {
  const int64_t size = itemsize(dtype_), extent = shape_.back();
  ForLines(context_, Along(shape_, static_cast<int64_t>(shape_.size()) - 1), data_, data_,
           {size, size}, [&](const char*, char* to, int64_t count, Executor* executor) {
             SortLinesInPlace(ElementOf(dtype_), to, {count, extent}, descending, wanted, executor);
           });
}

void LinesInPlace::Partition(const std::vector<int64_t>& kth) const {
  const Wanted wanted = WantedOf(kth, shape_.back());
  if (!wanted.empty()) Sort(false, wanted);
}

namespace {

// Of a pending copy, which is computed only if it will lie as it must.
std::optional<LinesInPlace> LinesOf(const Array& own, int64_t axis) {
  const Expr& expr = *ExprOf(own);
  const bool fits = AxisOf(axis, own.ndim(), "sort") + 1 == own.ndim() && own.size() > 0 &&
                    !IsComplex(own.dtype()) &&
                    IsInOrder(expr.shape, expr.strides, expr.dtype.size());
  return fits ? LinesInPlace::Take(own.eval(), axis) : std::nullopt;
}

// Where x lies, or else in a copy that is put in its place, by the same loops: so what nobody asked
// for comes to the same places whether somebody still wants what is there or not.
void ArrangeInPlace(const Array& x, int64_t axis, const Aside& aside,
                    absl::FunctionRef<void(const LinesInPlace&)> arrange,
                    absl::FunctionRef<Array()> arranged) {
  if (std::optional<LinesInPlace> lines = LinesInPlace::Take(x, axis)) {
    return aside([&] {
      const absl::Cleanup give_back = [&] { lines.reset(); };  // others may wait with the lock
      arrange(*lines);
    });
  }
  Array result;
  aside([&] {
    result = copy(x);
    const std::optional<LinesInPlace> lines = LinesOf(result, axis);
    if (lines.has_value())
      arrange(*lines);
    else
      result = arranged();
  });
  assign(x, result);
}

}  // namespace

void sort_in_place(const Array& x, int64_t axis, bool descending, const Aside& aside) {
  ArrangeInPlace(
      x, axis, aside, [&](const LinesInPlace& lines) { lines.Sort(descending); },
      [&] { return sort(x, axis, descending); });
}

void partition_in_place(const Array& x, const std::vector<int64_t>& kth, int64_t axis,
                        const Aside& aside) {
  ArrangeInPlace(
      x, axis, aside, [&](const LinesInPlace& lines) { lines.Partition(kth); },
      [&] { return partition(x, kth, axis); });
}

Array argsort(const Array& x, std::optional<int64_t> axis, bool descending) {
  if (!axis.has_value() || x.ndim() == 0)
    return argsort(Flat(x), AxisOf(axis.value_or(0), 1, "argsort"), descending);
  return Ranked(Dense(x, x.dtype()), AxisOf(*axis, x.ndim(), "argsort"), descending, {});
}

Array partition(const Array& x, const std::vector<int64_t>& kth, std::optional<int64_t> axis) {
  if (!axis.has_value()) return partition(Flat(x), kth, 0);
  const int64_t along = AxisOf(*axis, x.ndim(), "partition");
  const Wanted wanted = WantedAlong(kth, x, along);
  return SortedAlong(x, along, false, wanted);
}

Array argpartition(const Array& x, const std::vector<int64_t>& kth, std::optional<int64_t> axis) {
  if (!axis.has_value() || x.ndim() == 0)
    return argpartition(Flat(x), kth, AxisOf(axis.value_or(0), 1, "argpartition"));
  const int64_t along = AxisOf(*axis, x.ndim(), "argpartition");
  const Wanted wanted = WantedAlong(kth, x, along);
  return Ranked(Dense(x, x.dtype()), along, false, wanted);
}

TopK topk(const Array& x, int64_t k, std::optional<int64_t> axis, bool largest) {
  if (!axis.has_value()) return topk(Flat(x), k, 0, largest);
  const int64_t along = AxisOf(*axis, x.ndim(), "topk"), extent = x.shape()[along];
  if (k < 0 || k > extent)
    throw Error(ErrorCode::invalid_argument,
                absl::StrCat("topk: k is ", k, ", but lines have ", extent, " elements"));
  const Array places = Ranked(Dense(x, x.dtype()), along, largest, {{0, k}});
  const Array first = Dense(AlongAxis(places, along, Slice{0, k, {}}), DataType::int64);
  return {take_along_axis(x, first, along), first};
}

Array lexsort(const std::vector<Array>& keys, int64_t axis) {
  if (keys.empty()) throw Error(ErrorCode::type_error, "lexsort: needs at least one key");
  for (const Array& key : keys) {
    if (key.shape() != keys[0].shape())
      throw Error(ErrorCode::invalid_argument, "lexsort: all keys need to be the same shape");
  }
  AxisOf(axis, std::max(keys[0].ndim(), 1), "lexsort");
  if (keys[0].ndim() == 0) return zeros({}, DataType::int64, &keys[0].context());
  std::vector<Array> lines;
  for (const Array& key : keys) lines.push_back(Dense(AxisLast(key, axis, "lexsort"), key.dtype()));
  std::reverse(lines.begin(), lines.end());  // the primary key first
  const Array places = RankedTogether(lines);
  return DenseCopy(AxisBack(places, axis), DataType::int64).array;
}

Array sort_complex(const Array& x) {
  const DType dtype = ToDType(x.dtype());
  const bool narrow = dtype.is_integer() && dtype.size() <= 2;
  Array sorted = sort(x);
  if (IsComplex(x.dtype())) return sorted;
  return astype(sorted, narrow ? DataType::complex64 : DataType::complex128);
}

}  // namespace broadloom
