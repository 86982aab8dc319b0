// Keys of one byte, and many of two, are counted.
#include <algorithm>
#include <memory>
#include <new>
#include <vector>

#include "runtime/sort/key_line.h"

namespace broadloom::sorting {
namespace {

constexpr int64_t kBlock = 1024;
constexpr int64_t kChunk = 64 * kBlock;
constexpr int64_t kFewBytes = 256;  // for which counting takes longer than sorting

template <typename Key>
class Counted {
 public:
  Counted(const KeyLine<Key>& line, Executor* executor) : line_(line), executor_(executor) {}

  void SortInto(Key* to) {
    Count();
    ForParts(executor_, line_.count, kChunk, [&](int64_t begin, int64_t end, int) {
      Fill(to, begin, end);
      line_.finish(to + begin, end - begin, true);
    });
  }

 private:
  static constexpr int64_t kKeys = int64_t{1} << (8 * sizeof(Key));

  // By each thread a share of the line.
  void Count() {
    const int64_t shares = executor_ == nullptr ? 1 : std::clamp(executor_->threads(), 1, 16);
    const int64_t share = (line_.count + shares - 1) / shares;
    std::vector<int64_t> counts(shares * kKeys, 0);
    ForParts(executor_, shares, 1, [&](int64_t begin, int64_t end, int) {
      for (int64_t i = begin; i < end; ++i)
        CountIn(i * share, std::min(line_.count, (i + 1) * share), &counts[i * kKeys]);
    });
    ends_.resize(kKeys);
    int64_t sum = 0;
    for (int64_t key = 0; key < kKeys; ++key) {
      for (int64_t i = 0; i < shares; ++i) sum += counts[i * kKeys + key];
      ends_[key] = sum;
    }
  }

  void CountIn(int64_t begin, int64_t end, int64_t* counts) const {
    Key keys[kBlock];
    for (int64_t at = begin; at < end; at += kBlock) {
      const int64_t size = std::min(kBlock, end - at);
      line_.load(at, size, keys);
      for (int64_t i = 0; i < size; ++i) ++counts[keys[i]];
    }
  }

  void Fill(Key* to, int64_t begin, int64_t end) const {
    int64_t key = std::upper_bound(ends_.begin(), ends_.end(), begin) - ends_.begin();
    for (int64_t at = begin; at < end; ++key) {
      const int64_t last = std::min(end, ends_[key]);
      std::fill(to + at, to + last, static_cast<Key>(key));
      at = last;
    }
  }

  const KeyLine<Key>& line_;
  Executor* const executor_;
  std::vector<int64_t> ends_;  // of each key's run
};

// Memory that a thread keeps; null where there is none.
uint32_t* WideScratch(int64_t count) {
  thread_local std::unique_ptr<uint32_t[]> scratch;
  thread_local int64_t size = 0;
  if (count > size) {
    scratch.reset(new (std::nothrow) uint32_t[count]);
    size = scratch == nullptr ? 0 : count;
  }
  return scratch.get();
}

// vqsort is faster with wider keys, whose number it can hold in its networks.
template <typename Wide, typename Key>
void SortWide(Key* keys, int64_t count, Wide* wide) {
  std::copy_n(keys, count, wide);
  SortVector(wide, count);
  std::transform(wide, wide + count, keys, [](Wide key) { return static_cast<Key>(key); });
}

void CountBytes(uint8_t* keys, int64_t count) {
  int64_t counts[256] = {};
  for (int64_t i = 0; i < count; ++i) ++counts[keys[i]];
  for (int key = 0; key < 256; ++key) keys = std::fill_n(keys, counts[key], key);
}

}  // namespace

void SortShort(uint8_t* keys, int64_t count) {
  if (count > kFewBytes) return CountBytes(keys, count);
  uint16_t wide[kFewBytes];
  SortWide(keys, count, wide);
}

void SortShort(uint16_t* keys, int64_t count) {
  uint32_t* const wide = count <= 256 ? nullptr : WideScratch(count);
  if (wide == nullptr) return SortVector(keys, count);
  SortWide(keys, count, wide);
}

void SortKeys(const KeyLine<uint8_t>& line, uint8_t* to, absl::Span<const Places>,
              Executor* executor) {
  Counted<uint8_t>(line, executor).SortInto(to);
}

void SortKeys(const KeyLine<uint16_t>& line, uint16_t* to, absl::Span<const Places>,
              Executor* executor) {
  Counted<uint16_t>(line, executor).SortInto(to);
}

}  // namespace broadloom::sorting
