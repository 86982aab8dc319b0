// Linear interpolation between points.
#include <algorithm>
#include <numeric>

#include "absl/strings/str_cat.h"
#include "frontend/dense.h"
#include "frontend/statistics.h"
#include "frontend/statistics/common.h"

namespace broadloom {
namespace {

using Points = std::vector<double>;

// One component of the values: `step` is 2 for the parts of complex numbers.
struct Curve {
  const Points& x;
  const double* y;
  int64_t step;
  double left, right;

  double At(int64_t i) const { return y[i * step]; }
};

// Where a point is NaN by the left end of its interval, the right end decides.
double Between(const Curve& curve, int64_t i, double x) {
  const double x0 = curve.x[i], x1 = curve.x[i + 1], y0 = curve.At(i), y1 = curve.At(i + 1);
  const double slope = (y1 - y0) / (x1 - x0);
  double y = slope * (x - x0) + y0;
  if (std::isnan(y)) {
    y = slope * (x - x1) + y1;
    if (std::isnan(y) && y0 == y1) y = y0;
  }
  return y;
}

double ValueAt(const Curve& curve, double x) {
  const auto n = static_cast<int64_t>(curve.x.size());
  if (std::isnan(x)) return x;
  if (n == 1) return x < curve.x[0] ? curve.left : x > curve.x[0] ? curve.right : curve.At(0);
  const int64_t i = std::upper_bound(curve.x.begin(), curve.x.end(), x) - curve.x.begin() - 1;
  if (i < 0) return curve.left;
  if (i == n - 1) return x > curve.x[i] ? curve.right : curve.At(i);
  return x == curve.x[i] ? curve.At(i) : Between(curve, i, x);
}

void CheckPoints(const Array& xp, const Array& fp) {
  if (xp.ndim() != 1 || fp.ndim() != 1)
    throw Error(ErrorCode::invalid_argument,
                absl::StrCat("interp: Data points must be 1-D sequences, not of ", xp.ndim(),
                             " and ", fp.ndim(), " dimensions"));
  if (xp.size() == 0)
    throw Error(ErrorCode::invalid_argument, "interp: array of sample points is empty");
  if (xp.size() != fp.size())
    throw Error(ErrorCode::invalid_argument,
                absl::StrCat("interp: fp (", fp.size(), ") and xp (", xp.size(),
                             ") are not of the same length."));
}

double Wrapped(double x, double period) {
  const double rest = std::fmod(x, period);
  return rest < 0 ? rest + period : rest;
}

// The points of one period in order, with one more on either side.
void WrapPoints(Points& x, Points& y, int64_t parts, double period) {
  for (double& value : x) value = Wrapped(value, period);
  std::vector<int64_t> order(x.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](int64_t i, int64_t j) { return x[i] < x[j]; });
  order.insert(order.begin(), order.back());
  order.push_back(order[1]);
  Points new_x, new_y;
  for (int64_t i : order) {
    new_x.push_back(x[i]);
    for (int64_t part = 0; part < parts; ++part) new_y.push_back(y[i * parts + part]);
  }
  new_x.front() -= period;
  new_x.back() += period;
  x = std::move(new_x), y = std::move(new_y);
}

Points PointsOf(const Array& x, DataType dtype) {
  const Array dense = Dense(x, dtype);
  const double* const begin = ElementsOf<double>(dense);
  return {begin, begin + x.size() * (IsComplex(dtype) ? 2 : 1)};
}

double PartOf(const std::optional<std::complex<double>>& given, int64_t part, double otherwise) {
  if (!given.has_value()) return otherwise;
  return part == 0 ? given->real() : given->imag();
}

}  // namespace

Array interp(const Array& x, const Array& xp, const Array& fp, const InterpOptions& given) {
  CheckReal(x, "interp");
  CheckReal(xp, "interp");
  CheckPoints(xp, fp);
  const DataType dtype = IsComplex(fp.dtype()) ? DataType::complex128 : DataType::float64;
  const int64_t parts = IsComplex(dtype) ? 2 : 1;
  InterpOptions options = given;
  Points px = PointsOf(xp, DataType::float64), py = PointsOf(fp, dtype);
  if (options.period.has_value()) {
    if (*options.period == 0)
      throw Error(ErrorCode::invalid_argument, "interp: period must be a non-zero value");
    options = {{}, {}, std::abs(*options.period)};
    WrapPoints(px, py, parts, *options.period);
  }
  const Array wanted = Dense(x, DataType::float64);
  const Fresh result = MakeFresh(x.context(), dtype, x.shape());
  for (int64_t part = 0; part < parts; ++part) {
    const double *const y = py.data() + part, *const at = ElementsOf<double>(wanted);
    const Curve curve{px, y, parts, PartOf(options.left, part, y[0]),
                      PartOf(options.right, part, y[(px.size() - 1) * parts])};
    double* const to = reinterpret_cast<double*>(result.data) + part;
    ParallelFor(x.context(), x.size(), 40, [&](int64_t begin, int64_t end) {
      for (int64_t i = begin; i < end; ++i)
        to[i * parts] =
            ValueAt(curve, options.period.has_value() ? Wrapped(at[i], *options.period) : at[i]);
    });
  }
  return result.array;
}

}  // namespace broadloom
