// Code for lanes that few vectors have. Internal to codegen.
#ifndef BROADLOOM_CODEGEN_RARELY_H_
#define BROADLOOM_CODEGEN_RARELY_H_

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

}  // namespace broadloom

#endif  // BROADLOOM_CODEGEN_RARELY_H_
