// Places are sorted as the low bits of integers whose high bits are a word, or as much of it as
// there is room for: equal ones keep their order, and no memory is needed but that of the result.
// Runs of places whose words agree so far are then sorted by the rest.
#include <algorithm>
#include <bit>
#include <limits>
#include <utility>
#include <vector>

#include "runtime/sort/key_line.h"
#include "runtime/sort/vectors.h"
#include "runtime/sort/words.h"

namespace broadloom::sorting {
namespace {

constexpr int64_t kBlock = 1024;
constexpr int64_t kFew = 8;  // that are sorted by insertion

struct Range {
  uint64_t low = std::numeric_limits<uint64_t>::max(), high = 0;

  void Add(const uint64_t* words, int64_t count) {
    for (int64_t i = 0; i < count; ++i) {
      low = std::min(low, words[i]);
      high = std::max(high, words[i]);
    }
  }
  void Add(const Range& other) {
    low = std::min(low, other.low);
    high = std::max(high, other.high);
  }
};

int Width(uint64_t x) { return static_cast<int>(std::bit_width(x)); }

// How a word and a place share 64 bits.
struct Packing {
  Packing(const Range& range, int place_bits)
      : low(range.low),
        place_bits(place_bits),
        dropped(std::max(0, Width(range.high - range.low) + place_bits - 64)) {}

  uint64_t Pack(uint64_t word, uint64_t place) const {
    return (word - low) >> dropped << place_bits | place;
  }
  uint64_t PlaceOf(uint64_t packed) const { return packed & ((uint64_t{1} << place_bits) - 1); }
  bool Agree(uint64_t a, uint64_t b) const { return a >> place_bits == b >> place_bits; }

  uint64_t low;
  int place_bits, dropped;  // bits of a word for which there is no room
};

class PlaceSorter {
 public:
  PlaceSorter(std::vector<Word> words, int64_t count)
      : words_(std::move(words)),
        count_(count),
        place_bits_(std::max(1, Width(static_cast<uint64_t>(count) - 1))) {}

  // A line whose first element has the place `base` in all columns.
  void SortLong(int64_t base, uint64_t* places, absl::Span<const Places> wanted,
                Executor* executor) {
    base_ = base;
    const Packing packing(RangeOfFirst(executor), place_bits_);
    const auto load = [&](int64_t begin, int64_t size, uint64_t* keys) {
      words_[0].Load(base_ + begin, size, keys);
      for (int64_t i = 0; i < size; ++i) keys[i] = packing.Pack(keys[i], begin + i);
    };
    const auto finish = [&](uint64_t* keys, int64_t size, bool sorted) {
      Unpack(keys, size, packing, sorted ? 0 : words_.size());
    };
    const bool complete = packing.dropped == 0 && words_.size() == 1;
    const uint64_t unity = complete ? ~uint64_t{0} : ~uint64_t{0} << place_bits_;
    SortKeys(KeyLine<uint64_t>{count_, load, finish, unity}, places, wanted, executor);
  }

  void SortShort(int64_t base, uint64_t* places) {
    base_ = base;
    words_[0].Load(base, count_, places);
    Range range = WholeRange();
    if (!HasRoom()) range = {}, range.Add(places, count_);
    const Packing packing(range, place_bits_);
    for (int64_t i = 0; i < count_; ++i) places[i] = packing.Pack(places[i], i);
    SortVector(places, count_);
    Unpack(places, count_, packing, 0);
  }

 private:
  template <typename Body>
  void ForBlocks(uint64_t* places, int64_t count, size_t word, Body&& body) const {
    uint64_t words[kBlock];
    for (int64_t at = 0; at < count; at += kBlock) {
      const int64_t size = std::min(kBlock, count - at);
      words_[word].Gather(base_, places + at, size, words);
      body(places + at, words, size);
    }
  }

