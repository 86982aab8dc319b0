// Eigen's plans live in one object for each thread, beside what Bluestein's algorithm needs.
#include "runtime/fourier.h"

#define EIGEN_MPL2_ONLY
#define EIGEN_DONT_PARALLELIZE
#include <algorithm>
#include <bit>
#include <cmath>
#include <map>
#include <numbers>
#include <unsupported/Eigen/FFT>
#include <vector>

#include "absl/functional/function_ref.h"

namespace broadloom::fourier {
namespace {

using Numbers = std::vector<Complex>;

constexpr int64_t kKept = int64_t{1} << 22;  // complex numbers in the tables of a thread

// A factor p > 5 costs Eigen p steps a number; from about this sum on two longer transforms are
// faster (measured: even at 50 to 100).
constexpr int64_t kLargestSum = 80;

bool IsDirect(int64_t n) {
  int64_t sum = 0;
  for (int64_t p = 2; p <= kLargestSum; ++p) {
    for (; n % p == 0; n /= p) sum += p > 5 ? p : 0;
  }
  return n == 1 && sum <= kLargestSum;
}

int64_t PaddedLength(int64_t n) {  // room for a convolution without wrapping around
  return static_cast<int64_t>(std::bit_ceil(static_cast<uint64_t>(2 * n - 1)));
}

// exp(-pi i k^2 / n). The angle is reduced in integers; as a double it would err by a rounding of
// pi, which shows in short transforms.
Complex Chirp(int64_t k, int64_t n) {
  const int64_t turned = k * k % (2 * n);
  const int64_t nearest = turned > n ? turned - 2 * n : turned;
  const auto angle = std::numbers::pi_v<long double> * static_cast<long double>(nearest) /
                     static_cast<long double>(n);
  return {static_cast<double>(std::cos(angle)), static_cast<double>(-std::sin(angle))};
}

// What a length needs beside Eigen's tables; the vectors are empty where Eigen transforms directly.
struct Plan {
  bool is_direct = true;
  Numbers chirp;   // n
  Numbers kernel;  // the transform of the conjugate chirp, around 0, by its length
};

class Worker {
 public:
  Worker() {
    eigen_.SetFlag(Eigen::FFT<double>::Unscaled);
    eigen_.SetFlag(Eigen::FFT<double>::HalfSpectrum);
  }

  void Transform(Direction direction, int64_t n, const Complex* in, Complex* out);
  void TransformReal(int64_t n, const double* in, Complex* out);
  void TransformToReal(int64_t n, const Complex* in, double* out);

  // An upper bound of the complex numbers in tables and scratch memory.
  int64_t held() const { return held_; }

 private:
  const Plan& PlanOf(int64_t n);
  Plan BluesteinPlan(int64_t n);
  void Bluestein(const Plan& plan, Direction direction, const Complex* in, Complex* out);

