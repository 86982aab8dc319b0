// Random numbers of one generator for each context.
#include "frontend/random.h"

#include <map>
#include <mutex>

#include "absl/strings/str_cat.h"
#include "frontend/calls/arguments.h"
#include "frontend/calls/tables.h"
#include "frontend/error.h"
#include "frontend/warn.h"

namespace broadloom::calls {
namespace {

using random::Generator;
using random::Size;

struct Generators {
  std::mutex mutex;
  std::map<Context*, Generator> by_context;
};
Generators& All() {
  static auto* const all = new Generators;
  return *all;
}

Generator GeneratorOf(Context* context) {
  const std::lock_guard lock(All().mutex);
  return All().by_context.try_emplace(context, context).first->second;
}

Value CallSeed(const Arguments& arguments) {
  const auto seed = static_cast<uint64_t>(arguments.As<int64_t>(0));
  const std::lock_guard lock(All().mutex);
  All().by_context.insert_or_assign(arguments.context(), Generator(seed, arguments.context()));
  return {};
}

// A method of the generator, with the parameters of the signature.
template <typename... Parameters, size_t... kIndex>
Value CallMethod(Array (Generator::*method)(Parameters...) const, const Arguments& arguments,
                 std::index_sequence<kIndex...>) {
  const Generator generator = GeneratorOf(arguments.context());
  return (generator.*method)(arguments.As<std::remove_cvref_t<Parameters>>(kIndex)...);
}
template <typename... Parameters>
Value CallMethod(Array (Generator::*method)(Parameters...) const, const Arguments& arguments) {
  return CallMethod(method, arguments, std::index_sequence_for<Parameters...>());
}
template <auto kMethod>
Value Drawn(const Arguments& arguments) {
  return CallMethod(kMethod, arguments);
}

// integers(high), integers(low, high).
Value CallIntegers(const Arguments& arguments) {
  const bool only_high = arguments[1].is_none();
  const Operand low = only_high ? Operand(0) : arguments.As<Operand>(0);
  return GeneratorOf(arguments.context())
      .integers(low, arguments.As<Operand>(only_high ? 0 : 1), arguments.As<Size>("size"),
                arguments.As<DataType>("dtype"), arguments.As<bool>("endpoint"));
}

Value CallChoice(const Arguments& arguments) {
  const Generator generator = GeneratorOf(arguments.context());
  const Size size = arguments.As<Size>("size");
  const bool replace = arguments.As<bool>("replace");
  const auto p = arguments.As<std::optional<Array>>("p");
  if (arguments[0].As<Number>() != nullptr)
    return generator.choice(arguments.As<int64_t>(0), size, replace, p);
  return generator.choice(arguments.As<Array>(0), size, replace, p, arguments.As<int>("axis"));
}

Value CallPermutation(const Arguments& arguments) {
  const Generator generator = GeneratorOf(arguments.context());
  if (arguments[0].As<Number>() != nullptr) return generator.permutation(arguments.As<int64_t>(0));
  return generator.permutation(arguments.As<Array>(0), arguments.As<int>("axis"));
}

void CheckCovariance(const Arguments& arguments, const Array& mean, const Array& cov) {
  const auto fail = [&](const char* what) {
    throw Error(ErrorCode::invalid_argument, absl::StrCat(arguments.name(), ": ", what));
  };
  if (mean.ndim() != 1) fail("mean must be 1 dimensional");
  if (cov.ndim() != 2 || cov.shape()[0] != cov.shape()[1])
    fail("cov must be 2 dimensional and square");
  if (cov.shape()[0] != mean.size()) fail("mean and cov must have same length");
}

void ReportDeviation(bool raises) {
  constexpr char kMessage[] = "covariance is not symmetric positive-semidefinite.";
  if (raises) throw Error(ErrorCode::invalid_argument, kMessage);
  Warn(WarningKind::runtime, kMessage);
}

Value CallMultivariateNormal(const Arguments& arguments) {
  using random::TransformMethod;
  static constexpr std::pair<const char*, TransformMethod> kMethods[] = {
      {"svd", TransformMethod::svd},
      {"eigh", TransformMethod::eigh},
      {"cholesky", TransformMethod::cholesky}};
  enum class Check : uint8_t { warn, raise, ignore };
  static constexpr std::pair<const char*, Check> kChecks[] = {
      {"warn", Check::warn}, {"raise", Check::raise}, {"ignore", Check::ignore}};
  const size_t check_valid = arguments.IndexOf("check_valid"), method = arguments.IndexOf("method");
  const Check check = OneOf(kChecks, arguments[check_valid], arguments.slot(check_valid));
  const Array mean = arguments.As<Array>("mean"), cov = arguments.As<Array>("cov");
  CheckCovariance(arguments, mean, cov);
  const random::Transform transform =
      random::CovarianceTransform(cov, OneOf(kMethods, arguments[method], arguments.slot(method)),
                                  check != Check::ignore, arguments.As<double>("tol"));
  if (transform.deviates) ReportDeviation(check == Check::raise);
  return GeneratorOf(arguments.context())
      .multivariate_normal(mean, transform.matrix, arguments.As<Size>("size"));
}

constexpr char kGroup[] = "random numbers";
constexpr Function kTable[] = {
    {"random.seed(seed)", "begin a sequence that is the same each time", CallSeed, kGroup},
    {"random.random(size=None, dtype='float64')", "uniform in [0, 1)", Drawn<&Generator::random>,
     kGroup},
    {"random.uniform(low=0.0, high=1.0, size=None)", "uniform in [low, high)",
     Drawn<&Generator::uniform>, kGroup},
    {"random.integers(low, high=None, size=None, dtype='int64', endpoint=False)",
     "integers from low to before high; of one argument from 0", CallIntegers, kGroup},
    {"random.standard_normal(size=None, dtype='float64')", "normal with mean 0 and deviation 1",
     Drawn<&Generator::standard_normal>, kGroup},
    {"random.normal(loc=0.0, scale=1.0, size=None)", "normal", Drawn<&Generator::normal>, kGroup},
    {"random.lognormal(mean=0.0, sigma=1.0, size=None)", "exp of normal",
     Drawn<&Generator::lognormal>, kGroup},
    {"random.exponential(scale=1.0, size=None)", "exponential", Drawn<&Generator::exponential>,
     kGroup},
    {"random.laplace(loc=0.0, scale=1.0, size=None)", "Laplace", Drawn<&Generator::laplace>,
     kGroup},
    {"random.logistic(loc=0.0, scale=1.0, size=None)", "logistic", Drawn<&Generator::logistic>,
     kGroup},
    {"random.gumbel(loc=0.0, scale=1.0, size=None)", "Gumbel", Drawn<&Generator::gumbel>, kGroup},
    {"random.rayleigh(scale=1.0, size=None)", "Rayleigh", Drawn<&Generator::rayleigh>, kGroup},
    {"random.weibull(a, size=None)", "Weibull", Drawn<&Generator::weibull>, kGroup},
    {"random.pareto(a, size=None)", "Pareto II", Drawn<&Generator::pareto>, kGroup},
    {"random.power(a, size=None)", "power", Drawn<&Generator::power>, kGroup},
    {"random.triangular(left, mode, right, size=None)", "triangular", Drawn<&Generator::triangular>,
     kGroup},
    {"random.standard_cauchy(size=None)", "Cauchy", Drawn<&Generator::standard_cauchy>, kGroup},
    {"random.wald(mean, scale, size=None)", "inverse Gaussian", Drawn<&Generator::wald>, kGroup},
    {"random.geometric(p, size=None)", "number of trials to the first success",
     Drawn<&Generator::geometric>, kGroup},
    {"random.gamma(shape, scale=1.0, size=None)", "gamma", Drawn<&Generator::gamma>, kGroup},
    {"random.beta(a, b, size=None)", "beta", Drawn<&Generator::beta>, kGroup},
    {"random.chisquare(df, size=None)", "chi-square", Drawn<&Generator::chisquare>, kGroup},
    {"random.standard_t(df, size=None)", "Student's t", Drawn<&Generator::standard_t>, kGroup},
    {"random.vonmises(mu, kappa, size=None)", "von Mises, in radians", Drawn<&Generator::vonmises>,
     kGroup},
    {"random.poisson(lam=1.0, size=None)", "Poisson", Drawn<&Generator::poisson>, kGroup},
    {"random.binomial(n, p, size=None)", "number of successes in n trials",
     Drawn<&Generator::binomial>, kGroup},
    {"random.multinomial(n, pvals, size=None)", "how often each outcome in n trials",
     Drawn<&Generator::multinomial>, kGroup},
    {"random.dirichlet(alpha, size=None)", "vectors whose sum is 1", Drawn<&Generator::dirichlet>,
     kGroup},
    {"random.standard_exponential(size=None, dtype='float64')", "exponential with scale 1",
     Drawn<&Generator::standard_exponential>, kGroup},
    {"random.standard_gamma(shape, size=None, dtype='float64')", "gamma with scale 1",
     Drawn<&Generator::standard_gamma>, kGroup},
    {"random.noncentral_chisquare(df, nonc, size=None)", "noncentral chi-square",
     Drawn<&Generator::noncentral_chisquare>, kGroup},
    {"random.f(dfnum, dfden, size=None)", "F, of Fisher and Snedecor", Drawn<&Generator::f>,
     kGroup},
    {"random.noncentral_f(dfnum, dfden, nonc, size=None)", "noncentral F",
     Drawn<&Generator::noncentral_f>, kGroup},
    {"random.negative_binomial(n, p, size=None)", "number of failures before n successes",
     Drawn<&Generator::negative_binomial>, kGroup},
    {"random.hypergeometric(ngood, nbad, nsample, size=None)",
     "number of good ones in a sample without replacement", Drawn<&Generator::hypergeometric>,
     kGroup},
    {"random.zipf(a, size=None)", "Zipf", Drawn<&Generator::zipf>, kGroup},
    {"random.logseries(p, size=None)", "logarithmic series", Drawn<&Generator::logseries>, kGroup},
    {"random.permuted(x, *, axis=None)", "elements of each line in a random order of their own",
     Drawn<&Generator::permuted>, kGroup},
    {"random.multivariate_normal(mean, cov, size=None, check_valid='warn', tol=1e-08, *, "
     "method='svd')",
     "normal vectors of a mean and a covariance", CallMultivariateNormal, kGroup},
    {"random.choice(a, size=None, replace=True, p=None, axis=0, shuffle=True)",
     "elements drawn from an array", CallChoice, kGroup},
    {"random.permutation(x, axis=0)", "slices in random order", CallPermutation, kGroup},
};

}  // namespace

Table RandomTable() { return kTable; }

}  // namespace broadloom::calls
