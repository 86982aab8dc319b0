// Distributions of vectors.
#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "frontend/linalg.h"
#include "frontend/random/fill.h"
#include "frontend/random/samplers.h"

namespace broadloom::random {
namespace {

[[noreturn]] void Invalid(const char* function, const char* message) {
  throw Error(ErrorCode::invalid_argument, absl::StrCat(function, ": ", message));
}

Sizes Appended(Sizes shape, int64_t extent) {
  shape.push_back(extent);
  return shape;
}

void CheckProbabilities(const Array& pvals) {
  Check("multinomial", "pvals", pvals, Bound::from_0_to_1);
  const Array but_last = index(pvals, {Ellipsis{}, Slice{.stop = -1}});
  Refuse("multinomial", sum(but_last, -1) > 1 + 1e-12, "sum(pvals[:-1]) > 1");
}

// Binomial numbers of what is left, with the probabilities that are left.
void SampleMultinomial(Stream& stream, int64_t n, const double* p, int64_t count, int64_t* to) {
  double remaining = 1;
  for (int64_t i = 0; i + 1 < count; ++i) {
    const double chance = remaining > 0 ? std::min(p[i] / remaining, 1.0) : 0;
    to[i] = SampleBinomial(stream, n, chance);
    n -= to[i];
    remaining -= p[i];
  }
  to[count - 1] = n;
}

// Gamma numbers as parts of their sum.
void PartsOfSum(Stream& stream, const double* alpha, int64_t count, double* to) {
  double sum = 0;
  for (int64_t i = 0; i < count; ++i) sum += to[i] = SampleGamma(stream, alpha[i]);
  for (int64_t i = 0; i < count; ++i) to[i] /= sum;
}

// Beta numbers as parts of what is left, where all gamma numbers could be 0.
void BreakStick(Stream& stream, const double* alpha, int64_t count, double* to) {
  double left = 1, rest = 0;
  for (int64_t i = count - 1; i > 0; --i) rest += to[i] = alpha[i];
  std::fill(to, to + count, 0);
  for (int64_t i = 0; i + 1 < count && alpha[i] + rest > 0; ++i) {
    const double part = alpha[i] == 0 ? 0 : rest <= 0 ? 1 : SampleBeta(stream, alpha[i], rest);
    to[i] = left * part;
    left *= 1 - part;
    rest -= alpha[i + 1];
  }
  if (alpha[count - 1] > 0) to[count - 1] = left;
}

}  // namespace

Array Generator::multinomial(const Operand& n, const Array& pvals, const Size& size) const {
  if (pvals.ndim() == 0 || pvals.shape().back() == 0)
    Invalid("multinomial", "pvals needs a last dimension that is not empty");
  const Array all = astype(pvals, DataType::float64).eval();
  const Operand rows = index(all, {Ellipsis{}, 0});
  Draws draws(*this, "multinomial", size, {&n, &rows});
  Check("multinomial", "n", n, Bound::whole_non_negative);
  CheckProbabilities(all);
  const int64_t count = pvals.shape().back();
  const Sizes shape = Appended(draws.shape(), count);
  const bool is_one = pvals.ndim() == 1;
  const Array chances = Dense(is_one ? all : broadcast_to(all, shape), DataType::float64);
  const double* const p = ElementsOf<double>(chances);
  const Column<int64_t> trials(draws, n);
  const Fresh result = MakeFresh(draws.context(), DataType::int64, shape);
  auto* const to = reinterpret_cast<int64_t*>(result.data);
  ForStreams(draws.context(), draws.StreamKey(), draws.count(), 200.0 * static_cast<double>(count),
             [&](Stream& stream, int64_t i) {
               const double* const row = is_one ? p : p + i * count;
               SampleMultinomial(stream, trials[i], row, count, to + i * count);
             });
  return result.array;
}

Array Generator::dirichlet(const Array& alpha, const Size& size) const {
  if (alpha.ndim() != 1) Invalid("dirichlet", "alpha must have one dimension");
  const Array dense = Dense(alpha, DataType::float64);
  Refuse("dirichlet", dense < 0, "alpha < 0");
  Draws draws(*this, "dirichlet", size);
  const int64_t count = alpha.size();
  const Fresh result =
      MakeFresh(draws.context(), DataType::float64, Appended(draws.shape(), count));
  if (count == 0) return result.array;
  const double* const parameters = ElementsOf<double>(dense);
  auto* const to = reinterpret_cast<double*>(result.data);
  const bool are_small = *std::max_element(parameters, parameters + count) < 0.1;
  ForStreams(draws.context(), draws.StreamKey(), draws.count(), 200.0 * static_cast<double>(count),
             [&](Stream& stream, int64_t i) {
               (are_small ? BreakStick : PartsOfSum)(stream, parameters, count, to + i * count);
             });
  return result.array;
}

Array Generator::multivariate_normal(const Array& mean, const Array& transform,
                                     const Size& size) const {
  if (mean.ndim() != 1) Invalid("multivariate_normal", "mean must be 1 dimensional");
  if (transform.ndim() != 2 || transform.shape()[1] != mean.size())
    Invalid("multivariate_normal", "mean and cov must have same length");
  Draws draws(*this, "multivariate_normal", Appended(size.value_or(Sizes{}), transform.shape()[0]));
  return mean + matmul(draws.Normal(), transform);
}

// As numpy.random's: an eigenvalue below 0 counts as its magnitude.
Transform CovarianceTransform(const Array& cov, TransformMethod method, bool check, double tol) {
  if (cov.ndim() != 2 || cov.shape()[0] != cov.shape()[1])
    Invalid("multivariate_normal", "cov must be 2 dimensional and square");
  const Array matrix = astype(cov, DataType::float64);
  if (method == TransformMethod::cholesky) return {linalg::cholesky(matrix).transpose()};
  if (method == TransformMethod::eigh) {
    const linalg::EighResult found = linalg::eigh(matrix);
    const bool deviates = check && any(found.eigenvalues < -tol).item<bool>();
    return {(found.eigenvectors * sqrt(abs(found.eigenvalues))).transpose(), deviates};
  }
  const linalg::SVDResult found = linalg::svd(matrix);
  const Array rebuilt = matmul(found.Vh.transpose() * found.S, found.Vh);
  const bool deviates =
      check && any(logical_not(abs(rebuilt - matrix) <= tol + tol * abs(matrix))).item<bool>();
  return {expand_dims(sqrt(found.S), 1) * found.Vh, deviates};
}

}  // namespace broadloom::random
