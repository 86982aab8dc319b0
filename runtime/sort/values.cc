// Elements become keys on the way to their new places, and elements again there.
#include <algorithm>
#include <atomic>
#include <numeric>
#include <vector>

#include "runtime/sort/key.h"
#include "runtime/sort/key_line.h"
#include "runtime/sort/key_loops.h"

namespace broadloom::sorting {
namespace {

constexpr int64_t kChunk = int64_t{1} << 16;
constexpr int64_t kBatch = 4096;  // elements of short lines that become keys together

// Elements that share a key have become one of them. Each gets its bits back, in their order: from
// `from` to `to`, which has `count` of them.
template <typename Key, typename Bits>
void Restore(const Bits* from, Bits* to, int64_t count, Bits key) {
  for (; count > 0; ++to) {
    if (Key::Of(*to) != key) continue;
    while (Key::Of(*from) != key) ++from;
    *to = *from++;
    --count;
  }
}

// Those of a long line, a chunk at a time.
template <typename Key, typename Bits>
class Restorer {
 public:
  Restorer(const Bits* from, Bits* to, int64_t count, Bits key, Executor* executor)
      : from_(from), to_(to), count_(count), key_(key), executor_(executor) {}

  void Run() const {
    const std::vector<int64_t> were = CountsBefore(from_), are = CountsBefore(to_);
    ForParts(executor_, chunks(), 1, [&](int64_t begin, int64_t end, int) {
      for (int64_t chunk = begin; chunk < end; ++chunk) {
        const int64_t before = are[chunk], count = are[chunk + 1] - before;
        if (count > 0) Restore<Key>(Find(before, were), to_ + chunk * kChunk, count, key_);
      }
    });
  }

 private:
  int64_t chunks() const { return (count_ + kChunk - 1) / kChunk; }

  // How many elements have the key, before each chunk and in all.
  std::vector<int64_t> CountsBefore(const Bits* elements) const {
    std::vector<int64_t> before(chunks() + 1, 0);
    ForParts(executor_, count_, kChunk, [&](int64_t begin, int64_t end, int) {
      for (int64_t i = begin; i < end; ++i)
        before[begin / kChunk + 1] += static_cast<int64_t>(Key::Of(elements[i]) == key_);
    });
    std::partial_sum(before.begin(), before.end(), before.begin());
    return before;
  }

  // The element of the key that has so many before it, or one that is not far before it.
  const Bits* Find(int64_t number, const std::vector<int64_t>& were) const {
    const auto chunk = std::upper_bound(were.begin(), were.end(), number) - were.begin() - 1;
    const Bits* at = from_ + chunk * kChunk;
    for (int64_t skip = number - were[chunk]; skip > 0; ++at)
      skip -= static_cast<int64_t>(Key::Of(*at) == key_);
    return at;
  }

  const Bits* const from_;
  Bits* const to_;
  const int64_t count_;
  const Bits key_;
  Executor* const executor_;
};

template <typename Key, typename Bits>
int64_t CountOf(const Bits* elements, int64_t count, Bits key) {
  return std::count_if(elements, elements + count, [=](Bits x) { return Key::Of(x) == key; });
}

template <typename Key>
constexpr typename Key::Bits kShared[] = {Key::Of(0), static_cast<typename Key::Bits>(~0)};

template <typename Key, typename Bits>
void SortLong(Element element, const Bits* from, Bits* to, int64_t count, bool descending,
              absl::Span<const Places> wanted, Executor* executor) {
  std::atomic<bool> lossy{false};
  const auto load = [&](int64_t begin, int64_t size, Bits* keys) {
    if (ToKeys(element, from + begin, size, descending, keys))
      lossy.store(true, std::memory_order_relaxed);
  };
  const auto finish = [&](Bits* keys, int64_t size, bool) {
    FromKeys(element, keys, size, descending);
  };
  SortKeys(KeyLine<Bits>{count, load, finish}, to, wanted, executor);
  if (!lossy.load(std::memory_order_relaxed)) return;
  for (const Bits key : kShared<Key>) Restorer<Key, Bits>(from, to, count, key, executor).Run();
}

template <typename Key, typename Bits>
void SortShortLines(Element element, const Bits* from, Bits* to, Lines lines, bool descending) {
  const int64_t size = lines.count * lines.extent;
  const bool lossy = ToKeys(element, from, size, descending, to);
  for (int64_t at = 0; at < size; at += lines.extent) SortShort(to + at, lines.extent);
  FromKeys(element, to, size, descending);
  if (!lossy) return;
  for (int64_t at = 0; at < size; at += lines.extent) {
    for (const Bits key : kShared<Key>)
      Restore<Key>(from + at, to + at, CountOf<Key>(from + at, lines.extent, key), key);
  }
}

}  // namespace

void SortLines(Element element, const void* from, void* to, Lines lines, bool descending,
               absl::Span<const Places> wanted, Executor* executor) {
  if (lines.extent == 0) return;
  const bool is_long = lines.extent >= kLongLine;
  const int64_t together = is_long ? 1 : std::max<int64_t>(kBatch / lines.extent, 1);
  WithKey(element, [&](auto key) {
    using Key = decltype(key);
    using Bits = typename Key::Bits;
    for (int64_t line = 0; line < lines.count; line += together) {
      const Bits* const in = static_cast<const Bits*>(from) + line * lines.extent;
      Bits* const out = static_cast<Bits*>(to) + line * lines.extent;
      const Lines some{std::min(together, lines.count - line), lines.extent};
      if (is_long)
        SortLong<Key>(element, in, out, lines.extent, descending, wanted, executor);
      else
        SortShortLines<Key>(element, in, out, some, descending);
    }
  });
}

}  // namespace broadloom::sorting
