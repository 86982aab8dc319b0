// NumPy's keyword arguments of elementwise functions: dtype, casting, where and out.
#include <array>

#include "absl/strings/str_cat.h"
#include "frontend/complex.h"
#include "frontend/convert.h"
#include "frontend/written.h"

namespace broadloom {
namespace {

const char* NameOf(Casting casting) {
  constexpr std::array kNames = {"no", "equiv", "safe", "same_kind", "unsafe"};
  return kNames[static_cast<size_t>(casting)];
}

[[noreturn]] void CannotCast(Op op, const std::string& what, DType from, DType to,
                             Casting casting) {
  throw Error(ErrorCode::type_error,
              absl::StrCat("Cannot cast ", InfoOf(op).name, " ", what, " from ", from.name(),
                           " to ", to.name(), " with casting rule '", NameOf(casting), "'"));
}

Operand CastOperand(Op op, size_t index, const Operand& operand, DType to, Casting casting) {
  const Array* const array = operand.array();
  const DType from = array != nullptr ? ExprOf(*array)->dtype : DefaultDType(operand.number());
  const bool weak = array == nullptr && WeakDType(to, operand.number()) == to;
  if (!weak && !CanCast(from, to, static_cast<CastingRule>(casting)))
    CannotCast(op, absl::StrCat("input ", index), from, to, casting);
  if (array == nullptr) return scalar(operand.number(), ToDataType(to));
  return from == to ? *array : astype(*array, ToDataType(to));
}

// Where the operation has numbers of `dtype` for a result, the operands' dtype for it: their own
// for comparisons. Others have no such loop.
std::optional<DType> LoopFor(Op op, DType dtype, size_t operands) {
  const DTypeRule rule = InfoOf(op).dtype_rule;
  if (rule == DTypeRule::kCompare || rule == DTypeRule::kTest || rule == DTypeRule::kLogical) {
    if (dtype.is_bool()) return std::nullopt;
  } else if (dtype.is_complex()) {
    return dtype;
  } else {
    const std::vector<ValueType> types(operands, ValueType{dtype, {}});
    const absl::StatusOr<ComputeTypes> loop = InferDTypes(op, types, {});
    if (loop.ok() && loop->result == dtype) return dtype;
  }
  throw Error(ErrorCode::type_error,
              absl::StrCat(InfoOf(op).name,
                           ": no loop matching the specified signature and casting "
                           "was found: a result of ",
                           dtype.name()));
}

// The implicit conversions that a strict `casting` forbids.
void CheckCasting(Op op, const std::vector<Operand>& operands, Casting casting) {
  if (casting >= Casting::same_kind) return;
  std::vector<ValueType> types;
  for (const Operand& operand : operands) {
    if (operand.array() != nullptr) types.push_back({ExprOf(*operand.array())->dtype, {}});
  }
  const bool free = types.size() != operands.size() || InfoOf(op).dtype_rule == DTypeRule::kLogical;
  if (free) return;  // numbers follow the arrays; truth is no conversion
  DType compute = types[0].dtype;
  for (const ValueType& type : types) compute = PromoteTypes(compute, type.dtype);
  if (!compute.is_complex()) compute = Unwrap(InferDTypes(op, types, {})).operands;
  for (size_t i = 0; i < types.size(); ++i) {
    if (!CanCast(types[i].dtype, compute, static_cast<CastingRule>(casting)))
      CannotCast(op, absl::StrCat("input ", i), types[i].dtype, compute, casting);
  }
}

Array Apply(Op op, const std::vector<Operand>& operands) {
  using Unary = Array (*)(const Array&);
  using Binary = Array (*)(const Operand&, const Operand&);
  switch (op) {
#define BL_FLAG_kPublic , true,
#define BL_SECOND(first, second, ...) second
#define BL_EXPAND(...) BL_SECOND(__VA_ARGS__, false, false)
#define BL_IS_PUBLIC(flags) BL_EXPAND(BL_FLAG_##flags)
#define BL_IF_true(...) __VA_ARGS__
#define BL_IF_false(...)
#define BL_IF__(condition, ...) BL_IF_##condition(__VA_ARGS__)
#define BL_IF_(condition, ...) BL_IF__(condition, __VA_ARGS__)
#define BL_CALL_kUnary(name)           \
  case Op::k_##name:                   \
    return static_cast<Unary>(name)(   \
        operands[0].array() != nullptr \
            ? *operands[0].array()     \
            : scalar(operands[0].number(), ToDataType(DefaultDType(operands[0].number()))));
#define BL_CALL_kBinary(name) \
  case Op::k_##name: return static_cast<Binary>(name)(operands[0], operands[1]);
#define BL_CALL_kTernary(name) \
  case Op::k_##name: return name(operands[0], operands[1], operands[2]);
#define BL_CALL_kLeaf(name)
#define BL_CALL_kView(name)
#define BL_CALL_kReduce(name)
#define BL_CALL_kScan(name)
#define BL_CALL_kLibrary(name)
#define BL_CALL_kKernel(name)
#define BL_OP(name, op_class, dtype_rule, shape_rule, flags, doc) \
  BL_IF_(BL_IS_PUBLIC(flags), BL_CALL_##op_class(name))
#include "ir/ops.def"
#undef BL_OP
    default: break;
  }
  throw Error(ErrorCode::invalid_argument,
              absl::StrCat(InfoOf(op).name, " is no elementwise function"));
}

// Elements that `where` leaves out are never at fault.
Array ApplyWhere(Op op, const std::vector<Operand>& operands, const CallOptions& options) {
  if (!options.where.has_value()) return Apply(op, operands);
  const FunctionScope scope({nullptr, ExprOf(*options.where)});
  return Apply(op, operands);
}

Sizes Broadcast(Op op, const Sizes& result, const Sizes& out) {
  std::optional<Shape> shape = BroadcastShapes({ToShape(result), ToShape(out)});
  if (shape.has_value() && *shape == ToShape(out)) return out;
  throw Error(ErrorCode::invalid_argument,
              absl::StrCat(InfoOf(op).name, ": the result of shape ", ToString(ToShape(result)),
                           " does not broadcast to `out` of shape ", ToString(ToShape(out))));
}

}  // namespace

Array call(const std::string& function, const std::vector<Operand>& given,
           const CallOptions& options) {
  const std::optional<Op> found = ParseOp(function);
  const bool exists =
      found.has_value() && InfoOf(*found).is_elementwise() && InfoOf(*found).Is(kPublic);
  if (!exists)
    throw Error(ErrorCode::invalid_argument,
                absl::StrCat("there is no elementwise function ", function));
  const Op op = *found;
  if (static_cast<int>(given.size()) != InfoOf(op).arity())
    throw Error(ErrorCode::type_error, absl::StrCat(function, " takes ", InfoOf(op).arity(),
                                                    " operands, not ", given.size()));
  std::vector<Operand> operands = given;
  CheckCasting(op, operands, options.casting);
  if (options.dtype.has_value()) {
    const std::optional<DType> loop = LoopFor(op, ToDType(*options.dtype), operands.size());
    for (size_t i = 0; i < operands.size() && loop.has_value(); ++i)
      operands[i] = CastOperand(op, i, operands[i], *loop, options.casting);
  }
  return store(ApplyWhere(op, operands, options), options, function.c_str());
}

Array store(const Array& value, const CallOptions& options, const char* function) {
  if (options.out == nullptr && !options.where.has_value()) return value;
  const Op op = ParseOp(function).value_or(Op::k_copy);
  const DType from = ExprOf(value)->dtype;
  if (options.where.has_value() && options.where->dtype() != DataType::bool_)
    CannotCast(op, "`where`", ExprOf(*options.where)->dtype, DType::kBool, Casting::safe);
  if (options.out == nullptr) return where(*options.where, value, zeros({}, value.dtype()));
  Array& out = *options.out;
  const DType to = ExprOf(out)->dtype;
  if (!CanCast(from, to, static_cast<CastingRule>(options.casting)))
    CannotCast(op, "output", from, to, options.casting);
  Array stored = from == to ? value : astype(value, out.dtype());
  if (options.where.has_value()) stored = where(*options.where, stored, out);
  const Sizes shape = Broadcast(op, stored.shape(), out.shape());
  out = copy(broadcast_to(stored, shape));
  return out;
}

}  // namespace broadloom
