#include "ir/known_numbers.h"

#include <algorithm>
#include <cmath>

namespace broadloom {
namespace {

bool IsExact(DType dtype) { return !dtype.is_inexact(); }

Known OfConstant(const Scalar& number) {
  if (IsExact(number.dtype) || std::isfinite(AsDouble(number))) return Known::kFinite;
  return std::isnan(AsDouble(number)) ? Known::kNothing : Known::kNoNan;
}

// What both are.
Known Least(Known a, Known b) { return std::min(a, b); }
// What may have become infinite.
Known Overflowing(Known known) { return Least(known, Known::kNoNan); }

Known OfCast(const Node& node, const Node& operand, Known known) {
  const DType to = node.dtype(), from = operand.dtype();
  const bool are_both_halves = to.is_half() && from.is_half() && to != from;
  const bool holds_all = IsExact(from) ? !to.is_half() : to.size() >= from.size();
  return holds_all && !are_both_halves ? known : Overflowing(known);
}

// Of sums: two infinities of different signs make NaN, of products: one and a zero.
Known OfArithmetic(Op op, Known a, Known b) {
  const bool sums = op != Op::k_multiply;
  const bool one_is_finite = a == Known::kFinite || b == Known::kFinite;
  const bool both_are = a == Known::kFinite && b == Known::kFinite;
  return (sums ? one_is_finite : both_are) ? Overflowing(Least(a, b)) : Known::kNothing;
}

// Of complex numbers nothing is known: their products are differences.
Known OfNode(const Graph& body, const Node& node, const std::vector<Known>& known) {
  if (IsExact(node.dtype())) return Known::kFinite;
  const bool is_of_complex =
      !node.inputs.empty() && body.node(node.inputs.back()).dtype().is_complex();
  if (node.dtype().is_complex() || is_of_complex) return Known::kNothing;
  const auto of = [&](size_t i) { return known[node.inputs[i]]; };
  switch (node.op) {
    case Op::k_param:
    case Op::k_scalar: return IsFinite(node) ? Known::kFinite : Known::kNothing;
    case Op::k_constant: return OfConstant(node.attrs.Value(AttrName::k_value));
    case Op::k_astype: return OfCast(node, body.node(node.inputs[0]), of(0));
    case Op::k_copy:
    case Op::k_keep:
    case Op::k_positive:
    case Op::k_negative:
    case Op::k_abs:
    case Op::k_floor:
    case Op::k_ceil:
    case Op::k_trunc:
    case Op::k_rint: return of(0);
    case Op::k_square: return Overflowing(of(0));
    case Op::k_add:
    case Op::k_subtract:
    case Op::k_multiply: return OfArithmetic(node.op, of(0), of(1));
    case Op::k_maximum:
    case Op::k_minimum: return Least(of(0), of(1));
    case Op::k_where: return Least(of(1), of(2));
    case Op::k_max:
    case Op::k_min: return Overflowing(of(0));  // infinite where there are none
    case Op::k_gather: return of(0);
    default: return Known::kNothing;
  }
}

}  // namespace

std::vector<Known> KnownNumbers(const Graph& body) {
  std::vector<Known> known(body.size());
  for (NodeId id = 0; id < body.size(); ++id) known[id] = OfNode(body, body.node(id), known);
  return known;
}

}  // namespace broadloom
