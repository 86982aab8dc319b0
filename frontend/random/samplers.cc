// Continuous distributions, and those of unbounded counts with a simple rejection.
#include "frontend/random/samplers.h"

#include <algorithm>
#include <limits>

namespace broadloom::random {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kLargestCount = 0x1p63;

// The parameter of the wrapped Cauchy distribution in `SampleVonMises`; its limit
// where digits would cancel.
double EnvelopeOf(double kappa) {
  if (kappa < 1e-5) return 1 / kappa + kappa;
  const double tau = 1 + std::sqrt(1 + 4 * kappa * kappa);
  const double rho = (tau - std::sqrt(2 * tau)) / (2 * kappa);
  return (1 + rho * rho) / (2 * rho);
}

}  // namespace

// G. Marsaglia and W. Tsang (2000). Below 1: gamma(a + 1) * U^(1 / a).
double SampleGamma(Stream& stream, double shape) {
  if (!(shape > 0) || std::isinf(shape)) return shape == 0 || shape > 0 ? shape : kNaN;
  if (shape == 1) return stream.Exponential();
  if (shape < 1) {
    const double power = std::exp(-stream.Exponential() / shape);
    return SampleGamma(stream, shape + 1) * power;
  }
  const double d = shape - 1.0 / 3, c = 1 / std::sqrt(9 * d);
  while (true) {
    const double x = stream.Normal(), root = 1 + c * x;
    if (root <= 0) continue;
    const double v = root * root * root;
    const double u = stream.Open();
    if (u < 1 - 0.0331 * x * x * x * x) return d * v;  // below the curve that follows
    if (std::log(u) < 0.5 * x * x + d * (1 - v + std::log(v))) return d * v;
  }
}

// Of two gammas; where both are small they would be 0, so that their logarithms are compared
// (M. Joehnk 1964).
double SampleBeta(Stream& stream, double a, double b) {
  if (std::isnan(a) || std::isnan(b)) return kNaN;
  if (a > 1 || b > 1) {
    const double x = SampleGamma(stream, a), y = SampleGamma(stream, b);
    return x / (x + y);
  }
  while (true) {
    const double x = -stream.Exponential() / a, y = -stream.Exponential() / b;
    if (std::exp(x) + std::exp(y) > 1) continue;
    return 1 / (1 + std::exp(y - x));
  }
}

double SampleChiSquare(Stream& stream, double df) { return 2 * SampleGamma(stream, df / 2); }

double SampleNoncentralChiSquare(Stream& stream, double df, double nonc) {
  if (std::isnan(nonc)) return kNaN;
  if (nonc == 0) return SampleChiSquare(stream, df);
  if (df > 1 || nonc > 1e18) {  // beyond, what df adds is below the last digit
    const double normal = stream.Normal() + std::sqrt(nonc);
    return (df > 1 ? SampleChiSquare(stream, df - 1) : 0) + normal * normal;
  }
  const auto terms = static_cast<double>(SamplePoisson(stream, nonc / 2));
  return SampleChiSquare(stream, df + 2 * terms);
}

double SampleStudent(Stream& stream, double df) {
  const double normal = stream.Normal();
  return normal * std::sqrt(df / 2 / SampleGamma(stream, df / 2));
}

// D. Best and N. Fisher (1979), with a wrapped Cauchy distribution as envelope. Where kappa is so
// large that digits cancel, the distribution is a normal one but for parts in 10^6.
double SampleVonMises(Stream& stream, double mu, double kappa) {
  if (std::isnan(kappa) || std::isnan(mu)) return kNaN;
  const auto wrap = [](double angle) { return std::remainder(angle, 2 * std::numbers::pi); };
  const double any = std::numbers::pi * (2 * stream.Uniform() - 1);
  if (kappa < 1e-8) return wrap(mu + any);
  if (kappa > 1e6) return wrap(mu + stream.Normal() / std::sqrt(kappa));
  const double r = EnvelopeOf(kappa);
  while (true) {
    const double z = std::cos(std::numbers::pi * stream.Uniform());
    const double f = (1 + r * z) / (r + z), c = kappa * (r - f), v = stream.Open();
    if (c * (2 - c) <= v && std::log(c / v) + 1 - c < 0) continue;
    const double angle = std::acos(std::clamp(f, -1.0, 1.0));
    return wrap(mu + (stream.Uniform() < 0.5 ? -angle : angle));
  }
}

// L. Devroye, Non-Uniform Random Variate Generation (1986), X.6.1. Numbers that int64 cannot hold
// are refused.
int64_t SampleZipf(Stream& stream, double a) {
  const double power = a - 1;
  if (power >= 1024) return 1;  // 2^-1024 for anything else
  const double b = std::exp2(power), b_less_1 = std::expm1(power * std::numbers::ln2);
  const double least = std::pow(kLargestCount, -power);
  while (true) {
    const double u = stream.Uniform(), within = u * least + (1 - u);  // of which x is not too large
    const double x = std::floor(std::pow(within, -1 / power));
    if (!(x >= 1 && x < kLargestCount)) continue;
    const double ratio = std::expm1(power * std::log1p(1 / x));  // (1 + 1/x)^(a-1) - 1
    if (stream.Uniform() * x * ratio / b_less_1 <= (ratio + 1) / b) return static_cast<int64_t>(x);
  }
}

// A. Kemp (1981): a geometric number whose parameter is random.
int64_t SampleLogSeries(Stream& stream, double p) {
  const double r = std::log1p(-p);
  while (true) {
    const double v = stream.Open();
    if (v >= p) return 1;
    const double q = -std::expm1(r * stream.Open());
    const double count = std::floor(1 + std::log(v) / std::log(q));
    if (v <= q * q) {
      if (count >= 1 && count < kLargestCount) return static_cast<int64_t>(count);
      continue;
    }
    return v >= q ? 1 : 2;
  }
}

}  // namespace broadloom::random
