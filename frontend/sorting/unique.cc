// Equal elements, or rows of them, are neighbours once they are sorted.
#include <algorithm>
#include <cstring>

#include "frontend/context.h"
#include "frontend/rearrange.h"
#include "frontend/sorting.h"
#include "frontend/sorting/along.h"
#include "frontend/sorting/elements.h"
#include "frontend/sorting/groups.h"

namespace broadloom {
namespace {

// Subarrays along an axis as rows.
struct Subarrays {
  Subarrays(const Array& x, int64_t axis) : axis(axis) {
    const Array first = moveaxis(x, {axis}, {0});
    shape = first.shape();
    count = shape[0];
    for (size_t i = 1; i < shape.size(); ++i) length *= shape[i];
    rows = Dense(reshape(first, {count, length}), x.dtype());
  }

  // The subarrays at some places.
  Array At(const Array& places) const {
    Sizes sizes = shape;
    sizes[0] = places.size();
    return moveaxis(reshape(take(rows, places, 0), sizes), {0}, {axis});
  }

  int64_t axis, count, length = 1;
  Sizes shape;
  Array rows;  // of shape (count, length)
};

// By the first column, then by the second one, and so on.
Array OrderOf(const Subarrays& x) {
  const Fresh result = MakeFresh(x.rows.context(), DataType::int64, {x.count});
  const int64_t size = itemsize(x.rows.dtype());
  std::vector<sorting::Column> columns;
  for (int64_t i = 0; i < x.length; ++i) {
    const char* const from = ElementsOf<char>(x.rows) + i * size;
    columns.push_back({ElementOf(x.rows.dtype()), from, x.length * size});
  }
  const sorting::Places all[] = {{0, x.count}};
  SortPlaces(columns, reinterpret_cast<int64_t*>(result.data), {1, x.count}, all,
             &x.rows.context().pool);
  return result.array;
}

// Which rows are not as the ones before them in an order. NaNs always differ, as in NumPy.
Array Begins(const Subarrays& x, const Array& order) {
  const Fresh result = MakeFresh(x.rows.context(), DataType::bool_, {x.count});
  auto* const begins = reinterpret_cast<uint8_t*>(result.data);
  const auto* const places = ElementsOf<int64_t>(order);
  const int64_t length = x.length;
  WithElement(x.rows.dtype(), [&](auto element) {
    const auto* const from = ElementsOf<decltype(element)>(x.rows);
    const auto same = [=](int64_t a, int64_t b) {
      return std::equal(from + a * length, from + (a + 1) * length, from + b * length,
                        [](auto p, auto q) { return !Differ(p, q, false); });
    };
    const double cost = 10 + static_cast<double>(length);
    ParallelFor(x.rows.context(), x.count, cost, [&](int64_t begin, int64_t end) {
      for (int64_t i = begin; i < end; ++i) begins[i] = i == 0 || !same(places[i - 1], places[i]);
    });
  });
  return result.array;
}

Unique UniqueAlong(const Array& x, int64_t axis) {
  const Subarrays all(x, axis);
  const Array order = OrderOf(all);
  const Groups groups(Begins(all, order));
  const Array indices = groups.Firsts(order);
  return {all.At(indices), indices, groups.Numbers(order), groups.Lengths()};
}

// Along the only axis there are no subarrays but the elements.
std::optional<int64_t> AxisOfRows(const Array& x, std::optional<int64_t> axis) {
  if (!axis.has_value()) return {};
  const int64_t normal = AxisOf(*axis, x.ndim(), "unique");
  return x.ndim() == 1 ? std::nullopt : std::optional(normal);
}

}  // namespace

Array unique_values(const Array& x, bool equal_nan, std::optional<int64_t> axis) {
  const std::optional<int64_t> rows = AxisOfRows(x, axis);
  if (rows.has_value()) return UniqueAlong(x, *rows).values;
  const Array sorted = sort(x, {});
  return Groups(Begins(sorted, equal_nan)).Firsts(sorted);
}

Unique unique_all(const Array& x, bool equal_nan, std::optional<int64_t> axis) {
  const std::optional<int64_t> rows = AxisOfRows(x, axis);
  if (rows.has_value()) return UniqueAlong(x, *rows);
  const Array flat = Dense(Flat(x), x.dtype()), order = argsort(flat);
  const Fresh sorted = MakeFresh(x.context(), x.dtype(), flat.shape());
  PickAlong(flat, Along(flat.shape(), 0), ElementsOf<int64_t>(order), sorted.data);
  const Groups groups(Begins(sorted.array, equal_nan));
  return {groups.Firsts(sorted.array), groups.Firsts(order),
          reshape(groups.Numbers(order), x.shape()), groups.Lengths()};
}

}  // namespace broadloom
