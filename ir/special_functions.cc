#include "ir/special_functions.h"

#include <quadmath.h>
#include <xmmintrin.h>

#include <boost/math/special_functions/bessel.hpp>
#include <boost/math/special_functions/beta.hpp>
#include <boost/math/special_functions/digamma.hpp>
#include <boost/math/special_functions/erf.hpp>
#include <boost/math/special_functions/sin_pi.hpp>
#include <boost/multiprecision/float128.hpp>
#include <cmath>
#include <limits>

namespace broadloom::special {
namespace {

namespace policies = boost::math::policies;
using Quad = boost::multiprecision::float128;
// Nothing throws, and nobody's errno is touched.
using Quiet = policies::policy<policies::domain_error<policies::ignore_error>,
                               policies::pole_error<policies::ignore_error>,
                               policies::overflow_error<policies::ignore_error>,
                               policies::underflow_error<policies::ignore_error>,
                               policies::denorm_error<policies::ignore_error>,
                               policies::evaluation_error<policies::ignore_error>,
                               policies::rounding_error<policies::ignore_error>,
                               policies::indeterminate_result_error<policies::ignore_error>,
                               policies::promote_float<false>, policies::promote_double<false>>;

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

// Gives MXCSR back as it was: what is raised on the way is nobody's business.
class FlagsKept {
 public:
  FlagsKept() : before_(_mm_getcsr()) { _mm_setcsr(0x1f80); }
  ~FlagsKept() { _mm_setcsr(before_); }
  FlagsKept(const FlagsKept&) = delete;
  FlagsKept& operator=(const FlagsKept&) = delete;

 private:
  const unsigned before_;
};

bool IsWhole(double x) { return std::floor(x) == x; }  // also infinities
bool IsPole(double x) { return x <= 0 && IsWhole(x); }

// Boost's own reduction ends at 2^31.
Quad SinPi(const Quad& x) {
  return boost::math::sin_pi(Quad(x - 2 * floor(Quad(x / 2 + 0.5))), Quiet());
}
Quad PositiveBeta(const Quad& x, const Quad& y) { return boost::math::beta(x, y, Quiet()); }

// gamma(x) = pi / (sin(pi x) gamma(1 - x)) for each negative argument, x among them; neither x nor
// y is a pole. x + y is exact where it is near one of its own.
Quad ReflectedBeta(double x, double y) {
  const Quad a = x, b = y, sum = a + b, sine = SinPi(a);
  if (sum <= 0 && floor(sum) == sum) return 0;
  const Quad pi = boost::math::constants::pi<Quad>();
  if (y < 0) return pi * SinPi(sum) / (sine * SinPi(b) * (1 - sum) * PositiveBeta(1 - a, 1 - b));
  if (sum < 0) return SinPi(sum) / sine * PositiveBeta(b, 1 - sum);
  return pi / (sine * b * PositiveBeta(1 - a, sum));
}

// At a pole x: finite where gamma(x + y) has one too.
double BetaAtPole(double x, double y) {
  if (!(y > 0) || !IsWhole(y) || std::isinf(x) || x + y > 0) return kInfinity;
  const FlagsKept kept;
  const double size = static_cast<double>(PositiveBeta(1 - (Quad(x) + y), y));
  return std::fmod(y, 2) == 0 ? size : -size;
}

// gamma(y) x^-y as x goes to infinity; y is no pole.
double BetaAtInfinity(double y) {
  if (y > 0) return y == kInfinity ? kNaN : 0;
  return std::fmod(std::floor(y), 2) == 0 ? kInfinity : -kInfinity;
}

}  // namespace

double LogGamma(double x) {
  const FlagsKept kept;
  return static_cast<double>(lgammaq(x));
}

double InverseErf(double x) {
  if (x == 0 || std::isnan(x)) return x;
  if (!(std::fabs(x) < 1)) return std::fabs(x) == 1 ? std::copysign(kInfinity, x) : kNaN;
  const FlagsKept kept;
  return static_cast<double>(boost::math::erf_inv(static_cast<long double>(x), Quiet()));
}

// Around its zeros at negative numbers long double has not the digits.
double Digamma(double x) {
  if (x == 0) return std::copysign(kInfinity, -x);
  if (std::isnan(x) || x == kInfinity) return x;
  if (IsPole(x)) return kNaN;
  const FlagsKept kept;
  const long double value = boost::math::digamma(static_cast<long double>(x), Quiet());
  if (x > 0 || std::fabs(value) > 1) return static_cast<double>(value);
  return static_cast<double>(boost::math::digamma(Quad(x), Quiet()));
}

// Of infinities NaN, as NumPy's.
double BesselI0(double x) {
  if (!std::isfinite(x)) return kNaN;
  const double size = std::fabs(x);
  if (size > 720) return kInfinity;
  const FlagsKept kept;
  return static_cast<double>(boost::math::cyl_bessel_i(0, static_cast<long double>(size), Quiet()));
}

double Beta(double x, double y) {
  if (std::isnan(x) || std::isnan(y)) return kNaN;
  if (IsPole(x)) return BetaAtPole(x, y);
  if (IsPole(y)) return BetaAtPole(y, x);
  if (std::isinf(x)) return BetaAtInfinity(y);
  if (std::isinf(y)) return BetaAtInfinity(x);
  const FlagsKept kept;
  if (x < 0) return static_cast<double>(ReflectedBeta(x, y));
  if (y < 0) return static_cast<double>(ReflectedBeta(y, x));
  const long double value =
      boost::math::beta(static_cast<long double>(x), static_cast<long double>(y), Quiet());
  if (value > 0x1p-200L) return static_cast<double>(value);
  return static_cast<double>(PositiveBeta(x, y));  // powers of large exponents lose digits
}

}  // namespace broadloom::special
