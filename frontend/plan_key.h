// What is asked for, as a key and as numbers: one linear walk over the pending region.
#ifndef BROADLOOM_FRONTEND_PLAN_KEY_H_
#define BROADLOOM_FRONTEND_PLAN_KEY_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "frontend/context.h"
#include "frontend/expr.h"
#include "frontend/shifted_leaves.h"
#include "passes/pass.h"

namespace broadloom {

// A snapshot: other threads may publish results meanwhile, the trace keeps what it saw.
struct TraceNode {
  ExprPtr expr;
  int leaf = -1;  // of a ready array: its place in Trace::leaves and Trace::arrays
  int first_input = 0, num_inputs = 0;  // in Trace::inputs
  int first_number = 0;         // in Trace::numbers: extents, and of a slice starts and steps
  int first_block_number = -1;  // of a variance in blocks: those of RowBlocks, in order

  bool is_leaf() const { return leaf >= 0; }
};

// `a[1:] * f(a[1:])` has two views and one leaf.
struct LeafTwin {
  int node;
  ExprPtr expr;
};

struct Trace {
  std::vector<TraceNode> nodes;  // inputs before users
  std::vector<int> inputs;       // numbers of nodes
  std::vector<int> roots, leaves, scalars;
  std::vector<StridedArray> arrays;  // of the leaves, with normalized strides
  std::vector<LeafTwin> twins;       // views that show what a leaf shows, elsewhere in the program
  bool depends_on_elements = false;  // of leaves: which are finite
  bool has_steps = false;            // of a stencil: several (frontend/shifted_leaves.h)
  std::vector<WholeLeaf> wholes;     // parameters of the plan behind the leaves
  std::vector<ShiftedLeaf> shifted;  // of the leaves, where some are slices of one array
  std::vector<OperandMemory> memories;  // of the leaves, where some share theirs
  std::vector<int> equals;              // of the scalars of a loop: the first equal one
  std::vector<bool> finite;             // of the leaves: known to be, as few decide much
  std::vector<bool> donated;            // of the leaves: may be overwritten (frontend/donation.h)
  bool needs_numbers = false;           // for that: no operand may be NaN
  std::optional<bool> has_nan;          // whether one is, once it was looked for
  bool judged = false;                  // its floating-point errors are known (frontend/judging.h)
  bool wants_stages = false;            // to know them, a part must be computed first
  std::vector<int64_t> numbers;         // what symbols are bound to
  std::string key;                      // all that a plan depends on; equal keys, equal plans

  // What a parameter of the plan is: a leaf, or what leaves are slices of.
  const StridedArray& ParamArray(int64_t index) const {
    const auto leaf = static_cast<size_t>(index);
    return leaf < arrays.size() ? arrays[leaf] : wholes[leaf - arrays.size()].array;
  }
  absl::Span<const int> InputsOf(const TraceNode& node) const {
    return absl::MakeConstSpan(inputs).subspan(node.first_input, node.num_inputs);
  }
};

// What lies where memory is absent (frontend/jit.h), whose offsets count from the array's.
struct Binding {
  const Buffer* absent;
  StridedArray array;
};

// Walks from pending roots down to what is ready. Waits for what another evaluation is overwriting
// the operands of; ResourceExhausted where one has failed in that. FailedPrecondition where memory
// is absent and not bound.
absl::StatusOr<Trace> TraceRoots(Context& context, absl::Span<const ExprPtr> roots,
                                 absl::Span<const Binding> bindings = {});

// Whether an operand's axis of this extent is repeated along the result's.
inline bool IsBroadcast(Extent operand, Extent result) { return operand.is(1) && !result.is(1); }

// The last axes of a node's operand that are none of the result's: those that a gather picks.
inline int PickedAxesOf(const TraceNode& node, int operand) {
  return node.expr->op == Op::k_gather && operand == 0 ? node.num_inputs - 1 : 0;
}

// Of a reshape that undoes another one, as reads through a view that was written through are: the
// node whose value it has. -1: none.
int UndoneBy(const Trace& trace, const TraceNode& node);

// Of a reduction of many elements along one axis: its extent, where that is so small that the plan
// is made for it (passes/unrolling.h). 0: a symbol.
int64_t UnrolledExtent(const Trace& trace, const TraceNode& node);

// Whether a reduction goes along many elements that lie far apart in memory, each in a long row:
// then the plan is made for walking the rows.
bool WalksColumns(const Trace& trace, const TraceNode& node);

// How the slice of a `slice` or an `insert` cuts an axis: w not at all, 1 without gaps, s with
// steps.
char SliceClass(const Expr& from, const Attrs& slice, int axis);
// Of a `slice` without gaps where it begins, if that is so near that the plan is made for it; else
// -1.
int64_t KnownStart(const Trace& trace, const TraceNode& slice, int axis);

}  // namespace broadloom

#endif  // BROADLOOM_FRONTEND_PLAN_KEY_H_
