#include "frontend/shifted_leaves.h"

#include <algorithm>
#include <cstdlib>
#include <numeric>
#include <optional>

#include "frontend/plan_key.h"

namespace broadloom {
namespace {

enum class Steps { kNone, kPerhaps, kSeveral };

// Several where some value of which several slices are read is computed from slices itself; perhaps
// where it is computed from something else, which may be views of one memory. None where anything
// is written.
Steps StepsOf(const Trace& trace) {
  std::vector<bool> is_sliced(trace.nodes.size()), has_slices(trace.nodes.size());
  Steps steps = Steps::kNone;
  for (size_t i = 0; i < trace.nodes.size(); ++i) {
    const TraceNode& node = trace.nodes[i];
    if (node.is_leaf()) continue;
    if (node.expr->op == Op::k_insert || node.expr->op == Op::k_scatter) return Steps::kNone;
    for (int input : trace.InputsOf(node)) has_slices[i] = has_slices[i] || has_slices[input];
    if (node.expr->op != Op::k_slice) continue;
    const int from = trace.InputsOf(node)[0];
    if (is_sliced[from])
      steps = std::max(steps, has_slices[from] ? Steps::kSeveral : Steps::kPerhaps);
    is_sliced[from] = has_slices[i] = true;
  }
  return steps;
}

// How many elements along each axis `bytes` are, if they are few: by the longest steps first, each
// to the nearest, as an element less of a shorter one may follow.
std::optional<Dims> ShiftOf(int64_t bytes, const Dims& strides) {
  std::vector<int> axes(strides.size());
  std::iota(axes.begin(), axes.end(), 0);
  std::stable_sort(axes.begin(), axes.end(),
                   [&](int a, int b) { return std::abs(strides[a]) > std::abs(strides[b]); });
  Dims shift(strides.size(), 0);
  for (int axis : axes) {
    const int64_t stride = strides[axis];
    if (stride == 0) return std::nullopt;
    const int64_t half = std::abs(stride) / 2;
    shift[axis] = (bytes + (bytes < 0 ? -half : half)) / stride;
    if (std::abs(shift[axis]) > kMostKnownStart / 2) return std::nullopt;
    bytes -= shift[axis] * stride;
  }
  return bytes == 0 ? std::optional(shift) : std::nullopt;
}

class Finder {
 public:
  explicit Finder(Trace& trace) : trace_(trace), shifts_(trace.leaves.size()) {}

  void Run() {
    trace_.shifted.resize(trace_.leaves.size());
    for (size_t i = 0; i < trace_.leaves.size(); ++i) {
      if (trace_.shifted[i].whole < 0 && Leaf(i).rank() > 0) GroupBehind(i);
    }
  }

 private:
  const Expr& Leaf(size_t i) const { return *trace_.nodes[trace_.leaves[i]].expr; }

  // Those like leaf `first` that are not in a group yet.
  void GroupBehind(size_t first) {
    const StridedArray& base = trace_.arrays[first];
    std::vector<size_t> members = {first};
    shifts_[first] = Dims(base.strides.size(), 0);
    for (size_t i = first + 1; i < trace_.leaves.size(); ++i) {
      const StridedArray& array = trace_.arrays[i];
      if (array.buffer != base.buffer || array.strides != base.strides ||
          Leaf(i).dtype != Leaf(first).dtype)
        continue;
      const std::optional<Dims> shift = ShiftOf(array.offset - base.offset, base.strides);
      if (!shift.has_value()) continue;
      shifts_[i] = *shift;
      members.push_back(i);
    }
    if (members.size() > 1) MakeWhole(members);
  }

  // One that shows all of it stays what it is: it may be written over.
  bool IsOneOf(const WholeLeaf& whole, const std::vector<size_t>& members) const {
    return std::any_of(members.begin(), members.end(),
                       [&](size_t i) { return Leaf(i).shape == whole.shape; });
  }

  void MakeWhole(const std::vector<size_t>& members) {
    WholeLeaf whole{trace_.arrays[members[0]], Leaf(members[0]).shape, Leaf(members[0]).dtype};
    const size_t rank = whole.shape.size();
    for (size_t axis = 0; axis < rank; ++axis) {
      int64_t least = 0, end = 0;
      for (size_t i : members) least = std::min(least, shifts_[i][axis]);
      for (size_t i : members) {
        shifts_[i][axis] -= least;
        end = std::max(end, shifts_[i][axis] + Leaf(i).shape[axis].value());
      }
      whole.array.offset += least * whole.array.strides[axis];
      whole.shape[axis] = end;
    }
    if (IsOneOf(whole, members)) return;
    for (size_t i : members)
      trace_.shifted[i] = {static_cast<int>(trace_.wholes.size()), shifts_[i]};
    whole.first_number = static_cast<int>(trace_.numbers.size());
    for (Extent extent : whole.shape) trace_.numbers.push_back(extent.value());
    trace_.wholes.push_back(std::move(whole));
  }

  Trace& trace_;
  std::vector<Dims> shifts_;  // by leaf, against the first of its group
};

}  // namespace

void FindShiftedLeaves(Trace& trace) {
  const Steps steps = StepsOf(trace);
  if (steps == Steps::kNone) return;
  if (trace.leaves.size() > 1) Finder(trace).Run();
  if (trace.wholes.empty()) trace.shifted.clear();
  trace.has_steps = steps == Steps::kSeveral || !trace.wholes.empty();
}

}  // namespace broadloom
