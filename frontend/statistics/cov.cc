// Covariance and correlation.
#include <cmath>

#include "absl/strings/str_cat.h"
#include "frontend/composed.h"
#include "frontend/convert.h"
#include "frontend/einsum.h"
#include "frontend/linalg.h"
#include "frontend/statistics.h"
#include "frontend/statistics/common.h"
#include "frontend/warn.h"

namespace broadloom {
namespace {

Array AsRows(const Array& x, bool turn, DataType dtype) {
  const Array rows = x.ndim() == 2 ? x : reshape(x, {1, x.size()});
  return As(turn ? rows.transpose() : rows, dtype);
}

void CheckRank(const Array& x, const char* name) {
  if (x.ndim() > 2)
    throw Error(ErrorCode::invalid_argument,
                absl::StrCat("cov: ", name, " has ", x.ndim(), " dimensions, more than 2"));
}

// NumPy raises RuntimeError for wrong shapes here.
Array CheckedWeights(const Array& given, int64_t samples, const char* name) {
  const Array weights = astype(given, DataType::float64).eval();
  if (weights.ndim() > 1)
    throw Error(ErrorCode::internal, absl::StrCat("cov: cannot handle multidimensional ", name));
  if (weights.ndim() == 0 || weights.size() != samples)
    throw Error(ErrorCode::internal, absl::StrCat("cov: incompatible numbers of samples (", samples,
                                                  ") and ", name, " (", weights.size(), ")"));
  if (any(less(weights, 0)).item<bool>())
    throw Error(ErrorCode::invalid_argument, absl::StrCat("cov: ", name, " cannot be negative"));
  return weights;
}

void CheckWhole(const Array& weights) {
  const Array x = astype(weights, DataType::float64);
  if (!all(equal(x, rint(x))).item<bool>())
    throw Error(ErrorCode::type_error, "cov: fweights must be integer");
}

std::optional<Array> WeightsOf(const CovarianceOptions& options, int64_t samples) {
  std::optional<Array> weights;
  if (options.fweights.has_value()) {
    CheckWhole(*options.fweights);
    weights = CheckedWeights(*options.fweights, samples, "fweights");
  }
  if (options.aweights.has_value()) {
    const Array own = CheckedWeights(*options.aweights, samples, "aweights");
    weights = weights.has_value() ? *weights * own : own;
  }
  return weights;
}

// What sums of products are divided by.
double DivisorOf(const CovarianceOptions& options, const std::optional<Array>& weights,
                 int64_t samples) {
  const double ddof = options.ddof.value_or(options.bias ? 0 : 1);
  double divisor = static_cast<double>(samples) - ddof;
  if (weights.has_value()) {
    const double total = sum(*weights).item<double>();
    const double lost =
        options.aweights.has_value()
            ? sum(*weights * astype(*options.aweights, DataType::float64)).item<double>() / total
            : 1;
    divisor = ddof == 0 ? total : total - ddof * lost;
  }
  if (divisor > 0) return divisor;
  Warn(WarningKind::runtime, "Degrees of freedom <= 0 for slice");
  return 0;
}

// Of 0 an operation, which warns.
Operand Reciprocal(double divisor, const Array& like) {
  if (divisor > 0) return 1 / divisor;
  const DataType dtype = real(like).dtype();
  return divide(scalar(1.0, dtype, &like.context()), scalar(divisor, dtype, &like.context()));
}

Array Clipped(const Array& c) {
  if (!IsComplex(c.dtype())) return clip(c, -1.0, 1.0);
  const Array re = clip(real(c), -1.0, 1.0), im = clip(imag(c), -1.0, 1.0);
  return Make(Op::k_complex, {ExprOf(re), ExprOf(im)});
}

DataType CovarianceDType(const Array& m, const std::optional<Array>& y,
                         const CovarianceOptions& options) {
  DataType dtype = result_type(m.dtype(), DataType::float64);
  if (y.has_value()) dtype = result_type(dtype, y->dtype());
  dtype = options.dtype.value_or(dtype);
  if (!IsInexact(dtype))
    throw Error(ErrorCode::type_error,
                absl::StrCat("cov: means are not of dtype ", to_string(dtype)));
  return dtype;
}

}  // namespace

Array cov(const Array& m, const std::optional<Array>& y, const CovarianceOptions& options) {
  if (options.ddof.has_value() && *options.ddof != std::trunc(*options.ddof))
    throw Error(ErrorCode::invalid_argument, "cov: ddof must be integer");
  CheckRank(m, "m");
  if (y.has_value()) CheckRank(*y, "y");
  const DataType dtype = CovarianceDType(m, y, options);
  Array x = AsRows(m, !options.rowvar && m.ndim() != 1, dtype);
  if (x.shape()[0] == 0) return zeros({0, 0}, DataType::float64, &m.context());
  if (y.has_value()) {
    const bool turn = !options.rowvar && y->ndim() == 2 && y->shape()[0] != 1;
    x = concat({x, AsRows(*y, turn, dtype)}, 0);
  }
  const int64_t samples = x.shape()[1];
  const std::optional<Array> weights = WeightsOf(options, samples);
  const Array means = average(x, AxisList(1), weights, /*keepdims=*/true).average;
  const double divisor = DivisorOf(options, weights, samples);
  const Array centred = As(x - means, dtype);
  const Array scaled = weights.has_value() ? centred * *weights : centred;
  const Array other = IsComplex(dtype) ? conj(scaled) : scaled;
  return squeeze(multiply(dot(centred, other.transpose()), Reciprocal(divisor, centred)));
}

Array corrcoef(const Array& x, const std::optional<Array>& y, bool rowvar,
               std::optional<DataType> dtype) {
  CovarianceOptions options;
  options.rowvar = rowvar;
  options.dtype = dtype;
  const Array c = cov(x, y, options);
  if (c.ndim() == 0) return c / c;
  const Array deviation = sqrt(real(einsum("ii->i", {c})));
  return Clipped(c / expand_dims(deviation, 1) / expand_dims(deviation, 0));
}

}  // namespace broadloom
