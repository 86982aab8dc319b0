// Lines are cut in two by the middle of a sample, in place, until every thread has a part.
#include <algorithm>
#include <atomic>
#include <vector>

#include "runtime/sort/key.h"
#include "runtime/sort/key_line.h"
#include "runtime/sort/key_loops.h"
#include "runtime/sort/vectors.h"

namespace broadloom::sorting {
namespace {

constexpr int64_t kBlock = 4096;  // elements that become keys together

void ForEach(Executor* executor, size_t parts, absl::FunctionRef<void(int64_t part)> body) {
  ForParts(executor, static_cast<int64_t>(parts), 1, [&](int64_t begin, int64_t end, int) {
    for (int64_t part = begin; part < end; ++part) body(part);
  });
}

// Whether some element is not what comes back from its key.
template <typename Bits>
bool IsLossy(Element element, const Bits* line, int64_t count, Executor* executor) {
  std::atomic<bool> lossy{false};
  ForParts(executor, count, int64_t{1} << 16, [&](int64_t begin, int64_t end, int) {
    Bits keys[kBlock];
    for (int64_t at = begin; at < end && !lossy; at += kBlock) {
      if (ToKeys(element, line + at, std::min(kBlock, end - at), false, keys)) lossy = true;
    }
  });
  return lossy;
}

template <typename Bits>
Bits MiddleOf(const Bits* keys, int64_t count) {
  constexpr int64_t kSample = 255;
  Bits sample[kSample];
  for (int64_t i = 0; i < kSample; ++i) sample[i] = keys[i * (count / kSample)];
  std::nth_element(sample, sample + kSample / 2, sample + kSample);
  return sample[kSample / 2];
}

// Keys below the pivot first; returns how many. Without branches, which would be mispredicted.
template <typename Bits>
int64_t Cut(Bits* keys, int64_t count, Bits pivot) {
  int64_t below = 0;
  for (int64_t i = 0; i < count; ++i) {
    const Bits key = keys[i];
    keys[i] = keys[below];
    keys[below] = key;
    below += static_cast<int64_t>(key < pivot);
  }
  return below;
}

// Ends of parts, each of whose keys are no greater than those of the next.
template <typename Bits>
std::vector<int64_t> CutForThreads(Bits* keys, int64_t count, Executor* executor) {
  std::vector<int64_t> ends = {0, count};
  const int threads = executor == nullptr ? 1 : executor->threads();
  while (static_cast<int>(ends.size()) - 1 < threads && count >= kLongLine) {
    std::vector<int64_t> middles(ends.size() - 1);
    ForEach(executor, middles.size(), [&](int64_t part) {
      Bits* const first = keys + ends[part];
      const int64_t size = ends[part + 1] - ends[part];
      middles[part] = ends[part] + (size < kBlock ? 0 : Cut(first, size, MiddleOf(first, size)));
    });
    ends.insert(ends.end(), middles.begin(), middles.end());
    std::sort(ends.begin(), ends.end());
  }
  return ends;
}

template <typename Bits>
void SortInPlace(Element element, Bits* line, int64_t count, bool descending, Executor* executor) {
  constexpr int64_t kChunk = int64_t{1} << 16;
  ForParts(executor, count, kChunk, [&](int64_t begin, int64_t end, int) {
    ToKeys(element, line + begin, end - begin, descending, line + begin);
  });
  const std::vector<int64_t> ends = CutForThreads(line, count, executor);
  ForEach(executor, ends.size() - 1,
          [&](int64_t part) { SortVector(line + ends[part], ends[part + 1] - ends[part]); });
  ForParts(executor, count, kChunk, [&](int64_t begin, int64_t end, int) {
    FromKeys(element, line + begin, end - begin, descending);
  });
}

}  // namespace

void SortLinesInPlace(Element element, void* data, Lines lines, bool descending,
                      Executor* executor) {
  const Places all[] = {{0, lines.extent}};
  WithKey(element, [&](auto key) {
    using Bits = typename decltype(key)::Bits;
    for (int64_t i = 0; i < lines.count; ++i) {
      Bits* const line = static_cast<Bits*>(data) + i * lines.extent;
      bool done = false;
      if constexpr (sizeof(Bits) > 1) {
        done = !IsLossy(element, line, lines.extent, executor);
        if (done) SortInPlace(element, line, lines.extent, descending, executor);
      }
      if (done) continue;
      const std::vector<Bits> copy(line, line + lines.extent);
      SortLines(element, copy.data(), line, {1, lines.extent}, descending, all, executor);
    }
  });
}

}  // namespace broadloom::sorting
