"""Reductions: axes, keepdims, dtype, ddof, empty arrays, special values, accuracy."""

import itertools
import math
import warnings

import numpy as np
import pytest

import broadloom as bl
from comparing import check, check_same

NAMES = ["sum", "prod", "mean", "var", "std", "min", "max", "any", "all"]
X = np.random.default_rng(0).standard_normal((2, 3, 4, 5))
AXES = [axes for count in range(5) for axes in itertools.combinations(range(4), count)] + [None, -1, 2, (-1, 0), (3, 1)]


def close(actual, expected, what):
    expected = np.asarray(expected)
    assert (actual.dtype, actual.shape) == (expected.dtype, expected.shape), what
    np.testing.assert_allclose(np.asarray(actual), expected, rtol=1e-13, atol=1e-13, err_msg=what)


@pytest.mark.parametrize("name", NAMES)
def test_axes(name):
    for axis in AXES:
        for keepdims in (False, True):
            for x in (X, X.T, X[:, ::-1, ::2]):
                ours = getattr(bl, name)(bl.asarray(x), axis=axis, keepdims=keepdims)
                close(ours, getattr(np, name)(x, axis=axis, keepdims=keepdims), f"{name} {axis} {keepdims}")
    close(getattr(bl.asarray(X), name)(1), getattr(X, name)(1), name)


@pytest.mark.parametrize("name", ["argmin", "argmax"])
def test_positions(name):
    ties = np.random.default_rng(1).integers(0, 3, (6, 7, 8)).astype(np.float32)
    nans = ties.copy()
    nans[2, 3, 4] = np.nan
    for x in (ties, nans, ties.T, ties[:, ::-1], ties.astype(np.int8), ties > 1):
        for axis in (None, 0, 1, 2, -1):
            for keepdims in (False, True):
                check(getattr(bl, name)(bl.asarray(x), axis=axis, keepdims=keepdims),
                      getattr(np, name)(x, axis=axis, keepdims=keepdims), what=f"{name} {x.dtype} {axis}")


def test_positions_are_over_one_axis_or_all_as_in_numpy():
    with pytest.raises(TypeError):
        bl.asarray(X).argmin((1, 3))


@pytest.mark.parametrize("ddof", [0, 1, 1.5])
def test_ddof(ddof):
    for axis in (None, 0, (1, 2)):
        close(bl.asarray(X).var(axis, ddof=ddof), X.var(axis, ddof=ddof), "var")
        close(bl.std(bl.asarray(X), axis, correction=ddof), X.std(axis, ddof=ddof), "std")


def test_dtype():
    x = np.arange(-3, 200, dtype=np.int8)
    for dtype in ("int8", "int32", "float32", "float64", "uint8"):
        check(bl.sum(bl.asarray(x), dtype=dtype), np.sum(x, dtype=dtype))
    close(bl.mean(bl.asarray(x), dtype="float32").astype("float64"), np.mean(x, dtype="float32").astype("float64"), "mean")


@pytest.mark.parametrize("name", NAMES + ["argmin", "argmax"])
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_empty(name):
    for shape in [(0,), (0, 3), (3, 0), (2, 0, 4)]:
        x = np.zeros(shape)
        for axis in (None, 0, -1):
            check_same(lambda: getattr(bl, name)(bl.asarray(x), axis=axis), lambda: getattr(np, name)(x, axis=axis),
                       what=f"{name} {shape} {axis}")


@pytest.mark.parametrize("name", NAMES + ["argmin"])
def test_axis_errors(name):
    x = bl.asarray(X)
    with pytest.raises(np.exceptions.AxisError, match=name):
        getattr(bl, name)(x, axis=4)
    if name == "argmin":  # takes one axis
        with pytest.raises(TypeError):
            bl.argmin(x, axis=(1, 1))
        return
    with pytest.raises(ValueError, match=f"{name}.*duplicate"):
        getattr(bl, name)(x, axis=(1, 1))
    with pytest.raises(TypeError):
        getattr(bl, name)(x, axis=1.0)


