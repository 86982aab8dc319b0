// Vectors in parts.
#include "codegen/lanes.h"

#include <algorithm>
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
  const auto lanes_of = [](llvm::Value* vector) {
    return static_cast<int>(llvm::cast<llvm::FixedVectorType>(vector->getType())->getNumElements());
  };
  if (parts.size() == 1) return parts[0];
  const int all_lanes = static_cast<int>(parts.size()) * lanes_of(parts[0]);
  while (parts.size() > 1) {
    if (parts.size() % 2 != 0) parts.push_back(llvm::PoisonValue::get(parts[0]->getType()));
    std::vector<llvm::Value*> joined;
    for (size_t i = 0; i < parts.size(); i += 2) {
      std::vector<int> all(2 * lanes_of(parts[i]));
      std::iota(all.begin(), all.end(), 0);
      joined.push_back(b.CreateShuffleVector(parts[i], parts[i + 1], all));
    }
    parts = std::move(joined);
  }
  return EmitLanes(b, parts[0], 0, all_lanes);
}

std::vector<llvm::Value*> EmitCut(llvm::IRBuilder<>& b, std::span<llvm::Value* const> vectors,
                                  int native) {
  std::vector<llvm::Value*> parts;
  for (llvm::Value* vector : vectors) {
    const auto lanes =
        static_cast<int>(llvm::cast<llvm::FixedVectorType>(vector->getType())->getNumElements());
    for (int first = 0; first < lanes; first += native)
      parts.push_back(EmitLanes(b, vector, first, native));
  }
  return parts;
}

// Two at a time.
llvm::Value* EmitPicked(llvm::IRBuilder<>& b, std::span<llvm::Value* const> parts,
                        std::span<const int> chosen) {
  const int native = static_cast<int>(chosen.size());
  llvm::Value* picked = nullptr;
  for (size_t part = 0; part < parts.size(); ++part) {
    std::vector<int> lanes(native, llvm::PoisonMaskElem);
    bool any = false;
    for (int lane = 0; lane < native; ++lane) {
      const size_t from = static_cast<size_t>(chosen[lane]) / native;
      if (from == part) lanes[lane] = native + chosen[lane] % native;
      if (from < part) lanes[lane] = lane;
      any = any || from == part;
    }
    if (!any) continue;
    llvm::Value* before =
        picked == nullptr ? llvm::PoisonValue::get(parts[part]->getType()) : picked;
    picked = b.CreateShuffleVector(before, parts[part], lanes);
  }
  return picked;
}

namespace {

void Exchange(llvm::IRBuilder<>& b, llvm::Value*& upper, llvm::Value*& lower, int distance,
              int side) {
  std::vector<int> to_upper(side), to_lower(side);
  for (int lane = 0; lane < side; ++lane) {
    const bool behind = (lane & distance) != 0;
    to_upper[lane] = behind ? side + lane - distance : lane;
    to_lower[lane] = behind ? side + lane : lane + distance;
  }
  llvm::Value* const old = upper;
  upper = b.CreateShuffleVector(old, lower, to_upper);
  lower = b.CreateShuffleVector(old, lower, to_lower);
}

}  // namespace

void EmitTransposed(llvm::IRBuilder<>& b, std::span<llvm::Value*> rows) {
  const int side = static_cast<int>(rows.size());
  for (int distance = side / 2; distance > 0; distance /= 2) {
    for (int row = 0; row < side; ++row) {
      if ((row & distance) == 0) Exchange(b, rows[row], rows[row + distance], distance, side);
    }
  }
}

bool PermutesPairs(const ScalarEmitter& scalars, unsigned bits) {
  const llvm::Attribute features =
      scalars.builder.GetInsertBlock()->getParent()->getFnAttribute("target-features");
  return scalars.vector_bytes == 64 &&
         ((bits == 8 && features.getValueAsString().contains("+avx512vbmi")) ||
          (bits == 16 && features.getValueAsString().contains("+avx512bw")));
}

namespace {

// One register of every `step`-th of `parts`.
// By intrinsics, as LLVM makes a truncation of shuffles again.
llvm::Value* EveryElement(llvm::IRBuilder<>& b, std::span<llvm::Value* const> parts, int step) {
  auto* const type = llvm::cast<llvm::FixedVectorType>(parts[0]->getType());
  const bool bytes = type->getScalarSizeInBits() == 8;
  const int lanes = static_cast<int>(type->getNumElements());
  llvm::Value* all = parts[0];
  for (int part = 1; part < static_cast<int>(parts.size()); ++part) {
    std::vector<llvm::Constant*> from;
    for (int lane = 0; lane < lanes; ++lane) {
      const int element = step * lane;
      const int kept = part == 1 ? element % lanes : lane;
      from.push_back(llvm::ConstantInt::get(
          type->getElementType(), element / lanes == part ? lanes + element % lanes : kept));
    }
    all = b.CreateIntrinsic(bytes ? llvm::Intrinsic::x86_avx512_vpermi2var_qi_512
                                  : llvm::Intrinsic::x86_avx512_vpermi2var_hi_512,
                            {}, {all, llvm::ConstantVector::get(from), parts[part]});
  }
  return all;
}

}  // namespace

// The processor's own instruction takes two operations a register, and leaves a part of one, to be
// joined with others.
llvm::Value* EmitTruncated(const ScalarEmitter& scalars, llvm::Value* x, llvm::Type* element) {
  llvm::IRBuilder<>& b = scalars.builder;
  const unsigned from = x->getType()->getScalarSizeInBits(), to = element->getScalarSizeInBits();
  const int step = static_cast<int>(from / to), whole = 8 * scalars.vector_bytes;
  const int read = whole / static_cast<int>(from), written = whole / static_cast<int>(to);
  if (scalars.width < 2 * read || scalars.width % read != 0 || !PermutesPairs(scalars, to))
    return b.CreateTrunc(x, x->getType()->getWithNewType(element));
  std::vector<llvm::Value*> results;
  for (int first = 0; first < scalars.width; first += written) {
    const int lanes = std::min(written, scalars.width - first);
    std::vector<llvm::Value*> parts;
    for (int at = first; at < first + lanes; at += read)
      parts.push_back(
          b.CreateBitCast(EmitLanes(b, x, at, read), llvm::FixedVectorType::get(element, written)));
    results.push_back(EmitLanes(b, EveryElement(b, parts, step), 0, lanes));
  }
  return EmitJoined(b, std::move(results));
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
