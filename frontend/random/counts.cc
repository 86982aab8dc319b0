// Counts: Poisson, binomial and hypergeometric numbers. Small means are inverted step by step,
// others are W. Hoermann's transformed rejection with squeeze (1993), whose acceptance compares
// probabilities in the form of C. Loader, "Fast and accurate computation of binomial
// probabilities" (2000): exact digits are left where logarithms of factorials would cancel.
#include <algorithm>
#include <array>

#include "frontend/random/samplers.h"

namespace broadloom::random {
namespace {

constexpr double kInvertedMean = 10;

// log of e^-m m^k / k!
double LogPoisson(double k, double m) {
  if (k == 0) return -m;
  return -StirlingRest(k) - Deviance(k, m) - 0.5 * std::log(2 * std::numbers::pi * k);
}

// log of n! / (k! (n - k)!) p^k q^(n - k)
double LogBinomial(double k, double n, double p, double q) {
  if (k == 0) return n * std::log1p(-p);
  if (k == n) return n * std::log(p);
  const double rest = StirlingRest(n) - StirlingRest(k) - StirlingRest(n - k);
  const double ends = std::log(2 * std::numbers::pi * k) + std::log1p(-k / n);
  return rest - Deviance(k, n * p) - Deviance(n - k, n * q) - 0.5 * ends;
}

// P(0), P(1), ... are taken off a uniform number until it is used up.
int64_t InvertPoisson(Stream& stream, double rate) {
  const double none = std::exp(-rate);
  while (true) {
    double left = stream.Uniform(), probability = none;
    for (int64_t k = 0; k < 100; ++k) {
      if (left < probability) return k;
      left -= probability;
      probability *= rate / static_cast<double>(k + 1);
    }
  }
}

int64_t InvertBinomial(Stream& stream, int64_t n, double p) {
  const double odds = p / (1 - p), none = std::exp(static_cast<double>(n) * std::log1p(-p));
  const int64_t most = std::min<int64_t>(n, 110);  // more have no probability with these means
  while (true) {
    double left = stream.Uniform(), probability = none;
    for (int64_t k = 0; k <= most; ++k) {
      if (left < probability) return k;
      left -= probability;
      probability *= odds * static_cast<double>(n - k) / static_cast<double>(k + 1);
    }
  }
}

// The hat of both rejections: k = floor((2 a / (1/2 - |u|) + b) u + centre).
struct Hat {
  double a, b, centre, squeeze, height;
};

struct Proposal {
  double k = 0;
  double log_height = 0;   // accepted where this is not above log(probability)
  bool is_inside = false;  // accepted anyway
};

Proposal Propose(Stream& stream, const Hat& hat) {
  const double u = stream.Uniform() - 0.5, v = stream.Open(), us = 0.5 - std::abs(u);
  Proposal proposal;
  proposal.k = std::floor((2 * hat.a / us + hat.b) * u + hat.centre);
  proposal.is_inside = us >= 0.07 && v <= hat.squeeze;
  if (!proposal.is_inside)
    proposal.log_height = std::log(v * hat.height / (hat.a / (us * us) + hat.b));
  return proposal;
}

int64_t RejectPoisson(Stream& stream, double rate) {
  const double root = std::sqrt(rate), b = 0.931 + 2.53 * root;
  const Hat hat = {-0.059 + 0.02483 * b, b, rate + 0.43, 0.9277 - 3.6224 / (b - 2),
                   1.1239 + 1.1328 / (b - 3.4)};
  while (true) {
    const Proposal proposal = Propose(stream, hat);
    if (!(proposal.k >= 0 && proposal.k < 0x1p63)) continue;
    if (proposal.is_inside || proposal.log_height <= LogPoisson(proposal.k, rate))
      return static_cast<int64_t>(proposal.k);
  }
}

int64_t RejectBinomial(Stream& stream, int64_t count, double p) {
  const auto n = static_cast<double>(count);
  const double q = 1 - p, deviation = std::sqrt(n * p * q), b = 1.15 + 2.53 * deviation;
  const Hat hat = {-0.0873 + 0.0248 * b + 0.01 * p, b, n * p + 0.5, 0.92 - 4.2 / b,
                   (2.83 + 5.1 / b) * deviation};
  const double most = LogBinomial(std::floor((n + 1) * p), n, p, q);
  while (true) {
    const Proposal proposal = Propose(stream, hat);
    if (!(proposal.k >= 0 && proposal.k <= n)) continue;
    if (proposal.is_inside || proposal.log_height <= LogBinomial(proposal.k, n, p, q) - most)
      return std::min(static_cast<int64_t>(std::min(proposal.k, 0x1.fffffffffffffp62)), count);
  }
}

double LogFactorial(double k) {
  if (k == 0) return 0;
  return StirlingRest(k) + k * std::log(k) - k + 0.5 * std::log(2 * std::numbers::pi * k);
}

// E. Stadlober's ratio of uniforms (1990) for `few` good ones among `few + many`, of which `count`
// (at most half) are taken.
int64_t RejectHypergeometric(Stream& stream, double few, double many, double count) {
  constexpr double kSlope = 1.7155277699214135;   // 2 sqrt(2 / e)
  constexpr double kOffset = 0.8989161620588988;  // 3 - 2 sqrt(3 / e)
  const double all = few + many, p = few / all, centre = count * p + 0.5;
  const double variance = (all - count) * count * p * (1 - p) / (all - 1);
  const double width = kSlope * std::sqrt(variance + 0.5) + kOffset;
  const auto log_inverse = [&](double k) {
    return LogFactorial(k) + LogFactorial(few - k) + LogFactorial(count - k) +
           LogFactorial(many - count + k);
  };
  const double least = log_inverse(std::floor((count + 1) * (few + 1) / (all + 2)));
  while (true) {
    const double u = stream.Open(), x = centre + width * (stream.Uniform() - 0.5) / u;
    const double k = std::floor(x);
    if (!(k >= 0 && k <= std::min(few, count))) continue;
    if (2 * std::log(u) <= least - log_inverse(k)) return static_cast<int64_t>(k);
  }
}

// One after another.
int64_t DrawHypergeometric(Stream& stream, int64_t good, int64_t bad, int64_t count) {
  int64_t drawn = 0;
  for (int64_t all = good + bad, i = 0; i < count; ++i, --all) {
    const bool is_good = static_cast<int64_t>(stream.Below(static_cast<uint64_t>(all))) < good;
    drawn += is_good;
    good -= is_good;
  }
  return drawn;
}

}  // namespace

// Small ones from factorials, others by Stirling's series.
double StirlingRest(double k) {
  constexpr int kSmall = 16;
  static const std::array<double, kSmall> small = [] {
    std::array<double, kSmall> rests{};
    double factorial = 1;
    for (int i = 1; i < kSmall; ++i) {
      const double x = i, stirling = (x + 0.5) * std::log(x) - x;
      factorial *= x;
      rests[i] = std::log(factorial) - stirling - 0.5 * std::log(2 * std::numbers::pi);
    }
    return rests;
  }();
  if (k < kSmall) return small[static_cast<size_t>(k)];
  const double square = k * k;
  const double tail = 1.0 / 1260 - (1.0 / 1680 - 1.0 / 1188 / square) / square;
  return (1.0 / 12 - (1.0 / 360 - tail / square) / square) / k;
}

// Near m with d = (x - m) / (x + m): (x - m) d + 2 x (d^3 / 3 + d^5 / 5 + ...).
double Deviance(double x, double m) {
  if (std::abs(x - m) >= 0.1 * (x + m)) return x * std::log(x / m) + m - x;
  const double d = (x - m) / (x + m), square = d * d;
  double sum = (x - m) * d, power = 2 * x * d;
  for (int term = 3; term < 40; term += 2) {
    power *= square;
    const double next = sum + power / term;
    if (next == sum) break;
    sum = next;
  }
  return sum;
}

int64_t SamplePoisson(Stream& stream, double rate) {
  return rate < kInvertedMean ? InvertPoisson(stream, rate) : RejectPoisson(stream, rate);
}

int64_t SampleBinomial(Stream& stream, int64_t n, double p) {
  if (p > 0.5) return n - SampleBinomial(stream, n, 1 - p);
  if (n == 0 || p == 0) return 0;
  return static_cast<double>(n) * p < kInvertedMean ? InvertBinomial(stream, n, p)
                                                    : RejectBinomial(stream, n, p);
}

// The numbers of good ones among those drawn and among those left follow from each other, as those
// of good and bad ones do.
int64_t SampleHypergeometric(Stream& stream, int64_t good, int64_t bad, int64_t count) {
  const int64_t all = good + bad, fewer = std::min(count, all - count);
  const int64_t rare = std::min(good, bad);
  int64_t drawn =
      std::min(fewer, rare) <= 10
          ? fewer <= rare ? DrawHypergeometric(stream, rare, all - rare, fewer)
                          : DrawHypergeometric(stream, fewer, all - fewer, rare)
          : RejectHypergeometric(stream, static_cast<double>(rare), static_cast<double>(all - rare),
                                 static_cast<double>(fewer));
  if (good > bad) drawn = fewer - drawn;
  return fewer < count ? good - drawn : drawn;
}

}  // namespace broadloom::random
