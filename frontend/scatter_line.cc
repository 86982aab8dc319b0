// Each thread reads all places and stores what falls into a part of the line of its own: so values
// for one place are stored in their order, and what is written stays in fewer cache lines.
#include "frontend/scatter_line.h"

#include <algorithm>
#include <atomic>
#include <cstring>

namespace broadloom {
namespace {

template <int kBytes>
struct Element {
  char bytes[kBytes];
};

// What falls elsewhere goes to a place that nobody reads: a branch would be mispredicted half of
// the time, and compilers make one of a conditional address, but not of a product.
template <int kBytes>
void ScatterPart(const Line& line, int64_t first, int64_t size, const int64_t* places,
                 int64_t count, const char* values) {
  Element<kBytes> elsewhere;
  const auto nowhere = reinterpret_cast<uintptr_t>(elsewhere.bytes),
             data = reinterpret_cast<uintptr_t>(line.data);
  for (int64_t i = 0; i < count; ++i) {
    const int64_t at = places[i] + (places[i] < 0 ? line.extent : 0);
    const bool is_here = static_cast<uint64_t>(at - first) < static_cast<uint64_t>(size);
    const uintptr_t to = nowhere + (data + at * line.stride - nowhere) * is_here;
    std::memcpy(reinterpret_cast<char*>(to), values + i * kBytes, kBytes);
  }
}

template <int kBytes>
void ScatterParts(Context& context, const Line& line, const int64_t* places, int64_t count,
                  const char* values) {
  constexpr int64_t kWorthAThread = 1 << 16, kMostParts = 8;
  const int64_t parts = std::clamp(count / kWorthAThread, int64_t{1},
                                   std::min<int64_t>(context.pool.threads(), kMostParts));
  context.pool.ParallelFor(parts, 1, [&](int64_t begin, int64_t end, int) {
    for (int64_t part = begin; part < end; ++part) {
      const int64_t first = line.extent * part / parts, last = line.extent * (part + 1) / parts;
      ScatterPart<kBytes>(line, first, last - first, places, count, values);
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

bool HasScatterLine(int64_t itemsize) {
  return itemsize == 1 || itemsize == 2 || itemsize == 4 || itemsize == 8 || itemsize == 16;
}

void ScatterLine(Context& context, const Line& line, const int64_t* places, int64_t count,
                 const char* values, int64_t itemsize) {
  switch (itemsize) {
    case 1: return ScatterParts<1>(context, line, places, count, values);
    case 2: return ScatterParts<2>(context, line, places, count, values);
    case 4: return ScatterParts<4>(context, line, places, count, values);
    case 8: return ScatterParts<8>(context, line, places, count, values);
    default: return ScatterParts<16>(context, line, places, count, values);
  }
}

}  // namespace broadloom
