// Positions of quantiles in sorted rows. Hyndman & Fan, "Sample quantiles in statistical packages",
// The American Statistician 50 (1996); `lower` to `nearest` are variations of `linear`.
#include <cmath>

#include "absl/strings/str_cat.h"
#include "frontend/statistics/quantile.h"
#include "ir/half.h"

namespace broadloom {
namespace {

using Method = QuantileMethod;

constexpr const char* kMethods[] = {"inverted_cdf",
                                    "averaged_inverted_cdf",
                                    "closest_observation",
                                    "interpolated_inverted_cdf",
                                    "hazen",
                                    "weibull",
                                    "linear",
                                    "median_unbiased",
                                    "normal_unbiased",
                                    "lower",
                                    "higher",
                                    "midpoint",
                                    "nearest"};

// A float16 that is rounded after every operation.
class Half {
 public:
  Half(double x)  // NOLINT: it is a number
      : value_(FromHalfBits(DType::kFloat16, ToHalfBits(DType::kFloat16, static_cast<float>(x)))) {}
  operator double() const { return value_; }  // NOLINT
  friend Half operator+(Half a, Half b) { return double{a.value_} + b.value_; }
  friend Half operator-(Half a, Half b) { return double{a.value_} - b.value_; }
  friend Half operator*(Half a, Half b) { return double{a.value_} * b.value_; }

 private:
  float value_;
};

// The position by Hyndman & Fan's alpha and beta, counted from 0.
template <typename Q>
Q PositionBy(double alpha, double beta, Q n, Q q) {
  return n * q + (static_cast<Q>(alpha) + q * static_cast<Q>(1 - alpha - beta)) - Q(1);
}

template <typename Q>
Q PositionOf(QuantileMethod method, Q n, Q q) {
  const Q last = (n - Q(1)) * q;
  switch (method) {
    case Method::inverted_cdf:
    case Method::averaged_inverted_cdf: return n * q - Q(1);
    case Method::closest_observation: return n * q - Q(1) - Q(0.5);
    case Method::interpolated_inverted_cdf: return PositionBy<Q>(0, 1, n, q);
    case Method::hazen: return PositionBy<Q>(0.5, 0.5, n, q);
    case Method::weibull: return PositionBy<Q>(0, 0, n, q);
    case Method::linear: return last;
    case Method::median_unbiased: return PositionBy<Q>(1 / 3.0, 1 / 3.0, n, q);
    case Method::normal_unbiased: return PositionBy<Q>(3 / 8.0, 3 / 8.0, n, q);
    case Method::lower: return std::floor(last);
    case Method::higher: return std::ceil(last);
    case Method::midpoint: return Q(0.5) * (Q(std::floor(last)) + Q(std::ceil(last)));
    case Method::nearest: return std::nearbyint(last);
  }
  return last;
}

// Of the two methods whose steps do not stand at whole positions.
template <typename Q>
Q Discrete(QuantileMethod method, Q position) {
  const Q below = std::floor(position);
  const bool stays = position == below &&
                     (method == Method::inverted_cdf || std::fmod(std::abs(below), Q(2)) == 1);
  return std::max(stays ? below : below + Q(1), Q(0));
}

template <typename Q>
double WeightOf(QuantileMethod method, Q position, Q below) {
  const Q weight = position - below;
  if (method == Method::averaged_inverted_cdf) return weight == 0 ? 0.5 : 1;
  if (method == Method::midpoint) return std::fmod(position, Q(1)) == 0 ? 0 : 0.5;
  return weight;
}

// NumPy's arithmetic, in the precision of the quantiles.
template <typename Q>
Place PlaceOf(QuantileMethod method, int64_t n, Q q, bool whole) {
  Q position = PositionOf<Q>(method, static_cast<Q>(n), q);
  if (method == Method::inverted_cdf || method == Method::closest_observation)
    position = Discrete(method, position);
  if (PicksElements(method)) {
    const int64_t at = std::clamp<int64_t>(static_cast<int64_t>(position), 0, n - 1);
    return {at, at, 0};
  }
  // Beyond an end both neighbours are the end; NumPy counts the last one as -1 then.
  if (position >= static_cast<Q>(n - 1)) return {n - 1, n - 1, WeightOf<Q>(method, position, -1)};
  const Q below = position < 0 ? 0 : std::floor(position);
  const auto at = static_cast<int64_t>(below);
  const double weight = WeightOf<Q>(method, position, below);
  return {at, position < 0 ? 0 : at + 1, whole ? std::trunc(weight) : weight};
}

}  // namespace

QuantileMethod MethodNamed(const std::string& name) {
  for (size_t i = 0; i < std::size(kMethods); ++i) {
    if (name == kMethods[i]) return static_cast<QuantileMethod>(i);
  }
  throw Error(ErrorCode::invalid_argument,
              absl::StrCat("quantile: '", name, "' is not a valid method"));
}

bool PicksElements(QuantileMethod method) {
  switch (method) {
    case Method::inverted_cdf:
    case Method::closest_observation:
    case Method::lower:
    case Method::higher:
    case Method::nearest: return true;
    default: return false;
  }
}

bool StaysWhole(QuantileMethod method) {
  return method == Method::averaged_inverted_cdf || method == Method::interpolated_inverted_cdf ||
         method == Method::weibull || method == Method::linear;
}

std::vector<Place> PlacesOf(const QuantilePlan& plan, int64_t n) {
  std::vector<Place> places;
  for (double q : plan.q)
    places.push_back(plan.half_q ? PlaceOf<Half>(plan.method, n, q, plan.whole_q)
                     : plan.single_q
                         ? PlaceOf<float>(plan.method, n, static_cast<float>(q), plan.whole_q)
                         : PlaceOf<double>(plan.method, n, q, plan.whole_q));
  return places;
}

}  // namespace broadloom
