// Lanes of vectors taken apart, put together and looked up. Internal to codegen.
#ifndef BROADLOOM_CODEGEN_LANES_H_
#define BROADLOOM_CODEGEN_LANES_H_

#include <span>
#include <vector>

#include "codegen/scalar_ops.h"

namespace broadloom {

// The lanes from `first` on, and vectors (a power of two of them) put together again. A scalar is a
// vector of one lane.
llvm::Value* EmitLanes(llvm::IRBuilder<>& b, llvm::Value* vector, int first, int lanes);
llvm::Value* EmitJoined(llvm::IRBuilder<>& b, std::vector<llvm::Value*> parts);

// For each lane the float32 at the last four bits of its index.
llvm::Value* EmitLookup(const ScalarEmitter& scalars, llvm::Value* indices,
                        std::span<const double, 16> table);

}  // namespace broadloom

#endif  // BROADLOOM_CODEGEN_LANES_H_
