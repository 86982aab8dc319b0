// Rare lanes.
#include "codegen/rarely.h"

#include "codegen/lanes.h"
#include "llvm/IR/IntrinsicsX86.h"
#include "llvm/IR/MDBuilder.h"

namespace broadloom {
namespace {

// Halves are put together as long as they fill registers; then one instruction collects the lanes'
// top bits. LLVM's own reduction would narrow the lanes first.
llvm::Value* Any(const ScalarEmitter& scalars, llvm::Value* mask, int bits) {
  llvm::IRBuilder<>& b = scalars.builder;
  if (!mask->getType()->isVectorTy()) return mask;
  if (scalars.vector_bytes == 64) return b.CreateOrReduce(mask);  // masks are registers there
  int lanes = scalars.width;
  llvm::Value* wide = b.CreateSExt(mask, mask->getType()->getWithNewBitWidth(bits));
  for (; lanes * bits > 8 * scalars.vector_bytes; lanes /= 2)
    wide = b.CreateOr(EmitLanes(b, wide, 0, lanes / 2), EmitLanes(b, wide, lanes / 2, lanes / 2));
  llvm::Value* tops = b.CreateICmpSLT(wide, llvm::Constant::getNullValue(wide->getType()));
  return b.CreateICmpNE(b.CreateBitCast(tops, b.getIntNTy(lanes)), b.getIntN(lanes, 0));
}

}  // namespace

void EmitRarely(const ScalarEmitter& scalars, llvm::Value* mask, int bits,
                llvm::function_ref<void()> body) {
  llvm::IRBuilder<>& b = scalars.builder;
  EmitIf(b, Any(scalars, mask, bits), [&](llvm::Instruction* entry) {
    entry->setMetadata(llvm::LLVMContext::MD_prof,
                       llvm::MDBuilder(b.getContext()).createUnlikelyBranchWeights());
    body();
  });
}

void EmitRaise(const ScalarEmitter& scalars, llvm::Value* mask, int bits, FloatFlag flag) {
  llvm::IRBuilder<>& b = scalars.builder;
  EmitRarely(scalars, mask, bits, [&] {
    llvm::AllocaInst* state = EmitVariable(b, b.getInt32Ty(), "mxcsr");
    b.CreateIntrinsic(llvm::Intrinsic::x86_sse_stmxcsr, {}, {state});
    b.CreateStore(b.CreateOr(b.CreateLoad(b.getInt32Ty(), state), flag), state);
    b.CreateIntrinsic(llvm::Intrinsic::x86_sse_ldmxcsr, {}, {state});
  });
}

}  // namespace broadloom
