// Rows that are computed together. Those of a tile lie apart in memory; a value has the lanes of
// all of them, one row behind the other. Those of an unrolled axis are its positions, and have
// values of their own; in memory a lane's are next to one another, and go to registers and back by
// shuffles:
//
//     memory     a0 a1 a2 b0 b1 b2 c0 c1 c2 ...
//     registers  a0 b0 c0 ...   a1 b1 c1 ...   a2 b2 c2 ...
#include <algorithm>

#include "codegen/body_emitter.h"
#include "codegen/lanes.h"

namespace broadloom {

bool BodyEmitter::IsTiled(NodeId id) const {
  if (schedule_.unrolled >= 0) return VariesAlong(id, schedule_.unrolled);
  return schedule_.tile > 1 && VariesAlong(id, schedule_.outer.back());
}

Value BodyEmitter::LoadRows(NodeId id) {
  std::vector<llvm::Value*> rows;
  for (row_ = 0; row_ < schedule_.tile; ++row_) {
    llvm::Value* const row = LikeFirstLane(LoadParam(id)).llvm;
    rows.push_back(IsVector(id) ? row : builder_.CreateVectorSplat(schedule_.width, row));
  }
  row_ = 0;
  return {EmitJoined(builder_, std::move(rows)), body_.node(id).dtype()};
}

void BodyEmitter::StoreRows(int pointer, NodeId id, Value value, bool stream) {
  for (row_ = 0; row_ < schedule_.tile; ++row_) {
    llvm::Value* row = EmitLanes(builder_, value.llvm, row_ * schedule_.width, schedule_.width);
    StoreAt(pointer, body_.node(id).shape(), {row, value.dtype}, stream);
  }
  row_ = 0;
}

std::vector<Value> BodyEmitter::RowsOf(NodeId id) {
  if (schedule_.unrolled < 0 || !IsTiled(id)) return {ValueOf(id)};
  const int before = row_;
  std::vector<Value> rows;
  for (row_ = 0; row_ < schedule_.tile; ++row_) rows.push_back(ValueOf(id));
  row_ = before;
  return rows;
}

// Whether its rows may lie one after another.
bool BodyEmitter::IsInterleaved(int pointer) const {
  const NodeId id = NodeAt(pointer);
  if (schedule_.unrolled < 0 || !IsTiled(id) || !IsVector(id)) return false;
  return pointer >= static_cast<int>(body_.params().size()) ||
         body_.node(id).attrs.Text(AttrName::k_layout)[schedule_.vector_axis] == 'j';
}

namespace {

// Of registers with elements in the order [outer][inner] those in the order [inner][outer].
std::vector<llvm::Value*> Turned(llvm::IRBuilder<>& b, std::vector<llvm::Value*> parts, int outer,
                                 int inner) {
  const int lanes = outer * inner / static_cast<int>(parts.size());
  std::vector<llvm::Value*> turned(parts.size());
  const bool squares =
      (lanes == inner && outer % lanes == 0) || (lanes == outer && inner % lanes == 0);
  if (squares && lanes > 1) {
    const int step = std::max(outer, inner) / lanes;
    for (int square = 0; square < step; ++square) {
      const auto along = [&](int i) { return square * lanes + i; };
      const auto across = [&](int i) { return i * step + square; };
      std::vector<llvm::Value*> rows;
      for (int i = 0; i < lanes; ++i) rows.push_back(parts[lanes == inner ? along(i) : across(i)]);
      EmitTransposed(b, rows);
      for (int i = 0; i < lanes; ++i) turned[lanes == inner ? across(i) : along(i)] = rows[i];
    }
    return turned;
  }
  for (size_t part = 0; part < parts.size(); ++part) {
    std::vector<int> chosen;
    for (int lane = 0; lane < lanes; ++lane) {
      const int at = static_cast<int>(part) * lanes + lane;
      chosen.push_back(at % outer * inner + at / outer);
    }
    turned[part] = EmitPicked(b, parts, chosen);
  }
  return turned;
}

}  // namespace

int BodyEmitter::NativeLanes(DType dtype) const {
  return std::min(vector_bytes_ / dtype.size(), schedule_.width);
}

Value BodyEmitter::LoadRow(NodeId id) {
  const int pointer = static_cast<int>(body_.node(id).attrs.Int(AttrName::k_index));
  return interleaves_ && active_ == nullptr && IsInterleaved(pointer)
             ? LoadInterleaved(id)
             : LikeFirstLane(LoadParam(id));
}

// All rows at once.
Value BodyEmitter::LoadInterleaved(NodeId id) {
  const Node& param = body_.node(id);
  const int width = schedule_.width, rows = schedule_.tile, native = NativeLanes(param.dtype());
  const int wanted = row_;
  row_ = 0;
  llvm::Value* const address =
      AddressOf(static_cast<int>(param.attrs.Int(AttrName::k_index)), param.shape());
  std::vector<llvm::Value*> parts;
  for (int first = 0; first < rows * width; first += native) {
    llvm::Value* const from = builder_.CreateConstGEP1_64(builder_.getInt8Ty(), address,
                                                          int64_t{first} * param.dtype().size());
    parts.push_back(builder_.CreateAlignedLoad(MemoryType(param.dtype(), native), from,
                                               AlignOf(param.dtype())));
  }
  const std::vector<llvm::Value*> turned = Turned(builder_, parts, width, rows);
  for (; row_ < rows; ++row_) {
    const auto first = turned.begin() + int64_t{row_} * (width / native);
    std::vector<llvm::Value*> registers(first, first + width / native);
    SetValue(id, FromMemory(EmitJoined(builder_, std::move(registers)), param.dtype()));
  }
  row_ = wanted;
  return levels_.back().values[{id, wanted}];
}

void BodyEmitter::StoreUnrolled(int pointer, NodeId id, bool stream) {
  const std::vector<Value> rows = RowsOf(id);
  if (interleaves_ && active_ == nullptr) return StoreInterleaved(pointer, rows, stream);
  for (row_ = 0; row_ < schedule_.tile; ++row_)
    StoreAt(pointer, body_.node(id).shape(), AsVector(rows[row_], id), stream);
  row_ = 0;
}

// Register by register.
void BodyEmitter::StoreInterleaved(int pointer, const std::vector<Value>& rows, bool stream) {
  const DType dtype = rows[0].dtype;
  const int width = schedule_.width, count = schedule_.tile, native = NativeLanes(dtype);
  llvm::Value* const address = AddressOf(pointer, body_.node(NodeAt(pointer)).shape());
  std::vector<llvm::Value*> vectors;
  for (const Value& row : rows) vectors.push_back(ToMemory(row));
  const std::vector<llvm::Value*> turned =
      Turned(builder_, EmitCut(builder_, vectors, native), count, width);
  for (size_t i = 0; i < turned.size(); ++i) {
    const auto offset = static_cast<int64_t>(i) * native * dtype.size();
    StoreRaw(builder_.CreateConstGEP1_64(builder_.getInt8Ty(), address, offset), turned[i], dtype,
             stream);
  }
}

bool BodyEmitter::Interleaves() const {
  for (int pointer = 0; pointer < Pointers(); ++pointer) {
    if (IsInterleaved(pointer)) return true;
  }
  return false;
}

llvm::Value* BodyEmitter::RowsLieDense() {
  llvm::Value* dense = builder_.getTrue();
  for (int pointer = 0; pointer < Pointers(); ++pointer) {
    if (!IsInterleaved(pointer)) continue;
    const int64_t size = DTypeAt(pointer).size();
    const auto is = [&](int axis, int64_t stride) {
      return builder_.CreateICmpEQ(Stride(pointer, axis), Int(stride));
    };
    dense = builder_.CreateAnd(dense, is(schedule_.unrolled, size));
    dense = builder_.CreateAnd(dense, is(schedule_.vector_axis, schedule_.tile * size));
  }
  return dense;
}

llvm::Value* BodyEmitter::OutputsLieAtLines(llvm::Value* begin) {
  llvm::Value* bytes = Int(0);
  for (size_t i = 0; i < body_.outputs().size(); ++i) {
    const Node& output = body_.node(body_.outputs()[i]);
    const int pointer = static_cast<int>(body_.params().size() + i);
    llvm::Value* row = AddressOf(pointer, output.shape());
    const bool is_unrolled = schedule_.unrolled >= 0 && IsTiled(body_.outputs()[i]);
    const int64_t step = (is_unrolled ? schedule_.tile : 1) * output.dtype().size();
    llvm::Value* first = builder_.CreatePtrToInt(row, builder_.getInt64Ty());
    first = builder_.CreateAdd(first, builder_.CreateMul(begin, Int(step)));
    bytes = builder_.CreateOr(builder_.CreateOr(bytes, first), Int(step * schedule_.width));
    for (int axis = 0; !is_unrolled && axis < output.rank(); ++axis) {
      if (axis != schedule_.vector_axis && !output.shape()[axis].is(1))
        bytes = builder_.CreateOr(bytes, Stride(pointer, axis));
    }
  }
  return builder_.CreateICmpEQ(builder_.CreateAnd(bytes, Int(kLineBytes - 1)), Int(0));
}

}  // namespace broadloom
