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

// Puts keys [begin, end) in order where they are wanted; the others come to the right side of them,
// to the same places on any number of threads.
template <typename Bits>
void SelectInPlace(Bits* keys, int64_t begin, int64_t end, absl::Span<const Places> wanted) {
  const auto is_wanted = [&](int64_t first, int64_t last) {
    return std::any_of(wanted.begin(), wanted.end(), [&](const Places& places) {
      return places.begin < last && places.end > first;
    });
  };
  constexpr int kMostCuts = 64;  // beyond, the pivots are bad ones
  for (int cuts = 0; is_wanted(begin, end); ++cuts) {
    if (end - begin <= kBlock || cuts == kMostCuts) return SortVector(keys + begin, end - begin);
    const Bits pivot = MiddleOf(keys + begin, end - begin);
    const int64_t middle = begin + Cut(keys + begin, end - begin, pivot);
    if (middle > begin) {
      SelectInPlace(keys, begin, middle, wanted);
      begin = middle;
    } else if (pivot == static_cast<Bits>(~Bits{0})) {
      return;  // all are equal
    } else {
      begin += Cut(keys + begin, end - begin, static_cast<Bits>(pivot + 1));
    }
  }
}

template <typename Bits>
void SortKeysInPlace(Bits* keys, int64_t count, Executor* executor) {
  const std::vector<int64_t> ends = CutForThreads(keys, count, executor);
  ForEach(executor, ends.size() - 1,
          [&](int64_t part) { SortVector(keys + ends[part], ends[part + 1] - ends[part]); });
}

template <typename Bits>
void SortInPlace(Element element, Bits* line, int64_t count, bool descending,
                 absl::Span<const Places> wanted, Executor* executor) {
  constexpr int64_t kChunk = int64_t{1} << 16;
  ForParts(executor, count, kChunk, [&](int64_t begin, int64_t end, int) {
    ToKeys(element, line + begin, end - begin, descending, line + begin);
  });
  const bool whole = wanted.size() == 1 && wanted[0].begin == 0 && wanted[0].end == count;
  whole ? SortKeysInPlace(line, count, executor) : SelectInPlace(line, 0, count, wanted);
  ForParts(executor, count, kChunk, [&](int64_t begin, int64_t end, int) {
    FromKeys(element, line + begin, end - begin, descending);
  });
}

}  // namespace

void SortLinesInPlace(Element element, void* data, Lines lines, bool descending,
                      absl::Span<const Places> wanted, Executor* executor) {
  WithKey(element, [&](auto key) {
    using Bits = typename decltype(key)::Bits;
    for (int64_t i = 0; i < lines.count; ++i) {
      Bits* const line = static_cast<Bits*>(data) + i * lines.extent;
      bool done = false;
      if constexpr (sizeof(Bits) > 1) {
        done = !IsLossy(element, line, lines.extent, executor);
        if (done) SortInPlace(element, line, lines.extent, descending, wanted, executor);
      }
      if (done) continue;
      const std::vector<Bits> copy(line, line + lines.extent);
      SortLines(element, copy.data(), line, {1, lines.extent}, descending, wanted, executor);
    }
  });
}

}  // namespace broadloom::sorting
