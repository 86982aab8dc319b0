// Distributions with a closed form, as lazy arrays: inverses of distribution functions but for the
// normal one. `Open` numbers keep their logarithms finite.
#include <cmath>
#include <numbers>

#include "absl/strings/str_cat.h"
#include "frontend/random/draws.h"

namespace broadloom::random {
namespace {

using std::numbers::pi;

void RequireFloat(const char* function, DataType dtype) {
  if (dtype != DataType::float32 && dtype != DataType::float64)
    throw Error(ErrorCode::type_error,
                absl::StrCat("Unsupported dtype ", to_string(dtype), " for ", function));
}

// Bits 24 to 63 of a draw are a number in (0, 1], as exact in float32 near 0 as elsewhere; bits 0
// to 23 are left.
Array Open40(const Array& bits) {
  const Array upper = astype(bits >> 24, DataType::int64);
  return (astype(upper, DataType::float32) + 0.5) * 0x1p-40;
}

Array Normal32(const Array& bits) {
  const Array radius = sqrt(maximum(log(Open40(bits)) * -2.0, 0.0));
  return radius * cos(Draws::Uniform32(bits, 0) * (2 * pi));
}

}  // namespace

Array Generator::standard_normal(const Size& size, DataType dtype) const {
  RequireFloat("standard_normal", dtype);
  Draws draws(*this, "standard_normal", size);
  return dtype == DataType::float32 ? Normal32(draws.Bits()) : draws.Normal();
}

Array Generator::normal(const Operand& loc, const Operand& scale, const Size& size) const {
  Draws draws(*this, "normal", size, {&loc, &scale});
  Check("normal", "scale", scale, Bound::non_negative);
  return draws.Value(loc) + draws.Value(scale) * draws.Normal();
}

Array Generator::lognormal(const Operand& mean, const Operand& sigma, const Size& size) const {
  Draws draws(*this, "lognormal", size, {&mean, &sigma});
  Check("lognormal", "sigma", sigma, Bound::non_negative);
  return exp(draws.Value(mean) + draws.Value(sigma) * draws.Normal());
}

Array Generator::standard_exponential(const Size& size, DataType dtype) const {
  RequireFloat("standard_exponential", dtype);
  Draws draws(*this, "standard_exponential", size);
  if (dtype == DataType::float32) return maximum(-log(Open40(draws.Bits())), 0.0);
  return -log1p(-draws.Uniform());
}

Array Generator::exponential(const Operand& scale, const Size& size) const {
  Draws draws(*this, "exponential", size, {&scale});
  Check("exponential", "scale", scale, Bound::non_negative);
  return draws.Value(scale) * -log1p(-draws.Uniform());
}

Array Generator::laplace(const Operand& loc, const Operand& scale, const Size& size) const {
  Draws draws(*this, "laplace", size, {&loc, &scale});
  Check("laplace", "scale", scale, Bound::non_negative);
  const Array u = draws.Open();
  const Array logarithm = log(minimum(u, 1.0 - u) * 2.0);
  return draws.Value(loc) + draws.Value(scale) * where(u < 0.5, logarithm, -logarithm);
}

Array Generator::logistic(const Operand& loc, const Operand& scale, const Size& size) const {
  Draws draws(*this, "logistic", size, {&loc, &scale});
  Check("logistic", "scale", scale, Bound::non_negative);
  const Array u = draws.Open();
  return draws.Value(loc) + draws.Value(scale) * log(u / (1.0 - u));
}

Array Generator::gumbel(const Operand& loc, const Operand& scale, const Size& size) const {
  Draws draws(*this, "gumbel", size, {&loc, &scale});
  Check("gumbel", "scale", scale, Bound::non_negative);
  return draws.Value(loc) - draws.Value(scale) * log(draws.Exponential());
}

Array Generator::rayleigh(const Operand& scale, const Size& size) const {
  Draws draws(*this, "rayleigh", size, {&scale});
  Check("rayleigh", "scale", scale, Bound::non_negative);
  return draws.Value(scale) * sqrt(draws.Exponential() * 2.0);
}

Array Generator::weibull(const Operand& a, const Size& size) const {
  Draws draws(*this, "weibull", size, {&a});
  Check("weibull", "a", a, Bound::non_negative);
  const Array shape = draws.Value(a), is_zero = equal(shape, 0.0);
  const Array number = pow(draws.Exponential(), 1.0 / where(is_zero, 1.0, shape));
  return where(is_zero, 0.0, number);
}

Array Generator::pareto(const Operand& a, const Size& size) const {
  Draws draws(*this, "pareto", size, {&a});
  Check("pareto", "a", a, Bound::positive);
  return expm1(draws.Exponential() / draws.Value(a));
}

Array Generator::power(const Operand& a, const Size& size) const {
  Draws draws(*this, "power", size, {&a});
  Check("power", "a", a, Bound::positive);
  return pow(draws.Open(), 1.0 / draws.Value(a));
}

Array Generator::triangular(const Operand& left, const Operand& mode, const Operand& right,
                            const Size& size) const {
  Draws draws(*this, "triangular", size, {&left, &mode, &right});
  const Array low = draws.Value(left).eval(), top = draws.Value(mode).eval(),
              high = draws.Value(right).eval();
  Refuse("triangular", low > top, "left > mode");
  Refuse("triangular", top > high, "mode > right");
  Refuse("triangular", equal(low, high), "left == right");
  const Array u = draws.Uniform(), base = high - low, rise = top - low;
  return where(u <= rise / base, low + sqrt(u * rise * base),
               high - sqrt((1.0 - u) * (high - top) * base));
}

// tan(pi (u - 1/2)), without the cancellation in its tails.
Array Generator::standard_cauchy(const Size& size) const {
  Draws draws(*this, "standard_cauchy", size);
  const Array u = draws.Open();
  const Array number = 1.0 / tan(minimum(u, 1.0 - u) * pi);
  return where(u < 0.5, -number, number);
}

// J. Michael, W. Schucany and R. Haas (1976): one of the two roots of an equation in a squared
// normal number. Their product is mean^2, which spares a difference.
Array Generator::wald(const Operand& mean, const Operand& scale, const Size& size) const {
  Draws draws(*this, "wald", size, {&mean, &scale});
  Check("wald", "mean", mean, Bound::positive);
  Check("wald", "scale", scale, Bound::positive);
  const Array mu = draws.Value(mean), normal = draws.Normal();
  const Array y = mu * (normal * normal) / (draws.Value(scale) * 2.0);
  const Array root = 1.0 + y + sqrt(y * (y + 2.0));
  return where(draws.Uniform() <= 1.0 / (1.0 + 1.0 / root), mu / root, mu * root);
}

Array Generator::geometric(const Operand& p, const Size& size) const {
  Draws draws(*this, "geometric", size, {&p});
  Check("geometric", "p", p, Bound::above_0_to_1);
  const Array trials = ceil(draws.Exponential() / -log1p(-draws.Value(p)));
  constexpr double kBelow = 0x1.fffffffffffffp62;
  const Array count = astype(maximum(minimum(trials, kBelow), 1.0), DataType::int64);
  return where(trials > kBelow, INT64_MAX, count);
}

}  // namespace broadloom::random
