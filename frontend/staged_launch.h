// Kernels that write to memory which they read elsewhere in it, as a stencil in place does: a few
// rows at a time are computed into scratch memory and stored when nothing reads any more what they
// replace. Long rows that do not read one another are cut into strips, and what is gone through row
// by row into lines.
//
//     rows of a thread   stored | computed before | computed now |            waits
//     reads                                 <-lag->              <-lag->
#ifndef BROADLOOM_FRONTEND_STAGED_LAUNCH_H_
#define BROADLOOM_FRONTEND_STAGED_LAUNCH_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/status/status.h"
#include "frontend/context.h"
#include "frontend/expr.h"
#include "frontend/launch_args.h"
#include "passes/geometry.h"
#include "runtime/float_environment.h"

namespace broadloom {

struct Stages {
  int axis = 0;        // whose rows these are; along those before it nothing reads anything else
  int64_t width = 0;   // of the last axis, at once
  int64_t rows = 0;    // that are computed at once
  int64_t lag = 0;     // rows around a row in which what it replaces may be read
  int64_t pieces = 0;  // rows of the axes before, times strips
  int64_t parts = 0;   // each of a thread: of the pieces, of the rows where that is one
  int64_t bytes = 0;   // of scratch memory
};

// `distances`: in bytes, from the place to each operand in its memory, all with its strides. None
// where scratch memory would be as large as a result.
std::optional<Stages> PlanStages(const Shape& shape, const Dims& strides, int64_t itemsize,
                                 const std::vector<int64_t>& distances, int threads);

// A kernel of one phase without scratch memory, whose result has the shape of its domain. The last
// pointer of `args` is the result's.
struct StagedLaunch {
  const LoadedKernel& kernel;
  const GeometryFacts& facts;
  LaunchArgs& args;
  const StridedArray& place;
  const Shape& shape;
  int64_t itemsize;
  const Stages& stages;
};
absl::Status LaunchStaged(Context& context, const StagedLaunch& launch, FloatFlags& flags);

}  // namespace broadloom

#endif  // BROADLOOM_FRONTEND_STAGED_LAUNCH_H_
