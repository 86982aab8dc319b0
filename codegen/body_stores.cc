// How results are stored: whole vectors, broken ones, streams, any stride.
#include <algorithm>
#include <numeric>

#include "codegen/body_emitter.h"

namespace broadloom {

// Register by register: whole ones by plain stores, since AMD's AVX2 machines take some ten cycles
// for a masked one.
void BodyEmitter::StoreMasked(llvm::Value* pointer, llvm::Value* raw, DType dtype) {
  const int itemsize = ComponentOf(dtype).size(), count = schedule_.width * dtype.size() / itemsize;
  const int lanes = vector_bytes_ == 32 ? std::min(count, vector_bytes_ / itemsize) : count;
  llvm::Value* const mask = MemoryMask(dtype);
  llvm::Value* const active = builder_.CreateMul(active_, Int(dtype.size() / itemsize));
  const llvm::Align align(itemsize);
  for (int first = 0; first < count; first += lanes) {
    std::vector<int> chosen(lanes);
    std::iota(chosen.begin(), chosen.end(), first);
    llvm::Value* part = builder_.CreateShuffleVector(raw, chosen);
    llvm::Value* to =
        builder_.CreateConstGEP1_64(builder_.getInt8Ty(), pointer, int64_t{first} * itemsize);
    EmitIf(builder_, builder_.CreateICmpSGE(active, Int(first + lanes)),
           [&](llvm::Instruction*) { builder_.CreateAlignedStore(part, to, align); });
    llvm::Value* begun = builder_.CreateICmpSGT(active, Int(first));
    llvm::Value* broken = builder_.CreateICmpSLT(active, Int(first + lanes));
    EmitIf(builder_, builder_.CreateAnd(begun, broken), [&](llvm::Instruction*) {
      builder_.CreateMaskedStore(part, to, align, builder_.CreateShuffleVector(mask, chosen));
    });
  }
}

void BodyEmitter::StoreVector(llvm::Value* pointer, Value value, int width, bool stream) {
  llvm::Value* raw = ToMemory(value);
  const llvm::Align align = AlignOf(value.dtype);
  if (width > 1 && active_ != nullptr && HasMasks(value.dtype))
    return StoreMasked(pointer, raw, value.dtype);
  if (width > 1 && active_ != nullptr) {
    llvm::Value* buffer = Staged(value.dtype, width, "scattered");
    builder_.CreateStore(raw, buffer);
    EmitFor(builder_, Int(0), active_, 1, [&](llvm::Value* lane, llvm::Instruction*) {
      llvm::Value* offset = builder_.CreateMul(lane, Int(value.dtype.size()));
      llvm::Type* element = MemoryType(value.dtype, 1);
      llvm::Value* item = builder_.CreateAlignedLoad(
          element, builder_.CreateGEP(builder_.getInt8Ty(), buffer, offset), align);
      builder_.CreateAlignedStore(item, builder_.CreateGEP(builder_.getInt8Ty(), pointer, offset),
                                  align);
    });
    return;
  }
  StoreRaw(pointer, raw, value.dtype, stream);
}

// What memory holds, all of it.
void BodyEmitter::StoreRaw(llvm::Value* pointer, llvm::Value* raw, DType dtype, bool stream) {
  const auto bytes =
      static_cast<int64_t>(raw->getType()->getPrimitiveSizeInBits().getFixedValue() / 8);
  const llvm::Align align = AlignOf(dtype);
  stream = stream && bytes >= 32;  // no such instruction for less
  llvm::StoreInst* store = builder_.CreateAlignedStore(
      raw, pointer, stream ? llvm::Align(std::min<int64_t>(bytes, kLineBytes)) : align);
  if (stream) {
    streams_ = true;
    store->setMetadata(llvm::LLVMContext::MD_nontemporal,
                       llvm::MDNode::get(builder_.getContext(),
                                         llvm::ConstantAsMetadata::get(builder_.getInt32(1))));
  }
}

void BodyEmitter::StoreOutput(int output, Value value, bool stream) {
  const NodeId id = body_.outputs()[output];
  const Shape& shape = body_.node(id).shape();
  const int pointer = static_cast<int>(body_.params().size()) + output;
  if (!IsVector(id) || schedule_.width == 1) {
    StoreVector(AddressOf(pointer, shape), value, 1, false);
    return;
  }
  if (IsTiled(id) && schedule_.unrolled >= 0) return StoreUnrolled(pointer, id, stream);
  if (IsTiled(id)) return StoreRows(pointer, id, value, stream);
  StoreAt(pointer, shape, AsVector(value, id), stream);
}

// A vector at the bound indices, whatever the stride along the vector axis.
void BodyEmitter::StoreAt(int pointer, const Shape& shape, Value value, bool stream) {
  llvm::Value* address = AddressOf(pointer, shape);
  if (IsUnitStride(shape)) {
    StoreVector(address, value, schedule_.width, stream);
    return;
  }
  llvm::Value* buffer = Staged(value.dtype, schedule_.width, "scattered");
  builder_.CreateStore(ToMemory(value), buffer);
  llvm::Value* lanes = active_ != nullptr ? active_ : Int(schedule_.width);
  EmitFor(builder_, Int(0), lanes, 1, [&](llvm::Value* lane, llvm::Instruction*) {
    llvm::Type* element = MemoryType(value.dtype, 1);
    llvm::Value* from = builder_.CreateGEP(element, buffer, lane);
    llvm::Value* offset = builder_.CreateMul(lane, Stride(pointer, schedule_.vector_axis));
    builder_.CreateAlignedStore(builder_.CreateLoad(element, from),
                                builder_.CreateGEP(builder_.getInt8Ty(), address, offset),
                                AlignOf(value.dtype));
  });
}

}  // namespace broadloom
