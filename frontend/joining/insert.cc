// Values put between elements.
#include <algorithm>

#include "frontend/joining.h"
#include "frontend/joining/assembly.h"
#include "frontend/joining/target.h"
#include "frontend/rearrange.h"

namespace broadloom {
namespace {

using joining::Run;
using joining::Target;

// Axes of extent 1 more in front, or fewer.
Array WithRank(const Array& x, size_t rank) {
  Sizes shape = x.shape();
  while (shape.size() > rank && shape[0] == 1) shape.erase(shape.begin());
  while (shape.size() < rank) shape.insert(shape.begin(), 1);
  return shape == x.shape() ? x : reshape(x, shape);
}

Array Slots(const Target& target, const Array& values, int64_t count) {
  Sizes shape = target.x.shape();
  shape[target.axis] = count;
  return broadcast_to(WithRank(joining::Cast(values, target.x.dtype()), shape.size()), shape);
}

// One of the values, and its place in the result.
struct Placed {
  int64_t at, value;
};

// Sorted by their places: each is behind those that are inserted before it.
std::vector<Placed> PlacesOf(const Target& target, const Array& indices) {
  const int64_t* const given = ElementsOf<int64_t>(indices);
  const int64_t extent = target.extent, count = indices.size();
  std::vector<Placed> places(static_cast<size_t>(count));
  for (int64_t i = 0; i < count; ++i) places[i] = {given[i] < 0 ? given[i] + extent : given[i], i};
  const auto before = [](const Placed& a, const Placed& b) { return a.at < b.at; };
  const auto sort = [&] {
    if (!std::is_sorted(places.begin(), places.end(), before))
      std::stable_sort(places.begin(), places.end(), before);
  };
  sort();
  for (int64_t i = 0; i < count; ++i) {
    int64_t& at = places[i].at;
    if (at > extent || at + i >= extent + count || at + i < -extent - count)
      joining::ThrowBeyond(given[places[i].value], target);
    at += i;
    if (at < 0) at += extent + count;  // before the first element: from the end of the result
  }
  sort();
  for (int64_t i = 1; i < count; ++i) {
    if (places[i].at == places[i - 1].at)
      throw Error(ErrorCode::invalid_argument, "insert: two values for one place");
  }
  return places;
}

Array InsertMany(const Target& target, const Array& indices, const Array& values) {
  const std::vector<Placed> places = PlacesOf(target, indices);
  const int64_t count = indices.size(), extent = target.extent + count;
  const Array slots = Slots(target, values, count);
  eval({target.x, slots});
  const Fresh result = joining::ResultOf(target, extent);
  const joining::Region all = joining::All(result);
  joining::CopyRuns(all, slots, target.axis, count,
                    [&](int64_t i) { return Run{places[i].value, places[i].at, 1}; });
  joining::CopyRuns(all, target.x, target.axis, count + 1, [&](int64_t i) {
    const int64_t begin = i == 0 ? 0 : places[i - 1].at + 1;
    return Run{begin - i, begin, (i < count ? places[i].at : extent) - begin};
  });
  return result.array;
}

// At an index by itself the first axis of the values goes along the axis.
Array InsertAt(const Target& target, int64_t index, const Array& given, bool by_itself) {
  const int64_t extent = target.extent, at = index < 0 ? index + extent : index;
  if (at < 0 || at > extent) joining::ThrowBeyond(index, target);
  const auto rank = static_cast<size_t>(target.x.ndim());
  Array values = given.shape().size() < rank ? WithRank(given, rank) : given;
  if (by_itself) values = moveaxis(values, {0}, {target.axis});
  const int64_t count = values.shape()[target.axis];
  const Array slots = Slots(target, values, count);
  Sizes shape = target.x.shape();
  shape[target.axis] = extent + count;
  joining::Assembly result({"insert", target.x.context(), target.x.dtype(), shape, target.order,
                            joining::AnyPending({target.x, slots})});
  const auto along = [&](int64_t begin, int64_t n) {
    return result.all().Cut(target.axis, begin, n);
  };
  result.Write(
      {{along(0, at), joining::Cut(target.x, target.axis, 0, at)},
       {along(at, count), slots},
       {along(at + count, extent - at), joining::Cut(target.x, target.axis, at, extent - at)}});
  return result.array();
}

}  // namespace

Array insert(const Array& x, const Places& places, const Array& values,
             std::optional<int64_t> axis) {
  const Target target = joining::TargetOf(x, axis, "insert");
  if (const auto* const index = std::get_if<int64_t>(&places))
    return InsertAt(target, *index, values, /*by_itself=*/true);
  const auto* const slice = std::get_if<Slice>(&places);
  const Array indices = joining::IndicesOf(slice != nullptr ? joining::IndicesOf(target, *slice)
                                                            : std::get<Array>(places));
  if (indices.size() == 1)
    return InsertAt(target, *ElementsOf<int64_t>(indices), values, /*by_itself=*/false);
  return InsertMany(target, indices, values);
}

}  // namespace broadloom
