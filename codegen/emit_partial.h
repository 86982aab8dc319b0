// What both kinds of two-phase reductions share.
#ifndef BROADLOOM_CODEGEN_EMIT_PARTIAL_H_
#define BROADLOOM_CODEGEN_EMIT_PARTIAL_H_

#include <vector>

#include "codegen/body_emitter.h"
#include "codegen/reducer.h"

namespace broadloom {

// All reductions of a kernel with their accumulators.
struct Reductions {
  std::vector<Reducer> reducers;
  std::vector<Accumulator> accumulators;

  Reductions(BodyEmitter& emitter, int width) {
    for (NodeId id : emitter.schedule().reductions) reducers.emplace_back(emitter, id, width);
    for (const Reducer& reducer : reducers) accumulators.emplace_back(emitter, reducer);
  }
};

llvm::Value* CeilDiv(llvm::IRBuilder<>& b, llvm::Value* count, llvm::Value* size);
// Extents of the reduced axes but the last, multiplied.
llvm::Value* OuterReduced(BodyEmitter& emitter);
// The first `count` reduced axes bound to the indices that a row-major position stands for.
std::vector<BodyEmitter::Bound> DecodeReduced(BodyEmitter& emitter, llvm::Value* position,
                                              size_t count);
llvm::Value* OffsetBy(BodyEmitter& emitter, llvm::Value* base, llvm::Value* bytes);

}  // namespace broadloom

#endif  // BROADLOOM_CODEGEN_EMIT_PARTIAL_H_
