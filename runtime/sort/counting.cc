// Keys of one and two bytes are counted.
#include <algorithm>
#include <vector>

#include "runtime/sort/key_line.h"
#include "runtime/sort/vectors.h"

namespace broadloom::sorting {
namespace {

constexpr int64_t kBlock = 1024;
constexpr int64_t kChunk = 64 * kBlock;

template <typename Key>
class Counted {
 public:
  Counted(const KeyLine<Key>& line, Executor* executor)
      : line_(line), executor_(line.count < kLongLine ? nullptr : executor) {}

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

template <typename Key>
void SortSmall(const KeyLine<Key>& line, Key* to, int64_t few, Executor* executor) {
  if (line.count > few) return Counted<Key>(line, executor).SortInto(to);
  line.load(0, line.count, to);
  SortVector(to, line.count);
  line.finish(to, line.count, true);
}

}  // namespace

void SortKeys(const KeyLine<uint8_t>& line, uint8_t* to, absl::Span<const Places>,
              Executor* executor) {
  SortSmall(line, to, 64, executor);
}

void SortKeys(const KeyLine<uint16_t>& line, uint16_t* to, absl::Span<const Places>,
              Executor* executor) {
  SortSmall(line, to, 8192, executor);
}

}  // namespace broadloom::sorting
