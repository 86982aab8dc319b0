// Elements for which a mask holds: one walk counts, a second one copies.
#include "frontend/sorting/masks.h"

#include <algorithm>
#include <cstring>
#include <numeric>

#include "frontend/gather.h"
#include "frontend/sized_element.h"
#include "frontend/sorting/elements.h"

namespace broadloom {
namespace {

constexpr int64_t kBlock = int64_t{1} << 15;  // elements that one thread looks at

bool AllFalse(const uint8_t* flags) {
  uint64_t eight;
  std::memcpy(&eight, flags, sizeof eight);
  return eight == 0;
}

// Writes each element, and goes on behind the true ones: a guess costs more than a store. The last
// true one is the last to be read.
template <typename T>
void CopyTrue(const uint8_t* flags, const T* from, T* to, const T* end, int64_t count) {
  int64_t i = 0;
  while (to < end) {
    if (i + 8 <= count && AllFalse(flags + i)) {
      i += 8;
      continue;
    }
    for (const int64_t last = i + 8; i < last && to < end; ++i) {
      *to = from[i];
      to += flags[i] != 0;
    }
  }
}

// Rows of `bytes` bytes each.
void CopyTrueRows(const uint8_t* flags, int64_t count, const char* from, char* to, const char* end,
                  int64_t bytes) {
  const bool done = WithSizedElement(bytes, [&](auto element) {
    using T = decltype(element);
    CopyTrue(flags, reinterpret_cast<const T*>(from), reinterpret_cast<T*>(to),
             reinterpret_cast<const T*>(end), count);
  });
  for (; !done && to < end; ++flags, from += bytes) {
    if (*flags == 0) continue;
    std::memcpy(to, from, static_cast<size_t>(bytes));
    to += bytes;
  }
}

// The other way round: every element is written, with what it was where its flag is false.
template <typename T>
void StoreTrue(const uint8_t* flags, const T* from, const T* end, T* to) {
  for (; from < end; ++flags, ++to) {
    const bool stored = *flags != 0;
    *to = stored ? *from : *to;
    from += static_cast<int>(stored);
  }
}

void StoreTrueRowsOfBlock(const uint8_t* flags, const char* from, const char* end, char* to,
                          int64_t bytes) {
  const bool done = WithSizedElement(bytes, [&](auto element) {
    using T = decltype(element);
    StoreTrue(flags, reinterpret_cast<const T*>(from), reinterpret_cast<const T*>(end),
              reinterpret_cast<T*>(to));
  });
  for (; !done && from < end; ++flags, to += bytes) {
    if (*flags == 0) continue;
    std::memcpy(to, from, static_cast<size_t>(bytes));
    from += bytes;
  }
}

}  // namespace

TrueElements::TrueElements(const Array& mask) : mask_(Dense(mask, DataType::bool_)) {
  const auto* const flags = ElementsOf<uint8_t>(mask_);
  const int64_t count = mask_.size(), blocks = (count + kBlock - 1) / kBlock;
  before_.assign(static_cast<size_t>(blocks) + 1, 0);
  ParallelFor(mask_.context(), blocks, 0.1 * kBlock, [&](int64_t begin, int64_t end) {
    for (int64_t block = begin; block < end; ++block) {
      const int64_t first = block * kBlock, last = std::min(count, first + kBlock);
      before_[block + 1] = last - first - std::count(flags + first, flags + last, 0);
    }
  });
  std::partial_sum(before_.begin(), before_.end(), before_.begin());
}

void TrueElements::ForBlocks(double cost, const Body& body) const {
  const auto* const flags = ElementsOf<uint8_t>(mask_);
  const auto blocks = static_cast<int64_t>(before_.size()) - 1;
  ParallelFor(mask_.context(), blocks, cost * kBlock, [&](int64_t begin, int64_t end) {
    for (int64_t block = begin; block < end; ++block)
      body(flags + block * kBlock, block * kBlock, before_[block], before_[block + 1]);
  });
}

void StoreTrueRows(const TrueElements& chosen, const char* from, char* to, int64_t bytes) {
  chosen.ForBlocks(1 + 0.1 * static_cast<double>(bytes),
                   [&](const uint8_t* flags, int64_t first, int64_t begin, int64_t end) {
                     StoreTrueRowsOfBlock(flags, from + begin * bytes, from + end * bytes,
                                          to + first * bytes, bytes);
                   });
}

Array Select(const Array& x, const Array& mask) {
  eval({x, mask});  // together: they may share their parts
  const TrueElements chosen(mask);
  const Sizes shape = x.shape();
  Sizes sizes = {chosen.count()};
  sizes.insert(sizes.end(), shape.begin() + mask.ndim(), shape.end());
  const Fresh result = MakeFresh(x.context(), x.dtype(), sizes);
  if (result.array.size() == 0) return result.array;
  const Array dense = Dense(x, x.dtype());
  const int64_t bytes = x.nbytes() / mask.size();
  chosen.ForBlocks(1 + 0.1 * static_cast<double>(bytes),
                   [&](const uint8_t* flags, int64_t first, int64_t begin, int64_t end) {
                     const char* const from = ElementsOf<char>(dense) + first * bytes;
                     CopyTrueRows(flags, mask.size() - first, from, result.data + begin * bytes,
                                  result.data + end * bytes, bytes);
                   });
  return result.array;
}

}  // namespace broadloom
