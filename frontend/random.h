// Random numbers with the names, arguments, shapes and dtypes of numpy.random.Generator; the
// numbers are others than NumPy's.
//
// They come from Philox4x32-10 (ir/philox.h), which has no state but a counter. A generator has a
// key of 64 bits, hashed from its seed, and counts the draws that its calls take: most calls take
// one. Element i (in C order) of a call depends on the seed, the number of the draw and i alone,
// never on threads, on when a lazy result is evaluated, or on what else is.
//
// Distributions with a closed form are lazy and fuse with what uses them; the others, and what
// permutes or chooses, run when they are called. Parameters broadcast, and `size`, where it is
// given, must be what they broadcast to; no size and no arrays: a 0-d array. Parameters that have
// bounds are evaluated for the check. Everything is float64, or int64 where it counts, unless
// `dtype` says otherwise.
//
// Errors: `invalid_argument` for parameters out of their bounds and for shapes that do not fit,
// `overflow` for an infinite range of `uniform`, `type_error` for a dtype.
#ifndef BROADLOOM_RANDOM_H_
#define BROADLOOM_RANDOM_H_

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "api.h"
#include "array.h"

namespace broadloom::random {  // not shown
struct SharedState;
class Draws;
}  // namespace broadloom::random

namespace BROADLOOM_API broadloom {
namespace random {

using Size = std::optional<Sizes>;

// Where a generator is: its key, the draws that were taken, the generators that were spawned.
struct State {
  uint64_t key = 0, draws = 0, children = 0;
};

// A handle: copies take from one sequence. Thread-safe.
class Generator {
 public:
  explicit Generator(Context* context = nullptr);  // seeded by the system
  explicit Generator(uint64_t seed, Context* context = nullptr);
  explicit Generator(const std::vector<uint32_t>& words, Context* context = nullptr);  // all hashed
  explicit Generator(const State& state, Context* context = nullptr);

  State state() const;
  std::vector<Generator> spawn(int64_t count) const;  // independent ones

  // --- Uniform -----------------------------------------------------------------------------------
  // [0, 1): multiples of 2^-53, of 2^-24 in float32.
  Array random(const Size& size = {}, DataType dtype = DataType::float64) const;
  Array uniform(const Operand& low = 0.0, const Operand& high = 1.0, const Size& size = {}) const;
  // From `low` to before `high`, or to `high` itself with `endpoint`, equally likely but for less
  // than one part in 2^32. Bounds are integers of 64 bits that lie in the range of the dtype.
  Array integers(const Operand& low, const Operand& high, const Size& size = {},
                 DataType dtype = DataType::int64, bool endpoint = false) const;
  std::string bytes(int64_t length) const;

  // --- Lazy --------------------------------------------------------------------------------------
  // Box and Muller: up to 8.5 in float64, up to 7.4 in float32, that is down to 2^-53 and 2^-40.
  Array standard_normal(const Size& size = {}, DataType dtype = DataType::float64) const;
  Array normal(const Operand& loc = 0.0, const Operand& scale = 1.0, const Size& size = {}) const;
  Array lognormal(const Operand& mean = 0.0, const Operand& sigma = 1.0,
                  const Size& size = {}) const;
  Array standard_exponential(const Size& size = {}, DataType dtype = DataType::float64) const;
  Array exponential(const Operand& scale = 1.0, const Size& size = {}) const;
  Array laplace(const Operand& loc = 0.0, const Operand& scale = 1.0, const Size& size = {}) const;
  Array logistic(const Operand& loc = 0.0, const Operand& scale = 1.0, const Size& size = {}) const;
  Array gumbel(const Operand& loc = 0.0, const Operand& scale = 1.0, const Size& size = {}) const;
  Array rayleigh(const Operand& scale = 1.0, const Size& size = {}) const;
  Array weibull(const Operand& a, const Size& size = {}) const;
  Array pareto(const Operand& a, const Size& size = {}) const;
  Array power(const Operand& a, const Size& size = {}) const;
  Array triangular(const Operand& left, const Operand& mode, const Operand& right,
                   const Size& size = {}) const;
  Array standard_cauchy(const Size& size = {}) const;
  Array wald(const Operand& mean, const Operand& scale, const Size& size = {}) const;
  Array geometric(const Operand& p, const Size& size = {}) const;

