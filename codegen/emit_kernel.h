// From a scheduled body to an LLVM module: one function a phase.
#ifndef BROADLOOM_CODEGEN_EMIT_KERNEL_H_
#define BROADLOOM_CODEGEN_EMIT_KERNEL_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "codegen/body_emitter.h"
#include "codegen/compile.h"
#include "ir/graph.h"
#include "llvm/IR/Module.h"

namespace broadloom {

// Fills `module`; returns the names of the phases in order. InvalidArgument where the body lacks a
// schedule.
absl::StatusOr<std::vector<std::string>> EmitKernel(const Graph& body, const Target& target,
                                                    llvm::Module& module);

// The kinds of kernels (passes/schedule.cc); each emits the code of one phase.
void EmitMap(BodyEmitter& emitter);
void EmitColumns(BodyEmitter& emitter);
void EmitRows(BodyEmitter& emitter);
void EmitPartialLanes(BodyEmitter& emitter);
void EmitCombineLanes(BodyEmitter& emitter);
void EmitPartialColumns(BodyEmitter& emitter);
void EmitCombineColumns(BodyEmitter& emitter);

// Walks the items of a phase: each is one position of the outer axes and one block. Axes but the
// last are bound around `run`, which gets the block's number and the range of the last axis.
void EmitItems(
    BodyEmitter& emitter,
    absl::FunctionRef<void(llvm::Value* block, llvm::Value* row_begin, llvm::Value* row_end)> run);
// Loops over rows of a run; where there are no outer axes, just `row`.
void EmitRun(BodyEmitter& emitter, llvm::Value* begin, llvm::Value* end,
             absl::FunctionRef<void()> row);

// `rows(first, last)` for one tile after another of a run, so high as operands are turned at once.
void EmitTiles(BodyEmitter& emitter, llvm::Value* row_begin, llvm::Value* row_end,
               absl::FunctionRef<void(llvm::Value*, llvm::Value*)> rows);

// `emit(stream)` twice, for outputs with and without non-temporal stores; the launch chooses.
void EmitStreamVariants(BodyEmitter& emitter, absl::FunctionRef<void(bool stream)> emit);

}  // namespace broadloom

#endif  // BROADLOOM_CODEGEN_EMIT_KERNEL_H_
