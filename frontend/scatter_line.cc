// Each thread reads all places and stores what falls into a part of the line of its own: so values
// for one place are stored in their order, and what is written stays in fewer cache lines.
#include "frontend/scatter_line.h"

#include <algorithm>
#include <cstring>

namespace broadloom {
namespace {

template <int kBytes>
struct Element {
  char bytes[kBytes];
};

// What falls elsewhere goes to a place that nobody reads, which is cheaper than a branch.
template <int kBytes>
void ScatterPart(const Line& line, int64_t first, int64_t size, const int64_t* places,
                 int64_t count, const char* values) {
  Element<kBytes> elsewhere;
  for (int64_t i = 0; i < count; ++i) {
    const int64_t at = places[i] + (places[i] < 0 ? line.extent : 0);
    const bool is_here = static_cast<uint64_t>(at - first) < static_cast<uint64_t>(size);
    char* const here = line.data + at * line.stride;
    std::memcpy(is_here ? here : elsewhere.bytes, values + i * kBytes, kBytes);
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
