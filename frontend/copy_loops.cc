#include "frontend/copy_loops.h"

#include <algorithm>
#include <cstring>

#include "frontend/sized_element.h"

namespace broadloom {
namespace {

template <typename T>
void CopyLine(const CopyLoop& loop, char* to, const char* from) {
  constexpr auto kBytes = static_cast<int64_t>(sizeof(T));
  if (loop.to == kBytes && loop.from == kBytes) {
    std::memcpy(to, from, loop.count * kBytes);
    return;
  }
  T element;
  std::memcpy(&element, from, kBytes);
  if (loop.to == kBytes && loop.from == 0) {
    std::fill_n(reinterpret_cast<T*>(to), loop.count, element);
    return;
  }
  for (int64_t i = 0; i < loop.count; ++i)
    std::memcpy(to + i * loop.to, from + i * loop.from, kBytes);
}

template <typename T>
void CopyNest(absl::Span<const CopyLoop> loops, char* to, const char* from) {
  if (loops.size() == 1) return CopyLine<T>(loops[0], to, from);
  for (int64_t i = 0; i < loops[0].count; ++i)
    CopyNest<T>(loops.subspan(1), to + i * loops[0].to, from + i * loops[0].from);
}

}  // namespace

void CopyLoops::Append(const CopyLoop& inner) {
  if (inner.count == 1) return;
  if (!loops_.empty()) {
    CopyLoop& outer = loops_.back();
    if (outer.to == inner.to * inner.count && outer.from == inner.from * inner.count) {
      outer = {outer.count * inner.count, inner.to, inner.from};
      return;
    }
  }
  loops_.push_back(inner);
}

void CopyLoops::Finish(int64_t itemsize) {
  if (loops_.empty()) loops_.push_back({1, itemsize, itemsize});
}

int64_t CopyLoops::elements() const {
  int64_t count = 1;
  for (const CopyLoop& loop : loops_) count *= loop.count;
  return count;
}

void CopyLoops::Run(int64_t itemsize, char* to, const char* from) const {
  WithSizedElement(itemsize, [&](auto element) {
    CopyNest<decltype(element)>(absl::MakeConstSpan(loops_), to, from);
  });
}

}  // namespace broadloom
