// Vectors in parts.
#include "codegen/lanes.h"

#include <numeric>

#include "llvm/IR/IntrinsicsX86.h"

namespace broadloom {

llvm::Value* EmitLanes(llvm::IRBuilder<>& b, llvm::Value* vector, int first, int lanes) {
  auto* type = llvm::dyn_cast<llvm::FixedVectorType>(vector->getType());
  if (type == nullptr || static_cast<int>(type->getNumElements()) == lanes) return vector;
  std::vector<int> chosen(lanes);
  std::iota(chosen.begin(), chosen.end(), first);
  return b.CreateShuffleVector(vector, chosen);
}

llvm::Value* EmitJoined(llvm::IRBuilder<>& b, std::vector<llvm::Value*> parts) {
  while (parts.size() > 1) {
    std::vector<llvm::Value*> joined;
    for (size_t i = 0; i < parts.size(); i += 2) {
      std::vector<int> all(
          2 * llvm::cast<llvm::FixedVectorType>(parts[i]->getType())->getNumElements());
      std::iota(all.begin(), all.end(), 0);
      joined.push_back(b.CreateShuffleVector(parts[i], parts[i + 1], all));
    }
    parts = std::move(joined);
  }
  return parts[0];
}

namespace {

// One register of indices.
llvm::Value* Permuted(const ScalarEmitter& scalars, llvm::Value* indices,
                      std::span<const double, 16> table) {
  llvm::IRBuilder<>& b = scalars.builder;
  const auto numbers = [&](int first, int count) {
    std::vector<llvm::Constant*> items;
    for (int i = first; i < first + count; ++i)
      items.push_back(llvm::ConstantFP::get(b.getFloatTy(), table[i]));
    return llvm::ConstantVector::get(items);
  };
  if (scalars.vector_bytes == 64)
    return b.CreateIntrinsic(llvm::Intrinsic::x86_avx512_permvar_sf_512, {},
                             {numbers(0, 16), indices});
  const auto half = [&](int first) {
    return b.CreateIntrinsic(llvm::Intrinsic::x86_avx2_permps, {}, {numbers(first, 8), indices});
  };
  llvm::Value* upper =
      b.CreateICmpSLT(b.CreateShl(indices, 28), llvm::Constant::getNullValue(indices->getType()));
  llvm::Value *low = half(0), *high = half(8);
  return b.CreateSelect(upper, high, low);
}

}  // namespace

// Register by register; what is narrower is filled up with lanes of no meaning.
llvm::Value* EmitLookup(const ScalarEmitter& scalars, llvm::Value* indices,
                        std::span<const double, 16> table) {
  llvm::IRBuilder<>& b = scalars.builder;
  const int native = scalars.vector_bytes / 4, width = scalars.width;
  if (width == 1) {
    llvm::Value* all = Permuted(scalars, b.CreateVectorSplat(native, indices), table);
    return b.CreateExtractElement(all, uint64_t{0});
  }
  if (width < native) {
    std::vector<int> filled(native, -1);
    std::iota(filled.begin(), filled.begin() + width, 0);
    return EmitLanes(b, Permuted(scalars, b.CreateShuffleVector(indices, filled), table), 0, width);
  }
  std::vector<llvm::Value*> parts;
  for (int first = 0; first < width; first += native)
    parts.push_back(Permuted(scalars, EmitLanes(b, indices, first, native), table));
  return EmitJoined(b, std::move(parts));
}

}  // namespace broadloom
