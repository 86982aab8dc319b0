// Loops as blocks and phis.
#include "codegen/loops.h"

#include "llvm/IR/Function.h"

namespace broadloom {
namespace {

// Ends the current block where the builder stands; what came behind goes to the returned block.
llvm::BasicBlock* SplitHere(llvm::IRBuilder<>& builder, const char* name) {
  llvm::BasicBlock* block = builder.GetInsertBlock();
  if (builder.GetInsertPoint() == block->end()) {
    return llvm::BasicBlock::Create(builder.getContext(), name, block->getParent());
  }
  llvm::BasicBlock* rest = block->splitBasicBlock(builder.GetInsertPoint(), name);
  block->getTerminator()->eraseFromParent();
  builder.SetInsertPoint(block);
  return rest;
}

llvm::BasicBlock* NewBlock(llvm::IRBuilder<>& builder, const char* name, llvm::BasicBlock* before) {
  return llvm::BasicBlock::Create(builder.getContext(), name, before->getParent(), before);
}

}  // namespace

void EmitFor(llvm::IRBuilder<>& builder, llvm::Value* begin, llvm::Value* end, int64_t step,
             llvm::function_ref<void(llvm::Value*, llvm::Instruction*)> body) {
  llvm::BasicBlock* exit = SplitHere(builder, "done");
  llvm::BasicBlock* loop = NewBlock(builder, "loop", exit);
  llvm::Instruction* entry = builder.CreateCondBr(builder.CreateICmpSLT(begin, end), loop, exit);
  builder.SetInsertPoint(loop);
  llvm::PHINode* i = builder.CreatePHI(begin->getType(), 2, "i");
  body(i, entry);
  llvm::Value* next = builder.CreateAdd(i, llvm::ConstantInt::get(i->getType(), step), "",
                                        /*HasNUW=*/false, /*HasNSW=*/true);
  builder.CreateCondBr(builder.CreateICmpSLT(next, end), loop, exit);
  i->addIncoming(begin, entry->getParent());  // hoisted loops may have moved it
  i->addIncoming(next, builder.GetInsertBlock());
  builder.SetInsertPoint(exit, exit->begin());
}

void EmitIf(llvm::IRBuilder<>& builder, llvm::Value* condition,
            llvm::function_ref<void(llvm::Instruction*)> body) {
  llvm::BasicBlock* exit = SplitHere(builder, "endif");
  llvm::BasicBlock* then = NewBlock(builder, "then", exit);
  llvm::Instruction* entry = builder.CreateCondBr(condition, then, exit);
  builder.SetInsertPoint(then);
  body(entry);
  builder.CreateBr(exit);
  builder.SetInsertPoint(exit, exit->begin());
}

void EmitWhile(llvm::IRBuilder<>& builder, llvm::function_ref<llvm::Value*()> condition,
               llvm::function_ref<void()> body) {
  llvm::BasicBlock* exit = SplitHere(builder, "done");
  llvm::BasicBlock* test = NewBlock(builder, "while", exit);
  llvm::BasicBlock* loop = NewBlock(builder, "do", exit);
  builder.CreateBr(test);
  builder.SetInsertPoint(test);
  builder.CreateCondBr(condition(), loop, exit);
  builder.SetInsertPoint(loop);
  body();
  builder.CreateBr(test);
  builder.SetInsertPoint(exit, exit->begin());
}

llvm::AllocaInst* EmitVariable(llvm::IRBuilder<>& builder, llvm::Type* type,
                               const llvm::Twine& name) {
  llvm::BasicBlock& entry = builder.GetInsertBlock()->getParent()->getEntryBlock();
  llvm::IRBuilder<> at_entry(&entry, entry.begin());
  return at_entry.CreateAlloca(type, nullptr, name);
}

}  // namespace broadloom
