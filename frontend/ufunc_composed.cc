// The keyword arguments of elementwise functions that are no rows of the table.
#include <array>

#include "absl/strings/str_cat.h"
#include "frontend/composed.h"
#include "frontend/ufunc.h"
#include "frontend/written.h"

namespace broadloom {
namespace {

using Operands = std::vector<Operand>;

Array AsArray(const Operand& x) {
  if (x.array() != nullptr) return *x.array();
  return scalar(x.number(), ToDataType(DefaultDType(x.number())));
}

std::vector<Array> Both(std::pair<Array, Array> pair) { return {pair.first, pair.second}; }

// The dtypes that `dtype=` may ask for.
enum class Loops : uint8_t { real, wide, numbers, exact, none };

struct Composed {
  const char* name;
  size_t arity, cast, results;  // how many operands, and how many of them are of the result's dtype
  Loops loops;
  std::vector<Array> (*apply)(const Operands& operands);
};

constexpr auto kFunctions = std::to_array<Composed>({
    {"logaddexp", 2, 2, 1, Loops::real,
     [](const Operands& x) { return std::vector{logaddexp(x[0], x[1])}; }},
    {"logaddexp2", 2, 2, 1, Loops::real,
     [](const Operands& x) { return std::vector{logaddexp2(x[0], x[1])}; }},
    {"lerp", 3, 3, 1, Loops::real,
     [](const Operands& x) { return std::vector{lerp(x[0], x[1], x[2])}; }},
    {"float_power", 2, 2, 1, Loops::wide,
     [](const Operands& x) { return std::vector{float_power(x[0], x[1])}; }},
    {"ldexp", 2, 1, 1, Loops::exact,
     [](const Operands& x) { return std::vector{ldexp(x[0], x[1])}; }},
    {"divmod", 2, 2, 2, Loops::numbers, [](const Operands& x) { return Both(divmod(x[0], x[1])); }},
    {"frexp", 1, 1, 2, Loops::none, [](const Operands& x) { return Both(frexp(AsArray(x[0]))); }},
    {"modf", 1, 1, 2, Loops::real, [](const Operands& x) { return Both(modf(AsArray(x[0]))); }},
    {"spacing", 1, 1, 1, Loops::real,
     [](const Operands& x) { return std::vector{spacing(AsArray(x[0]))}; }},
    {"fabs", 1, 1, 1, Loops::real,
     [](const Operands& x) { return std::vector{fabs(AsArray(x[0]))}; }},
    {"conj", 1, 1, 1, Loops::numbers,
     [](const Operands& x) { return std::vector{conj(AsArray(x[0]))}; }},
});

const Composed& Find(const std::string& name) {
  for (const Composed& function : kFunctions) {
    if (name == function.name) return function;
  }
  throw Error(ErrorCode::invalid_argument, absl::StrCat("there is no function ", name));
}

bool HasLoop(Loops loops, DType dtype) {
  switch (loops) {
    case Loops::real:
    case Loops::exact: return dtype.is_floating();
    case Loops::wide: return dtype == DType::kFloat64 || dtype == DType::kComplex128;
    case Loops::numbers: return !dtype.is_bool();
    case Loops::none: return false;
  }
  return false;
}

Operands CastTo(const Composed& function, DType dtype, const Operands& given, Casting casting) {
  Operands operands = given;
  const bool loses = function.loops == Loops::exact &&
                     !CanCast(ExprOf(AsArray(given[0]))->dtype, dtype, CastingRule::kSafe);
  if (!HasLoop(function.loops, dtype) || loses) NoLoop(function.name, dtype);
  for (size_t i = 0; i < function.cast; ++i)
    operands[i] = CastOperand(function.name, i, operands[i], dtype, casting);
  return operands;
}

// C's int, or its long where that is needed.
DType ExponentFor(const Operand& exponent) {
  if (exponent.array() == nullptr) return DType::kInt32;
  return PromoteTypes(ExprOf(*exponent.array())->dtype, DType::kInt32);
}

std::vector<Array> ApplyWhere(const Composed& function, const Operands& operands,
                              const CallOptions& options) {
  if (!options.where.has_value()) return function.apply(operands);
  const FunctionScope scope({nullptr, ExprOf(*options.where)});
  return function.apply(operands);
}

// Several results have one shape, that of the `out`s which there are.
void BroadcastToOuts(std::vector<Array>& results, const std::vector<Array*>& out) {
  for (const Array* given : out) {
    for (size_t i = 0; i < results.size() && given != nullptr; ++i)
      results[i] = broadcast_to(results[i], given->shape());
  }
}

}  // namespace

size_t composed_results(const std::string& function) { return Find(function).results; }

std::vector<Array> call_composed(const std::string& name, const std::vector<Operand>& given,
                                 const CallOptions& options, const std::vector<Array*>& out) {
  const Composed& function = Find(name);
  if (given.size() != function.arity)
    throw Error(ErrorCode::type_error,
                absl::StrCat(name, " takes ", function.arity, " operands, not ", given.size()));
  const Operands operands = options.dtype.has_value()
                                ? CastTo(function, ToDType(*options.dtype), given, options.casting)
                                : given;
  std::vector<Array> results = ApplyWhere(function, operands, options);
  const DType computed = ExprOf(results[0])->dtype;
  for (size_t i = 0; i < function.cast && options.casting < Casting::same_kind; ++i)
    CheckOperand(name, i, operands[i], computed, options.casting);
  if (function.loops == Loops::exact && options.casting < Casting::same_kind)
    CheckOperand(name, 1, operands[1], ExponentFor(operands[1]), options.casting);
  if (results.size() > 1) BroadcastToOuts(results, out);
  for (size_t i = 0; i < results.size(); ++i) {
    OrderAsOperands(results[i], given);
    CallOptions stored = options;
    stored.out = i < out.size() ? out[i] : nullptr;
    results[i] = store(results[i], stored, function.name);
  }
  return results;
}

}  // namespace broadloom
