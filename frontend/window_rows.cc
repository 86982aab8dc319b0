#include "frontend/window_rows.h"

#include <algorithm>
#include <limits>

#include "frontend/bytes.h"
#include "frontend/layout.h"

namespace broadloom {
namespace {

constexpr int64_t kLine = 64;

}  // namespace

const Graph& WindowRows::BodyOf(const Plan& plan, size_t step) const {
  return plan.graph.node(plan.windows->steps[step].kernel).attrs.Body();
}

// From the last step, which is its own.
void WindowRows::FindReach(const Windows& windows) {
  constexpr int64_t kFar = std::numeric_limits<int64_t>::max();
  steps.assign(windows.steps.size(), {kFar, -kFar, {}, {}});
  steps.back().before = steps.back().after = 0;
  for (size_t i = windows.steps.size(); i-- > 0;) {
    for (const Windows::Operand& operand : windows.steps[i].operands) {
      if (operand.from < 0) continue;
      Step& from = steps[operand.from];
      from.before = std::min(from.before, steps[i].before + operand.starts[axis]);
      from.after = std::max(from.after, steps[i].after + operand.starts[axis]);
    }
  }
}

// What the widest step computes beyond a block.
int64_t WindowRows::More() const {
  int64_t more = 0;
  for (const Step& step : steps) more = std::max(more, step.after - step.before);
  return more;
}

// Bytes of a lane, where a block has `count` places along the axis; lays out what steps hand on.
int64_t WindowRows::ScratchFor(const Plan& plan, const Numbers& numbers, int64_t count) {
  int64_t bytes = 0;
  for (size_t i = 0; i + 1 < steps.size(); ++i) {
    const Graph& body = BodyOf(plan, i);
    steps[i].offsets.clear();
    steps[i].strides.clear();
    for (NodeId output : body.outputs()) {
      const DType dtype = body.node(output).dtype();
      Shape shape = numbers.Of(body.node(output).shape());
      shape[axis] = count + steps[i].after - steps[i].before;
      steps[i].offsets.push_back(bytes);
      steps[i].strides.push_back(DenseStrides(shape, dtype.size()));
      bytes = AddBytes(bytes, AddBytes(BytesOf(shape, dtype), kLine - 1)) / kLine * kLine;
    }
  }
  return bytes;
}

// Along the outermost axis for which little scratch is enough; else along that which needs least.
WindowRows::WindowRows(const Plan& plan, const Numbers& numbers, int threads) {
  constexpr int64_t kLittle = 1 << 22;  // bytes of a lane: of the last cache
  constexpr int64_t kCache = 1 << 18;   // of the second one, beside what is read and stored
  constexpr int64_t kLeast = 1 << 15;   // bytes, beside which launches are little
  constexpr int64_t kVectors = 1 << 9;  // elements, beside which the ends of lines are little
  constexpr int64_t kBlocks = 8;        // for the threads
  const Graph& last = BodyOf(plan, plan.windows->steps.size() - 1);
  const Shape shape = numbers.Of(last.attrs().Dims(AttrName::k_shape));
  const int rank = static_cast<int>(shape.size());
  // Places that two blocks compute are at most as many as those that one computes.
  const auto least_for = [&](int along) {
    axis = along;
    FindReach(*plan.windows);
    return along + 1 == rank && rank > 1 ? std::max(More() + 1, kVectors) : More() + 1;
  };
  int best = 0;
  int64_t least_bytes = std::numeric_limits<int64_t>::max();
  for (int along = 0; along < rank && least_bytes > kLittle; ++along) {
    const int64_t count = std::min(least_for(along), shape[along].value());
    const int64_t bytes = ScratchFor(plan, numbers, count);
    if (bytes < least_bytes) least_bytes = bytes, best = along;
  }
  const int64_t least = least_for(best);
  extent = shape[best].value();
  const int64_t each = std::max<int64_t>(1, ScratchFor(plan, numbers, least) / (least + More()));
  const int64_t at_least = std::max(least, kLeast / each);
  block = std::clamp(kCache / each, at_least, std::max(at_least, extent / kBlocks));
  block = std::clamp<int64_t>(block, 1, std::max<int64_t>(extent, 1));
  scratch_bytes = ScratchFor(plan, numbers, block);
  int64_t stored = 0;
  for (NodeId output : last.outputs())
    stored =
        AddBytes(stored, BytesOf(numbers.Of(last.node(output).shape()), last.node(output).dtype()));
  // All beyond the first take no more than what is stored.
  const int64_t most = std::max<int64_t>(1, stored / std::max<int64_t>(1, scratch_bytes));
  lanes = static_cast<int>(std::min({int64_t{threads}, blocks(), most}));
  lanes = std::max(lanes, 1);
}

}  // namespace broadloom
