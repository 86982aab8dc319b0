// Operations: the enum and what the table ir/ops.def says of each.
#ifndef BROADLOOM_IR_OP_H_
#define BROADLOOM_IR_OP_H_

#include <cstdint>
#include <optional>

#include "absl/strings/string_view.h"

namespace broadloom {

enum class Op : uint8_t {
#define BL_OP(name, op_class, dtype_rule, shape_rule, flags, doc) k_##name,
#include "ir/ops.def"
#undef BL_OP
};

enum class OpClass : uint8_t {
  kLeaf,
  kView,
  kUnary,
  kBinary,
  kTernary,
  kGather,
  kReduce,
  kScan,
  kLibrary,
  kKernel
};

// How the dtype in which operands are computed and the dtype of the result follow from the operands
// (ir/infer.cc).
enum class DTypeRule : uint8_t {
  kFromAttr,
  kInt64,
  kUInt64,
  kSame,
  kComponent,
  kComplex,
  kCast,
  kNumeric,
  kArithmetic,
  kArithmetic8,
  kBitwise,
  kInteger,
  kBitCount,
  kShift,
  kLogical,
  kFloating,
  kDivide,
  kRound,
  kTest,
  kCompare,
  kSelect,
  kPicked,
  kStored,
  kAccumulate,
  kIndexOf,
  kMean,
  kBody,
  kResult,
};

enum class ShapeRule : uint8_t {
  kFromAttr,
  kScalar,
  kBroadcastTo,
  kExpandDims,
  kSqueeze,
  kPermute,
  kDiagonal,
  kReshape,
  kSlice,
  kInsert,
  kScatter,
  kElementwise,
  kGather,
  kReduce,
  kMatmul,
  kBody,
  kResult,
};

enum OpFlags : uint16_t {
  kPublic = 1,       // users call it by this name
  kCommutative = 2,  // exactly: x op y and y op x are the same bits
  kCostly = 4,       // tens of instructions an element: worth storing rather than computing twice
  kComposite = 8,    // the decompose pass writes it as other operations
  kOrdered = 16,     // the order of its additions is part of the plan
  kNonEmpty = 32,    // has no value over an empty axis
  kForMap = 64,      // a view that a kernel's body may hold
  kOnBits = 128,     // works on bits as they lie: halves are not computed as float32
  kTakesComplex = 256,  // others see the parts of complex numbers only (frontend/complex.h)
};

struct OpInfo {
  absl::string_view name;
  OpClass op_class;
  DTypeRule dtype_rule;
  ShapeRule shape_rule;
  uint16_t flags;
  absl::string_view doc;

  bool Is(OpFlags flag) const { return (flags & flag) != 0; }
  bool is_elementwise() const {
    return op_class >= OpClass::kUnary && op_class <= OpClass::kTernary;
  }
  bool is_gather() const { return op_class == OpClass::kGather; }
  bool is_reduce() const { return op_class == OpClass::kReduce; }
  bool is_view() const { return op_class == OpClass::kView; }
  bool is_leaf() const { return op_class == OpClass::kLeaf; }
  // A step of its own that is no kernel: reads and writes whole arrays.
  bool is_call() const { return op_class == OpClass::kScan || op_class == OpClass::kLibrary; }
  int arity() const;  // number of operands; -1 where it is free
};

const OpInfo& InfoOf(Op op);
std::optional<Op> ParseOp(absl::string_view name);
int NumOps();

}  // namespace broadloom

#endif  // BROADLOOM_IR_OP_H_
