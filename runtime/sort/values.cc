// Elements become keys on the way to their new places, and elements again there.
#include <algorithm>
#include <atomic>
#include <vector>

#include "runtime/sort/key.h"
#include "runtime/sort/key_line.h"
#include "runtime/sort/key_loops.h"

namespace broadloom::sorting {
namespace {

constexpr int64_t kChunk = int64_t{1} << 16;
constexpr int64_t kBatch = 4096;  // elements of short lines that become keys together

// How many elements have a key, before each chunk of them and in all.
template <typename Key, typename Bits>
std::vector<int64_t> CountsBefore(const Bits* elements, int64_t count, Bits key,
                                  Executor* executor) {
  const int64_t chunks = (count + kChunk - 1) / kChunk;
  std::vector<int64_t> before(chunks + 1, 0);
  ForParts(executor, chunks, 1, [&](int64_t begin, int64_t end, int) {
    for (int64_t chunk = begin; chunk < end; ++chunk) {
      const Bits *at = elements + chunk * kChunk, *const last =
                                                      std::min(at + kChunk, elements + count);
      int64_t found = 0;
      for (; at < last; ++at) found += static_cast<int64_t>(Key::Of(*at) == key);
      before[chunk + 1] = found;
    }
  });
  for (int64_t chunk = 0; chunk < chunks; ++chunk) before[chunk + 1] += before[chunk];
  return before;
}

// Elements that share a key have become one of them: gives each its bits back, in their order.
template <typename Key, typename Bits>
void Restore(const Bits* from, Bits* to, int64_t count, Bits key, Executor* executor) {
  const std::vector<int64_t> were = CountsBefore<Key>(from, count, key, executor),
                             are = CountsBefore<Key>(to, count, key, executor);
  ForParts(executor, static_cast<int64_t>(are.size()) - 1, 1, [&](int64_t begin, int64_t end, int) {
    for (int64_t chunk = begin; chunk < end; ++chunk) {
      int64_t left = are[chunk + 1] - are[chunk];
      if (left == 0) continue;
      const auto holds = std::upper_bound(were.begin(), were.end(), are[chunk]) - 1;
      const Bits* source = from + (holds - were.begin()) * kChunk;
      const auto next = [&](const Bits* at) {
        while (Key::Of(*at) != key) ++at;
        return at;
      };
      for (int64_t skip = are[chunk] - *holds; skip > 0; --skip) source = next(source) + 1;
      for (Bits* at = to + chunk * kChunk; left > 0; ++at) {
        if (Key::Of(*at) != key) continue;
        source = next(source);
        *at = *source++;
        --left;
      }
    }
  });
}

// The same for a short line.
template <typename Key, typename Bits>
void RestoreShort(const Bits* from, Bits* to, int64_t count, Bits key) {
  for (Bits* const end = to + count; to < end; ++to) {
    if (Key::Of(*to) != key) continue;
    while (Key::Of(*from) != key) ++from;
    *to = *from++;
  }
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
  for (const Bits key : kShared<Key>) Restore<Key>(from, to, count, key, executor);
}

template <typename Key, typename Bits>
void SortShortLines(Element element, const Bits* from, Bits* to, Lines lines, bool descending) {
  const int64_t size = lines.count * lines.extent;
  const bool lossy = ToKeys(element, from, size, descending, to);
  for (int64_t at = 0; at < size; at += lines.extent) SortShort(to + at, lines.extent);
  FromKeys(element, to, size, descending);
  if (!lossy) return;
  for (int64_t at = 0; at < size; at += lines.extent) {
    for (const Bits key : kShared<Key>) RestoreShort<Key>(from + at, to + at, lines.extent, key);
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
