// Generator's distributions of numbers, with NumPy's names and arguments.
#include <string>

#include "frontend/python/random.h"

namespace broadloom::python {
namespace {

using One = Array (Generator::*)(const Operand&, const Size&) const;
using Two = Array (Generator::*)(const Operand&, const Operand&, const Size&) const;
using Three = Array (Generator::*)(const Operand&, const Operand&, const Operand&,
                                   const Size&) const;
using Convert = Operand (*)(nb::handle);

auto SizeArgument() { return nb::arg("size").none() = nb::none(); }

template <typename A>
void Def(nb::class_<Generator>& generator, const char* name, One f, const A& a, const char* doc) {
  generator.def(
      name,
      [f](const Generator& g, nb::handle a, nb::handle size) {
        const Operand x = ToReal(a);
        const Size shape = ToSize(size);
        return Unlocked([&] { return (g.*f)(x, shape); });
      },
      a, SizeArgument(), doc, Line());
}

template <typename A, typename B>
void Def(nb::class_<Generator>& generator, const char* name, Two f, const A& a, const B& b,
         const char* doc, Convert convert = ToReal) {
  generator.def(
      name,
      [=](const Generator& g, nb::handle a, nb::handle b, nb::handle size) {
        const Operand x = convert(a), y = ToReal(b);
        const Size shape = ToSize(size);
        return Unlocked([&] { return (g.*f)(x, y, shape); });
      },
      a, b, SizeArgument(), doc, Line());
}

template <typename A>
void Def(nb::class_<Generator>& generator, const char* name, Three f, A a, A b, A c,
         const char* doc, Convert convert = ToReal) {
  generator.def(
      name,
      [=](const Generator& g, nb::handle a, nb::handle b, nb::handle c, nb::handle size) {
        const Operand x = convert(a), y = convert(b), z = convert(c);
        const Size shape = ToSize(size);
        return Unlocked([&] { return (g.*f)(x, y, z, shape); });
      },
      a, b, c, SizeArgument(), doc, Line());
}

using Standard = Array (Generator::*)(const Size&, DataType) const;

nb::object CallStandard(const Generator& g, const char* name, Standard f, nb::handle size,
                        nb::handle dtype, nb::handle out) {
  const DataType type = ToFloat(dtype, name);
  const Size shape = SizeBeside(out, size, type, name);
  const auto draw = [&] { return Unlocked([&] { return (g.*f)(shape, type); }); };
  return ReduceInto(out, name, draw);
}

nb::object StandardGamma(const Generator& g, nb::handle shape, nb::handle size, nb::handle dtype,
                         nb::handle out) {
  const DataType type = ToFloat(dtype, "standard_gamma");
  const Operand x = ToReal(shape);
  const Size to = SizeBeside(out, size, type, "standard_gamma");
  const auto draw = [&] { return Unlocked([&] { return g.standard_gamma(x, to, type); }); };
  return ReduceInto(out, "standard_gamma", draw);
}

void DefStandard(nb::class_<Generator>& generator, const char* name, Standard f, const char* doc) {
  generator.def(
      name,
      [=](const Generator& g, nb::handle size, nb::handle dtype, nb::handle out) {
        return CallStandard(g, name, f, size, dtype, out);
      },
      SizeArgument(), nb::arg("dtype").none() = "float64", nb::arg("out").none() = nb::none(), doc,
      Line());
}

// NumPy takes bounds of one element for numbers where a size is given.
void DropShapes(Operand& low, Operand& high) {
  const auto is_one = [](const Operand& x) {
    return x.array() == nullptr || x.array()->size() == 1;
  };
  if (!is_one(low) || !is_one(high)) return;
  for (Operand* bound : {&low, &high}) {
    if (bound->array() != nullptr) *bound = reshape(*bound->array(), {});
  }
}

// One bound is the upper one.
Array Integers(const Generator& g, nb::handle low, nb::handle high, nb::handle size,
               nb::handle dtype, nb::handle endpoint) {
  const DataType type = ToInteger(dtype);
  const bool is_one = high.is_none();
  Operand from = is_one ? Operand(0) : ToBound(low, "low");
  const nb::handle given = is_one ? low : high;
  // 2^64 is no number of ours: where it does not belong to the range, 2^64 - 1 does.
  nb::object last = nb::borrow(given);
  const bool is_last = IsTrue(endpoint),
             step = !is_last && type == DataType::uint64 && !nb::isinstance<Array>(given);
  if (step && PyLong_CheckExact(given.ptr())) {
    last = given - nb::int_(1);
  } else if (step && nb::isinstance<nb::list>(given) && numpy_if_there() != nullptr) {
    last = numpy().module.attr("asarray")(given, nb::arg("dtype") = "object") - nb::int_(1);
  }
  Operand to = ToBound(last, "high");
  const Size shape = ToSize(size);
  if (shape.has_value()) DropShapes(from, to);
  const bool included = is_last || !last.is(given);
  return Unlocked([&] { return g.integers(from, to, shape, type, included); });
}

void BindUniform(nb::class_<Generator>& generator) {
  DefStandard(generator, "random", &Generator::random,
              "Uniform numbers in [0, 1), multiples of 2**-53, of 2**-24 in float32. Lazy.");
  Def(generator, "uniform", &Generator::uniform, nb::arg("low") = 0.0, nb::arg("high") = 1.0,
      "Uniform numbers in [low, high). Lazy.");
  generator.def("integers", Integers, nb::arg("low").none(), nb::arg("high").none() = nb::none(),
                SizeArgument(), nb::arg("dtype").none() = "int64",
                nb::arg("endpoint").none() = false,
                "Integers from low to before high, or to high with endpoint; of one bound, from 0. "
                "Equally likely but\nfor less than one part in 2**32. Lazy.",
                Line());
  generator.def(
      "bytes",
      [](const Generator& g, nb::handle length) {
        const nb::object count = nb::steal(PyNumber_Long(length.ptr()));
        if (!count.is_valid()) throw nb::python_error();
        const std::string bytes = g.bytes(ToInt(count));
        return nb::bytes(bytes.data(), bytes.size());
      },
      nb::arg("length"), "Random bytes.");
}

void BindLazy(nb::class_<Generator>& generator) {
  DefStandard(generator, "standard_normal", &Generator::standard_normal,
              "Normal numbers of mean 0 and deviation 1. Lazy.");
  generator.def(
      "standard_exponential",
      [](const Generator& g, nb::handle size, nb::handle dtype, nb::handle method, nb::handle out) {
        static_cast<void>(method);
        return CallStandard(g, "standard_exponential", &Generator::standard_exponential, size,
                            dtype, out);
      },
      SizeArgument(), nb::arg("dtype").none() = "float64", nb::arg("method").none() = "zig",
      nb::arg("out").none() = nb::none(),
      "Exponential numbers of mean 1, by inversion whatever the method. Lazy.", Line());
  const auto loc = nb::arg("loc") = 0.0, scale = nb::arg("scale") = 1.0;
  Def(generator, "normal", &Generator::normal, loc, scale, "loc + scale * standard_normal. Lazy.");
  Def(generator, "lognormal", &Generator::lognormal, nb::arg("mean") = 0.0, nb::arg("sigma") = 1.0,
      "exp of normal numbers. Lazy.");
  Def(generator, "exponential", &Generator::exponential, scale,
      "Exponential numbers of mean `scale`. Lazy.");
  Def(generator, "laplace", &Generator::laplace, loc, scale, "Laplace's distribution. Lazy.");
  Def(generator, "logistic", &Generator::logistic, loc, scale, "The logistic distribution. Lazy.");
  Def(generator, "gumbel", &Generator::gumbel, loc, scale, "Gumbel's distribution. Lazy.");
  Def(generator, "rayleigh", &Generator::rayleigh, scale, "Rayleigh's distribution. Lazy.");
  Def(generator, "weibull", &Generator::weibull, nb::arg("a"), "Weibull's distribution. Lazy.");
  Def(generator, "pareto", &Generator::pareto, nb::arg("a"),
      "Pareto's second distribution (Lomax), from 0. Lazy.");
  Def(generator, "power", &Generator::power, nb::arg("a"),
      "Density a * x**(a - 1) in [0, 1]. Lazy.");
  Def(generator, "triangular", &Generator::triangular, nb::arg("left"), nb::arg("mode"),
      nb::arg("right"), "A density that rises to the mode and falls, both linearly. Lazy.");
  generator.def(
      "standard_cauchy",
      [](const Generator& g, nb::handle size) {
        const Size shape = ToSize(size);
        return Unlocked([&] { return g.standard_cauchy(shape); });
      },
      SizeArgument(), "Cauchy's distribution. Lazy.", Line());
  Def(generator, "wald", &Generator::wald, nb::arg("mean"), nb::arg("scale"),
      "The inverse Gaussian distribution. Lazy.");
  Def(generator, "geometric", &Generator::geometric, nb::arg("p"),
      "Trials of probability p up to the first success. Lazy.");
}

void BindContinuous(nb::class_<Generator>& generator) {
  generator.def("standard_gamma", StandardGamma, nb::arg("shape"), SizeArgument(),
                nb::arg("dtype").none() = "float64", nb::arg("out").none() = nb::none(),
                "Gamma's distribution of scale 1.", Line());
  Def(generator, "gamma", &Generator::gamma, nb::arg("shape"), nb::arg("scale") = 1.0,
      "scale * standard_gamma");
  Def(generator, "beta", &Generator::beta, nb::arg("a"), nb::arg("b"), "The beta distribution.");
  Def(generator, "chisquare", &Generator::chisquare, nb::arg("df"),
      "Sums of df squared normal numbers.");
  Def(generator, "noncentral_chisquare", &Generator::noncentral_chisquare, nb::arg("df"),
      nb::arg("nonc"), "Sums of df squared normal numbers of which one has mean sqrt(nonc).");
  Def(generator, "f", &Generator::f, nb::arg("dfnum"), nb::arg("dfden"),
      "The quotient of two chisquare numbers, each divided by its df.");
  Def(generator, "noncentral_f", &Generator::noncentral_f, nb::arg("dfnum"), nb::arg("dfden"),
      nb::arg("nonc"), "f with a noncentral numerator.");
  Def(generator, "standard_t", &Generator::standard_t, nb::arg("df"), "Student's distribution.");
  Def(generator, "vonmises", &Generator::vonmises, nb::arg("mu"), nb::arg("kappa"),
      "Angles in [-pi, pi], centred at mu.");
}

void BindCounts(nb::class_<Generator>& generator) {
  Def(generator, "poisson", &Generator::poisson, nb::arg("lam") = 1.0, "Poisson's distribution.");
  Def(generator, "binomial", &Generator::binomial, nb::arg("n"), nb::arg("p"),
      "Successes in n trials of probability p.", ToWhole);
  Def(generator, "negative_binomial", &Generator::negative_binomial, nb::arg("n"), nb::arg("p"),
      "Failures before n successes, each of probability p.");
  Def(generator, "hypergeometric", &Generator::hypergeometric, nb::arg("ngood"), nb::arg("nbad"),
      nb::arg("nsample"), "Good ones in a sample without replacement.", ToWhole);
  Def(generator, "zipf", &Generator::zipf, nb::arg("a"),
      "Probability of k in proportion to k**-a.");
  Def(generator, "logseries", &Generator::logseries, nb::arg("p"),
      "Probability of k in proportion to p**k / k.");
}

}  // namespace

void BindDistributions(nb::class_<Generator>& generator) {
  BindUniform(generator);
  BindLazy(generator);
  BindContinuous(generator);
  BindCounts(generator);
}

}  // namespace broadloom::python