def test_special_values():
    for special in ([np.inf, 1], [np.inf, -np.inf], [np.nan, 1], [-0.0, -0.0], [-np.inf, 2.0]):
        for n in (2, 50):
            x = np.resize(np.array(special), n)
            with np.errstate(all="ignore"):
                for name in ("sum", "prod", "min", "max", "mean"):
                    check(getattr(bl, name)(bl.asarray(x)), getattr(np, name)(x), signed_zeros=False, what=f"{name} {special}")


@pytest.mark.parametrize("n", [1, 10, 127, 128, 129, 1000, 4096, 100_003, 1_000_000])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_sums_are_as_accurate_as_numpys_bound(n, dtype):
    x = np.random.default_rng(n).standard_normal(n).astype(dtype) * 1000
    exact = math.fsum(x.tolist())
    bound = math.fsum(abs(x).tolist()) * np.finfo(dtype).eps * (16 + math.log2(n + 1))
    assert abs(float(bl.asarray(x).sum()) - exact) <= bound
    y = np.stack([x, x[::-1]])
    for axis, ours in [(0, bl.asarray(y.T).sum(0)), (1, bl.asarray(y).sum(1))]:
        assert (abs(np.asarray(ours, dtype="float64") - exact) <= bound).all(), axis


def test_the_same_bits_whatever_the_threads():
    x = bl.asarray(np.random.default_rng(5).standard_normal((301, 777)).astype(np.float32))
    before = bl.get_num_threads()
    answers = []
    for threads in (1, 2, 3):
        bl.set_num_threads(threads)
        answers.append([np.asarray((x * 2).sum(axis)).tobytes() for axis in (None, 0, 1)])
    bl.set_num_threads(before)
    assert answers[0] == answers[1] == answers[2]


@pytest.mark.parametrize("dtype", ["f4", "f8", "i4", "?"])
@pytest.mark.parametrize("n", [1 << 18, (1 << 18) + 1, 300_000, 1 << 20])
def test_variances_of_many_numbers(n, dtype):
    """They are read once, in blocks; the rest is a block of its own."""
    x = (np.random.default_rng(n).standard_normal(n) * 3 + 1000 * (np.dtype(dtype).kind == "f")).astype(dtype)
    exact = x.astype(np.longdouble)
    bound = 4 * float(np.finfo(np.var(x).dtype).eps)
    for ddof in (0, 1.5):
        for name in ("var", "std"):
            ours, expected = getattr(bl, name)(bl.asarray(x), correction=ddof), getattr(exact, name)(ddof=ddof)
            assert ours.dtype == getattr(x, name)().dtype
            assert abs(float(ours) - expected) <= bound * expected
    rows = bl.asarray(x.reshape(1, -1))
    assert bl.var(rows, axis=1, keepdims=True).shape == (1, 1) and bl.var(rows).shape == ()
    assert float(bl.var(rows, axis=1)[0]) == float(bl.var(bl.asarray(x)))
    if dtype == "f8":
        fused = bl.var(bl.asarray(x) * 2 + 1)
        text = bl.explain(fused)
        assert text.count(f"over [{n // 4096},4096]") == text.count("MiB, writes") == 1, text
        assert abs(float(fused) - (exact * 2 + 1).var()) <= bound * float((exact * 2 + 1).var())


@pytest.mark.parametrize("dtype, means", [("f4", [1e3, 1e5, 1e6]), ("f8", [1e4, 1e6, 1e8])])
def test_variances_of_many_numbers_far_from_zero(dtype, means):
    """No less exact than two passes over all of them, which one number less has."""
    def error(x):
        exact = float(x.astype(np.longdouble).var())
        return abs(float(bl.var(bl.asarray(x))) - exact) / exact
    for mean in means:
        xs = [(np.random.default_rng(seed).standard_normal(1 << 18) + mean).astype(dtype) for seed in range(4)]
        eps = float(np.finfo(dtype).eps)
        assert max(map(error, xs)) <= 4 * max(error(x[1:]) for x in xs) + 4 * eps


