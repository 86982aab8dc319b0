// Operands that are copied, kPackRows vectors at a time, to where they can be loaded as vectors.
#include "codegen/body_emitter.h"

namespace broadloom {

int BodyEmitter::PackedAxis(NodeId param) const {
  for (int axis = 0; axis < body_.node(param).rank(); ++axis) {
    if (axis != schedule_.vector_axis && VariesAlong(param, axis)) return axis;
  }
  return -1;
}

int64_t BodyEmitter::PackOffset(int param) const {
  int64_t offset = 0;
  for (int i = 0; i < param; ++i) {
    if (schedule_.packed[i])
      offset += int64_t{kPackRows} * schedule_.width * body_.node(body_.params()[i]).dtype().size();
  }
  return offset;
}

void BodyEmitter::Pack(int param, int axis, llvm::Value* begin, llvm::Value* end) {
  const NodeId id = body_.params()[param];
  const DType dtype = body_.node(id).dtype();
  llvm::Value* base =
      AddressOf(param, body_.node(id).shape());  // at the vector's first element; `axis` not bound
  llvm::Value* target =
      builder_.CreateConstGEP1_64(builder_.getInt8Ty(), Scratch(), PackOffset(param));
  llvm::Value* lanes = active_ != nullptr ? active_ : Int(schedule_.width);
  llvm::Value* step = HasUnitStride(param, axis) ? Int(dtype.size()) : Stride(param, axis);
  CopyTurned({dtype, base, Stride(param, schedule_.vector_axis), step}, {Int(0), lanes},
             {begin, end}, target, Int(schedule_.width));
}

Value BodyEmitter::LoadPacked(NodeId id) {
  const Node& param = body_.node(id);
  const int index = static_cast<int>(param.attrs.Int(AttrName::k_index));
  llvm::Value* row = builder_.CreateSub(index_[PackedAxis(id)], pack_begin_);
  llvm::Value* offset =
      builder_.CreateMul(row, Int(int64_t{schedule_.width} * param.dtype().size()));
  offset = builder_.CreateAdd(offset, Int(PackOffset(index)));
  llvm::Value* address = builder_.CreateGEP(builder_.getInt8Ty(), Scratch(), offset);
  return FromMemory(builder_.CreateAlignedLoad(MemoryType(param.dtype(), schedule_.width), address,
                                               llvm::Align(64)),
                    param.dtype());
}

}  // namespace broadloom
