// Each thread reads all places and stores what falls into a part of the line of its own: so values
// for one place are stored in their order, and what is written stays in fewer cache lines.
#include "frontend/scatter_line.h"

#include <algorithm>
#include <atomic>
#include <cstring>

#include "frontend/sized_element.h"

namespace broadloom {
namespace {

// What falls elsewhere goes to a place that nobody reads: a branch would be mispredicted half of
// the time, and compilers make one of a conditional address, but not of a product.
template <typename T>
void ScatterPart(const Line& line, int64_t first, int64_t size, const int64_t* places,
                 int64_t count, const char* values) {
  T elsewhere;
  const auto nowhere = reinterpret_cast<uintptr_t>(&elsewhere),
             data = reinterpret_cast<uintptr_t>(line.data);
  for (int64_t i = 0; i < count; ++i) {
    const int64_t at = places[i] + (places[i] < 0 ? line.extent : 0);
    const bool is_here = static_cast<uint64_t>(at - first) < static_cast<uint64_t>(size);
    const uintptr_t to = nowhere + (data + at * line.stride - nowhere) * is_here;
    std::memcpy(reinterpret_cast<char*>(to), values + i * static_cast<int64_t>(sizeof(T)),
                sizeof(T));
  }
}

template <typename T>
void ScatterParts(Context& context, const Line& line, const int64_t* places, int64_t count,
                  const char* values) {
  constexpr int64_t kWorthAThread = 1 << 16, kMostParts = 8;
  const int64_t parts = std::clamp(count / kWorthAThread, int64_t{1},
                                   std::min<int64_t>(context.pool.threads(), kMostParts));
  context.pool.ParallelFor(parts, 1, [&](int64_t begin, int64_t end, int) {
    for (int64_t part = begin; part < end; ++part) {
      const int64_t first = line.extent * part / parts, last = line.extent * (part + 1) / parts;
      ScatterPart<T>(line, first, last - first, places, count, values);
    }
  });
}

}  // namespace

bool AreInBounds(Context& context, const int64_t* places, int64_t count, int64_t extent) {
  std::atomic<bool> all = true;
  context.pool.ParallelFor(count, int64_t{1} << 17, [&](int64_t begin, int64_t end, int) {
    uint64_t outside = 0;
    for (int64_t i = begin; i < end; ++i)
      outside |=
          static_cast<uint64_t>(places[i] < -extent) | static_cast<uint64_t>(places[i] >= extent);
    if (outside != 0) all = false;
  });
  return all;
}

void ScatterLine(Context& context, const Line& line, const int64_t* places, int64_t count,
                 const char* values, int64_t itemsize) {
  WithSizedElement(itemsize, [&](auto element) {
    ScatterParts<decltype(element)>(context, line, places, count, values);
  });
}

}  // namespace broadloom
