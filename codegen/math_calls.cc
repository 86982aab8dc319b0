// Calls of library functions. LLVM itself must never make one: an image reaches the outside through
// import slots only.

#include "absl/strings/str_cat.h"
#include "codegen/lanes.h"
#include "llvm/IR/Module.h"

namespace broadloom {
namespace {

// The slot that the loader fills with the function's address.
llvm::GlobalVariable* ImportSlot(llvm::Module& module, llvm::StringRef symbol) {
  const std::string name = ("bl.import." + symbol).str();
  if (llvm::GlobalVariable* known = module.getNamedGlobal(name)) return known;
  llvm::Type* pointer = llvm::PointerType::getUnqual(module.getContext());
  auto* slot = new llvm::GlobalVariable(module, pointer, /*isConstant=*/false,
                                        llvm::GlobalValue::ExternalLinkage,
                                        llvm::Constant::getNullValue(pointer), name);
  slot->setVisibility(
      llvm::GlobalValue::HiddenVisibility);  // a local symbol's name would not survive linking
  slot->setDSOLocal(true);
  slot->setSection(".bl_imports");
  slot->setAlignment(llvm::Align(8));
  slot->setExternallyInitialized(true);
  return slot;
}

llvm::Value* Lanes(llvm::IRBuilder<>& b, llvm::Value* vector, int begin, int count, int available) {
  std::vector<int> mask(count);
  for (int i = 0; i < count; ++i)
    mask[i] = begin + i < available ? begin + i : available;  // then a harmless 1.0
  return b.CreateShuffleVector(vector, llvm::ConstantFP::get(vector->getType(), 1.0), mask);
}

struct SleefName {
  absl::string_view name, bound;
};

SleefName SleefNameOf(Op op) {
  switch (op) {
#define BL_SLEEF(op, name, bound) \
  case Op::k_##op: return {#name, #bound};
#define BL_SLEEF2 BL_SLEEF
#include "ir/elementary.def"
    default: break;
  }
  llvm_unreachable("no function of SLEEF's");
}

}  // namespace

llvm::Value* EmitImportCall(const ScalarEmitter& emitter, llvm::StringRef symbol,
                            absl::Span<llvm::Value* const> operands) {
  llvm::IRBuilder<>& b = emitter.builder;
  std::vector<llvm::Type*> types;
  for (llvm::Value* operand : operands) types.push_back(operand->getType());
  llvm::Value* address = b.CreateLoad(b.getPtrTy(), ImportSlot(emitter.module, symbol), "import");
  auto* type = llvm::FunctionType::get(types[0], types, /*isVarArg=*/false);
  llvm::CallInst* call =
      b.CreateCall(type, address, llvm::ArrayRef(operands.data(), operands.size()));
  call->setDoesNotThrow();
  return call;
}

// A deterministic SLEEF function, register by register: wider vectors are cut, narrower ones
// padded, so that the width of a kernel never changes a bit.
llvm::Value* EmitSleef(const ScalarEmitter& emitter, Op op, absl::Span<const Value> operands) {
  llvm::IRBuilder<>& b = emitter.builder;
  const DType dtype = operands[0].dtype;
  const int native = emitter.vector_bytes / dtype.size();
  const SleefName sleef = SleefNameOf(op);
  const std::string symbol =
      absl::StrCat("Sleef_finz_", sleef.name, dtype == DType::kFloat64 ? "d" : "f", native, "_",
                   sleef.bound, emitter.vector_bytes == 64 ? "avx512f" : "avx2");
  std::vector<llvm::Value*> vectors;
  for (const Value& operand : operands) vectors.push_back(operand.llvm);
  if (emitter.width == 1) {
    for (llvm::Value*& operand : vectors) operand = b.CreateVectorSplat(native, operand);
    return b.CreateExtractElement(EmitImportCall(emitter, symbol, vectors), uint64_t{0});
  }
  std::vector<llvm::Value*> results;
  for (int begin = 0; begin < emitter.width; begin += native) {
    std::vector<llvm::Value*> part;
    for (llvm::Value* vector : vectors)
      part.push_back(Lanes(b, vector, begin, native, emitter.width));
    results.push_back(EmitImportCall(emitter, symbol, part));
  }
  llvm::Value* all = EmitJoined(b, std::move(results));
  return emitter.width >= native ? all : Lanes(b, all, 0, emitter.width, native);
}

llvm::Value* EmitEach(const ScalarEmitter& emitter, llvm::StringRef symbol,
                      absl::Span<llvm::Value* const> operands) {
  llvm::IRBuilder<>& b = emitter.builder;
  if (emitter.width == 1) return EmitImportCall(emitter, symbol, operands);
  llvm::Value* result = llvm::PoisonValue::get(operands[0]->getType());
  for (uint64_t lane = 0; lane < static_cast<uint64_t>(emitter.width); ++lane) {
    std::vector<llvm::Value*> items;
    for (llvm::Value* operand : operands) items.push_back(b.CreateExtractElement(operand, lane));
    result = b.CreateInsertElement(result, EmitImportCall(emitter, symbol, items), lane);
  }
  return result;
}

llvm::Value* EmitSpecial(const ScalarEmitter& emitter, Op op,
                         std::initializer_list<llvm::Value*> operands) {
  return EmitEach(emitter, absl::StrCat("bl.", InfoOf(op).name), operands);
}

}  // namespace broadloom
