// What the emitter computes with.
#ifndef BROADLOOM_CODEGEN_VALUE_H_
#define BROADLOOM_CODEGEN_VALUE_H_

#include "ir/dtype.h"
#include "llvm/IR/Value.h"

namespace broadloom {

// A vector (or, at width 1, a plain scalar) of elements. Bools are i1 in registers and bytes 0/1 in
// memory; complex numbers are two vectors in registers and pairs in memory.
struct Value {
  llvm::Value* llvm = nullptr;
  DType dtype;
  llvm::Value* imaginary = nullptr;  // of a complex dtype, whose real part is `llvm`
};

}  // namespace broadloom

#endif  // BROADLOOM_CODEGEN_VALUE_H_
