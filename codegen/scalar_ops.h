// The LLVM meaning of each elementwise operation.
#ifndef BROADLOOM_CODEGEN_SCALAR_OPS_H_
#define BROADLOOM_CODEGEN_SCALAR_OPS_H_

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "codegen/value.h"
#include "ir/attrs.h"
#include "ir/op.h"
#include "llvm/IR/IRBuilder.h"

namespace broadloom {

// Where instructions go. `vector_bytes` is the width of the target's registers (32 or 64): calls of
// library functions are split to it.
struct ScalarEmitter {
  llvm::IRBuilder<>& builder;
  llvm::Module& module;
  int width;  // elements of every value; 1 means plain scalars, not <1 x T>
  int vector_bytes;
  bool fast = false;  // sums and products may contract

  llvm::Type* TypeOf(DType dtype) const;       // in registers, `width` elements
  Value Constant(const Scalar& scalar) const;  // splat
  Value Cast(Value value, DType to) const;     // NumPy's astype on x86-64, corners included
  // What a sum or product of floats may do where `fast` is on.
  llvm::FastMathFlags FlagsOf(Op op) const;
};

// float64 to float32, rounded to odd: what is rounded to fewer bits later is rounded once.
llvm::Value* EmitNarrowedToOdd(llvm::IRBuilder<>& b, llvm::Value* x);

// The element type in registers: bool is i1, halves are i16.
llvm::Type* ElementType(llvm::LLVMContext& context, DType dtype);

// `operands` have the compute dtype of the op (ir/infer.h); `where` has a bool condition first.
Value EmitElementwise(const ScalarEmitter& emitter, Op op, DType result,
                      absl::Span<const Value> operands);

// The larger or the smaller one, of floats of which the first is not NaN.
Value EmitExtremumOfNumber(const ScalarEmitter& emitter, Op op, absl::Span<const Value> operands);

// A call of the vector function that the runtime resolves by name, through an import slot: a global
// named "bl.import.<symbol>" of type ptr in section ".bl_imports", loaded and called indirectly.
llvm::Value* EmitImportCall(const ScalarEmitter& emitter, llvm::StringRef symbol,
                            absl::Span<llvm::Value* const> operands);

// Calls of a scalar function, lane by lane.
llvm::Value* EmitEach(const ScalarEmitter& emitter, llvm::StringRef symbol,
                      absl::Span<llvm::Value* const> operands);

// SLEEF's deterministic function for a row BL_SLEEF of ir/elementary.def, at any width.
llvm::Value* EmitSleef(const ScalarEmitter& emitter, Op op, absl::Span<const Value> operands);

// C's fmod, exact, of float32 or float64.
llvm::Value* EmitFmod(const ScalarEmitter& emitter, DType dtype, llvm::Value* x, llvm::Value* y);
// A function of ir/special_functions.h, of float64.
llvm::Value* EmitSpecial(const ScalarEmitter& emitter, Op op,
                         std::initializer_list<llvm::Value*> operands);

}  // namespace broadloom

#endif  // BROADLOOM_CODEGEN_SCALAR_OPS_H_