  // Places that are in ascending order, and agree in all words before `word`.
  void Refine(uint64_t* places, int64_t count, size_t word) const {
    if (count < 2 || word >= words_.size()) return;
    if (count <= kFew) return Insert(places, static_cast<int>(count), word);
    Range range;
    ForBlocks(places, count, word,
              [&](uint64_t*, const uint64_t* words, int64_t size) { range.Add(words, size); });
    if (range.low == range.high) return Refine(places, count, word + 1);
    const Packing packing(range, place_bits_);
    ForBlocks(places, count, word, [&](uint64_t* block, const uint64_t* words, int64_t size) {
      for (int64_t i = 0; i < size; ++i) block[i] = packing.Pack(words[i], block[i]);
    });
    SortVector(places, count);
    Unpack(places, count, packing, word);
  }

  // Whether any first word fits beside a place.
  bool HasRoom() const { return words_[0].bits() + place_bits_ <= 64; }
  Range WholeRange() const { return {0, ~uint64_t{0} >> (64 - words_[0].bits())}; }

  Range RangeOfFirst(Executor* executor) const {
    if (HasRoom()) return WholeRange();
    constexpr int64_t kChunk = 64 * kBlock;
    std::vector<Range> ranges((count_ + kChunk - 1) / kChunk);
    ForParts(executor, count_, kChunk, [&](int64_t begin, int64_t end, int) {
      Range& range = ranges[begin / kChunk];
      uint64_t words[kBlock];
      for (int64_t at = begin; at < end; at += kBlock) {
        const int64_t size = std::min(kBlock, end - at);
        words_[0].Load(base_ + at, size, words);
        range.Add(words, size);
      }
    });
    Range all;
    for (const Range& range : ranges) all.Add(range);
    return all;
  }

  // Packed ones, sorted by `word`, become places. What agrees is sorted by the rest.
  void Unpack(uint64_t* packed, int64_t count, const Packing& packing, size_t word) const {
    const size_t next = packing.dropped == 0 ? word + 1 : word;
    if (next >= words_.size()) {
      for (int64_t i = 0; i < count; ++i) packed[i] = packing.PlaceOf(packed[i]);
      return;
    }
    for (int64_t begin = 0, end = 0; begin < count; begin = end) {
      const uint64_t first = packed[begin];
      for (; end < count && packing.Agree(packed[end], first); ++end)
        packed[end] = packing.PlaceOf(packed[end]);
      Refine(packed + begin, end - begin, next);
    }
  }

  void Insert(uint64_t* places, int count, size_t word) const {
    uint64_t words[kFew];
    words_[word].Gather(base_, places, count, words);
    for (int i = 1; i < count; ++i) {
      const uint64_t its_word = words[i], place = places[i];
      int at = i;
      for (; at > 0 && words[at - 1] > its_word; --at) {
        words[at] = words[at - 1];
        places[at] = places[at - 1];
      }
      words[at] = its_word;
      places[at] = place;
    }
    if (word + 1 == words_.size()) return;
    for (int begin = 0, end = 0; begin < count; begin = end) {
      while (end < count && words[end] == words[begin]) ++end;
      Refine(places + begin, end - begin, word + 1);
    }
  }

  const std::vector<Word> words_;
  const int64_t count_;
  const int place_bits_;
  int64_t base_ = 0;
};

}  // namespace

void SortPlaces(absl::Span<const Column> columns, int64_t* places, Lines lines,
                absl::Span<const Places> wanted, Executor* executor) {
  if (lines.extent == 0) return;
  if (columns.empty()) {  // all are equal
    for (int64_t i = 0; i < lines.count * lines.extent; ++i) places[i] = i % lines.extent;
    return;
  }
  PlaceSorter sorter(WordsOf(columns), lines.extent);
  for (int64_t base = 0; base < lines.count * lines.extent; base += lines.extent) {
    auto* const to = reinterpret_cast<uint64_t*>(places + base);  // which is as good
    if (lines.extent >= kLongLine)
      sorter.SortLong(base, to, wanted, executor);
    else
      sorter.SortShort(base, to);
  }
}

}  // namespace broadloom::sorting
