"""Distributions of random numbers: moments, Kolmogorov and Smirnov's distance, independence, and the same numbers whatever
computes them."""

import copy
import math
import pickle

import numpy as np
import pytest

import broadloom as bl

N = 20000


def rng(seed=1):
    return bl.random.default_rng(seed)


def scaled_distance(sorted_x, cdf):
    """The largest distance from a distribution function, times sqrt(N): above 2.5 once in 100000 times."""
    n = len(sorted_x)
    expected = cdf(sorted_x)
    steps = np.arange(n + 1) / n
    return math.sqrt(n) * max((steps[1:] - expected).max(), (expected - steps[:-1]).max())


def scaled_distance_of(x, y):
    """The same of two samples."""
    x, y = np.sort(x), np.sort(y)
    every = np.concatenate([x, y])
    apart = np.searchsorted(x, every, "right") / len(x) - np.searchsorted(y, every, "right") / len(y)
    return math.sqrt(len(x) * len(y) / (len(x) + len(y))) * abs(apart).max()


def erf(x):
    return np.array([math.erf(value) for value in x])


CDFS = {
    "random()": lambda x: x,
    "random(dtype='float32')": lambda x: x,
    "uniform(-3, 5)": lambda x: (x + 3) / 8,
    "standard_normal()": lambda x: (1 + erf(x / math.sqrt(2))) / 2,
    "standard_normal(dtype='float32')": lambda x: (1 + erf(x / math.sqrt(2))) / 2,
    "normal(2, 3)": lambda x: (1 + erf((x - 2) / 3 / math.sqrt(2))) / 2,
    "lognormal(.3, .7)": lambda x: (1 + erf((np.log(x) - .3) / .7 / math.sqrt(2))) / 2,
    "standard_exponential()": lambda x: -np.expm1(-x),
    "standard_exponential(dtype='float32')": lambda x: -np.expm1(-x),
    "exponential(2.5)": lambda x: -np.expm1(-x / 2.5),
    "laplace(1, 2)": lambda x: np.where(x < 1, np.exp((x - 1) / 2) / 2, 1 - np.exp((1 - x) / 2) / 2),
    "logistic(1, 2)": lambda x: 1 / (1 + np.exp((1 - x) / 2)),
    "gumbel(1, 2)": lambda x: np.exp(-np.exp((1 - x) / 2)),
    "rayleigh(2)": lambda x: -np.expm1(-x * x / 8),
    "weibull(.5)": lambda x: -np.expm1(-np.sqrt(x)),
    "pareto(.7)": lambda x: 1 - (1 + x) ** -.7,
    "power(.3)": lambda x: x ** .3,
    "triangular(0, 1, 4)": lambda x: np.where(x < 1, x * x / 4, 1 - (4 - x) ** 2 / 12),
    "standard_cauchy()": lambda x: .5 + np.arctan(x) / math.pi,
    "standard_gamma(1)": lambda x: -np.expm1(-x),
    "standard_gamma(.5)": lambda x: erf(np.sqrt(x)),
    "standard_gamma(2, dtype='float32')": lambda x: 1 - (1 + x) * np.exp(-x),
    "gamma(3, 2)": lambda x: 1 - (1 + x / 2 + x * x / 8) * np.exp(-x / 2),
    "beta(.5, .5)": lambda x: 2 / math.pi * np.arcsin(np.sqrt(x)),
    "beta(3, 1)": lambda x: x ** 3,
    "chisquare(2)": lambda x: -np.expm1(-x / 2),
    "f(2, 2)": lambda x: x / (1 + x),
    "standard_t(2)": lambda x: .5 + x / np.sqrt(2 + x * x) / 2,
    "vonmises(0, 0)": lambda x: .5 + x / (2 * math.pi),
}


def drawn(generator, call, size=N):
    join = "" if call.endswith("()") else ", "
    return np.asarray(eval(f"generator.{call[:-1]}{join}size={size})"))


@pytest.mark.parametrize("call", CDFS)
def test_distribution_functions(call):
    x = np.sort(drawn(rng(), call).astype(float))
    assert scaled_distance(x, CDFS[call]) < 2.5


LIKE_NUMPY = [
    "beta(.01, .02)", "beta(300, 2)", "beta(2, .5)", "chisquare(.5)", "f(50, .7)", "noncentral_chisquare(.5, 2)",
    "noncentral_chisquare(3, 20)", "noncentral_f(3, 5, 2)", "standard_t(.6)", "standard_t(100)", "standard_gamma(.01)",
    "standard_gamma(200)", "vonmises(1, .5)", "vonmises(3, 4)", "vonmises(0, 1e5)", "vonmises(1, 1e7)", "wald(1, 3)",
    "wald(3, .1)", "poisson(.1)", "poisson(9.9)", "poisson(10)", "poisson(1000)", "poisson(1e8)", "binomial(10, .3)",
    "binomial(25, .45)", "binomial(1000, .83)", "binomial(10**6, 1e-6)", "binomial(10**12, .3)", "geometric(.01)",
    "geometric(.9)", "negative_binomial(.3, .05)", "negative_binomial(50, .6)", "hypergeometric(10, 10, 5)",
    "hypergeometric(100, 20, 90)", "hypergeometric(20, 100, 30)", "hypergeometric(15, 2000, 500)",
    "hypergeometric(10**8, 10**8, 10**8)", "zipf(2)", "zipf(4)", "logseries(.1)", "logseries(.99)", "integers(0, 7)",
    "integers(-5, 1000)", "integers(0, 3 * 2**61)", "integers(0, 2**64, dtype='uint64')", "integers(-128, 128, dtype='int8')"]


