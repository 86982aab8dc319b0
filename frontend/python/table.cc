// The public rows of ir/ops.def as functions of the module; reductions as methods too. A new row
// needs no line here.
#include <string>
#include <string_view>

#include "frontend/composed.h"
#include "frontend/python/extended.h"
#include "frontend/python/keywords.h"
#include "frontend/reduce_some.h"
#include "frontend/written.h"

namespace broadloom::python {
namespace {

using Line = nb::call_guard<UserLine>;
using UnaryFn = Array (*)(const Array&);
using BinaryFn = Array (*)(const Operand&, const Operand&);
using TernaryFn = Array (*)(const Operand&, const Operand&, const Operand&);
using ReduceFn = Array (*)(const Array&, const AxisList&, bool, const ReduceOptions&);

void DefUnary(nb::module_& module, const char* name, const char* doc, UnaryFn function) {
  if (std::string_view(name) == "round") return;  // clip.cc
  module.def(
      name,
      [function, name](nb::handle x, nb::handle out, nb::handle where, nb::handle casting,
                       nb::handle order, nb::handle dtype, bool) {
        const Keywords keywords{out, where, casting, order, dtype};
        if (!keywords.given()) return nb::cast(function(ToArray(x)));
        return CallWithKeywords(name, {ToArray(x)}, keywords);
      },
      nb::arg("x"), BL_KEYWORD_ARGS, doc, Line());
}

void DefBinary(nb::module_& module, const char* name, const char* doc, BinaryFn function) {
  const bool is_power = std::string_view(name) == "pow";
  module.def(
      name,
      [function, name, is_power](nb::handle x, nb::handle y, nb::handle out, nb::handle where,
                                 nb::handle casting, nb::handle order, nb::handle dtype, bool) {
        std::optional<FunctionScope> scope;  // x ** 2 is a square, power(x, 2) is none
        if (is_power) scope.emplace(Function{"power"});
        const Keywords keywords{out, where, casting, order, dtype};
        if (!dtype.is_none()) return CallWithKeywords(name, ToWeakOperands({x, y}), keywords);
        if (keywords.given()) return CallWithKeywords(name, ToOperands({x, y}), keywords);
        const auto ours = [&] {
          const std::vector<Operand> operands = ToOperands({x, y});
          return nb::cast(function(operands[0], operands[1]));
        };
        return function == equal || function == not_equal ? OrNumPys(name, x, y, ours) : ours();
      },
      nb::arg("x").none(), nb::arg("y").none(), BL_KEYWORD_ARGS, doc, Line());
}

nb::object CallWhere(nb::handle condition, nb::handle x, nb::handle y) {
  const bool has_x = !x.is(NotGiven()), has_y = !y.is(NotGiven());
  if (has_x != has_y) Raise(PyExc_ValueError, "either both or neither of x and y should be given");
  if (!has_x) return CallNonzero(condition);
  const std::vector<Operand> operands = ToOperands({x, y});
  return nb::cast(where(ToArray(condition), operands[0], operands[1]));
}

void DefTernary(nb::module_& module, const char* name, const char* doc, TernaryFn function) {
  const std::string_view row = name;
  if (row == "clip") return;  // clip.cc
  if (row == "where") {
    module.def("where", CallWhere, nb::arg("condition"), nb::arg("x") = NotGiven(),
               nb::arg("y") = NotGiven(), doc, Line());
  } else {
    module.def(
        name,
        [function, name](nb::handle x, nb::handle y, nb::handle z, nb::handle out, nb::handle where,
                         nb::handle casting, nb::handle order, nb::handle dtype, bool) {
          const Keywords keywords{out, where, casting, order, dtype};
          if (!dtype.is_none()) return CallWithKeywords(name, ToWeakOperands({x, y, z}), keywords);
          const std::vector<Operand> operands = ToOperands({x, y, z});
          if (!keywords.given()) return nb::cast(function(operands[0], operands[1], operands[2]));
          return CallWithKeywords(name, operands, keywords);
        },
        nb::arg("x"), nb::arg("y"), nb::arg("z"), BL_KEYWORD_ARGS, doc, Line());
  }
}

// In the module the array is an argument with a name, in the class it is `self`.
template <typename Function, typename... Extra>
void Def(nb::module_& module, const char* name, Function&& function, const Extra&... extra) {
  module.def(name, function, nb::arg("a"), extra...);
}
template <typename Function, typename... Extra>
void Def(nb::class_<Array>& array, const char* name, Function&& function, const Extra&... extra) {
  array.def(name, function, extra...);
}

struct ReduceArgs {
  nb::handle x, axis, out, initial, where;
  bool keepdims;
  nb::handle dtype = nb::handle(Py_None);
  std::optional<DataType> (*dtype_beside)(nb::handle out, const Array& x,
                                          nb::handle dtype) = nullptr;  // where it takes one
  bool is_accumulation = false;                                         // a sum or a product
  bool is_average = false;                                              // mean, var or std
};

nb::object CallExtended(const char* name, ReduceFn function, const ReduceArgs& args, const Array& x,
                        const ReduceOptions& options) {
  const AxisList axes = ToReducedAxes(args.axis);
  if (args.is_accumulation)
    CheckNoIdentity(name, args.initial, options, x, function(x, axes, args.keepdims, {}));
  return ReduceExtended(name, x, axes, args.keepdims, options, args.out);
}

bool IsMean(const char* name) { return std::string_view(name) == "mean"; }

nb::object CallReduce(const char* name, ReduceFn function, const ReduceArgs& args,
                      ReduceOptions options) {
  const Array given = ToArray(args.x);
  if (!args.where.is(Py_True)) options.where = ToMask(args.where);
  if (IsLongDouble(args.dtype)) {
    options.initial = ToInitial(args.initial, given.dtype());
    return CallExtended(name, function, args, given, options);
  }
  const std::optional<DataType> type = ToOptionalDType(args.dtype);
  WarnOfComplexOut(args.out,
                   args.is_average ? DTypeOfSums(IsMean(name), given.dtype(), type) : type);
  return ReduceInto(args.out, name, [&] {
    const AxisList axes = ToReducedAxes(args.axis);
    if (args.is_average) {
      if (const auto to = DividesIn(args.out, IsMean(name), given, args.dtype)) {
        options.dtype = type;
        return DividedIn(*to, name, given, axes, args.keepdims, options);
      }
    }
    const bool takes_dtype = args.dtype_beside != nullptr;
    if (takes_dtype) options.dtype = args.dtype_beside(args.out, given, args.dtype);
    const Array x = takes_dtype ? given : BesideInitial(args.initial, given, args.out);
    options.initial = ToInitialIn(args.out, args.initial, options.dtype.value_or(x.dtype()));
    const Array result = function(x, axes, args.keepdims, options);
    if (args.is_accumulation) CheckNoIdentity(name, args.initial, options, x, result);
    return result;
  });
}

// The square root is taken in `out` itself.
void CheckSpreadOut(const char* name, nb::handle out) {
  if (std::string_view(name) == "std" && IsArrayOut(out) && DTypeOfOut(out) < DataType::float16)
    Raise(PyExc_TypeError,
          std::string("std: `out` must be of floats, not ") + to_string(DTypeOfOut(out)));
}

// The variance about a mean that is known.
nb::object CallAbout(const char* name, const ReduceArgs& args, const Array& mean,
                     double correction) {
  WarnOfComplexOut(args.out, DTypeOfSums(/*is_mean=*/false, ToArray(args.x).dtype(),
                                         ToOptionalDType(args.dtype)));
  ReduceOptions options{.correction = correction};
  if (!args.where.is(Py_True)) options.where = ToMask(args.where);
  return ReduceInto(args.out, name, [&] {
    const Array x = ToArray(args.x);
    options.dtype = MeanDTypeBeside(args.out, x, args.dtype);
    const Array variance = var_about(x, mean, ToReducedAxes(args.axis), args.keepdims, options);
    return std::string_view(name) == "std" ? sqrt(variance) : variance;
  });
}

// Of float16 it is made in float32, and rounded only without `out`.
std::optional<DataType> DTypeOfMean(nb::handle out, const Array& x, nb::handle dtype) {
  const bool stays_wide = x.dtype() == DataType::float16 && dtype.is_none() && IsArrayOut(out);
  return stays_wide ? DataType::float32 : MeanDTypeBeside(out, x, dtype);
}

std::optional<DataType> Given(nb::handle, const Array&, nb::handle dtype) {
  return ToOptionalDType(dtype);
}

template <typename Scope>
void DefStatistic(Scope& scope, const char* name, const char* doc, ReduceFn function) {
  Def(
      scope, name,
      [=](nb::handle x, nb::handle axis, nb::handle dtype, nb::handle out, double ddof,
          KeepDims keepdims, nb::handle where, nb::handle mean, nb::handle correction) {
        const double given = ToCorrection(ddof, correction);
        ReduceArgs args{x, axis, out, nb::none(), where, keepdims, dtype, Given};
        args.is_average = true;
        if (IsLongDouble(dtype) && mean.is_none())
          return CallReduce(name, function, args, {.correction = given});
        CheckSpreadOut(name, out);
        if (!mean.is_none()) return CallAbout(name, args, ToArray(mean), given);
        return CallReduce(name, function, args, {.correction = given});
      },
      nb::arg("axis").none() = nb::none(), nb::arg("dtype").none() = nb::none(),
      nb::arg("out").none() = nb::none(), nb::arg("ddof") = 0.0, nb::arg("keepdims") = false,
      nb::kw_only(), nb::arg("where") = true, nb::arg("mean").none() = nb::none(),
      nb::arg("correction").none() = NotGiven(), doc, Line());
}

template <typename Scope>
void DefMean(Scope& scope, const char* name, const char* doc, ReduceFn function) {
  Def(
      scope, name,
      [=](nb::handle x, nb::handle axis, nb::handle dtype, nb::handle out, KeepDims keepdims,
          nb::handle where) {
        return CallReduce(name, function,
                          {x, axis, out, nb::none(), where, keepdims, dtype, DTypeOfMean,
                           /*is_accumulation=*/false, /*is_average=*/true},
                          {});
      },
      nb::arg("axis").none() = nb::none(), nb::arg("dtype").none() = nb::none(),
      nb::arg("out").none() = nb::none(), nb::arg("keepdims") = false, nb::kw_only(),
      nb::arg("where") = true, doc, Line());
}

template <typename Scope>
void DefAccumulate(Scope& scope, const char* name, const char* doc, ReduceFn function) {
  Def(
      scope, name,
      [=](nb::handle x, nb::handle axis, nb::handle dtype, nb::handle out, KeepDims keepdims,
          nb::handle initial, nb::handle where) {
        return CallReduce(name, function,
                          {x, axis, out, initial, where, keepdims, dtype, DTypeBeside,
                           /*is_accumulation=*/true},
                          {});
      },
      nb::arg("axis").none() = nb::none(), nb::arg("dtype").none() = nb::none(),
      nb::arg("out").none() = nb::none(), nb::arg("keepdims") = false,
      nb::arg("initial").none() = NotGiven(), nb::arg("where").none() = true, doc, Line());
}

// min and max.
template <typename Scope>
void DefExtremum(Scope& scope, const char* name, const char* doc, ReduceFn function) {
  Def(
      scope, name,
      [=](nb::handle x, nb::handle axis, nb::handle out, KeepDims keepdims, nb::handle initial,
          nb::handle where) {
        return CallReduce(name, function, {x, axis, out, initial, where, keepdims}, {});
      },
      nb::arg("axis").none() = nb::none(), nb::arg("out").none() = nb::none(),
      nb::arg("keepdims") = false, nb::arg("initial").none() = nb::none(),
      nb::arg("where").none() = true, doc, Line());
}

// any and all.
template <typename Scope>
void DefLogical(Scope& scope, const char* name, const char* doc, ReduceFn function) {
  Def(
      scope, name,
      [=](nb::handle x, nb::handle axis, nb::handle out, KeepDims keepdims, nb::handle where) {
        return CallReduce(name, function, {x, axis, out, nb::none(), where, keepdims}, {});
      },
      nb::arg("axis").none() = nb::none(), nb::arg("out").none() = nb::none(),
      nb::arg("keepdims") = false, nb::kw_only(), nb::arg("where").none() = true, doc, Line());
}

// argmin and argmax.
template <typename Scope>
void DefIndexOf(Scope& scope, const char* name, const char* doc, ReduceFn function) {
  Def(
      scope, name,
      [=](nb::handle x, nb::handle axis, nb::handle out, Truthy keepdims) {
        if (!axis.is_none()) ToAxis(axis);  // one
        CheckIndexOut(name, out);
        return CallReduce(name, function, {x, axis, out, nb::none(), Py_True, keepdims}, {});
      },
      nb::arg("axis").none() = nb::none(), nb::arg("out").none() = nb::none(), nb::kw_only(),
      nb::arg("keepdims") = false, doc, Line());
}

template <typename Scope>
void DefReduce(Scope& scope, const char* name, const char* doc, std::string_view dtype_rule,
               ReduceFn function) {
  if (dtype_rule == "kMean" && std::string_view(name) != "mean")
    return DefStatistic(scope, name, doc, function);
  if (dtype_rule == "kMean") return DefMean(scope, name, doc, function);
  if (dtype_rule == "kAccumulate") return DefAccumulate(scope, name, doc, function);
  if (dtype_rule == "kLogical") return DefLogical(scope, name, doc, function);
  if (dtype_rule == "kIndexOf") return DefIndexOf(scope, name, doc, function);
  DefExtremum(scope, name, doc, function);
}

}  // namespace

#define BL_DEFINE_kUnary(name, rule, doc) DefUnary(module, #name, doc, name);
#define BL_DEFINE_kBinary(name, rule, doc) DefBinary(module, #name, doc, name);
#define BL_DEFINE_kTernary(name, rule, doc) DefTernary(module, #name, doc, name);
#define BL_DEFINE_kReduce(name, rule, doc)    \
  DefReduce(module, #name, doc, #rule, name); \
  DefReduce(array, #name, doc, #rule, name);

void BindTable(nb::module_& module, nb::class_<Array>& array) {
#define BL_DEFINE_kScan(name, rule, doc)     // cumulative.cc
#define BL_DEFINE_kLibrary(name, rule, doc)  // matmul: views.cc
#define BL_PUBLIC_OP(name, op_class, dtype_rule, doc) BL_DEFINE_##op_class(name, dtype_rule, doc)
#include "ir/public_ops.def"

  module.def(
      "op_table",
      [] {
        nb::list rows;
#define BL_OP(name, op_class, dtype_rule, shape_rule, flags, doc) \
  rows.append(nb::make_tuple(#name, #op_class, #dtype_rule, #shape_rule, #flags, doc));
#include "ir/ops.def"
#undef BL_OP
        return rows;
      },
      "Rows of the op table: (name, class, dtype rule, shape rule, flags, doc).");
}

}  // namespace broadloom::python
