// Which memory the results of a plan's steps get, decided by walking it without touching memory:
// fresh memory, or that of an operand which nobody reads any more. So the peak is known before
// anything is allocated, and execution follows what was decided.
#ifndef BROADLOOM_FRONTEND_BUFFER_ASSIGNMENT_H_
#define BROADLOOM_FRONTEND_BUFFER_ASSIGNMENT_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/inlined_vector.h"
#include "frontend/orbit_launch.h"
#include "frontend/plan.h"
#include "frontend/staged_launch.h"

namespace broadloom {

// A copy that the plan's steps do not ask for by themselves.
struct ForcedCopy {
  int64_t bytes;
  std::string reason;
};

struct BufferAssignment {
  int64_t peak_bytes = 0, output_bytes = 0;  // beyond the inputs; the outputs' at the end
  // By kernel: for each result the operand over which it is written; -1: none.
  absl::flat_hash_map<NodeId, absl::InlinedVector<int, 1>> over;
  std::vector<bool> in_place;  // by node: an insert or a scan that writes to its first operand
  // By kernel: the insert to whose place it writes by itself, without a result of its own.
  struct Into {
    NodeId insert;
    bool staged;  // as frontend/staged_launch.h does, by `stages`
    Stages stages;
  };
  absl::flat_hash_map<NodeId, Into> into;
  // Writes that are done together, at the last one's step.
  struct Together {
    struct Write {
      NodeId kernel;  // -1: an array is stored as it is
      NodeId insert;  // -1: a result that fills its memory
      NodeId last() const { return insert < 0 ? kernel : insert; }
    };
    std::vector<Write> writes;
    Orbits orbits;
  };
  std::vector<Together> together;
  absl::flat_hash_map<NodeId, size_t> together_of;  // by kernel and by insert: which
  // The first step that overwrites an input; -1: none. Flags that were raised before it are looked
  // into while the inputs are there; from it on, flags tell all.
  NodeId overwrites_from = -1;
  std::vector<ForcedCopy> copies;
};

// Strides of a kernel's result in fresh memory: its axes lie as the schedule ordered them.
Dims StridesOfResult(const Graph& body, size_t output, const Shape& shape, int64_t itemsize);

// Inputs whose memory may be overwritten: `Trace::donated`.
BufferAssignment AssignBuffers(Context& context, const Plan& plan, const Trace& trace,
                               const Numbers& numbers);

}  // namespace broadloom

#endif  // BROADLOOM_FRONTEND_BUFFER_ASSIGNMENT_H_
