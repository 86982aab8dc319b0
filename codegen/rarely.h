// Code for lanes that few vectors have. Internal to codegen.
#ifndef BROADLOOM_CODEGEN_RARELY_H_
#define BROADLOOM_CODEGEN_RARELY_H_

#include <span>
#include <vector>

#include "codegen/loops.h"
#include "codegen/scalar_ops.h"

namespace broadloom {

// MXCSR's sticky bits.
enum FloatFlag : uint32_t { kInvalid = 1, kDivideByZero = 4, kOverflow = 8 };

// if (any lane of the mask) body. The block is told to be unlikely: it is laid out of the way, and
// its code is not executed ahead. `bits` are those of the numbers that were compared.
void EmitRarely(const ScalarEmitter& scalars, llvm::Value* mask, int bits,
                llvm::function_ref<void()> body);

// Raises the flag where any lane of the mask is set.
void EmitRaise(const ScalarEmitter& scalars, llvm::Value* mask, int bits, FloatFlag flag);

// The lanes from `first` on, and vectors (a power of two of them) put together again. A scalar is a
// vector of one lane.
llvm::Value* EmitLanes(llvm::IRBuilder<>& b, llvm::Value* vector, int first, int lanes);
llvm::Value* EmitJoined(llvm::IRBuilder<>& b, std::vector<llvm::Value*> parts);

// For each lane the float32 at the last four bits of its index.
llvm::Value* EmitLookup(const ScalarEmitter& scalars, llvm::Value* indices,
                        std::span<const double, 16> table);

}  // namespace broadloom

#endif  // BROADLOOM_CODEGEN_RARELY_H_
