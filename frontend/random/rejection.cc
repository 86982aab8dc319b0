// Generator's methods that run the samplers of random_samplers.h for each element.
#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "frontend/random/fill.h"
#include "frontend/random/samplers.h"

namespace broadloom::random {
namespace {

constexpr double kCost = 150;  // nanoseconds of a sample, roughly

template <typename T>
Array Gammas(Draws& draws, const Operand& shape) {
  const Column<double> shapes(draws, shape);
  return Fill<T>(draws, kCost, [&](Stream& s, int64_t i) { return SampleGamma(s, shapes[i]); });
}

double RatioOf(double x, double df_x, double y, double df_y) { return x / df_x / (y / df_y); }

}  // namespace

Array Generator::standard_gamma(const Operand& shape, const Size& size, DataType dtype) const {
  if (dtype != DataType::float32 && dtype != DataType::float64)
    throw Error(ErrorCode::type_error,
                absl::StrCat("Unsupported dtype ", to_string(dtype), " for standard_gamma"));
  Draws draws(*this, "standard_gamma", size, {&shape});
  Check("standard_gamma", "shape", shape, Bound::non_negative);
  return dtype == DataType::float32 ? Gammas<float>(draws, shape) : Gammas<double>(draws, shape);
}

Array Generator::gamma(const Operand& shape, const Operand& scale, const Size& size) const {
  Draws draws(*this, "gamma", size, {&shape, &scale});
  Check("gamma", "shape", shape, Bound::non_negative);
  Check("gamma", "scale", scale, Bound::non_negative);
  const Column<double> shapes(draws, shape), scales(draws, scale);
  return Fill<double>(draws, kCost,
                      [&](Stream& s, int64_t i) { return scales[i] * SampleGamma(s, shapes[i]); });
}

Array Generator::beta(const Operand& a, const Operand& b, const Size& size) const {
  Draws draws(*this, "beta", size, {&a, &b});
  Check("beta", "a", a, Bound::positive);
  Check("beta", "b", b, Bound::positive);
  const Column<double> left(draws, a), right(draws, b);
  return Fill<double>(draws, 2 * kCost,
                      [&](Stream& s, int64_t i) { return SampleBeta(s, left[i], right[i]); });
}

Array Generator::chisquare(const Operand& df, const Size& size) const {
  Draws draws(*this, "chisquare", size, {&df});
  Check("chisquare", "df", df, Bound::positive);
  const Column<double> freedom(draws, df);
  return Fill<double>(draws, kCost,
                      [&](Stream& s, int64_t i) { return SampleChiSquare(s, freedom[i]); });
}

Array Generator::noncentral_chisquare(const Operand& df, const Operand& nonc,
                                      const Size& size) const {
  Draws draws(*this, "noncentral_chisquare", size, {&df, &nonc});
  Check("noncentral_chisquare", "df", df, Bound::positive);
  Check("noncentral_chisquare", "nonc", nonc, Bound::non_negative);
  const Column<double> freedom(draws, df), shift(draws, nonc);
  return Fill<double>(draws, 2 * kCost, [&](Stream& s, int64_t i) {
    return SampleNoncentralChiSquare(s, freedom[i], shift[i]);
  });
}

Array Generator::f(const Operand& dfnum, const Operand& dfden, const Size& size) const {
  Draws draws(*this, "f", size, {&dfnum, &dfden});
  Check("f", "dfnum", dfnum, Bound::positive);
  Check("f", "dfden", dfden, Bound::positive);
  const Column<double> above(draws, dfnum), below(draws, dfden);
  return Fill<double>(draws, 2 * kCost, [&](Stream& s, int64_t i) {
    const double x = SampleChiSquare(s, above[i]), y = SampleChiSquare(s, below[i]);
    return RatioOf(x, above[i], y, below[i]);
  });
}

Array Generator::noncentral_f(const Operand& dfnum, const Operand& dfden, const Operand& nonc,
                              const Size& size) const {
  Draws draws(*this, "noncentral_f", size, {&dfnum, &dfden, &nonc});
  Check("noncentral_f", "dfnum", dfnum, Bound::positive);
  Check("noncentral_f", "dfden", dfden, Bound::positive);
  Check("noncentral_f", "nonc", nonc, Bound::non_negative);
  const Column<double> above(draws, dfnum), below(draws, dfden), shift(draws, nonc);
  return Fill<double>(draws, 3 * kCost, [&](Stream& s, int64_t i) {
    const double x = SampleNoncentralChiSquare(s, above[i], shift[i]);
    const double y = SampleChiSquare(s, below[i]);
    return RatioOf(x, above[i], y, below[i]);
  });
}

Array Generator::standard_t(const Operand& df, const Size& size) const {
  Draws draws(*this, "standard_t", size, {&df});
  Check("standard_t", "df", df, Bound::positive);
  const Column<double> freedom(draws, df);
  return Fill<double>(draws, 2 * kCost,
                      [&](Stream& s, int64_t i) { return SampleStudent(s, freedom[i]); });
}

Array Generator::vonmises(const Operand& mu, const Operand& kappa, const Size& size) const {
  Draws draws(*this, "vonmises", size, {&mu, &kappa});
  Check("vonmises", "kappa", kappa, Bound::non_negative);
  const Column<double> centre(draws, mu), width(draws, kappa);
  return Fill<double>(draws, 2 * kCost,
                      [&](Stream& s, int64_t i) { return SampleVonMises(s, centre[i], width[i]); });
}

Array Generator::poisson(const Operand& lam, const Size& size) const {
  Draws draws(*this, "poisson", size, {&lam});
  Check("poisson", "lam", lam, Bound::rate);
  const Column<double> rates(draws, lam);
  return Fill<int64_t>(draws, kCost,
                       [&](Stream& s, int64_t i) { return SamplePoisson(s, rates[i]); });
}

Array Generator::binomial(const Operand& n, const Operand& p, const Size& size) const {
  Draws draws(*this, "binomial", size, {&n, &p});
  Check("binomial", "n", n, Bound::whole_non_negative);
  Check("binomial", "p", p, Bound::from_0_to_1);
  const Column<int64_t> trials(draws, n);
  const Column<double> chances(draws, p);
  return Fill<int64_t>(draws, 2 * kCost, [&](Stream& s, int64_t i) {
    return SampleBinomial(s, trials[i], chances[i]);
  });
}

// A Poisson number whose rate is a gamma number. NumPy's bound: ten deviations above the mean of
// the rate must be one.
Array Generator::negative_binomial(const Operand& n, const Operand& p, const Size& size) const {
  Draws draws(*this, "negative_binomial", size, {&n, &p});
  Check("negative_binomial", "n", n, Bound::positive_number);
  Check("negative_binomial", "p", p, Bound::above_0_to_1);
  const Column<double> wanted(draws, n), chances(draws, p);
  const auto odds = [&](int64_t i) { return (1 - chances[i]) / chances[i]; };
  for (int64_t i = 0; i < draws.count(); ++i) {
    if (odds(i) * (wanted[i] + 10 * std::sqrt(wanted[i])) > kMostRate)
      throw Error(ErrorCode::invalid_argument, "negative_binomial: n too large or p too small");
  }
  return Fill<int64_t>(draws, 3 * kCost, [&](Stream& s, int64_t i) {
    return SamplePoisson(s, std::min(SampleGamma(s, wanted[i]) * odds(i), kMostRate));
  });
}

Array Generator::hypergeometric(const Operand& ngood, const Operand& nbad, const Operand& nsample,
                                const Size& size) const {
  constexpr const char* kName = "hypergeometric";
  constexpr int64_t kMost = 1'000'000'000;  // NumPy's: logarithms of factorials keep their digits
  Draws draws(*this, kName, size, {&ngood, &nbad, &nsample});
  Check(kName, "ngood", ngood, Bound::whole_non_negative);
  Check(kName, "nbad", nbad, Bound::whole_non_negative);
  Check(kName, "nsample", nsample, Bound::whole_non_negative);
  const Column<int64_t> good(draws, ngood), bad(draws, nbad), count(draws, nsample);
  for (int64_t i = 0; i < draws.count(); ++i) {
    if (good[i] >= kMost || bad[i] >= kMost)
      throw Error(ErrorCode::invalid_argument,
                  "hypergeometric: both ngood and nbad must be less than 1000000000");
    if (good[i] + bad[i] < count[i])
      throw Error(ErrorCode::invalid_argument, "hypergeometric: ngood + nbad < nsample");
  }
  return Fill<int64_t>(draws, 3 * kCost, [&](Stream& s, int64_t i) {
    return SampleHypergeometric(s, good[i], bad[i], count[i]);
  });
}

Array Generator::zipf(const Operand& a, const Size& size) const {
  Draws draws(*this, "zipf", size, {&a});
  Check("zipf", "a", a, Bound::above_1);
  const Column<double> powers(draws, a);
  return Fill<int64_t>(draws, 2 * kCost,
                       [&](Stream& s, int64_t i) { return SampleZipf(s, powers[i]); });
}

Array Generator::logseries(const Operand& p, const Size& size) const {
  Draws draws(*this, "logseries", size, {&p});
  Check("logseries", "p", p, Bound::from_0_below_1);
  const Column<double> chances(draws, p);
  return Fill<int64_t>(draws, kCost,
                       [&](Stream& s, int64_t i) { return SampleLogSeries(s, chances[i]); });
}

}  // namespace broadloom::random