  // --- By rejection: ready arrays ----------------------------------------------------------------
  Array standard_gamma(const Operand& shape, const Size& size = {},
                       DataType dtype = DataType::float64) const;
  Array gamma(const Operand& shape, const Operand& scale = 1.0, const Size& size = {}) const;
  Array beta(const Operand& a, const Operand& b, const Size& size = {}) const;
  Array chisquare(const Operand& df, const Size& size = {}) const;
  Array noncentral_chisquare(const Operand& df, const Operand& nonc, const Size& size = {}) const;
  Array f(const Operand& dfnum, const Operand& dfden, const Size& size = {}) const;
  Array noncentral_f(const Operand& dfnum, const Operand& dfden, const Operand& nonc,
                     const Size& size = {}) const;
  Array standard_t(const Operand& df, const Size& size = {}) const;
  Array vonmises(const Operand& mu, const Operand& kappa, const Size& size = {}) const;
  Array poisson(const Operand& lam = 1.0, const Size& size = {}) const;
  Array binomial(const Operand& n, const Operand& p, const Size& size = {}) const;
  Array negative_binomial(const Operand& n, const Operand& p, const Size& size = {}) const;
  Array hypergeometric(const Operand& ngood, const Operand& nbad, const Operand& nsample,
                       const Size& size = {}) const;
  Array zipf(const Operand& a, const Size& size = {}) const;
  Array logseries(const Operand& p, const Size& size = {}) const;

  // --- Vectors -----------------------------------------------------------------------------------
  // pvals (..., d), n (...) -> size + (d,), or what n and the pvals broadcast to.
  Array multinomial(const Operand& n, const Array& pvals, const Size& size = {}) const;
  Array dirichlet(const Array& alpha, const Size& size = {}) const;  // (d,) -> size + (d,)
  // mean (d,), cov (d, d) -> size + (d,). `transform` is a matrix A with A^T A = cov.
  Array multivariate_normal(const Array& mean, const Array& transform, const Size& size = {}) const;

  // --- Choosing and permuting --------------------------------------------------------------------
  // Indices into `count` things, equally likely unless `p` (count,) says otherwise. Lazy with
  // replacement and without `p`.
  Array choice(int64_t count, const Size& size = {}, bool replace = true,
               const std::optional<Array>& p = {}) const;
  // Of the slices of x along an axis; they lie along the axes of `size`, which replace that one.
  Array choice(const Array& x, const Size& size = {}, bool replace = true,
               const std::optional<Array>& p = {}, int axis = 0) const;
  Array permutation(int64_t count) const;                 // of 0, 1, ..., count - 1
  Array permutation(const Array& x, int axis = 0) const;  // of the slices along an axis
  // Each row along the axis by itself; no axis: all elements.
  Array permuted(const Array& x, std::optional<int> axis = {}) const;

 private:
  friend class Draws;
  std::shared_ptr<SharedState> state_;
};

// The transform of `multivariate_normal` for a covariance matrix; `deviates` tells whether cov is
// not symmetric positive-semidefinite within `tol`.
struct Transform {
  Array matrix;
  bool deviates = false;
};
enum class TransformMethod : uint8_t { svd, eigh, cholesky };
Transform CovarianceTransform(const Array& cov, TransformMethod method, bool check, double tol);

Generator default_rng(Context* context = nullptr);
Generator default_rng(uint64_t seed, Context* context = nullptr);

}  // namespace random
}  // namespace broadloom

#endif  // BROADLOOM_RANDOM_H_
