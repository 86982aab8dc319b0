// Bytes that lie a few apart, as the channels of an image do, to floats: AVX-512 VBMI puts each
// below the exponent of 2^23, from where one subtraction leaves it. Exact, and shorter than to
// collect the bytes, widen them and convert them.
#include <algorithm>

#include "codegen/body_emitter.h"
#include "codegen/lanes.h"
#include "llvm/IR/IntrinsicsX86.h"

namespace broadloom {
namespace {

constexpr int kBytes = 64, kLanes = 16;  // of a register
constexpr int kExponent = 0x4B;          // the upper byte of 2^23

}  // namespace

bool BodyEmitter::FloatsAreOfSteps(NodeId cast) const {
  const Node& node = body_.node(cast);
  if (node.op != Op::k_astype || node.dtype() != DType::kFloat32) return false;
  const Node& param = body_.node(node.inputs[0]);
  if (param.op != Op::k_param || param.dtype() != DType::kUInt8 || !IsVector(cast) ||
      IsTiled(cast) || schedule_.packed[param.attrs.Int(AttrName::k_index)])
    return false;
  const int step = StepOf(node.inputs[0]);
  return step > 0 && active_ == nullptr && PermutesPairs(Scalars(schedule_.width), 8) &&
         schedule_.width % kLanes == 0 && (schedule_.width - 1) * step + 1 >= kBytes;
}

Value BodyEmitter::FloatsOfSteps(NodeId cast) {
  const Node& param = body_.node(body_.node(cast).inputs[0]);
  const int step = StepOf(body_.node(cast).inputs[0]);
  llvm::IRBuilder<>& b = builder_;
  auto* const bytes = llvm::FixedVectorType::get(b.getInt8Ty(), kBytes);
  auto* const floats = llvm::FixedVectorType::get(b.getFloatTy(), kLanes);
  llvm::Value* const address =
      AddressOf(static_cast<int>(param.attrs.Int(AttrName::k_index)), param.shape());
  llvm::Constant* const exponents = llvm::ConstantVector::getSplat(
      llvm::ElementCount::getFixed(kLanes), b.getInt32(kExponent << 24));
  const int all = (schedule_.width - 1) * step + 1;  // bytes from the first to the last one
  std::vector<llvm::Value*> registers;
  for (int first = 0; first < schedule_.width; first += kLanes) {
    const int at = std::min(first * step, all - kBytes);
    std::vector<llvm::Constant*> chosen;
    for (int byte = 0; byte < kBytes; ++byte)
      chosen.push_back(
          b.getInt8(byte % 4 == 0 ? (first + byte / 4) * step - at : kBytes + byte % 4));
    llvm::Value* const loaded = b.CreateAlignedLoad(
        bytes, b.CreateConstGEP1_64(b.getInt8Ty(), address, at), llvm::Align(1));
    llvm::Value* const placed = b.CreateIntrinsic(
        llvm::Intrinsic::x86_avx512_vpermi2var_qi_512, {},
        {loaded, llvm::ConstantVector::get(chosen), b.CreateBitCast(exponents, bytes)});
    registers.push_back(
        b.CreateFSub(b.CreateBitCast(placed, floats), llvm::ConstantFP::get(floats, 8388608.0)));
  }
  return {EmitJoined(b, std::move(registers)), DType::kFloat32};
}

}  // namespace broadloom
