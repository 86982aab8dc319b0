// How much of each step of a stencil (passes/windows.h) is computed together.
#ifndef BROADLOOM_FRONTEND_WINDOW_ROWS_H_
#define BROADLOOM_FRONTEND_WINDOW_ROWS_H_

#include <cstdint>
#include <vector>

#include "frontend/plan.h"

namespace broadloom {

// Blocks are cut along one axis. For [begin, end) of what the last step stores, a step computes
// [begin + before, end + after) of its domain, and all of it along the other axes. Lanes are blocks
// on the way at a time, each with scratch memory of its own.
struct WindowRows {
  struct Step {
    int64_t before = 0, after = 0;
    std::vector<int64_t> offsets;  // of each result in the scratch; none of the last step
    std::vector<Dims> strides;     // of each there, in bytes
  };
  std::vector<Step> steps;
  int axis = 0;
  int64_t extent = 0, block = 0;  // along it, of what is stored: of all, of a block
  int64_t scratch_bytes = 0;      // of a lane
  int lanes = 1;                  // at most `threads`

  WindowRows(const Plan& plan, const Numbers& numbers, int threads);
  int64_t blocks() const { return (extent - 1) / block + 1; }

 private:
  const Graph& BodyOf(const Plan& plan, size_t step) const;
  void FindReach(const Windows& windows);
  int64_t More() const;
  int64_t ScratchFor(const Plan& plan, const Numbers& numbers, int64_t count);
};

}  // namespace broadloom

#endif  // BROADLOOM_FRONTEND_WINDOW_ROWS_H_
