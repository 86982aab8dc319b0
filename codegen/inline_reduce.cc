// Reductions inside a body: loops of their own, one accumulator for each result.
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

}  // namespace

Value EmitInlineReduce(BodyEmitter& emitter, NodeId id) {
  const Node& node = emitter.body().node(id);
  const NodeId operand = node.inputs[0];
  const int width = emitter.IsVector(id) ? emitter.schedule().width : 1;
  const Reducer reducer(emitter, id, width);
  Accumulator accumulator(emitter, reducer);
  const Axes& axes = node.attrs.Ints(AttrName::k_axes);
  std::vector<int> packed;
  for (size_t param = 0; param < emitter.body().params().size(); ++param) {
    const bool walked = !axes.empty() && emitter.VariesAlong(emitter.body().params()[param],
                                                             static_cast<int>(axes.back()));
    if (emitter.schedule().packed[param] && walked) packed.push_back(static_cast<int>(param));
  }
  const auto element_here = [&] {
    const Value element = emitter.ValueOf(operand);
    return width > 1 ? emitter.AsVector(element, operand) : element;
  };
  if (reducer.TracksNan() && packed.empty() && !axes.empty()) {
    WalkPairs(emitter, axes, 0, reducer, element_here,
              [&](const Parts& elements) { accumulator.Add(elements, nullptr); });
    return reducer.Finish(accumulator.Total());
  }
  WalkAxes(emitter, axes, 0, packed, [&] {
    const Value element = element_here();
    llvm::Value* index = nullptr;
    if (reducer.NeedsIndex()) {
      index = ReducedIndex(emitter, id);
      if (width > 1) index = emitter.builder().CreateVectorSplat(width, index);
    }
    accumulator.Add(reducer.Element(element, index), nullptr);
  });
  return reducer.Finish(accumulator.Total());
}

}  // namespace broadloom
