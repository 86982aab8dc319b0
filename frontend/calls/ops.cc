// The public rows of the op table by name, with NumPy's keyword arguments. A new row needs no line
// here.
#include <deque>
#include <string>

#include "absl/strings/str_cat.h"
#include "frontend/calls/arguments.h"
#include "frontend/calls/tables.h"
#include "frontend/error.h"
#include "frontend/sorting.h"
#include "ir/op.h"

namespace broadloom::calls {
namespace {

Value CallElementwise(const Arguments& arguments) {
  const size_t arity = arguments.IndexOf("out");
  std::vector<Operand> operands;
  for (size_t i = 0; i < arity; ++i) operands.push_back(arguments.As<Operand>(i));
  std::optional<Array> out = arguments.As<std::optional<Array>>("out");
  return call(std::string(arguments.name()), operands,
              {.dtype = arguments.As<std::optional<DataType>>("dtype"),
               .casting = arguments.As<Casting>("casting"),
               .where = MaskOf(arguments),
               .out = out ? &*out : nullptr});
}

Value CallRound(const Arguments& arguments) {
  return Stored(arguments, round(arguments.As<Array>("a"), arguments.As<int>("decimals")));
}

// By either of its names.
std::optional<Operand> BoundNamed(const Arguments& arguments, absl::string_view name,
                                  absl::string_view short_name) {
  using MaybeOperand = std::optional<Operand>;
  const auto bound = arguments.As<MaybeOperand>(name);
  const auto other = arguments.As<MaybeOperand>(short_name);
  if (bound && other)
    throw Error(ErrorCode::invalid_argument,
                absl::StrCat("clip: `", name, "` and `", short_name, "` are one bound"));
  return bound ? bound : other;
}

// A bound that is None does not bind.
Value CallClip(const Arguments& arguments) {
  const Operand x = arguments.As<Operand>(0);
  const auto low = BoundNamed(arguments, "a_min", "min");
  const auto high = BoundNamed(arguments, "a_max", "max");
  if (low && high) return Stored(arguments, clip(x, *low, *high));
  if (low) return Stored(arguments, maximum(x, *low));
  if (high) return Stored(arguments, minimum(x, *high));
  return Stored(arguments, copy(arguments.As<Array>(0)));
}

// Of the condition alone: where it holds.
Value CallWhere(const Arguments& arguments) {
  const bool has_x = !arguments[1].is_none(), has_y = !arguments[2].is_none();
  if (has_x && has_y)
    return where(arguments.As<Operand>(0), arguments.As<Operand>(1), arguments.As<Operand>(2));
  if (has_x || has_y)
    throw Error(ErrorCode::invalid_argument, "where: either both or neither of x and y");
  return ToValue(nonzero(arguments.As<Array>(0)));
}

// --- Reductions ----------------------------------------------------------------------------------
using Reduction = Array (*)(const Array&, const AxisList&, bool, const ReduceOptions&);

Reduction ReductionNamed(absl::string_view name) {
#define BL_REDUCTION_kUnary(row)
#define BL_REDUCTION_kBinary(row)
#define BL_REDUCTION_kTernary(row)
#define BL_REDUCTION_kScan(row)
#define BL_REDUCTION_kLibrary(row)
#define BL_REDUCTION_kReduce(row) \
  if (name == #row) return static_cast<Reduction>(row);
#define BL_PUBLIC_OP(row, op_class, dtype_rule, doc) BL_REDUCTION_##op_class(row)
#include "ir/public_ops.def"
#undef BL_REDUCTION_kUnary
#undef BL_REDUCTION_kBinary
#undef BL_REDUCTION_kTernary
#undef BL_REDUCTION_kScan
#undef BL_REDUCTION_kLibrary
#undef BL_REDUCTION_kReduce
  return nullptr;
}

Value Reduced(const Arguments& arguments, ReduceOptions options) {
  const Reduction reduction = ReductionNamed(arguments.name());
  return Stored(arguments, reduction(arguments.As<Array>("a"), arguments.As<AxisList>("axis"),
                                     arguments.As<bool>("keepdims"), options));
}

Value CallTest(const Arguments& arguments) {  // any, all
  return Reduced(arguments, {.where = MaskOf(arguments)});
}
Value CallIndexOf(const Arguments& arguments) { return Reduced(arguments, {}); }
Value CallExtremum(const Arguments& arguments) {
  return Reduced(arguments, {.where = MaskOf(arguments),
                             .initial = arguments.As<std::optional<Number>>("initial")});
}
Value CallSum(const Arguments& arguments) {  // and prod
  return Reduced(arguments, {.dtype = arguments.As<std::optional<DataType>>("dtype"),
                             .where = MaskOf(arguments),
                             .initial = arguments.As<std::optional<Number>>("initial")});
}
Value CallMean(const Arguments& arguments) {
  return Reduced(arguments, {.dtype = arguments.As<std::optional<DataType>>("dtype"),
                             .where = MaskOf(arguments)});
}
Value CallSpread(const Arguments& arguments) {  // var, std
  return Reduced(arguments, {.dtype = arguments.As<std::optional<DataType>>("dtype"),
                             .correction = CorrectionOf(arguments),
                             .where = MaskOf(arguments)});
}

// --- The table -----------------------------------------------------------------------------------
struct Shape {
  const char* parameters;
  Value (*call)(const Arguments&);
  const char* group;
};

constexpr char kKeywords[] = "out=None, *, where=True, casting='same_kind', dtype=None)";

std::string ElementwiseParameters(int arity) {
  constexpr absl::string_view kOperands[] = {"x", "x, y", "x, y, z"};
  return absl::StrCat("(", kOperands[arity - 1], ", /, ", kKeywords);
}

Shape ReductionShape(DTypeRule rule, absl::string_view name) {
  constexpr const char* kGroup = "reduction";
  switch (rule) {
    case DTypeRule::kAccumulate:
      return {"(a, axis=None, dtype=None, out=None, keepdims=False, initial=None, where=True)",
              CallSum, kGroup};
    case DTypeRule::kLogical:
      return {"(a, axis=None, out=None, keepdims=False, *, where=True)", CallTest, kGroup};
    case DTypeRule::kIndexOf:
      return {"(a, axis=None, out=None, *, keepdims=False)", CallIndexOf, kGroup};
    case DTypeRule::kMean:
      if (name == "mean")
        return {"(a, axis=None, dtype=None, out=None, keepdims=False, *, where=True)", CallMean,
                kGroup};
      return {
          "(a, axis=None, dtype=None, out=None, ddof=0, keepdims=False, *, where=True, "
          "correction=None)",
          CallSpread, kGroup};
    default:
      return {"(a, axis=None, out=None, keepdims=False, initial=None, where=True)", CallExtremum,
              kGroup};
  }
}

// The rows, and the texts that they point to.
class Rows {
 public:
  Rows() {
    for (int i = 0; i < NumOps(); ++i) {
      const OpInfo& info = InfoOf(static_cast<Op>(i));
      if (info.Is(kPublic) && info.op_class != OpClass::kLibrary) AddRowOf(info);
    }
  }
  Table table() const { return rows_; }

 private:
  void AddRowOf(const OpInfo& info) {
    const absl::string_view name = info.name;
    if (info.is_reduce()) {
      Add(info, ReductionShape(info.dtype_rule, name));
    } else if (name == "round") {
      Add(info, {"(a, decimals=0, out=None)", CallRound, "elementwise"});
    } else if (name == "clip") {
      Add(info, {"(a, a_min=None, a_max=None, out=None, *, min=None, max=None)", CallClip,
                 "elementwise"});
    } else if (name == "where") {
      Add(info, {"(condition, x=None, y=None, /)", CallWhere, "elementwise"});
    } else {
      const std::string parameters = ElementwiseParameters(info.arity());
      Add(info, {parameters.c_str(), CallElementwise, "elementwise"});
    }
  }
  void Add(const OpInfo& info, const Shape& shape) {
    const std::string& signature = texts_.emplace_back(absl::StrCat(info.name, shape.parameters));
    const std::string& doc = texts_.emplace_back(info.doc);
    rows_.push_back({signature.c_str(), doc.c_str(), shape.call, shape.group});
  }

  std::deque<std::string> texts_;
  std::vector<Function> rows_;
};

}  // namespace

Table OpTable() {
  static const Rows* const rows = new Rows;
  return rows->table();
}

}  // namespace broadloom::calls
