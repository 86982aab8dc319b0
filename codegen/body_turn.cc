// Operands whose elements lie next to one another along another axis than the vectors run: tile by
// tile they are copied to where vectors can be loaded, square by square in registers.
//
//     operand         scratch          the square of W x W: log2(W) rounds of exchanges
//     t: → → →        v: → → →         between vectors that are d apart, d = W/2, ..., 1
//     v  a b c        t  a d g
//     ↓  d e f        ↓  b e h
//        g h i           c f i
#include "codegen/body_emitter.h"
#include "codegen/lanes.h"
#include "runtime/kernel.h"

namespace broadloom {
namespace {

// Elements of a square's side: what fills a register, in 16 of them at most.
int SideOf(int itemsize, int vector_bytes) {
  return itemsize > 8 ? 1 : std::clamp(vector_bytes / itemsize, 4, 16);
}

constexpr int kSquaresAhead = 2;

}  // namespace

void BodyEmitter::Prefetch(llvm::Value* address) {
  constexpr int kRead = 0, kIntoSecondCache = 2, kData = 1;
  builder_.CreateIntrinsic(llvm::Intrinsic::prefetch, {address->getType()},
                           {address, builder_.getInt32(kRead), builder_.getInt32(kIntoSecondCache),
                            builder_.getInt32(kData)});
}

llvm::Value* BodyEmitter::TurnPitch() {
  if (schedule_.kind != "rows") return Tuning(kTuneBlock);
  llvm::Value* const extent = Extent(schedule_.vector_axis);
  return AtEntry([&] { return builder_.CreateAdd(extent, Int(kTurnGap)); });
}

// As GeometryFacts counts it.
llvm::Value* BodyEmitter::TurnedBase(int param) {
  llvm::Value*& base = turned_bases_[param];
  if (base != nullptr) return base;
  llvm::Value *rows = Tuning(kTuneRows), *pitch = TurnPitch(), *keep = Tuning(kTuneKeep);
  return base = AtEntry([&]() -> llvm::Value* {
           llvm::Value* elements = builder_.CreateMul(rows, pitch);
           llvm::Value* offset =
               builder_.CreateMul(keep, Int(static_cast<int64_t>(body_.outputs().size())));
           for (int i = 0; i < param; ++i) {
             if (!schedule_.packed[i]) continue;
             const int64_t size = body_.node(body_.params()[i]).dtype().size();
             llvm::Value* bytes = builder_.CreateMul(elements, Int(size));
             bytes =
                 builder_.CreateAnd(builder_.CreateAdd(bytes, Int(kTurnPadding + 63)), Int(-64));
             offset = builder_.CreateAdd(offset, bytes);
           }
           return builder_.CreateGEP(builder_.getInt8Ty(), Scratch(), offset);
         });
}

void BodyEmitter::TurnAll(llvm::Value* begin, llvm::Value* end, llvm::Value* first,
                          llvm::Value* last) {
  turned_ = {begin, first};
  for (size_t param = 0; param < body_.params().size(); ++param) {
    if (schedule_.packed[param]) Turn(static_cast<int>(param), {begin, end}, {first, last});
  }
}

void BodyEmitter::StopTurning() {
  turning_ = false;
  stage_ = 0;
  kept_in_stage_.clear();
}

void BodyEmitter::Turn(int param, Range along, Range across) {
  const NodeId id = body_.params()[param];
  CopyTurned({body_.node(id).dtype(), AddressOf(param, body_.node(id).shape()),
              Stride(param, schedule_.vector_axis), Int(body_.node(id).dtype().size())},
             along, across, TurnedBase(param), TurnPitch());
}

// In squares, where elements lie next to one another across.
void BodyEmitter::CopyTurned(const Lying& from, Range along, Range across, llvm::Value* to,
                             llvm::Value* pitch) {
  const bool is_unit = llvm::isa<llvm::ConstantInt>(from.step_across);
  const int side = is_unit ? SideOf(from.dtype.size(), vector_bytes_) : 1;
  const auto source = [&](llvm::Value* v, llvm::Value* t) {
    llvm::Value* offset = builder_.CreateAdd(builder_.CreateMul(v, from.step_along),
                                             builder_.CreateMul(t, from.step_across));
    return builder_.CreateGEP(builder_.getInt8Ty(), from.address, offset);
  };
  const auto target = [&](llvm::Value* v, llvm::Value* t) {
    llvm::Value* row = builder_.CreateMul(builder_.CreateSub(t, across.begin), pitch);
    llvm::Value* place = builder_.CreateAdd(row, builder_.CreateSub(v, along.begin));
    return builder_.CreateGEP(builder_.getInt8Ty(), to,
                              builder_.CreateMul(place, Int(from.dtype.size())));
  };
  const auto whole = [&](Range range) {
    llvm::Value* count = builder_.CreateSub(range.end, range.begin);
    return builder_.CreateAdd(range.begin, builder_.CreateAnd(count, Int(-side)));
  };
  const auto copy = [&](llvm::Value* v, llvm::Value* t) {
    llvm::Type* bits =
        builder_.getIntNTy(8 * from.dtype.size());  // complex numbers are one element
    llvm::Type* type =
        side == 1 ? MemoryType(from.dtype, 1) : llvm::FixedVectorType::get(bits, side);
    std::vector<llvm::Value*> square(side);
    for (int i = 0; i < side; ++i)
      square[i] = builder_.CreateAlignedLoad(type, source(builder_.CreateAdd(v, Int(i)), t),
                                             AlignOf(from.dtype));
    if (schedule_.kind == "rows" &&
        side > 1) {  // whose lines are too far apart for the processor to foresee
      for (int i = 0; i < side; ++i)
        Prefetch(source(builder_.CreateAdd(v, Int(kSquaresAhead * side + i)), t));
    }
    EmitTransposed(builder_, square);
    for (int i = 0; i < side; ++i)
      builder_.CreateAlignedStore(square[i], target(v, builder_.CreateAdd(t, Int(i))),
                                  AlignOf(from.dtype));
  };
  llvm::Value *whole_along = whole(along), *whole_across = whole(across);
  EmitFor(builder_, along.begin, whole_along, side, [&](llvm::Value* v, llvm::Instruction*) {
    EmitFor(builder_, across.begin, whole_across, side,
            [&](llvm::Value* t, llvm::Instruction*) { copy(v, t); });
  });
  if (side == 1) return;
  llvm::Type* element = MemoryType(from.dtype, 1);  // what no square covers
  EmitFor(builder_, along.begin, along.end, 1, [&](llvm::Value* v, llvm::Instruction*) {
    llvm::Value* covered = builder_.CreateICmpSLT(v, whole_along);
    llvm::Value* first = builder_.CreateSelect(covered, whole_across, across.begin);
    EmitFor(builder_, first, across.end, 1, [&](llvm::Value* t, llvm::Instruction*) {
      builder_.CreateAlignedStore(
          builder_.CreateAlignedLoad(element, source(v, t), AlignOf(from.dtype)), target(v, t),
          AlignOf(from.dtype));
    });
  });
}

Value BodyEmitter::LoadTurned(NodeId id) {
  const Node& param = body_.node(id);
  const int index = static_cast<int>(param.attrs.Int(AttrName::k_index));
  llvm::Value* row = builder_.CreateSub(index_[schedule_.across], turned_.first);
  llvm::Value* place = builder_.CreateAdd(builder_.CreateMul(row, TurnPitch()),
                                          builder_.CreateSub(VectorBegin(), turned_.begin));
  llvm::Value* address = builder_.CreateGEP(builder_.getInt8Ty(), TurnedBase(index),
                                            builder_.CreateMul(place, Int(param.dtype().size())));
  llvm::Type* type = MemoryType(param.dtype(), schedule_.width);
  return FromMemory(builder_.CreateAlignedLoad(type, address, AlignOf(param.dtype())),
                    param.dtype());
}

}  // namespace broadloom
