// Kernels whose items are blocks of the vector axis. Rows of the other axes go around the vectors,
// or, where operands are packed, inside them, so that one packed block serves all rows of a run.
#include "codegen/emit_kernel.h"
#include "runtime/kernel.h"

namespace broadloom {
namespace {

bool HasPacked(const BodySchedule& schedule) {
  return std::find(schedule.packed.begin(), schedule.packed.end(), true) != schedule.packed.end();
}

// First all values: a result may be written over an operand of the others.
void StoreOutputs(BodyEmitter& emitter, bool vectors, bool stream) {
  const std::vector<NodeId>& outputs = emitter.body().outputs();
  for (NodeId id : outputs) {
    if (emitter.IsVector(id) == vectors) emitter.RowsOf(id);
  }
  for (size_t output = 0; output < outputs.size(); ++output) {
    const NodeId id = outputs[output];
    if (emitter.IsVector(id) != vectors) continue;
    emitter.StoreOutput(static_cast<int>(output), emitter.ValueOf(id), stream);
  }
}

bool HasVectorOutputs(BodyEmitter& emitter) {
  const std::vector<NodeId>& outputs = emitter.body().outputs();
  return std::any_of(outputs.begin(), outputs.end(),
                     [&](NodeId id) { return emitter.IsVector(id); });
}

// Packed operands that fit are copied here, once for all rows; longer ones chunk by chunk in the
// reduction.
void PackWhole(BodyEmitter& emitter) {
  llvm::IRBuilder<>& b = emitter.builder();
  const Graph& body = emitter.body();
  for (size_t param = 0; param < body.params().size(); ++param) {
    if (!emitter.schedule().packed[param]) continue;
    for (int axis = 0; axis < body.node(body.params()[param]).rank(); ++axis) {
      if (axis == emitter.schedule().vector_axis ||
          !emitter.VariesAlong(body.params()[param], axis))
        continue;
      llvm::Value* fits =
          b.CreateICmpSLE(emitter.Extent(axis), emitter.Int(BodyEmitter::kPackRows));
      EmitIf(b, fits, [&](llvm::Instruction* entry) {
        emitter.Deeper(entry, {}, [&] {
          emitter.Pack(static_cast<int>(param), axis, emitter.Int(0), emitter.Extent(axis));
        });
      });
    }
  }
}

// Whether results bypass the caches, as nobody reads them soon.
llvm::Value* IsFar(BodyEmitter& emitter, llvm::Value* begin) {
  llvm::IRBuilder<>& b = emitter.builder();
  return b.CreateAnd(b.CreateICmpNE(emitter.Tuning(kTuneStream), emitter.Int(0)),
                     emitter.OutputsLieAtLines(begin));
}

// What takes loops of its own is computed before it is decided how it is stored.
void StoreReduced(BodyEmitter& emitter, llvm::Value* far) {
  llvm::IRBuilder<>& b = emitter.builder();
  for (NodeId id : emitter.body().outputs()) {
    if (emitter.IsVector(id)) emitter.RowsOf(id);
  }
  for (const bool stream : {false, true}) {
    EmitIf(b, stream ? far : b.CreateNot(far), [&](llvm::Instruction* entry) {
      emitter.Deeper(entry, {}, [&] { StoreOutputs(emitter, true, stream); });
    });
  }
}

// Unrolled rows that lie one after another are loaded and stored by whole registers.
void EmitUnrolled(BodyEmitter& emitter, llvm::Value* begin, llvm::Value* end) {
  llvm::IRBuilder<>& b = emitter.builder();
  llvm::Value* const dense = emitter.RowsLieDense();
  llvm::Value* const far = IsFar(emitter, begin);
  const auto emit = [&](llvm::Value* chosen, bool interleave, bool stream) {
    EmitIf(b, chosen, [&](llvm::Instruction* entry) {
      emitter.Deeper(entry, {}, [&] {
        emitter.set_interleaves(interleave);
        emitter.VectorLoop(begin, end, [&] { StoreOutputs(emitter, true, stream); });
      });
    });
  };
  emit(b.CreateAnd(dense, far), true, true);
  emit(b.CreateAnd(dense, b.CreateNot(far)), true, false);
  emit(b.CreateNot(dense), false, false);
}

// Rows after one another, each a block of vectors.
void EmitBlock(BodyEmitter& emitter, llvm::Value* begin, llvm::Value* end, llvm::Value* first,
               llvm::Value* last) {
  EmitRun(emitter, first, last, [&] {
    StoreOutputs(emitter, /*vectors=*/false, false);
    const auto vectors = [&](bool stream) {
      emitter.VectorLoop(begin, end, [&] { StoreOutputs(emitter, true, stream); }, stream);
    };
    if (emitter.Interleaves()) {
      EmitUnrolled(emitter, begin, end);
    } else if (emitter.schedule().reductions.empty()) {
      EmitStreamVariants(emitter, vectors);
    } else {
      llvm::Value* const far = IsFar(emitter, begin);
      emitter.VectorLoop(begin, end, [&] { StoreReduced(emitter, far); });
    }
  });
}

}  // namespace

void EmitTiles(BodyEmitter& emitter, llvm::Value* row_begin, llvm::Value* row_end,
               absl::FunctionRef<void(llvm::Value*, llvm::Value*)> rows) {
  llvm::IRBuilder<>& b = emitter.builder();
  llvm::Value* const step = emitter.Tuning(kTuneRows);
  llvm::AllocaInst* first = EmitVariable(b, b.getInt64Ty(), "tile");
  const auto load = [&] { return b.CreateLoad(b.getInt64Ty(), first); };
  EmitIf(b, b.CreateICmpSLT(row_begin, row_end), [&](llvm::Instruction* entry) {
    b.CreateStore(row_begin, first);
    EmitWhile(
        b, [&] { return b.CreateICmpSLT(load(), row_end); },
        [&] {
          llvm::Value* const begin = load();
          llvm::Value* const end =
              b.CreateBinaryIntrinsic(llvm::Intrinsic::smin, b.CreateAdd(begin, step), row_end);
          emitter.Deeper(entry, {}, [&] { rows(begin, end); });
          b.CreateStore(end, first);
        });
  });
}

void EmitMap(BodyEmitter& emitter) {
  llvm::IRBuilder<>& b = emitter.builder();
  const BodySchedule& schedule = emitter.schedule();
  EmitItems(emitter, [&](llvm::Value* block, llvm::Value* row_begin, llvm::Value* row_end) {
    if (!HasVectorOutputs(emitter)) {
      EmitRun(emitter, row_begin, row_end,
              [&] { StoreOutputs(emitter, /*vectors=*/false, false); });
      return;
    }
    llvm::Value* begin = b.CreateMul(block, emitter.Tuning(kTuneBlock));
    llvm::Value* end = b.CreateBinaryIntrinsic(llvm::Intrinsic::smin,
                                               b.CreateAdd(begin, emitter.Tuning(kTuneBlock)),
                                               emitter.Extent(schedule.vector_axis));
    if (emitter.Turns()) {
      return EmitTiles(emitter, row_begin, row_end, [&](llvm::Value* first, llvm::Value* last) {
        emitter.TurnAll(begin, end, first, last);
        EmitBlock(emitter, begin, end, first, last);
      });
    }
    if (HasPacked(schedule)) {
      llvm::Value* const far = IsFar(emitter, begin);
      emitter.VectorLoop(begin, end, [&] {
        PackWhole(emitter);
        EmitRun(emitter, row_begin, row_end, [&] { StoreReduced(emitter, far); });
      });
      return;
    }
    EmitBlock(emitter, begin, end, row_begin, row_end);
  });
}

}  // namespace broadloom
