// Writes over what is read elsewhere in the same memory, turned: `a[:] = a[::-1]`, `a += a.T`, two
// writes that read one another's places. The domain is cut into blocks; those that read what others
// of them overwrite, an orbit, are computed into scratch memory together and then stored.
//
//     a[:] = a[::-1]     0 1 2 3 2 1 0          a += a.T     0 1 2
//                                                            1 3 4
//                                                            2 4 5
#ifndef BROADLOOM_FRONTEND_ORBIT_LAUNCH_H_
#define BROADLOOM_FRONTEND_ORBIT_LAUNCH_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/status/status.h"
#include "frontend/context.h"
#include "frontend/expr.h"
#include "frontend/launch_args.h"
#include "frontend/symmetry.h"
#include "passes/geometry.h"
#include "runtime/float_environment.h"

namespace broadloom {

// Blocks of one extent but for the last one; where an axis is mirrored, of two, so that they are
// each other's mirror image.
struct BlocksOfAxis {
  BlocksOfAxis(int64_t extent, int64_t most, bool is_mirrored);

  int64_t Begin(int64_t block) const;
  int64_t SizeOf(int64_t block) const { return Begin(block + 1) - Begin(block); }

  int64_t extent, count;
  int64_t size;    // the largest
  int64_t least;   // of those in the middle
  int64_t longer;  // at either end, by one
  bool is_mirrored;
};

struct Orbits {
  std::vector<Symmetry> group;  // of the blocks that are computed together
  std::vector<BlocksOfAxis> axes;
  int64_t blocks = 0;       // in all
  int64_t block_bytes = 0;  // at most
  int64_t parts = 0;        // each of a thread
  int64_t bytes = 0;        // of scratch memory
};

// For `writes` places of a shape. `symmetries`: from what is read to what is written. None where
// scratch memory would be as large as the places.
std::optional<Orbits> PlanOrbits(const Shape& shape, int64_t itemsize,
                                 const std::vector<Symmetry>& symmetries, int64_t writes,
                                 int threads);

// What is stored to a place: the result of a pointwise kernel, whose pointer is the last of `args`,
// or elements as they are.
struct OrbitWrite {
  StridedArray place;
  const LoadedKernel* kernel = nullptr;
  const GeometryFacts* facts = nullptr;
  LaunchArgs args;
  StridedArray from;  // where there is no kernel
};
absl::Status LaunchOrbits(Context& context, const Orbits& orbits, int64_t itemsize,
                          const std::vector<OrbitWrite>& writes, FloatFlags& flags);

}  // namespace broadloom

#endif  // BROADLOOM_FRONTEND_ORBIT_LAUNCH_H_
