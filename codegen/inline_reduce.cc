// Reductions inside a body: loops of their own, one accumulator for each result.
#include <algorithm>
#include <bit>
#include <cstdint>

#include "codegen/reducer.h"
#include "ir/evaluate.h"
#include "llvm/IR/Intrinsics.h"

namespace broadloom {

llvm::Value* ReducedIndex(BodyEmitter& emitter, NodeId reduce, bool narrow) {
  llvm::IRBuilder<>& b = emitter.builder();
  const int vector_axis = emitter.schedule().vector_axis;
  llvm::Value* position = emitter.Int(0);
  const Shape& walked = emitter.body().node(emitter.body().node(reduce).inputs[0]).shape();
  const Axes& axes = emitter.body().node(reduce).attrs.Ints(AttrName::k_axes);
  for (int64_t axis : axes) {
    if (walked[axis].is(1)) continue;
    position = b.CreateAdd(b.CreateMul(position, emitter.Extent(axis)), emitter.Index(axis));
  }
  llvm::Type* const type = narrow ? b.getInt32Ty() : b.getInt64Ty();
  position = b.CreateTrunc(position, type);
  const int width = emitter.schedule().width;
  const bool along = std::find(axes.begin(), axes.end(), vector_axis) != axes.end();
  if (width == 1 || !along || walked[vector_axis].is(1)) return position;
  std::vector<llvm::Constant*> lanes;
  for (int lane = 0; lane < width; ++lane) lanes.push_back(llvm::ConstantInt::get(type, lane));
  return b.CreateAdd(b.CreateVectorSplat(width, position), llvm::ConstantVector::get(lanes));
}

namespace {

// What a walk does with each element and, where the walk counts them, with each block of additions
// (docs/ir.md, "order").
struct Visitor {
  absl::FunctionRef<void()> add, push;
  bool counts = false;
};

// So few operations that a loop over some elements is written out.
bool IsShort(const Graph& body) {
  constexpr int kMost = 24;
  int operations = 0;
  for (NodeId id = 0; id < body.size(); ++id) {
    const OpInfo& info = body.node(id).info();
    if (info.Is(kCostly) || info.is_gather()) return false;
    operations += info.is_elementwise();
  }
  return operations <= kMost;
}

void WriteOut(BodyEmitter& emitter, int axis, llvm::Value* begin, int64_t count,
              llvm::Instruction* entry, absl::FunctionRef<void()> element) {
  for (int64_t k = 0; k < count; ++k) {
    llvm::Value* const index = emitter.builder().CreateAdd(begin, emitter.Int(k));
    emitter.Deeper(entry, {{axis, index}}, element);
  }
}

// One loop over [begin, end), which begins at a multiple of a block's additions.
void WalkAxis(BodyEmitter& emitter, int axis, llvm::Value* begin, llvm::Value* end,
              const Visitor& visit) {
  const bool is_short = IsShort(emitter.body());
  if (!visit.counts) return emitter.Loop(axis, begin, end, visit.add);
  llvm::IRBuilder<>& b = emitter.builder();
  llvm::Value* const count = b.CreateAnd(b.CreateSub(end, begin), emitter.Int(-kBlockAdditions));
  llvm::Value* const whole = b.CreateAdd(begin, count);
  EmitFor(b, begin, whole, kBlockAdditions, [&](llvm::Value* i, llvm::Instruction* entry) {
    if (is_short) {
      WriteOut(emitter, axis, i, kBlockAdditions, entry, visit.add);
    } else {
      llvm::Value* const stop = b.CreateAdd(i, emitter.Int(kBlockAdditions));
      emitter.Deeper(entry, {}, [&] { emitter.Loop(axis, i, stop, visit.add); });
    }
    visit.push();
  });
  emitter.Loop(axis, whole, end, visit.add);
}

// Loops over the axes of a reduction from `depth` on; the innermost one in chunks where operands
// are packed along it.
void WalkAxes(BodyEmitter& emitter, const Axes& axes, size_t depth, const std::vector<int>& packed,
              const Visitor& visit) {
  if (depth == axes.size()) return visit.add();
  const int axis = static_cast<int>(axes[depth]);
  if (depth + 1 < axes.size()) {
    return emitter.Loop(axis, emitter.Int(0), emitter.Extent(axis),
                        [&] { WalkAxes(emitter, axes, depth + 1, packed, visit); });
  }
  const Extent extent = emitter.schedule().domain[axis];
  if (!extent.is_symbol() && extent.value() <= kBlockAdditions) {
    llvm::Value* const count = emitter.Int(extent.value());
    emitter.SetPackBegin(emitter.Int(0));
    return EmitFor(emitter.builder(), emitter.Int(0), count, extent.value(),
                   [&](llvm::Value* i, llvm::Instruction* entry) {
                     WriteOut(emitter, axis, i, extent.value(), entry, visit.add);
                   });
  }
  if (packed.empty()) return WalkAxis(emitter, axis, emitter.Int(0), emitter.Extent(axis), visit);
  llvm::IRBuilder<>& b = emitter.builder();
  EmitFor(b, emitter.Int(0), emitter.Extent(axis), BodyEmitter::kPackRows,
          [&](llvm::Value* begin, llvm::Instruction* entry) {
            emitter.Deeper(entry, {}, [&] {
              llvm::Value* chunk_end = b.CreateAdd(begin, emitter.Int(BodyEmitter::kPackRows));
              llvm::Value* end =
                  b.CreateBinaryIntrinsic(llvm::Intrinsic::smin, chunk_end, emitter.Extent(axis));
              llvm::Value* several =
                  b.CreateICmpSGT(emitter.Extent(axis), emitter.Int(BodyEmitter::kPackRows));
              EmitIf(b, several, [&](llvm::Instruction* branch) {
                emitter.Deeper(branch, {}, [&] {
                  for (int param : packed) emitter.Pack(param, axis, begin, end);
                });
              });
              emitter.SetPackBegin(begin);
              WalkAxis(emitter, axis, begin, end, visit);
            });
          });
}

// The same for a reducer that tracks NaN: the innermost axis two by two.
void WalkPairs(BodyEmitter& emitter, const Axes& axes, size_t depth, const Reducer& reducer,
               absl::FunctionRef<Value()> element, absl::FunctionRef<void(const Parts&)> add) {
  const int axis = static_cast<int>(axes[depth]);
  llvm::Value* end = emitter.Extent(axis);
  if (depth + 1 < axes.size()) {
    return emitter.Loop(axis, emitter.Int(0), end,
                        [&] { WalkPairs(emitter, axes, depth + 1, reducer, element, add); });
  }
  llvm::IRBuilder<>& b = emitter.builder();
  llvm::Value* paired = b.CreateAnd(end, emitter.Int(-2));
  EmitFor(b, emitter.Int(0), paired, 2, [&](llvm::Value* i, llvm::Instruction* entry) {
    Value first, second;
    emitter.Deeper(entry, {{axis, i}}, [&] { first = element(); });
    llvm::Value* next = b.CreateAdd(i, emitter.Int(1));
    emitter.Deeper(entry, {{axis, next}}, [&] { second = element(); });
    add(reducer.ElementPair(first, second));
  });
  emitter.Loop(axis, paired, end, [&] { add(reducer.Element(element(), nullptr)); });
}

// The params that are packed along what a reduction walks last.
std::vector<int> PackedAlong(BodyEmitter& emitter, const Axes& axes) {
  std::vector<int> packed;
  for (size_t param = 0; param < emitter.body().params().size(); ++param) {
    const bool walked = !axes.empty() && emitter.VariesAlong(emitter.body().params()[param],
                                                             static_cast<int>(axes.back()));
    if (emitter.schedule().packed[param] && walked) packed.push_back(static_cast<int>(param));
  }
  return packed;
}

// `id` and later reductions that walk the same space and need no reduction themselves.
std::vector<NodeId> WalkTogether(const Graph& body, NodeId id) {
  const Node& first = body.node(id);
  std::vector<NodeId> together = {id};
  std::vector<bool> needs(body.size());
  for (NodeId next = 0; next < body.size(); ++next) {
    const Node& node = body.node(next);
    for (NodeId input : node.inputs)
      needs[next] = needs[next] || needs[input] || body.node(input).info().is_reduce();
    if (next <= id || needs[next] || node.op != first.op) continue;
    const bool alike = node.type == first.type && node.shape() == first.shape() &&
                       node.attrs.Ints(AttrName::k_axes) == first.attrs.Ints(AttrName::k_axes) &&
                       body.node(node.inputs[0]).shape() == body.node(first.inputs[0]).shape();
    if (alike) together.push_back(next);
  }
  return together;
}

// Several reductions in one walk.
std::vector<Parts> ReduceBy(BodyEmitter& emitter, const std::vector<NodeId>& reductions,
                            const Reducer& reducer) {
  const Graph& body = emitter.body();
  const int width = reducer.width();
  std::vector<Accumulator> accumulators;
  for (size_t i = 0; i < reductions.size(); ++i) accumulators.emplace_back(emitter, reducer);
  const Axes& axes = body.node(reductions[0]).attrs.Ints(AttrName::k_axes);
  const std::vector<int> packed = PackedAlong(emitter, axes);
  const auto element_of = [&](NodeId id) {
    const NodeId operand = body.node(id).inputs[0];
    return emitter.AsLanes(emitter.ValueOf(operand), operand, width);
  };
  if (reducer.TracksNan() && packed.empty() && !axes.empty() && reductions.size() == 1) {
    WalkPairs(
        emitter, axes, 0, reducer, [&] { return element_of(reductions[0]); },
        [&](const Parts& elements) { accumulators[0].Add(elements, nullptr); });
    return {accumulators[0].Total()};
  }
  const bool counts = reducer.ordered() && axes.size() == 1;
  const auto add = [&] {
    for (size_t i = 0; i < reductions.size(); ++i) {
      const Value element = element_of(reductions[i]);
      llvm::Value* index = nullptr;
      if (reducer.NeedsIndex()) {
        llvm::IRBuilder<>& b = emitter.builder();
        index = ReducedIndex(emitter, reductions[i], reducer.IsNarrow());
        if (width > 1) index = b.CreateVectorSplat(width, index);
      }
      const Parts parts = reducer.Element(element, index);
      counts ? accumulators[i].AddToBlock(parts) : accumulators[i].Add(parts, nullptr);
    }
  };
  const auto push = [&] {
    for (Accumulator& accumulator : accumulators) accumulator.Push();
  };
  WalkAxes(emitter, axes, 0, packed, {add, push, counts});
  std::vector<Parts> totals;
  for (Accumulator& accumulator : accumulators) totals.push_back(accumulator.Total());
  return totals;
}

// The unrolled axis, in the order of docs/ir.md: as lanes of one addition that fold by halves, or
// one after another.
Value ReduceUnrolled(BodyEmitter& emitter, NodeId id) {
  llvm::IRBuilder<>& b = emitter.builder();
  const Node& node = emitter.body().node(id);
  const NodeId operand = node.inputs[0];
  const int lanes = emitter.LanesOf(id);
  const Reducer reducer(emitter, id, lanes, Reducer::Indices::kInSequence);
  std::vector<Parts> parts;
  for (const Value& row : emitter.RowsOf(operand)) {
    llvm::Value* index = emitter.Int(static_cast<int64_t>(parts.size()));
    if (lanes > 1) index = b.CreateVectorSplat(lanes, index);
    parts.push_back(reducer.Element(emitter.AsLanes(row, operand, lanes), index));
  }
  const bool halves = reducer.ordered() && node.attrs.Text(AttrName::k_order) == "lanes";
  for (Parts& part : parts) {
    if (halves || &part == &parts.front()) part = reducer.Combine(reducer.Identity(), part);
  }
  const auto all = static_cast<unsigned>(parts.size());
  for (size_t half = halves ? std::bit_floor(all - 1) : 0; half > 0; half /= 2) {
    for (size_t row = 0; row < half && row + half < parts.size(); ++row)
      parts[row] = reducer.Combine(parts[row], parts[row + half]);
    parts.resize(half);
  }
  for (size_t row = 1; row < parts.size(); ++row) parts[0] = reducer.Combine(parts[0], parts[row]);
  return reducer.Finish(parts[0]);
}

}  // namespace

Value EmitInlineReduce(BodyEmitter& emitter, NodeId id) {
  if (emitter.schedule().unrolled >= 0) return ReduceUnrolled(emitter, id);
  const Op op = emitter.body().node(id).op;
  const int width = emitter.LanesOf(id);
  if (op == Op::k_argmin || op == Op::k_argmax) {
    return EmitIndexReduce(emitter, id, width, /*folds=*/false, [&](const Reducer& reducer) {
      return ReduceBy(emitter, {id}, reducer)[0];
    });
  }
  const std::vector<NodeId> together = WalkTogether(emitter.body(), id);
  const Reducer reducer(emitter, id, width);
  const std::vector<Parts> totals = ReduceBy(emitter, together, reducer);
  for (size_t i = 1; i < together.size(); ++i)
    emitter.SetValue(together[i], reducer.Finish(totals[i]));
  return reducer.Finish(totals[0]);
}

}  // namespace broadloom
