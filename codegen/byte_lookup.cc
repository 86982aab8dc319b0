// Elements that bytes pick from a table of at most 256: AVX-512 VBMI picks 64 bytes at once out of
// two registers, so a table lives in registers, by the bytes of its elements.
#include <algorithm>
#include <numeric>

#include "codegen/body_emitter.h"
#include "codegen/lanes.h"
#include "ir/byte_index.h"
#include "llvm/IR/IntrinsicsX86.h"

namespace broadloom {
namespace {

constexpr int kLanes = 64, kEntries = 256, kFewestLanes = 16;  // few: loads one by one are better

// The lower or the upper halves of each 16 bytes, zipped by elements of `bits`; bytes again.
llvm::Value* Zipped(llvm::IRBuilder<>& b, llvm::Value* first, llvm::Value* second, int bits,
                    bool upper) {
  const int lanes = 8 * kLanes / bits, piece = 128 / bits;
  auto* const type = llvm::FixedVectorType::get(b.getIntNTy(bits), lanes);
  std::vector<int> chosen(lanes);
  for (int lane = 0; lane < lanes; ++lane) {
    const int within = lane % piece;
    const int from = lane - within + within / 2 + (upper ? piece / 2 : 0);
    chosen[lane] = within % 2 == 0 ? from : lanes + from;
  }
  llvm::Value* const zipped =
      b.CreateShuffleVector(b.CreateBitCast(first, type), b.CreateBitCast(second, type), chosen);
  return b.CreateBitCast(zipped, llvm::FixedVectorType::get(b.getInt8Ty(), kLanes));
}

// Registers of elements, in order, from one for each of their bytes. Zipping stays within 16 bytes,
// so each of these must hold a piece of every result.
std::vector<llvm::Value*> Elements(llvm::IRBuilder<>& b, std::vector<llvm::Value*> bytes) {
  for (int bits = 8; bits < 8 * static_cast<int>(bytes.size()); bits *= 2) {
    std::vector<llvm::Value*> wider;
    const int count = static_cast<int>(bytes.size());
    const int groups = count * 8 / (2 * bits), results = bits / 8;
    for (int group = 0; group < groups; ++group) {
      for (int i = 0; i < results; ++i) {
        llvm::Value *const first = bytes[2 * group * results + i],
                           *const second = bytes[(2 * group + 1) * results + i];
        wider.push_back(Zipped(b, first, second, bits, false));
        wider.push_back(Zipped(b, first, second, bits, true));
      }
    }
    bytes = std::move(wider);
  }
  return bytes;
}

// Bytes in the order that Elements undoes.
llvm::Value* Spread(llvm::IRBuilder<>& b, llvm::Value* bytes, int size) {
  const int piece = 16 / size;
  std::vector<int> chosen(kLanes);
  for (int lane = 0; lane < kLanes; ++lane) {
    const int at = lane / piece;
    chosen[lane] = (4 * (at % size) + at / size) * piece + lane % piece;
  }
  return b.CreateShuffleVector(bytes, chosen);
}

llvm::Value* Picked(llvm::IRBuilder<>& b, const std::array<llvm::Value*, 4>& table,
                    llvm::Value* index, llvm::Value* is_upper) {
  const auto half = [&](int first) {
    return b.CreateIntrinsic(llvm::Intrinsic::x86_avx512_vpermi2var_qi_512, {},
                             {table[first], index, table[first + 1]});
  };
  return b.CreateSelect(is_upper, half(2), half(0));
}

}  // namespace

bool BodyEmitter::LooksUpBytes(NodeId gather) const {
  const std::optional<NodeId> index = ByteIndexOf(body_, gather);
  return index && IsVector(*index) && !IsTiled(gather) && schedule_.width >= kFewestLanes &&
         PermutesPairs(Scalars(schedule_.width), 8);
}

// Loaded where the code begins; behind a shorter table's end there are zeros.
BodyEmitter::ByteTable BodyEmitter::ByteTableOf(int param) {
  const auto found = byte_tables_.find(param);
  if (found != byte_tables_.end()) return found->second;
  llvm::IRBuilder<>& b = builder_;
  llvm::Value *const extent = Table(TableNumber(param, 0) + 1, 1), *const base = Base(param);
  const int size = DTypeAt(param).size();
  auto* const type = llvm::FixedVectorType::get(b.getIntNTy(8 * size), kLanes);
  auto* const bytes = llvm::FixedVectorType::get(b.getInt8Ty(), kLanes);
  ByteTable table;
  table.parts.resize(size);
  llvm::IRBuilder<>::InsertPointGuard guard(b);
  b.SetInsertPoint(entry_end_);
  for (int part = 0; part < kEntries / kLanes; ++part) {
    llvm::Value* const mask =
        b.CreateIntrinsic(llvm::Intrinsic::get_active_lane_mask,
                          {llvm::FixedVectorType::get(b.getInt1Ty(), kLanes), b.getInt64Ty()},
                          {Int(part * kLanes), extent});
    llvm::Value* const elements =
        b.CreateMaskedLoad(type, b.CreateConstGEP1_64(type->getElementType(), base, part * kLanes),
                           llvm::Align(size), mask, llvm::Constant::getNullValue(type));
    for (int byte = 0; byte < size; ++byte)
      table.parts[byte][part] = b.CreateTrunc(b.CreateLShr(elements, 8 * byte), bytes);
  }
  llvm::Value* const last =
      b.CreateSub(b.CreateBinaryIntrinsic(llvm::Intrinsic::umin, extent, Int(kEntries)), Int(1));
  table.last = b.CreateVectorSplat(schedule_.width, b.CreateTrunc(last, b.getInt8Ty()));
  table.is_empty = b.CreateVectorSplat(schedule_.width, b.CreateICmpEQ(extent, Int(0)));
  return byte_tables_[param] = table;
}

Value BodyEmitter::LookUpBytes(NodeId gather) {
  llvm::IRBuilder<>& b = builder_;
  const Node& param = body_.node(body_.node(gather).inputs[0]);
  const int size = param.dtype().size(), width = schedule_.width;
  llvm::Value* const index = ValueOf(*ByteIndexOf(body_, gather)).llvm;
  const ByteTable table = ByteTableOf(static_cast<int>(param.attrs.Int(AttrName::k_index)));
  MarkFault(b.CreateOr(b.CreateICmpUGT(index, table.last), table.is_empty), width, 8);
  std::vector<llvm::Value*> results;
  for (int first = 0; first < width; first += kLanes) {
    const int lanes = std::min(kLanes, width - first);
    std::vector<int> filled(kLanes, llvm::PoisonMaskElem);
    std::iota(filled.begin(), filled.begin() + lanes, first);
    llvm::Value* const spread = Spread(b, b.CreateShuffleVector(index, filled), size);
    llvm::Value* const is_upper =
        b.CreateICmpSLT(spread, llvm::Constant::getNullValue(spread->getType()));
    std::vector<llvm::Value*> bytes;
    for (const auto& part : table.parts) bytes.push_back(Picked(b, part, spread, is_upper));
    llvm::Value* const joined = EmitJoined(b, Elements(b, std::move(bytes)));
    auto* const type = llvm::FixedVectorType::get(b.getIntNTy(8 * size), kLanes);
    results.push_back(EmitLanes(b, b.CreateBitCast(joined, type), 0, lanes));
  }
  llvm::Value* const all = EmitJoined(b, std::move(results));
  return FromMemory(b.CreateBitCast(all, MemoryType(param.dtype(), width)), param.dtype());
}

}  // namespace broadloom