@pytest.mark.parametrize("call", LIKE_NUMPY)
def test_same_distribution_as_numpy(call):
    ours, numpys = drawn(rng(2), call), drawn(np.random.default_rng(3), call)
    assert ours.dtype == numpys.dtype
    assert scaled_distance_of(ours.astype(float), numpys.astype(float)) < 2.5


# Mean and variance.
MOMENTS = {
    "poisson(3)": (3, 3), "poisson(1e15)": (1e15, 1e15), "binomial(7, .2)": (1.4, 1.12), "binomial(10**15, .5)": (5e14, 2.5e14),
    "geometric(.2)": (5, 20), "negative_binomial(4, .25)": (12, 48), "hypergeometric(30, 20, 10)": (6, 6 * .4 * 40 / 49),
    "standard_gamma(7)": (7, 7), "beta(2, 3)": (.4, .04), "chisquare(5)": (5, 10), "integers(0, 10)": (4.5, 8.25),
    "standard_normal()": (0, 1), "standard_t(10)": (0, 1.25), "logistic(0, 1)": (0, math.pi ** 2 / 3),
    "wald(2, 5)": (2, 8 / 5), "triangular(0, 0, 1)": (1 / 3, 1 / 18),
}


@pytest.mark.parametrize("call", MOMENTS)
def test_moments(call):
    mean, variance = MOMENTS[call]
    x = drawn(rng(4), call).astype(float)
    assert abs(x.mean() - mean) < 5 * math.sqrt(variance / N)
    fourth = ((x - mean) ** 4).mean()
    assert abs(((x - mean) ** 2).mean() - variance) < 5 * math.sqrt((fourth - variance ** 2) / N)


def test_constants():
    for call, value in [("poisson(0)", 0), ("binomial(9, 1)", 9), ("binomial(9, 0)", 0), ("geometric(1)", 1),
                        ("geometric(1e-300)", 2**63 - 1), ("weibull(0)", 0), ("gamma(0)", 0), ("hypergeometric(3, 4, 7)", 3),
                        ("zipf(2000)", 1), ("logseries(0)", 1), ("negative_binomial(3, 1)", 0), ("normal(5, 0)", 5),
                        ("exponential(0)", 0), ("gamma(float('nan'))", math.nan), ("beta(1, float('nan'))", math.nan),
                        ("vonmises(0, float('nan'))", math.nan), ("normal(float('nan'))", math.nan)]:
        np.testing.assert_array_equal(drawn(rng(), call, 3), [value] * 3, err_msg=call)


def test_bounds_of_numbers():
    g = rng(6)
    for dtype, most in [("float64", 1 - 2.0**-53), ("float32", 1 - 2.0**-24)]:
        x = np.asarray(g.random(100000, dtype))
        assert 0 <= x.min() < 1e-4 and 1 - 1e-4 < x.max() <= most
    for dtype, least in [("float64", 4.3), ("float32", 4.3)]:
        x = np.asarray(g.standard_normal(1000000, dtype))
        assert np.isfinite(x).all() and least < abs(x).max() < 8.6
    for low, high in [(0, 1), (-2**63, 2**63), (2**62, 2**62 + 3)]:
        x = np.asarray(g.integers(low, high, 1000))
        assert low <= int(x.min()) and int(x.max()) < high
    assert set(np.asarray(g.integers(5, size=200)).tolist()) == set(range(5))
    assert set(np.asarray(g.integers(1, 5, 200, endpoint=True)).tolist()) == {1, 2, 3, 4, 5}
    assert set(np.asarray(g.integers([0, 10], [2, 12], (100, 2))).ravel().tolist()) == {0, 1, 10, 11}
    assert set(np.asarray(g.integers(0, 2, 50, dtype=bool)).tolist()) == {False, True}


# --- The stream ---------------------------------------------------------------------------------------------------------
CALLS = ["random((3, 70))", "normal(0, 1, (5, 1000))", "integers(0, 100, 3000)", "gamma(2.5, 1, 20000)",
         "poisson(40, (100, 200))", "binomial(50, .4, 20000)", "permutation(1000)", "choice(500, 100, False)",
         "choice(4, 20000, p=[.1, .2, .3, .4])", "dirichlet([1, 2, 3], 5000)", "multinomial(20, [.2, .3, .5], 5000)",
         "permuted(bl.reshape(bl.arange(20000), (100, 200)), axis=0)", "vonmises(0, 3, 20000)",
         "choice(50000, 100, False, p=np.full(50000, 1 / 50000))"]


