// The tree of blocks, in the order of additions that ir/evaluate defines.
#include "codegen/reducer.h"
#include "ir/evaluate.h"

namespace broadloom {

Accumulator::Accumulator(BodyEmitter& emitter, const Reducer& reducer)
    : emitter_(emitter), reducer_(reducer) {
  llvm::IRBuilder<>& b = emitter.builder();
  for (llvm::Type* type : reducer.PartTypes()) current_.push_back(EmitVariable(b, type, "sum"));
  for (DType dtype : reducer.PartDTypes()) {
    llvm::Type* type = emitter.MemoryType(dtype, reducer.width());
    stack_.push_back(EmitVariable(b, llvm::ArrayType::get(type, kLevels), "tree"));
  }
  count_ = EmitVariable(b, b.getInt64Ty(), "count");
  blocks_ = EmitVariable(b, b.getInt64Ty(), "blocks");
  Reset();
}

void Accumulator::Store(const Parts& parts) {
  for (size_t i = 0; i < parts.size(); ++i) emitter_.builder().CreateStore(parts[i], current_[i]);
}

Parts Accumulator::Current() const {
  Parts parts;
  for (llvm::AllocaInst* variable : current_) {
    parts.push_back(emitter_.builder().CreateLoad(variable->getAllocatedType(), variable));
  }
  return parts;
}

void Accumulator::Reset() {
  Store(reducer_.Identity());
  emitter_.builder().CreateStore(emitter_.Int(0), count_);
  emitter_.builder().CreateStore(emitter_.Int(0), blocks_);
}

void Accumulator::AddToBlock(const Parts& element) { Store(reducer_.Combine(Current(), element)); }

void Accumulator::Add(const Parts& element, llvm::Value* mask) {
  llvm::IRBuilder<>& b = emitter_.builder();
  const Parts before = Current();
  Parts after = reducer_.Combine(before, element);
  if (mask != nullptr) after = reducer_.Select(mask, after, before);
  Store(after);
  if (!reducer_.ordered()) return;
  llvm::Value* count = b.CreateAdd(b.CreateLoad(b.getInt64Ty(), count_), emitter_.Int(1));
  b.CreateStore(count, count_);
  EmitIf(b, b.CreateICmpEQ(count, emitter_.Int(kBlockAdditions)),
         [&](llvm::Instruction*) { Push(); });
}

llvm::Value* Accumulator::StackSlot(size_t part, llvm::Value* level) const {
  return emitter_.builder().CreateGEP(stack_[part]->getAllocatedType(), stack_[part],
                                      {emitter_.Int(0), level});
}

void Accumulator::Push() {
  const Parts item = Current();
  PushItem(item);
  Store(reducer_.Identity());
  emitter_.builder().CreateStore(emitter_.Int(0), count_);
}

// Equal subtrees merge as the counter carries.
void Accumulator::PushItem(const Parts& item) {
  has_tree_ = true;
  llvm::IRBuilder<>& b = emitter_.builder();
  llvm::Type* i64 = b.getInt64Ty();
  llvm::Value* blocks = b.CreateLoad(i64, blocks_);
  llvm::AllocaInst* level = EmitVariable(b, i64, "level");
  std::vector<llvm::AllocaInst*> carried;
  for (llvm::Value* part : item) {
    carried.push_back(EmitVariable(b, part->getType(), "carried"));
    b.CreateStore(part, carried.back());
  }
  const auto load = [&] {
    Parts parts;
    for (llvm::AllocaInst* variable : carried)
      parts.push_back(b.CreateLoad(variable->getAllocatedType(), variable));
    return parts;
  };
  const std::vector<DType> dtypes = reducer_.PartDTypes();
  b.CreateStore(emitter_.Int(0), level);
  EmitWhile(
      b,
      [&] {
        llvm::Value* shifted = b.CreateLShr(blocks, b.CreateLoad(i64, level));
        return b.CreateTrunc(shifted, b.getInt1Ty());
      },
      [&] {
        llvm::Value* at = b.CreateLoad(i64, level);
        Parts older;
        for (size_t i = 0; i < dtypes.size(); ++i) older.push_back(LoadItem(i, at));
        const Parts merged = reducer_.Combine(older, load());
        for (size_t i = 0; i < merged.size(); ++i) b.CreateStore(merged[i], carried[i]);
        b.CreateStore(b.CreateAdd(at, emitter_.Int(1)), level);
      });
  llvm::Value* at = b.CreateLoad(i64, level);
  const Parts parts = load();
  for (size_t i = 0; i < parts.size(); ++i) StoreItem(i, at, parts[i]);
  b.CreateStore(b.CreateAdd(blocks, emitter_.Int(1)), blocks_);
}

// Items are stored unmasked: bools as bytes.
llvm::Value* Accumulator::LoadItem(size_t part, llvm::Value* level) const {
  llvm::IRBuilder<>& b = emitter_.builder();
  llvm::Type* type = stack_[part]->getAllocatedType()->getArrayElementType();
  llvm::Value* raw = b.CreateLoad(type, StackSlot(part, level));
  return reducer_.PartDTypes()[part].is_bool() ? b.CreateTrunc(raw, reducer_.PartTypes()[part])
                                               : raw;
}

void Accumulator::StoreItem(size_t part, llvm::Value* level, llvm::Value* value) {
  llvm::IRBuilder<>& b = emitter_.builder();
  llvm::Type* type = stack_[part]->getAllocatedType()->getArrayElementType();
  if (reducer_.PartDTypes()[part].is_bool()) value = b.CreateZExt(value, type);
  b.CreateStore(value, StackSlot(part, level));
}

// The started block, then the subtrees from the newest to the oldest.
Parts Accumulator::Total() {
  if (!has_tree_) return Current();
  llvm::IRBuilder<>& b = emitter_.builder();
  llvm::Type* i64 = b.getInt64Ty();
  llvm::AllocaInst* level = EmitVariable(b, i64, "level");
  llvm::Value* blocks = b.CreateLoad(i64, blocks_);
  b.CreateStore(emitter_.Int(0), level);
  EmitWhile(
      b,
      [&] {
        return b.CreateICmpNE(b.CreateLShr(blocks, b.CreateLoad(i64, level)), emitter_.Int(0));
      },
      [&] {
        llvm::Value* at = b.CreateLoad(i64, level);
        llvm::Value* present = b.CreateTrunc(b.CreateLShr(blocks, at), b.getInt1Ty());
        EmitIf(b, present, [&](llvm::Instruction*) {
          Parts older;
          for (size_t i = 0; i < stack_.size(); ++i) older.push_back(LoadItem(i, at));
          Store(reducer_.Combine(older, Current()));
        });
        b.CreateStore(b.CreateAdd(at, emitter_.Int(1)), level);
      });
  return Current();
}

}  // namespace broadloom
