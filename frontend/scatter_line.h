// The quick way for the common case of x[i] = v: one index array, for one line of elements.
#ifndef BROADLOOM_FRONTEND_SCATTER_LINE_H_
#define BROADLOOM_FRONTEND_SCATTER_LINE_H_

#include <cstdint>

#include "frontend/context.h"

namespace broadloom {

struct Line {
  char* data;
  int64_t extent, stride;  // bytes
};

bool AreInBounds(Context& context, const int64_t* places, int64_t count, int64_t extent);

// Dense values, of an `itemsize` that a dtype has, to these places of the line, from the last one
// counted backwards below 0, all in bounds; in order, so that the last value for a place stays.
void ScatterLine(Context& context, const Line& line, const int64_t* places, int64_t count,
                 const char* values, int64_t itemsize);

}  // namespace broadloom

#endif  // BROADLOOM_FRONTEND_SCATTER_LINE_H_
