// The op table as an array.
#include "ir/op.h"

#include <iterator>

#include "absl/container/flat_hash_map.h"

namespace broadloom {
namespace {

constexpr OpInfo kInfos[] = {
#define BL_OP(name, op_class, dtype_rule, shape_rule, flags, doc) \
  {#name, OpClass::op_class, DTypeRule::dtype_rule, ShapeRule::shape_rule, flags, doc},
#include "ir/ops.def"
#undef BL_OP
};

}  // namespace

int OpInfo::arity() const {
  switch (op_class) {
    case OpClass::kLeaf: return 0;
    case OpClass::kView:
    case OpClass::kUnary:
    case OpClass::kReduce:
    case OpClass::kScan: return 1;
    case OpClass::kBinary: return 2;
    case OpClass::kLibrary: return shape_rule == ShapeRule::kScatter ? -1 : 2;
    case OpClass::kTernary: return 3;
    case OpClass::kGather:
    case OpClass::kKernel: return -1;
  }
  return -1;
}

const OpInfo& InfoOf(Op op) { return kInfos[static_cast<int>(op)]; }

int NumOps() { return std::size(kInfos); }

std::optional<Op> ParseOp(absl::string_view name) {
  static const auto* const by_name = [] {
    auto* map = new absl::flat_hash_map<absl::string_view, Op>();
    for (int i = 0; i < NumOps(); ++i) map->emplace(kInfos[i].name, static_cast<Op>(i));
    return map;
  }();
  auto found = by_name->find(name);
  if (found == by_name->end()) return std::nullopt;
  return found->second;
}

}  // namespace broadloom