  Eigen::FFT<double> eigen_;
  std::map<int64_t, Plan> plans_;
  Numbers padded_, convolved_;  // scratch memory of Bluestein
  Numbers in_, out_;            // and of real transforms
  int64_t held_ = 0;
};

const Plan& Worker::PlanOf(int64_t n) {
  const auto found = plans_.find(n);
  if (found != plans_.end()) return found->second;
  const bool is_direct = IsDirect(n);
  held_ += is_direct ? 4 * n : 4 * PaddedLength(n) + 3 * n;
  return plans_.emplace(n, is_direct ? Plan() : BluesteinPlan(n)).first->second;
}

Plan Worker::BluesteinPlan(int64_t n) {
  const int64_t length = PaddedLength(n);
  Plan plan = {false, Numbers(n), Numbers(length)};
  Numbers around(length);
  for (int64_t k = 0; k < n; ++k) {
    plan.chirp[k] = Chirp(k, n);
    around[k] = std::conj(plan.chirp[k]) / static_cast<double>(length);
    if (k > 0) around[length - k] = around[k];
  }
  eigen_.fwd(plan.kernel.data(), around.data(), length);
  return plan;
}

// With c the chirp: y[k] = c[k] sum over j of (c[j] x[j]) conj(c[k - j]). An inverse transform is
// the conjugate of the forward one of the conjugate; so is that of the convolution, which spares a
// table.
void Worker::Bluestein(const Plan& plan, Direction direction, const Complex* in, Complex* out) {
  const size_t n = plan.chirp.size(), length = plan.kernel.size();
  const bool is_inverse = direction == Direction::inverse;
  padded_.assign(length, 0);
  convolved_.resize(length);
  for (size_t k = 0; k < n; ++k)
    padded_[k] = plan.chirp[k] * (is_inverse ? std::conj(in[k]) : in[k]);
  eigen_.fwd(convolved_.data(), padded_.data(), static_cast<Eigen::Index>(length));
  for (size_t k = 0; k < length; ++k) padded_[k] = std::conj(convolved_[k] * plan.kernel[k]);
  eigen_.fwd(convolved_.data(), padded_.data(), static_cast<Eigen::Index>(length));
  for (size_t k = 0; k < n; ++k) {
    const Complex y = plan.chirp[k] * std::conj(convolved_[k]);
    out[k] = is_inverse ? std::conj(y) : y;
  }
}

void Worker::Transform(Direction direction, int64_t n, const Complex* in, Complex* out) {
  const Plan& plan = PlanOf(n);
  if (n == 1) {  // not by Eigen, whose scratch memory is then empty
    out[0] = in[0];
  } else if (!plan.is_direct) {
    Bluestein(plan, direction, in, out);
  } else if (direction == Direction::forward) {
    eigen_.fwd(out, in, n);
  } else {
    eigen_.inv(out, in, n);
  }
}

void Worker::TransformReal(int64_t n, const double* in, Complex* out) {
  if (n > 1 && PlanOf(n).is_direct) return eigen_.fwd(out, in, n);
  in_.assign(in, in + n);
  out_.resize(n);
  Transform(Direction::forward, n, in_.data(), out_.data());
  std::copy_n(out_.begin(), n / 2 + 1, out);
}

// Where n is a multiple of 4 Eigen uses one transform of half the length. Elsewhere it would take a
// complex one, in which all of in[0] and in[n / 2] counts.
void Worker::TransformToReal(int64_t n, const Complex* in, double* out) {
  if (n % 4 == 0 && PlanOf(n).is_direct) return eigen_.inv(out, in, n);
  in_.resize(n);
  out_.resize(n);
  in_[0] = in[0].real();
  for (int64_t k = 1; k <= n / 2; ++k) {
    in_[k] = 2 * k == n ? in[k].real() : in[k];
    in_[n - k] = std::conj(in_[k]);
  }
  Transform(Direction::inverse, n, in_.data(), out_.data());
  std::transform(out_.begin(), out_.end(), out, [](const Complex& z) { return z.real(); });
}

void WithWorker(absl::FunctionRef<void(Worker&)> use) {
  thread_local Worker worker;
  try {
    use(worker);
  } catch (...) {
    worker = Worker();  // Eigen's tables may be half made
    throw;
  }
  if (worker.held() > kKept) worker = Worker();
}

}  // namespace

bool IsSupported(int64_t n) {
  constexpr int64_t kLimit = int64_t{1} << 29;
  return n > 0 && n < kLimit && (PaddedLength(n) < kLimit || IsDirect(n));
}

void Transform(Direction direction, int64_t n, const Complex* in, Complex* out) {
  WithWorker([&](Worker& worker) { worker.Transform(direction, n, in, out); });
}
void TransformReal(int64_t n, const double* in, Complex* out) {
  WithWorker([&](Worker& worker) { worker.TransformReal(n, in, out); });
}
void TransformToReal(int64_t n, const Complex* in, double* out) {
  WithWorker([&](Worker& worker) { worker.TransformToReal(n, in, out); });
}

}  // namespace broadloom::fourier
