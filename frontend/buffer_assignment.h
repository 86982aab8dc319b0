// Which memory the results of a plan's steps get, decided by walking it without touching memory:
// fresh memory, or that of an operand which nobody reads any more. So the peak is known before
// anything is allocated, and execution follows what was decided.
#ifndef BROADLOOM_FRONTEND_BUFFER_ASSIGNMENT_H_
#define BROADLOOM_FRONTEND_BUFFER_ASSIGNMENT_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/inlined_vector.h"
#include "frontend/orbit_launch.h"
#include "frontend/plan.h"
#include "frontend/staged_launch.h"
#include "frontend/window_rows.h"

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
  // By kernel: operands in memory that it overwrites, few elements elsewhere in it, which are
  // copied first.
  absl::flat_hash_map<NodeId, std::vector<int>> copied;
  std::vector<bool> in_place;  // by node: an insert or a scan that writes to its first operand
  std::vector<bool> covered;   // by node: an insert that needs nothing of its first operand, as it
                               // and others behind it write all of the result
  std::vector<bool> unseen;    // by node: a kernel that fills what such inserts replace
  std::vector<bool> apart;     // by node: an insert of what lies elsewhere in what it writes to
  std::vector<bool> followed;  // by node: a product or scan that the kernel behind it waits for
                               // block by block
  std::vector<bool> leads;     // by node: a kernel that makes what the scan behind it reads, block
                               // by block
  // By kernel: the inserts to whose places it writes by itself, without results of its own.
  struct Into {
    std::vector<NodeId> inserts;  // by result; all in one memory
    NodeId first;                 // of them, in the order of steps
    bool fresh;                   // memory that nothing was written to before
    bool staged = false;          // as frontend/staged_launch.h does, by `stages`
    Stages stages = {};
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
  // By insert, where it and the next one move all of their operand's memory around an axis: that
  // happens in place.
  struct Rotation {
    NodeId next;
    int64_t axis, shift;
  };
  absl::flat_hash_map<NodeId, Rotation> rotations;
  std::optional<WindowRows> window_rows;  // of Plan::windows
  // The first step that overwrites an input; -1: none. Flags that were raised before it are looked
  // into while the inputs are there; from it on, flags tell all. Not where Trace::judged.
  NodeId overwrites_from = -1;
  std::vector<ForcedCopy> copies;
};

// Strides of a kernel's result in fresh memory: its axes lie as the schedule ordered them.
Dims StridesOfResult(const Graph& body, size_t output, const Shape& shape, int64_t itemsize);

// Inputs whose memory may be overwritten: `Trace::donated`.
BufferAssignment AssignBuffers(Context& context, const Plan& plan, const Trace& trace,
                               const Numbers& numbers);

// The same, or what it was last time if nothing is different that it depends on.
std::shared_ptr<const BufferAssignment> FindAssignment(Context& context, const Plan& plan,
                                                       const Trace& trace, const Numbers& numbers);

}  // namespace broadloom

#endif  // BROADLOOM_FRONTEND_BUFFER_ASSIGNMENT_H_