@pytest.mark.parametrize("dtype, scale", [("f8", 1e303), ("f4", 1e33)])
def test_variances_whose_sums_overflow(dtype, scale):
    z = np.random.default_rng(0).standard_normal(1 << 19)
    everywhere, at_first = (z + 300) * scale, np.where(np.arange(1 << 19) < 4096, 300 * scale, z)
    for x in (everywhere.astype(dtype), at_first.astype(dtype)):
        with pytest.warns(RuntimeWarning, match="overflow encountered in reduce"):
            expected = np.var(x)
        with pytest.warns(RuntimeWarning, match="overflow encountered in reduce"):
            assert float(bl.var(bl.asarray(x))) == expected == np.inf
    squares = (z * scale**0.7).astype(dtype)
    both_signs = np.where(np.arange(1 << 19) < 1 << 18, 300 * scale, -300 * scale).astype(dtype)
    for x, result in ((squares, np.inf), (both_signs, np.nan)):
        with np.errstate(all="ignore"), bl.errstate(all="ignore"):
            np.testing.assert_equal([float(np.var(x)), float(bl.var(bl.asarray(x)))], [result, result])


def test_variances_far_from_the_first_number_and_of_what_is_not_finite():
    x = np.random.default_rng(0).standard_normal(1 << 19)
    x[0] = 1e8  # no pivot
    assert abs(float(bl.var(bl.asarray(x))) / float(x.astype(np.longdouble).var()) - 1) < 1e-14
    steps = np.repeat([1e9, -1e9], 1 << 18) + x % 1  # blocks far apart
    assert abs(float(bl.var(bl.asarray(steps))) / float(steps.astype(np.longdouble).var()) - 1) < 1e-14
    for special in (np.inf, np.nan):
        x[77] = special
        with pytest.warns(RuntimeWarning, match="invalid value encountered in subtract") if special == np.inf else warnings.catch_warnings():
            assert math.isnan(float(bl.var(bl.asarray(x))))


def test_fused_into_reductions():
    x, y = bl.asarray(X), bl.asarray(X[0])
    close(((x - y) ** 2).sum((1, 3)), ((X - X[0]) ** 2).sum((1, 3)), "distances")
    close((x - x.mean(-1, keepdims=True)) / x.std(-1, keepdims=True), (X - X.mean(-1, keepdims=True)) / X.std(-1, keepdims=True),
          "standardise")
    e = bl.exp(x - x.max(-1, keepdims=True))
    f = np.exp(X - X.max(-1, keepdims=True))
    close(e / e.sum(-1, keepdims=True), f / f.sum(-1, keepdims=True), "softmax")
    close(x.sum(0).max(-1), X.sum(0).max(-1), "two reductions")


def test_a_reduction_of_a_reduced_axis_changes_nothing():
    x = bl.asarray(X)
    for name, axis in itertools.product(["sum", "max", "mean"], range(4)):
        kept = X.sum(axis, keepdims=True)
        close(getattr(bl, name)(x.sum(axis, keepdims=True), axis=axis), getattr(np, name)(kept, axis=axis), f"{name} {axis}")
        close(bl.maximum(x.sum(axis, keepdims=True).sum(axis), x.sum(axis)), X.sum(axis), f"twice {axis}")


@pytest.mark.parametrize("name", ["sum", "mean", "max", "any", "argmin", "std"])
def test_a_number_may_have_its_axis(name):
    x = np.array(3.5)
    for axis in (0, -1, 1, None, ()):
        check_same(lambda: getattr(bl, name)(bl.asarray(x), axis=axis), lambda: getattr(np, name)(x, axis=axis))
    check(bl.squeeze(bl.asarray(x), 0), np.squeeze(x, 0))
