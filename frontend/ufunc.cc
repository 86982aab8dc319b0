// NumPy's keyword arguments of elementwise functions: dtype, casting, where and out.
#include "frontend/ufunc.h"

#include <array>

#include "absl/strings/str_cat.h"
#include "frontend/complex.h"
#include "frontend/warn.h"
#include "frontend/written.h"

namespace broadloom {
namespace {

const char* NameOf(Casting casting) {
  constexpr std::array kNames = {"no", "equiv", "safe", "same_kind", "unsafe"};
  return kNames[static_cast<size_t>(casting)];
}

// Where the operation has numbers of `dtype` for a result, the operands' dtype for it: their own
// for comparisons. Others have no such loop.
std::optional<DType> LoopFor(Op op, DType dtype, size_t operands) {
  const DTypeRule rule = InfoOf(op).dtype_rule;
  if (rule == DTypeRule::kCompare || rule == DTypeRule::kTest || rule == DTypeRule::kLogical) {
    if (dtype.is_bool()) return std::nullopt;
  } else if (rule == DTypeRule::kBitCount) {
    if (dtype == DType::kUInt8) return std::nullopt;
  } else if (dtype.is_complex()) {
    if (op != Op::k_abs) return dtype;  // whose result is real
  } else {
    const std::vector<ValueType> types(operands, ValueType{dtype, {}});
    const absl::StatusOr<ComputeTypes> loop = InferDTypes(op, types, {});
    if (loop.ok() && loop->result == dtype) return dtype;
  }
  NoLoop(std::string(InfoOf(op).name), dtype);
}

// Integers are compared with Python's as they are.
bool ComparesExactly(Op op, const Operand& operand, DType compute) {
  return InfoOf(op).dtype_rule == DTypeRule::kCompare && compute.is_integer() &&
         operand.array() == nullptr && operand.number().kind() == Number::Kind::integer;
}

// The implicit conversions that a strict `casting` forbids.
void CheckCasting(Op op, const std::vector<Operand>& operands, Casting casting) {
  if (casting >= Casting::same_kind || InfoOf(op).dtype_rule == DTypeRule::kLogical) return;
  const std::string name(InfoOf(op).name);
  std::vector<ValueType> types;
  std::optional<DType> compute;
  for (const Operand& operand : operands) {
    if (operand.array() == nullptr) continue;
    types.push_back({ExprOf(*operand.array())->dtype, {}});
    compute = compute.has_value() ? PromoteTypes(*compute, types.back().dtype) : types.back().dtype;
  }
  if (types.empty()) return;
  for (const Operand& operand : operands) {
    if (operand.array() == nullptr) compute = WeakDType(*compute, operand.number());
  }
  types.resize(operands.size(), ValueType{*compute, {}});
  if (!compute->is_complex()) compute = Unwrap(InferDTypes(op, types, {})).operands;
  if (op == Op::k_signbit) compute = FloatingFor(*compute);
  if (InfoOf(op).dtype_rule == DTypeRule::kBitCount && compute->is_bool()) compute = DType::kInt8;
  for (size_t i = 0; i < operands.size(); ++i) {
    if (!ComparesExactly(op, operands[i], *compute))
      CheckOperand(name, i, operands[i], *compute, casting);
  }
}

// A Python integer that does not fit is the first thing that NumPy complains about.
void CheckFits(const std::vector<Operand>& operands, DType dtype) {
  for (const Operand& operand : operands) {
    if (operand.array() == nullptr) ScalarOf(operand.number(), dtype);
  }
}

// The absolute value of complex numbers has a dtype of its own: that of the parts.
bool IsAbsAs(Op op, const std::vector<Operand>& operands, DType dtype) {
  if (op != Op::k_abs || operands[0].array() == nullptr || !dtype.is_floating()) return false;
  const DType own = ExprOf(*operands[0].array())->dtype;
  return own.is_complex() && !dtype.is_half() &&
         CanCast(own, ComplexFor(dtype), CastingRule::kSafe);
}

Array Apply(Op op, const std::vector<Operand>& operands) {
  using Unary = Array (*)(const Array&);
  using Binary = Array (*)(const Operand&, const Operand&);
  switch (op) {
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
#define BL_CALL_kReduce(name)
#define BL_CALL_kScan(name)
#define BL_CALL_kLibrary(name)
#define BL_PUBLIC_OP(name, op_class, dtype_rule, doc) BL_CALL_##op_class(name)
#include "ir/public_ops.def"
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

Array CastWhere(const std::optional<Array>& where, const Array& value, DataType dtype) {
  if (!where.has_value()) return astype(value, dtype);
  const FunctionScope scope({nullptr, ExprOf(*where)});
  return astype(value, dtype);
}

bool AnyCast(const std::vector<Operand>& given, const std::vector<Operand>& operands) {
  for (size_t i = 0; i < given.size(); ++i) {
    if (given[i].array() != nullptr && given[i].array()->dtype() != operands[i].array()->dtype())
      return true;
  }
  return false;
}

Sizes Broadcast(const char* function, const Sizes& result, const Sizes& out) {
  std::optional<Shape> shape = BroadcastShapes({ToShape(result), ToShape(out)});
  if (shape.has_value() && *shape == ToShape(out)) return out;
  throw Error(ErrorCode::invalid_argument,
              absl::StrCat(function, ": the result of shape ", ToString(ToShape(result)),
                           " does not broadcast to `out` of shape ", ToString(ToShape(out))));
}

}  // namespace

void CannotCast(const std::string& function, const std::string& what, DType from, DType to,
                Casting casting) {
  throw Error(ErrorCode::type_error,
              absl::StrCat("Cannot cast ", function, " ", what, " from ", from.name(), " to ",
                           to.name(), " with casting rule '", NameOf(casting), "'"));
}

void NoLoop(const std::string& function, DType dtype) {
  throw Error(ErrorCode::type_error,
              absl::StrCat(function,
                           ": no loop matching the specified signature and casting was found: a "
                           "result of ",
                           dtype.name()));
}

void CheckOperand(const std::string& function, size_t index, const Operand& operand, DType to,
                  Casting casting) {
  const Array* const array = operand.array();
  const DType from = array != nullptr ? ExprOf(*array)->dtype : DefaultDType(operand.number());
  // NumPy's `equiv` looks at the number's own dtype, `no` does not.
  const bool weak = array == nullptr && operand.number().kind() != Number::Kind::boolean &&
                    casting != Casting::equiv && WeakDType(to, operand.number()) == to;
  if (!weak && !CanCast(from, to, static_cast<CastingRule>(casting)))
    CannotCast(function, absl::StrCat("input ", index), from, to, casting);
}

Operand CastOperand(const std::string& function, size_t index, const Operand& operand, DType to,
                    Casting casting) {
  CheckOperand(function, index, operand, to, casting);
  const Array* const array = operand.array();
  if (array == nullptr) return full({}, operand.number(), ToDataType(to));  // warns of overflow
  return ExprOf(*array)->dtype == to ? *array : astype(*array, ToDataType(to));
}

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
  if (options.dtype.has_value() && options.casting < Casting::unsafe &&
      IsAbsAs(op, operands, ToDType(*options.dtype))) {
    operands[0] = astype(*operands[0].array(), ToDataType(ComplexFor(ToDType(*options.dtype))));
  } else if (options.dtype.has_value()) {
    const std::optional<DType> loop = LoopFor(op, ToDType(*options.dtype), operands.size());
    if (loop.has_value()) CheckFits(operands, *loop);
    for (size_t i = 0; i < operands.size() && loop.has_value(); ++i)
      operands[i] = CastOperand(function, i, operands[i], *loop, options.casting);
  }
  const Array result = ApplyWhere(op, operands, options);
  if (AnyCast(given, operands)) OrderAsOperands(result, given);
  return store(result, options, function.c_str());
}

Array store(const Array& value, const CallOptions& options, const char* function) {
  if (options.out == nullptr && !options.where.has_value()) return value;
  const DType from = ExprOf(value)->dtype;
  if (options.where.has_value() && options.where->dtype() != DataType::bool_)
    CannotCast(function, "`where`", ExprOf(*options.where)->dtype, DType::kBool, Casting::safe);
  if (options.out == nullptr) return where(*options.where, value, zeros({}, value.dtype()));
  const Array& out = *options.out;
  const DType to = ExprOf(out)->dtype;
  if (!CanCast(from, to, static_cast<CastingRule>(options.casting)))
    CannotCast(function, "output", from, to, options.casting);
  const bool reads_real_parts =  // of what stays as it is, as NumPy does
      options.where.has_value() && to.is_complex() && !from.is_complex() && !from.is_bool();
  if (reads_real_parts) WarnOfComplexAsReal();
  Array stored = from == to ? value : CastWhere(options.where, value, out.dtype());
  if (options.where.has_value()) stored = where(*options.where, stored, out);
  Broadcast(function, stored.shape(), out.shape());
  assign(out, stored);
  return out;
}

}  // namespace broadloom
