// Where the elements of operands, outputs and kept rows are, and how they are loaded.
#include <algorithm>

#include "codegen/body_emitter.h"
#include "codegen/lanes.h"
#include "runtime/kernel.h"

namespace broadloom {

// Pointers: the operands, the outputs, then the row that is kept for each output.
NodeId BodyEmitter::NodeAt(int pointer) const {
  const int params = static_cast<int>(body_.params().size());
  if (pointer < params) return body_.params()[pointer];
  return body_.outputs()[(pointer - params) % static_cast<int>(body_.outputs().size())];
}

bool BodyEmitter::IsKept(int pointer) const {
  return pointer >= static_cast<int>(body_.params().size() + body_.outputs().size());
}

DType BodyEmitter::DTypeAt(int pointer) const { return body_.node(NodeAt(pointer)).dtype(); }

llvm::Value* BodyEmitter::Base(int pointer) {
  if (!IsKept(pointer))
    return AtEntry([&] { return LoadArg(kPointers, builder_.getPtrTy(), pointer, "base"); });
  const int outputs = static_cast<int>(body_.outputs().size());
  llvm::Value *bytes = Tuning(kTuneKeep), *row = Base(pointer - outputs);
  return AtEntry([&] {
    const int64_t index = pointer - outputs - static_cast<int64_t>(body_.params().size());
    llvm::Value* scratch =
        builder_.CreateGEP(builder_.getInt8Ty(), Scratch(), builder_.CreateMul(bytes, Int(index)));
    return builder_.CreateSelect(builder_.CreateICmpEQ(bytes, Int(0)), row, scratch);
  });
}

// A kept row in scratch memory is the same for all rows, and within it lies as the output's.
llvm::Value* BodyEmitter::Stride(int pointer, int axis) {
  llvm::Value*& known = strides_[{pointer, axis}];
  if (known != nullptr) return known;
  llvm::Value* stride;
  if (IsKept(pointer)) {
    stride = Stride(pointer - static_cast<int>(body_.outputs().size()), axis);
    const Axes& inner = schedule_.inner;
    if (std::find(inner.begin(), inner.end(), axis) == inner.end()) {
      llvm::Value* bytes = Tuning(kTuneKeep);
      stride = AtEntry([&] {
        return builder_.CreateSelect(builder_.CreateICmpEQ(bytes, Int(0)), stride, Int(0));
      });
    }
  } else {
    const int64_t index = static_cast<int64_t>(pointer) * schedule_.domain.size() + axis;
    stride = AtEntry([&] { return LoadArg(kStrides, builder_.getInt64Ty(), index, "stride"); });
  }
  return strides_[{pointer, axis}] = stride;
}

bool BodyEmitter::HasUnitStride(int pointer, int axis) const {
  const Node& node = body_.node(NodeAt(pointer));
  if (pointer < static_cast<int>(body_.params().size()))
    return node.attrs.Text(AttrName::k_layout)[axis] == 'u';
  return axis == schedule_.vector_axis && IsUnitStride(node.shape());
}

llvm::Type* BodyEmitter::MemoryType(DType dtype, int width) const {
  llvm::Type* element = dtype.is_bool() ? builder_.getInt8Ty()
                                        : ElementType(builder_.getContext(), ComponentOf(dtype));
  const int count = dtype.is_complex() ? 2 * width : width;
  return count == 1 ? element : llvm::FixedVectorType::get(element, count);
}

namespace {

// first, first + step, ...
std::vector<int> Lanes(int count, int first, int step) {
  std::vector<int> lanes(count);
  for (int i = 0; i < count; ++i) lanes[i] = first + i * step;
  return lanes;
}

// 0, 0 + gap, 1, 1 + gap, ...: pairs of lanes that lie `gap` apart.
std::vector<int> PairLanes(int count, int gap) {
  std::vector<int> lanes;
  for (int i = 0; i < count; ++i) lanes.insert(lanes.end(), {i, i + gap});
  return lanes;
}

// Every second element of pairs in memory.
llvm::Value* Part(llvm::IRBuilder<>& b, llvm::Value* pairs, int first) {
  const int count =
      static_cast<int>(llvm::cast<llvm::FixedVectorType>(pairs->getType())->getNumElements()) / 2;
  if (count == 1) return b.CreateExtractElement(pairs, static_cast<uint64_t>(first));
  return b.CreateShuffleVector(pairs, Lanes(count, first, 2));
}

llvm::Value* Pairs(llvm::IRBuilder<>& b, const Value& value) {
  if (auto* vector = llvm::dyn_cast<llvm::FixedVectorType>(value.llvm->getType())) {
    const int count = static_cast<int>(vector->getNumElements());
    return b.CreateShuffleVector(value.llvm, value.imaginary, PairLanes(count, count));
  }
  llvm::Value* pair = llvm::PoisonValue::get(llvm::FixedVectorType::get(value.llvm->getType(), 2));
  pair = b.CreateInsertElement(pair, value.llvm, uint64_t{0});
  return b.CreateInsertElement(pair, value.imaginary, uint64_t{1});
}

}  // namespace

Value BodyEmitter::FromMemory(llvm::Value* raw, DType dtype) {
  if (dtype.is_complex()) return {Part(builder_, raw, 0), dtype, Part(builder_, raw, 1)};
  if (!dtype.is_bool()) return {raw, dtype};
  return {builder_.CreateICmpNE(raw, llvm::Constant::getNullValue(raw->getType())), dtype};
}

llvm::Value* BodyEmitter::ToMemory(Value value) {
  if (value.dtype.is_complex()) return Pairs(builder_, value);
  if (!value.dtype.is_bool()) return value.llvm;
  llvm::Type* type = builder_.getInt8Ty();
  if (auto* vector = llvm::dyn_cast<llvm::FixedVectorType>(value.llvm->getType())) {
    type = llvm::FixedVectorType::get(type, vector->getNumElements());
  }
  return builder_.CreateZExt(value.llvm, type);
}

// The address of the element at the bound indices, in the tile's row, each level adding its own
// axes.
llvm::Value* BodyEmitter::AddressOf(int pointer, const Shape& shape) {
  const int pointers = static_cast<int>(body_.params().size() + 2 * body_.outputs().size());
  const auto index_of = [&](int axis) -> llvm::Value* {
    if (axis == schedule_.unrolled) return Int(row_);
    const bool other_row = row_ > 0 && schedule_.unrolled < 0 && axis == schedule_.outer.back();
    return other_row ? tile_rows_[row_ - 1] : index_[axis];
  };
  llvm::Value* address = nullptr;
  for (int level = 0; level <= Innermost(); ++level) {
    llvm::Value*& known = levels_[level].addresses[pointer + row_ * pointers];
    if (known == nullptr) {
      llvm::IRBuilder<>::InsertPointGuard guard(builder_);
      const bool varies_here =
          std::find(level_of_axis_.begin(), level_of_axis_.end(), level) != level_of_axis_.end();
      if (level < Innermost() && varies_here) builder_.SetInsertPoint(levels_[level].entry);
      llvm::Value* next = address;
      if (level == 0) next = Base(pointer);
      for (int axis = 0; axis < static_cast<int>(shape.size()); ++axis) {
        if (shape[axis].is(1) || level_of_axis_[axis] != level) continue;
        llvm::Value* stride =
            HasUnitStride(pointer, axis) ? Int(DTypeAt(pointer).size()) : Stride(pointer, axis);
        next = builder_.CreateGEP(builder_.getInt8Ty(), next,
                                  builder_.CreateMul(index_of(axis), stride, "", false, true));
      }
      levels_[level].addresses[pointer + row_ * pointers] = next;
      address = next;
    } else {
      address = known;
    }
  }
  return address;
}

bool BodyEmitter::IsUnitStride(const Shape& output) const {
  for (int axis = schedule_.vector_axis + 1; axis < static_cast<int>(output.size()); ++axis) {
    if (!output[axis].is(1)) return false;
  }
  return true;
}

// A zeroed buffer for elements that are moved one by one.
llvm::Value* BodyEmitter::Staged(DType dtype, int width, const char* name) {
  llvm::Type* type = MemoryType(dtype, width);
  llvm::AllocaInst* buffer = EmitVariable(builder_, type, name);
  AtEntry([&] { return builder_.CreateStore(llvm::Constant::getNullValue(type), buffer); });
  return buffer;
}

bool BodyEmitter::HasMasks(DType dtype) const { return masks_bytes_ || dtype.size() >= 4; }

// Small elements in as many parts as registers of 32-bit ones take: where they are widened, each
// part is loaded and widened at once; where they are not, LLVM loads them together.
llvm::Value* BodyEmitter::LoadParts(llvm::Value* pointer, DType dtype, int width) {
  const int most = vector_bytes_ / 4;
  if (dtype.size() >= 4 || width <= most)
    return builder_.CreateAlignedLoad(MemoryType(dtype, width), pointer, AlignOf(dtype));
  std::vector<llvm::Value*> parts;
  for (int first = 0; first < width; first += most) {
    llvm::Value* const from =
        builder_.CreateConstGEP1_64(builder_.getInt8Ty(), pointer, int64_t{first} * dtype.size());
    parts.push_back(builder_.CreateAlignedLoad(MemoryType(dtype, most), from, AlignOf(dtype)));
  }
  return EmitJoined(builder_, std::move(parts));
}

Value BodyEmitter::LoadVector(llvm::Value* pointer, DType dtype, int width) {
  llvm::Type* type = MemoryType(dtype, width);
  const llvm::Align align = AlignOf(dtype);
  if (width == 1 || active_ == nullptr) return FromMemory(LoadParts(pointer, dtype, width), dtype);
  if (HasMasks(dtype)) {
    llvm::Value* raw = builder_.CreateMaskedLoad(type, pointer, align, MemoryMask(dtype),
                                                 llvm::Constant::getNullValue(type));
    return FromMemory(raw, dtype);
  }
  return LoadStrided(pointer, Int(dtype.size()), dtype);
}

Value BodyEmitter::LoadStrided(llvm::Value* pointer, llvm::Value* stride, DType dtype) {
  const int width = schedule_.width;
  llvm::Type* element = MemoryType(dtype, 1);
  const llvm::Align align = AlignOf(dtype);
  const auto at = [&](llvm::Value* base, llvm::Value* offset) {
    return builder_.CreateGEP(builder_.getInt8Ty(), base, offset);
  };
  if (active_ == nullptr) {
    llvm::Value* vector = llvm::PoisonValue::get(MemoryType(dtype, width));
    for (int lane = 0; lane < width; ++lane) {
      llvm::Value* item = builder_.CreateAlignedLoad(
          element, at(pointer, builder_.CreateMul(Int(lane), stride)), align);
      vector = InsertItem(vector, item, lane);
    }
    return FromMemory(vector, dtype);
  }
  llvm::Value* buffer = Staged(dtype, width, "gathered");
  EmitFor(builder_, Int(0), active_, 1, [&](llvm::Value* lane, llvm::Instruction*) {
    llvm::Value* item =
        builder_.CreateAlignedLoad(element, at(pointer, builder_.CreateMul(lane, stride)), align);
    builder_.CreateAlignedStore(item, at(buffer, builder_.CreateMul(lane, Int(dtype.size()))),
                                align);
  });
  return FromMemory(builder_.CreateLoad(MemoryType(dtype, width), buffer), dtype);
}

// A register of elements, of which those from `end` on are not there; null: all are.
llvm::Value* BodyEmitter::LoadBefore(llvm::Value* pointer, llvm::Type* type, llvm::Align align,
                                     llvm::Value* end) {
  if (end == nullptr) return builder_.CreateAlignedLoad(type, pointer, align);
  const int lanes = static_cast<int>(llvm::cast<llvm::FixedVectorType>(type)->getNumElements());
  return builder_.CreateMaskedLoad(type, pointer, align, LanesBefore(end, lanes),
                                   llvm::Constant::getNullValue(type));
}

// Every so many elements of whole registers, of which the last one ends with the last element.
Value BodyEmitter::LoadSteps(llvm::Value* pointer, int step, DType dtype) {
  const int native = NativeLanes(dtype);
  llvm::Type* type = MemoryType(dtype, native);
  std::vector<int> chosen(native);
  for (int lane = 0; lane < native; ++lane) {
    const bool in_last = lane * step / native == step - 1;
    chosen[lane] = lane * step + (in_last ? step - 1 : 0);
  }
  llvm::Value* const end =  // behind the last one
      active_ == nullptr
          ? nullptr
          : builder_.CreateSub(builder_.CreateMul(active_, Int(step)), Int(step - 1));
  std::vector<llvm::Value*> registers;
  for (int first = 0; first < schedule_.width; first += native) {
    std::vector<llvm::Value*> parts;
    for (int part = 0; part < step; ++part) {
      const int at = first * step + part * native - (part == step - 1 ? step - 1 : 0);
      llvm::Value* address =
          builder_.CreateConstGEP1_64(builder_.getInt8Ty(), pointer, int64_t{at} * dtype.size());
      parts.push_back(LoadBefore(address, type, AlignOf(dtype),
                                 end == nullptr ? end : builder_.CreateSub(end, Int(at))));
    }
    registers.push_back(EmitPicked(builder_, parts, chosen));
  }
  return FromMemory(EmitJoined(builder_, std::move(registers)), dtype);
}

// Complex numbers are two elements of the vector.
llvm::Value* BodyEmitter::InsertItem(llvm::Value* vector, llvm::Value* item, int lane) {
  if (!item->getType()->isVectorTy())
    return builder_.CreateInsertElement(vector, item, static_cast<uint64_t>(lane));
  for (uint64_t part = 0; part < 2; ++part) {
    llvm::Value* number = builder_.CreateExtractElement(item, part);
    vector = builder_.CreateInsertElement(vector, number, 2 * static_cast<uint64_t>(lane) + part);
  }
  return vector;
}

// A mask of memory's elements: each lane's twice where the numbers are complex.
llvm::Value* BodyEmitter::MemoryMask(DType dtype) {
  llvm::Value* mask = Mask();
  return dtype.is_complex() ? builder_.CreateShuffleVector(mask, PairLanes(schedule_.width, 0))
                            : mask;
}

int BodyEmitter::StepOf(NodeId param) const {
  const char letter = body_.node(param).attrs.Text(AttrName::k_layout)[schedule_.vector_axis];
  return letter >= '2' && letter <= '4' ? letter - '0' : 0;
}

Value BodyEmitter::LoadParam(NodeId id) {
  const Node& param = body_.node(id);
  const int index = static_cast<int>(param.attrs.Int(AttrName::k_index));
  llvm::Value* address = AddressOf(index, param.shape());
  if (!IsVector(id) || schedule_.width == 1) {
    return FromMemory(
        builder_.CreateAlignedLoad(MemoryType(param.dtype(), 1), address, AlignOf(param.dtype())),
        param.dtype());
  }
  if (HasUnitStride(index, schedule_.vector_axis))
    return LoadVector(address, param.dtype(), schedule_.width);
  const int step = StepOf(id);
  if (step > 0 && !param.dtype().is_complex() && schedule_.width >= 4 &&
      (active_ == nullptr || HasMasks(param.dtype())))
    return LoadSteps(address, step, param.dtype());
  return LoadStrided(address, Stride(index, schedule_.vector_axis), param.dtype());
}

}  // namespace broadloom
