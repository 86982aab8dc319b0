// Kernels whose items are rows: one stage for each reduction over the row, then the outputs that
// are as long as it. The row stays in the cache from stage to stage.
#include "codegen/emit_kernel.h"
#include "codegen/reducer.h"
#include "ir/evaluate.h"
#include "runtime/kernel.h"

namespace broadloom {
namespace {

// Loops over the inner axes, vectors along the last one.
void WalkRow(BodyEmitter& emitter, size_t depth, absl::FunctionRef<void()> vector,
             bool stream = false) {
  const Axes& inner = emitter.schedule().inner;
  const int axis = static_cast<int>(inner[depth]);
  if (depth + 1 == inner.size())
    return emitter.VectorLoop(emitter.Int(0), emitter.Extent(axis), vector, stream);
  emitter.Loop(axis, emitter.Int(0), emitter.Extent(axis),
               [&] { WalkRow(emitter, depth + 1, vector, stream); });
}

// The lanes' results.
Parts WalkStage(BodyEmitter& emitter, NodeId id, const Reducer& reducer) {
  const NodeId operand = emitter.body().node(id).inputs[0];
  Accumulator accumulator(emitter, reducer);
  WalkRow(emitter, 0, [&] {
    const Value element = emitter.AsVector(emitter.ValueOf(operand), operand);
    llvm::Value* index =
        reducer.NeedsIndex() ? ReducedIndex(emitter, id, reducer.IsNarrow()) : nullptr;
    llvm::Value* mask =
        emitter.Active() != nullptr && reducer.width() > 1 ? emitter.Mask() : nullptr;
    accumulator.Add(reducer.Element(element, index), mask);
  });
  return accumulator.Total();
}

void EmitStage(BodyEmitter& emitter, NodeId id) {
  const Op op = emitter.body().node(id).op;
  const int width = emitter.schedule().width;
  const auto walk = [&](const Reducer& reducer) { return WalkStage(emitter, id, reducer); };
  if (op == Op::k_argmin || op == Op::k_argmax) {
    emitter.SetValue(id, EmitIndexReduce(emitter, id, width, /*folds=*/true, walk));
  } else {
    const Reducer reducer(emitter, id, width);
    const Parts total = reducer.FoldLanes(walk(reducer));
    emitter.SetValue(id, Reducer(emitter, id, 1).Finish(total));
  }
  emitter.NextStage();
}

void EmitRow(BodyEmitter& emitter) {
  const Graph& body = emitter.body();
  for (NodeId id : emitter.schedule().reductions) EmitStage(emitter, id);
  bool any_long = false;
  for (size_t output = 0; output < body.outputs().size(); ++output) {
    const NodeId id = body.outputs()[output];
    const Axes& inner = emitter.schedule().inner;
    const bool is_long = std::any_of(inner.begin(), inner.end(), [&](int64_t axis) {
      return emitter.VariesAlong(id, static_cast<int>(axis));
    });
    any_long |= is_long;
    if (!is_long) emitter.StoreOutput(static_cast<int>(output), emitter.ValueOf(id), false);
  }
  if (!any_long) return;
  EmitStreamVariants(emitter, [&](bool stream) {
    const auto store = [&] {
      // First all values: one may be kept in the row of another output.
      for (NodeId id : body.outputs()) {
        if (emitter.IsVector(id)) emitter.ValueOf(id);
      }
      for (size_t output = 0; output < body.outputs().size(); ++output) {
        const NodeId id = body.outputs()[output];
        if (emitter.IsVector(id))
          emitter.StoreOutput(static_cast<int>(output), emitter.ValueOf(id), stream);
      }
    };
    WalkRow(emitter, 0, store, stream);
  });
}

void EmitTurnedRows(BodyEmitter& emitter, llvm::Value* row_begin, llvm::Value* row_end) {
  EmitTiles(emitter, row_begin, row_end, [&](llvm::Value* first, llvm::Value* last) {
    emitter.TurnAll(emitter.Int(0), emitter.Extent(emitter.schedule().vector_axis), first, last);
    EmitRun(emitter, first, last, [&] { EmitRow(emitter); });
  });
}

}  // namespace

void EmitRows(BodyEmitter& emitter) {
  EmitItems(emitter, [&](llvm::Value*, llvm::Value* row_begin, llvm::Value* row_end) {
    if (!emitter.Turns()) return EmitRun(emitter, row_begin, row_end, [&] { EmitRow(emitter); });
    llvm::IRBuilder<>& b = emitter.builder();
    llvm::Value* const fits = b.CreateICmpNE(emitter.Tuning(kTuneRows), emitter.Int(0));
    EmitIf(b, fits, [&](llvm::Instruction* entry) {
      emitter.Deeper(entry, {}, [&] { EmitTurnedRows(emitter, row_begin, row_end); });
    });
    emitter.StopTurning();
    EmitIf(b, b.CreateNot(fits), [&](llvm::Instruction* entry) {
      emitter.Deeper(entry, {},
                     [&] { EmitRun(emitter, row_begin, row_end, [&] { EmitRow(emitter); }); });
    });
  });
}

}  // namespace broadloom
