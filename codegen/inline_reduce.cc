// Reductions inside a body: loops of their own, one accumulator for each result.
#include <cstdint>

#include "codegen/reducer.h"
#include "llvm/IR/Intrinsics.h"

namespace broadloom {

llvm::Value* ReducedIndex(BodyEmitter& emitter, NodeId reduce) {
  llvm::IRBuilder<>& b = emitter.builder();
  const int vector_axis = emitter.schedule().vector_axis;
  llvm::Value* position = emitter.Int(0);
  const Shape& walked = emitter.body().node(emitter.body().node(reduce).inputs[0]).shape();
  for (int64_t axis : emitter.body().node(reduce).attrs.Ints(AttrName::k_axes)) {
    if (walked[axis].is(1)) continue;
    position = b.CreateAdd(b.CreateMul(position, emitter.Extent(axis)), emitter.Index(axis));
    if (axis != vector_axis || emitter.schedule().width == 1) continue;
    std::vector<llvm::Constant*> lanes;
    for (int lane = 0; lane < emitter.schedule().width; ++lane) lanes.push_back(emitter.Int(lane));
    position = b.CreateAdd(b.CreateVectorSplat(emitter.schedule().width, position),
                           llvm::ConstantVector::get(lanes));
  }
  return position;
}

namespace {

// Loops over the axes of a reduction from `depth` on; the innermost one in chunks where operands
// are packed along it.
void WalkAxes(BodyEmitter& emitter, const Axes& axes, size_t depth, const std::vector<int>& packed,
              absl::FunctionRef<void()> element) {
  if (depth == axes.size()) return element();
  const int axis = static_cast<int>(axes[depth]);
  const auto inner = [&] { WalkAxes(emitter, axes, depth + 1, packed, element); };
  if (depth + 1 < axes.size() || packed.empty())
    return emitter.Loop(axis, emitter.Int(0), emitter.Extent(axis), inner);
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
              emitter.Loop(axis, begin, end, inner);
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
std::vector<Value> ReduceBy(BodyEmitter& emitter, const std::vector<NodeId>& reductions,
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
    return {reducer.Finish(accumulators[0].Total())};
  }
  WalkAxes(emitter, axes, 0, packed, [&] {
    for (size_t i = 0; i < reductions.size(); ++i) {
      const Value element = element_of(reductions[i]);
      llvm::Value* index = nullptr;
      if (reducer.NeedsIndex()) {
        llvm::IRBuilder<>& b = emitter.builder();
        index = b.CreateTrunc(ReducedIndex(emitter, reductions[i]),
                              reducer.PartTypes()[1]->getScalarType());
        if (width > 1) index = b.CreateVectorSplat(width, index);
      }
      accumulators[i].Add(reducer.Element(element, index), nullptr);
    }
  });
  std::vector<Value> results;
  for (Accumulator& accumulator : accumulators)
    results.push_back(reducer.Finish(accumulator.Total()));
  return results;
}

// argmin and argmax: indices of 32 bits beside narrow elements, wherever they fit.
Value ReduceToIndex(BodyEmitter& emitter, NodeId id) {
  using Indices = Reducer::Indices;
  const Node& walked = emitter.body().node(emitter.body().node(id).inputs[0]);
  const int width = emitter.LanesOf(id);
  if (walked.dtype().size() > 4)
    return ReduceBy(emitter, {id}, Reducer(emitter, id, width, Indices::kInSequence))[0];
  llvm::IRBuilder<>& b = emitter.builder();
  llvm::Value* count = emitter.Int(1);
  for (int64_t axis : emitter.body().node(id).attrs.Ints(AttrName::k_axes)) {
    if (!walked.shape()[axis].is(1)) count = b.CreateMul(count, emitter.Extent(axis));
  }
  llvm::Value* const fits = b.CreateICmpSLE(count, emitter.Int(INT32_MAX));
  llvm::Type* const type = emitter.MemoryType(DType::kInt64, width);
  llvm::AllocaInst* const result = EmitVariable(b, type, "index");
  for (const Indices indices : {Indices::kNarrowInSequence, Indices::kInSequence}) {
    const bool narrow = indices == Indices::kNarrowInSequence;
    EmitIf(b, narrow ? fits : b.CreateNot(fits), [&](llvm::Instruction* entry) {
      emitter.Deeper(entry, {}, [&] {
        const Value found = ReduceBy(emitter, {id}, Reducer(emitter, id, width, indices))[0];
        b.CreateStore(found.llvm, result);
      });
    });
  }
  return {b.CreateLoad(type, result), DType::kInt64};
}

}  // namespace

Value EmitInlineReduce(BodyEmitter& emitter, NodeId id) {
  const Op op = emitter.body().node(id).op;
  if (op == Op::k_argmin || op == Op::k_argmax) return ReduceToIndex(emitter, id);
  const std::vector<NodeId> together = WalkTogether(emitter.body(), id);
  const std::vector<Value> results =
      ReduceBy(emitter, together, Reducer(emitter, id, emitter.LanesOf(id)));
  for (size_t i = 1; i < together.size(); ++i) emitter.SetValue(together[i], results[i]);
  return results[0];
}

}  // namespace broadloom
