// Structured control flow at any insertion point, also in the middle of a block.
#ifndef BROADLOOM_CODEGEN_LOOPS_H_
#define BROADLOOM_CODEGEN_LOOPS_H_

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/IR/IRBuilder.h"

namespace broadloom {

// for (i = begin; i < end; i += step) body(i). `body` gets the branch that enters the loop: code
// put before it runs once, before the loop. The builder ends up behind the loop.
void EmitFor(llvm::IRBuilder<>& builder, llvm::Value* begin, llvm::Value* end, int64_t step,
             llvm::function_ref<void(llvm::Value* i, llvm::Instruction* entry)> body);

// if (condition) body. `entry` is the branch itself.
void EmitIf(llvm::IRBuilder<>& builder, llvm::Value* condition,
            llvm::function_ref<void(llvm::Instruction* entry)> body);

// while (condition()) body.
void EmitWhile(llvm::IRBuilder<>& builder, llvm::function_ref<llvm::Value*()> condition,
               llvm::function_ref<void()> body);

// A local variable in the function's entry block; mem2reg makes a register of it.
llvm::AllocaInst* EmitVariable(llvm::IRBuilder<>& builder, llvm::Type* type,
                               const llvm::Twine& name);

}  // namespace broadloom

#endif  // BROADLOOM_CODEGEN_LOOPS_H_
