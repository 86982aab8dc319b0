// Bytes say where groups begin; how many do before each block, says where its thread writes.
#include "frontend/sorting/groups.h"

#include <algorithm>
#include <numeric>

namespace broadloom {
namespace {

constexpr int64_t kBlock = int64_t{1} << 15;

// A slot is written again until a group begins there: a guess costs more than a store. The last
// group's is the last to be read.
template <typename T, typename At>
void WriteFirsts(const uint8_t* begins, T* to, const T* end, At at) {
  for (int64_t i = 0; to < end; ++i) {
    *to = at(i);
    to += begins[i];
  }
}

}  // namespace

Array Begins(const Array& sorted, bool equal_nan) {
  const Fresh result = MakeFresh(sorted.context(), DataType::bool_, sorted.shape());
  auto* const begins = reinterpret_cast<uint8_t*>(result.data);
  WithElement(sorted.dtype(), [&](auto element) {
    const auto* const x = ElementsOf<decltype(element)>(sorted);
    ParallelFor(sorted.context(), sorted.size(), 0.5, [=](int64_t begin, int64_t end) {
      for (int64_t i = begin; i < end; ++i) begins[i] = i == 0 || Differ(x[i - 1], x[i], equal_nan);
    });
  });
  return result.array;
}

Groups::Groups(const Array& begins) : begins_(begins) {
  const auto* const flags = ElementsOf<uint8_t>(begins);
  const int64_t count = begins.size(), blocks = (count + kBlock - 1) / kBlock;
  before_.assign(blocks + 1, 0);
  ParallelFor(begins.context(), blocks, 0.1 * kBlock, [&](int64_t begin, int64_t end) {
    for (int64_t block = begin; block < end; ++block) {
      const int64_t first = block * kBlock, last = std::min(count, first + kBlock);
      before_[block + 1] = std::accumulate(flags + first, flags + last, int64_t{0});
    }
  });
  std::partial_sum(before_.begin(), before_.end(), before_.begin());
}

template <typename Body>
void Groups::ForBlocks(double cost, Body&& body) const {
  const auto blocks = static_cast<int64_t>(before_.size()) - 1;
  ParallelFor(begins_.context(), blocks, cost * kBlock, [&](int64_t begin, int64_t end) {
    for (int64_t block = begin; block < end; ++block)
      body(block * kBlock, std::min(begins_.size(), (block + 1) * kBlock), before_[block],
           before_[block + 1]);
  });
}

Array Groups::Firsts(const Array& sorted) const {
  const Fresh result = MakeFresh(sorted.context(), sorted.dtype(), {count()});
  const auto* const begins = ElementsOf<uint8_t>(begins_);
  WithElement(sorted.dtype(), [&](auto element) {
    using T = decltype(element);
    const T* const from = ElementsOf<T>(sorted);
    T* const to = reinterpret_cast<T*>(result.data);
    ForBlocks(1, [=](int64_t first, int64_t, int64_t group, int64_t last_group) {
      WriteFirsts(begins + first, to + group, to + last_group,
                  [=](int64_t i) { return from[first + i]; });
    });
  });
  return result.array;
}

Array Groups::Starts() const {
  const Fresh result = MakeFresh(begins_.context(), DataType::int64, {count() + 1});
  const auto* const begins = ElementsOf<uint8_t>(begins_);
  auto* const to = reinterpret_cast<int64_t*>(result.data);
  ForBlocks(1, [=](int64_t first, int64_t, int64_t group, int64_t last_group) {
    WriteFirsts(begins + first, to + group, to + last_group, [=](int64_t i) { return first + i; });
  });
  to[count()] = begins_.size();
  return result.array;
}

Array Groups::Lengths() const {
  const Array starts = Starts();
  const Fresh result = MakeFresh(begins_.context(), DataType::int64, {count()});
  const auto* const from = ElementsOf<int64_t>(starts);
  auto* const to = reinterpret_cast<int64_t*>(result.data);
  ParallelFor(begins_.context(), count(), 1, [=](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) to[i] = from[i + 1] - from[i];
  });
  return result.array;
}

Array Groups::Numbers(const Array& order) const {
  const Fresh result = MakeFresh(order.context(), DataType::int64, order.shape());
  const auto* const begins = ElementsOf<uint8_t>(begins_);
  const auto* const places = ElementsOf<int64_t>(order);
  auto* const numbers = reinterpret_cast<int64_t*>(result.data);
  ForBlocks(3, [=](int64_t first, int64_t last, int64_t group, int64_t) {
    int64_t number = group - 1;
    for (int64_t i = first; i < last; ++i) {
      number += begins[i];
      numbers[places[i]] = number;
    }
  });
  return result.array;
}

}  // namespace broadloom
