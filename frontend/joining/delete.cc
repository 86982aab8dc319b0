// Elements left out of a copy of the others.
#include <algorithm>
#include <cstring>

#include "absl/strings/str_cat.h"
#include "frontend/joining.h"
#include "frontend/joining/target.h"
#include "frontend/sorting.h"

namespace broadloom {
namespace {

using joining::Run;
using joining::Target;

// What is left without `count` places, which are sorted.
Array Without(const Target& target, int64_t count, absl::FunctionRef<int64_t(int64_t)> place) {
  const Fresh result = joining::ResultOf(target, target.extent - count);
  joining::CopyRuns(joining::All(result), target.x.eval(), target.axis, count + 1, [&](int64_t i) {
    const int64_t begin = i == 0 ? 0 : place(i - 1) + 1;
    return Run{begin, begin - i, (i < count ? place(i) : target.extent) - begin};
  });
  return result.array;
}

Array DeleteAt(const Target& target, int64_t index) {
  const int64_t at = index < 0 ? index + target.extent : index;
  if (at < 0 || at >= target.extent) joining::ThrowBeyond(index, target);
  return Without(target, 1, [&](int64_t) { return at; });
}

Array Delete(const Target& target, const Slice& slice) {
  const Array numbers = joining::IndicesOf(target, slice);
  const int64_t count = numbers.size();
  const auto number = [&](int64_t i) { return index(numbers, {i}).item<int64_t>(); };
  const int64_t first = count == 0 ? 0 : number(0), second = count < 2 ? first : number(1);
  const int64_t step = std::abs(second - first);
  const int64_t least = std::min(first, first + (count - 1) * (second - first));
  return Without(target, count, [&](int64_t i) { return least + i * step; });
}

// True at the places.
Array MaskOf(const Target& target, const Array& places) {
  if (places.dtype() == DataType::bool_) {
    if (places.shape() != Sizes{target.extent})
      throw Error(ErrorCode::invalid_argument,
                  absl::StrCat("delete: a mask must be a vector of the axis's ", target.extent,
                               " elements"));
    return places;
  }
  const Array indices = joining::IndicesOf(reshape(places, {places.size()}));
  const Fresh mask = MakeFresh(target.x.context(), DataType::bool_, {target.extent});
  std::memset(mask.data, 0, static_cast<size_t>(target.extent));
  const int64_t* const given = ElementsOf<int64_t>(indices);
  for (int64_t i = 0; i < indices.size(); ++i) {
    if (given[i] < -target.extent || given[i] >= target.extent)
      joining::ThrowBeyond(given[i], target);
    mask.data[given[i] < 0 ? given[i] + target.extent : given[i]] = 1;
  }
  return mask.array;
}

// As an array that is indexed by a mask lies: the axis outside of the others, these as x has them.
Array DeleteMany(Target target, const Array& places) {
  const Array mask = MaskOf(target, places);
  if (target.x.ndim() == 1) return index(target.x, {logical_not(mask)});
  const Array sorted = flatnonzero(mask);
  target.order = joining::OwnOrder(target.x);
  target.order.erase(std::find(target.order.begin(), target.order.end(), target.axis));
  target.order.insert(target.order.begin(), target.axis);
  const int64_t* const numbers = ElementsOf<int64_t>(sorted);
  return Without(target, sorted.size(), [&](int64_t i) { return numbers[i]; });
}

}  // namespace

Array delete_(const Array& x, const Places& places, std::optional<int64_t> axis) {
  const Target target = joining::TargetOf(x, axis, "delete");
  if (const auto* const index = std::get_if<int64_t>(&places)) return DeleteAt(target, *index);
  if (const auto* const slice = std::get_if<Slice>(&places)) return Delete(target, *slice);
  const Array& indices = std::get<Array>(places);
  const bool is_index = indices.size() == 1 && indices.dtype() != DataType::bool_ &&
                        indices.dtype() < DataType::float16;
  if (is_index) return DeleteAt(target, indices.astype(DataType::int64).item<int64_t>());
  return DeleteMany(target, indices);
}

}  // namespace broadloom