def run(generator, call):
    return eval(f"generator.{call}")


def test_same_numbers_for_any_number_of_threads():
    threads = bl.get_num_threads()
    try:
        results = []
        for count in (1, 2, 3, 8):
            bl.set_num_threads(count)
            g = rng(11)
            results.append([np.asarray(run(g, call)) for call in CALLS])
    finally:
        bl.set_num_threads(threads)
    for other in results[1:]:
        for call, x, y in zip(CALLS, results[0], other):
            np.testing.assert_array_equal(x, y, err_msg=call)


def test_when_and_with_what_it_is_evaluated():
    g, other = rng(5), rng(5)
    a, b, c = g.random(100), g.normal(size=100), g.poisson(5, 100)
    fused = np.asarray((a + b).sum())
    first, second, third = (np.asarray(x) for x in (other.random(100), other.normal(size=100), other.poisson(5, 100)))
    np.testing.assert_array_equal(np.asarray(b), second)
    np.testing.assert_array_equal(np.asarray(a), first)
    np.testing.assert_array_equal(np.asarray(c), third)
    np.testing.assert_allclose(fused, (first + second).sum(), rtol=1e-12)


def test_elements_depend_on_their_place_alone():
    whole = np.asarray(rng(8).random(1000))
    np.testing.assert_array_equal(np.asarray(rng(8).random((10, 5))).ravel(), whole[:50])
    np.testing.assert_array_equal(np.asarray(rng(8).random((2, 3, 4, 5))).ravel(), whole[:120])
    np.testing.assert_array_equal(np.asarray(rng(8).random()), whole[0])
    np.testing.assert_array_equal(np.asarray(rng(8).gamma(3, size=7)), np.asarray(rng(8).gamma(3, size=1000))[:7])
    per_element = np.asarray(rng(8).poisson([[3.0], [50.0]], (2, 500)))
    np.testing.assert_array_equal(per_element[1], np.asarray(rng(8).poisson(50.0, (2, 500)))[1])


SEEDS = [0, 1, 2**32, 2**64, 2**64 + 1, 2**200 + 1, [0], [0, 0], [1, 2], [2, 1], [2**70, 1], (3, 4, 5), np.array([7, 8]),
         range(3), [[1, 2], [3, 4]], np.int64(12), [], np.random.SeedSequence(5)]


def test_seeds():
    numbers = [float(rng(seed).random()) for seed in SEEDS]
    assert numbers == [float(rng(seed).random()) for seed in SEEDS]
    assert len({number for number, seed in zip(numbers, SEEDS) if seed is not SEEDS[6]}) == len(SEEDS) - 1
    assert numbers[6] == numbers[0], "as NumPy's: a list of one number is that number"
    assert float(rng(None).random()) != float(rng(None).random())
    generator = rng(1)
    assert bl.random.default_rng(generator) is generator
    assert float(bl.random.Generator(9).random()) == float(rng(9).random())
    for wrong in [-1, [1, -2], 1.5, "abc", [1.5], {1}]:
        try:
            np.random.default_rng(wrong)
        except Exception as error:
            with pytest.raises(type(error)):
                rng(wrong)


def test_calls_are_independent():
    g = rng(100)
    generators = [g] * 20 + g.spawn(20) + [rng(seed) for seed in range(20)]
    x = np.array([np.asarray(generator.standard_normal(2000)) for generator in generators])
    correlations = np.corrcoef(x) - np.eye(60)
    assert abs(correlations).max() * math.sqrt(2000) < 5
    shifted = [(x[0][:-lag] * x[0][lag:]).mean() * math.sqrt(2000 - lag) for lag in (1, 2, 3, 4, 8)]
    assert max(map(abs, shifted)) < 4.5


def test_state():
    g = rng(21)
    g.random(3)
    for twin in (copy.copy(g), pickle.loads(pickle.dumps(g))):
        g_next = np.asarray(pickle.loads(pickle.dumps(g)).random(5))
        np.testing.assert_array_equal(np.asarray(twin.random(5)), g_next)
    first, second = g.spawn(1)[0], g.spawn(1)[0]
    assert float(first.random()) != float(second.random())
    assert float(rng(21).spawn(1)[0].random()) == float(rng(21).spawn(2)[0].random())


def test_lazy():
    g = rng(2)
    for call in ["random(9)", "uniform(0, 2, 9)", "normal(0, 1, 9)", "integers(0, 9, 9)", "geometric(.5, 9)", "wald(1, 2, 9)"]:
        assert "map over" in bl.explain(run(g, call)), call
    text = bl.explain((g.normal(2.0, 3.0, (40, 50)) * 2 + 1).astype("float32"))
    assert text.count("map over") == 1 and "stored between" not in text
    before = bl.cache_info().compiles
    for _ in range(3):
        bl.eval(g.uniform(0, 3, 77))
    assert bl.cache_info().compiles <= before + 1, "seeds and draws are no part of the code"
