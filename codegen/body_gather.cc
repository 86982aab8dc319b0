// Elements picked by indices. An index is checked where it varies, and once for all that it picks:
// a negative one counts from the end, one that is out of bounds leaves a mark and picks the first
// element, which is there.
#include <algorithm>

#include "codegen/body_emitter.h"
#include "codegen/rarely.h"

namespace broadloom {

// Of the two numbers of a picked axis the first one in `Args::tables`.
int BodyEmitter::TableNumber(int param, int picked) const {
  int axes = picked;
  for (int i = 0; i < param; ++i) axes += picked_[i];
  return 2 * axes;
}

llvm::Value* BodyEmitter::Table(int number, int width) {
  llvm::Value*& known = tables_[{number, width}];
  if (known != nullptr) return known;
  llvm::Value* const value =
      width == 1 ? AtEntry([&] { return LoadArg(kTables, builder_.getInt64Ty(), number, "table"); })
                 : Table(number, 1);
  if (width > 1)
    return tables_[{number, width}] =
               AtEntry([&] { return builder_.CreateVectorSplat(width, value); });
  return known = value;
}

// Where any lane is outside; `bits` are those of the numbers that were compared.
void BodyEmitter::MarkFault(llvm::Value* outside, int width, int bits) {
  EmitRarely(Scalars(width), outside, bits, [&] {
    llvm::Value* fault = AtEntry([&] { return LoadArg(kFault, nullptr, 0, "fault"); });
    builder_.CreateStore(builder_.getInt32(1), fault)->setAtomic(llvm::AtomicOrdering::Monotonic);
  });
}

llvm::Value* BodyEmitter::Checked(llvm::Value* index, int number) {
  const int width = index->getType()->isVectorTy() ? schedule_.width : 1;
  llvm::Value* const extent = Table(number + 1, width);
  llvm::Constant* const zero = llvm::Constant::getNullValue(index->getType());
  llvm::Value* place = builder_.CreateSelect(builder_.CreateICmpSLT(index, zero),
                                             builder_.CreateAdd(index, extent), index);
  llvm::Value* outside = builder_.CreateICmpUGE(place, extent);
  MarkFault(outside, width, 64);
  return builder_.CreateSelect(outside, zero, place);
}

// Which element along a picked axis, in the loop in which the index varies.
llvm::Value* BodyEmitter::PlaceOf(NodeId gather, int picked) {
  const Node& node = body_.node(gather);
  const NodeId index = node.inputs[picked + 1];
  const int level = LevelOf(index);
  const auto found = levels_[level].places.find({gather, picked});
  if (found != levels_[level].places.end()) return found->second;
  const int param = static_cast<int>(body_.node(node.inputs[0]).attrs.Int(AttrName::k_index));
  const Value place = EmitAt(level, [&] {
    return Value{Checked(ValueOf(index).llvm, TableNumber(param, picked)), DType::kInt64};
  });
  levels_[level].places[{gather, picked}] = place.llvm;
  return place.llvm;
}

// How far the lanes are from the first one, in bytes; idle ones are there.
llvm::Value* BodyEmitter::LaneOffsets(int param) {
  const int axis = schedule_.vector_axis, width = schedule_.width;
  std::vector<llvm::Constant*> lanes;
  for (int lane = 0; lane < width; ++lane) lanes.push_back(Int(lane));
  llvm::Value* const stride =
      HasUnitStride(param, axis) ? Int(DTypeAt(param).size()) : Stride(param, axis);
  llvm::Value* offsets = builder_.CreateMul(llvm::ConstantVector::get(lanes),
                                            builder_.CreateVectorSplat(width, stride));
  if (active_ == nullptr) return offsets;
  return builder_.CreateSelect(Mask(), offsets, llvm::Constant::getNullValue(offsets->getType()));
}

// One by one: gather instructions take up to three times as long on the AVX-512 machine where both
// were measured (docs/architecture.md). In a loop where few lanes live, which is less code.
llvm::Value* BodyEmitter::GatherLanes(llvm::Value* pointers, DType dtype) {
  llvm::Type *const element = MemoryType(dtype, 1), *const type =
                                                        MemoryType(dtype, schedule_.width);
  if (active_ == nullptr) {
    llvm::Value* vector = llvm::PoisonValue::get(type);
    for (int lane = 0; lane < schedule_.width; ++lane) {
      llvm::Value* pointer = builder_.CreateExtractElement(pointers, static_cast<uint64_t>(lane));
      vector =
          InsertItem(vector, builder_.CreateAlignedLoad(element, pointer, AlignOf(dtype)), lane);
    }
    return vector;
  }
  llvm::AllocaInst* const places = EmitVariable(builder_, pointers->getType(), "places");
  llvm::Value* const buffer = Staged(dtype, schedule_.width, "gathered");
  builder_.CreateStore(pointers, places);
  EmitFor(builder_, Int(0), active_, 1, [&](llvm::Value* lane, llvm::Instruction*) {
    llvm::Type* const pointer = builder_.getPtrTy();
    llvm::Value* from = builder_.CreateLoad(pointer, builder_.CreateGEP(pointer, places, lane));
    builder_.CreateStore(builder_.CreateAlignedLoad(element, from, AlignOf(dtype)),
                         builder_.CreateGEP(element, buffer, lane));
  });
  return builder_.CreateLoad(type, buffer);
}

// Elements at `lanes` from the base, counted in `unit`.
Value BodyEmitter::LoadLanes(llvm::Value* base, llvm::Type* unit, llvm::Value* lanes, DType dtype) {
  llvm::Value* const pointers = builder_.CreateGEP(unit, base, lanes);
  const DType part = ComponentOf(dtype);
  llvm::Value* const first = GatherLanes(pointers, part);
  if (!dtype.is_complex()) return LikeFirstLane(FromMemory(first, dtype));
  llvm::Value* const behind = builder_.CreateConstGEP1_64(MemoryType(part, 1), pointers, 1);
  return LikeFirstLane({first, dtype, GatherLanes(behind, part)});
}

// How many rows later the index lies whose elements are wanted now; 0: they are not.
int64_t BodyEmitter::RowsAhead(NodeId index) const {
  constexpr int64_t kPicksAhead = 32, kFew = 8;  // few: of axes of any extent
  const Node& node = body_.node(index);
  if (node.op != Op::k_param || node.dtype() != DType::kInt64 || IsVector(index) ||
      run_end_ == nullptr || active_ != nullptr || !VariesAlong(index, schedule_.outer.back()))
    return 0;
  int64_t picks = 1;  // of a row
  for (int axis = 0; axis < static_cast<int>(schedule_.domain.size()); ++axis) {
    if (axis == schedule_.outer.back() || !VariesAlong(index, axis)) continue;
    const auto extent = schedule_.domain[axis];
    picks *= extent.is_symbol() ? kFew : extent.value();
  }
  return std::max<int64_t>(1, kPicksAhead / picks);
}

// Vectors of a table that no cache is sure to hold: the processor foresees none of them.
void BodyEmitter::PrefetchPicked(NodeId id, int param, llvm::Value* base) {
  constexpr int64_t kLargeTable = 1 << 19;  // bytes
  const NodeId index = body_.node(id).inputs[1];
  const int64_t ahead = picked_[param] == 1 ? RowsAhead(index) : 0;
  if (ahead == 0) return;
  llvm::IRBuilder<>& b = builder_;
  const int number = TableNumber(param, 0);
  llvm::Value *const stride = Table(number, 1), *const extent = Table(number + 1, 1);
  llvm::Value* const is_large =
      AtEntry([&] { return b.CreateICmpSGT(b.CreateMul(stride, extent), Int(kLargeTable)); });
  const Node& from = body_.node(index);
  const int pointer = static_cast<int>(from.attrs.Int(AttrName::k_index));
  llvm::Value* const address = AddressOf(pointer, from.shape());
  llvm::Value* const step = Stride(pointer, schedule_.outer.back());
  EmitIf(b, is_large, [&](llvm::Instruction*) {
    llvm::Value* const left = b.CreateSub(run_end_, index_[schedule_.outer.back()]);
    llvm::Value* const rows =
        b.CreateBinaryIntrinsic(llvm::Intrinsic::smin, Int(ahead), b.CreateSub(left, Int(1)));
    llvm::Value* const later = b.CreateAlignedLoad(
        b.getInt64Ty(), b.CreateGEP(b.getInt8Ty(), address, b.CreateMul(rows, step)),
        AlignOf(from.dtype()));
    llvm::Value* const place =
        b.CreateSelect(b.CreateICmpSLT(later, Int(0)), b.CreateAdd(later, extent), later);
    llvm::Value* const row = b.CreateGEP(b.getInt8Ty(), base, b.CreateMul(place, stride));
    const int64_t bytes = int64_t{schedule_.width} * DTypeAt(param).size();
    for (int64_t line = 0; line < bytes; line += kLineBytes)
      Prefetch(b.CreateConstGEP1_64(b.getInt8Ty(), row, line));
  });
}

// Where the picked element lies: a base for all lanes, and how far from it each lane's is.
BodyEmitter::Picks BodyEmitter::PicksOf(NodeId id, int param, const Shape& others) {
  const std::string& letters = body_.node(body_.params()[param]).attrs.Text(AttrName::k_layout);
  const auto added = [&](llvm::Value* sum, llvm::Value* more) {
    return sum == nullptr ? more : builder_.CreateAdd(sum, more);
  };
  Picks picks{AddressOf(param, others)};
  for (int picked = 0; picked < picked_[param]; ++picked) {
    llvm::Value* const place = PlaceOf(id, picked);
    const bool is_vector = place->getType()->isVectorTy();
    if (is_vector && letters[others.size() + picked] == 'u') {
      picks.elements = added(picks.elements, place);
      continue;
    }
    llvm::Value* const stride = Table(TableNumber(param, picked), is_vector ? schedule_.width : 1);
    llvm::Value* const offset = builder_.CreateMul(place, stride);
    if (is_vector)
      picks.bytes = added(picks.bytes, offset);
    else
      picks.base = builder_.CreateGEP(builder_.getInt8Ty(), picks.base, offset);
  }
  return picks;
}

Value BodyEmitter::ComputeGather(NodeId id) {
  const Node& table = body_.node(body_.node(id).inputs[0]);
  const DType dtype = table.dtype();
  const int param = static_cast<int>(table.attrs.Int(AttrName::k_index));
  const int axis = schedule_.vector_axis;
  const Shape others(table.shape().begin(), table.shape().begin() + schedule_.domain.size());
  if (LooksUpBytes(id)) return LookUpBytes(id);
  Picks picks = PicksOf(id, param, others);
  if (!IsVector(id) || schedule_.width == 1)
    return FromMemory(builder_.CreateAlignedLoad(MemoryType(dtype, 1), picks.base, AlignOf(dtype)),
                      dtype);
  if (picks.bytes == nullptr && picks.elements == nullptr) {
    if (!HasUnitStride(param, axis))
      return LikeFirstLane(LoadStrided(picks.base, Stride(param, axis), dtype));
    PrefetchPicked(id, param, AddressOf(param, others));
    return LikeFirstLane(LoadVector(picks.base, dtype, schedule_.width));
  }
  llvm::Value* lanes = others[axis].is(1) ? nullptr : LaneOffsets(param);
  if (picks.bytes != nullptr)
    lanes = lanes == nullptr ? picks.bytes : builder_.CreateAdd(lanes, picks.bytes);
  if (lanes == nullptr) return LoadLanes(picks.base, MemoryType(dtype, 1), picks.elements, dtype);
  if (picks.elements != nullptr) {
    llvm::Value* const size = builder_.CreateVectorSplat(schedule_.width, Int(dtype.size()));
    lanes = builder_.CreateAdd(lanes, builder_.CreateMul(picks.elements, size));
  }
  return LoadLanes(picks.base, builder_.getInt8Ty(), lanes, dtype);
}

}  // namespace broadloom
