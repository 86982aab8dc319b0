"""Statistics against NumPy: values, dtypes, shapes, warnings, errors."""

import warnings

import numpy as np
import pytest

import broadloom as bl
from comparing import values
from expressions import check_expression

ERRORS = (np.exceptions.AxisError, ZeroDivisionError, OverflowError, TypeError, IndexError, ValueError, RuntimeError)
SAID = ("Mean of empty slice", "Degrees of freedom", "All-NaN")
RTOL = {"float16": 4e-3, "float32": 3e-6, "float64": 1e-12, "complex64": 3e-6, "complex128": 1e-12}


def listen(function):
    """(value or None, error class or None, whether it warned as one of `SAID`)."""
    with warnings.catch_warnings(record=True) as heard, np.errstate(all="ignore"):
        warnings.simplefilter("always")
        try:
            value, error = function(), None
            value = [np.asarray(v) for v in value] if isinstance(value, (tuple, list)) else np.asarray(value)
        except ERRORS as e:
            value, error = None, next(kind for kind in ERRORS if isinstance(e, kind))
    said = any(str(w.message).startswith(SAID) and w.category is RuntimeWarning for w in heard)
    return value, error, said


def close(got, expected, what, scale=1):
    assert (got.dtype, got.shape) == (expected.dtype, expected.shape), f"{what}: {got.dtype}{got.shape}, not {expected.dtype}{expected.shape}"
    if expected.dtype.name in RTOL:
        rtol = RTOL[expected.dtype.name] * scale
        largest = np.abs(np.where(np.isfinite(expected), expected, 0)).max(initial=0)
        np.testing.assert_allclose(got, expected, rtol=rtol, atol=rtol * largest, err_msg=what)
    else:
        np.testing.assert_array_equal(got, expected, err_msg=what)


def same(name, *args, scale=1, **how):
    """bl.name and np.name agree in everything; arrays are given to each in its own kind."""
    what = f"{name} {[getattr(a, 'dtype', a) for a in args]} {how}"
    ours = [bl.asarray(a) if isinstance(a, np.ndarray) else a for a in args]
    got, error, said = listen(lambda: getattr(bl, name)(*ours, **how))
    expected, numpys_error, numpy_said = listen(lambda: getattr(np, name)(*args, **how))
    assert error is numpys_error, f"{what}: {error}, NumPy's is {numpys_error}"
    if error is not None:
        return
    assert said == numpy_said, f"{what}: warned: {said}, NumPy: {numpy_said}"
    if isinstance(expected, list):
        assert len(got) == len(expected), what
        for g, e in zip(got, expected):
            close(g, e, what, scale)
    else:
        close(got, expected, what, scale)


RNG = np.random.default_rng(0)
X = RNG.standard_normal((3, 4, 5)) * 3
WITH_NANS = np.where(RNG.random((3, 4, 5)) < 0.3, np.nan, X)
WITH_NANS[1, :, 2] = np.nan
WITH_NANS[:, 0, 0] = np.nan
AXES = [None, 0, 1, -1, (0, 2), (1, 0), (), (0, 1, 2), 3, (0, 0), (-1, 2)]
DTYPES = ["bool", "int8", "int32", "int64", "uint8", "uint64", "float16", "float32", "float64"]


def of(dtype, shape=(3, 4, 5), seed=0):
    return values(dtype, int(np.prod(shape)), seed, special=False).reshape(shape)


@pytest.mark.parametrize("name", ["ptp", "count_nonzero", "nansum", "nanprod", "nanmin", "nanmax", "nanmean", "nanvar", "nanstd", "median",
                                  "nanmedian"])
def test_reductions(name):
    for axis in AXES:
        for keepdims in (False, True):
            same(name, X, axis=axis, keepdims=keepdims, scale=10)
            if name != "nanmedian":  # NumPy has another way for small slices there
                same(name, WITH_NANS, axis=axis, keepdims=keepdims, scale=10)
    for dtype in DTYPES:
        same(name, of(dtype), axis=1, scale=4)
        same(name, of(dtype), scale=4)
    for shape in [(0,), (0, 3), (3, 0)]:
        for axis in (None, 0, -1):
            same(name, np.zeros(shape), axis=axis)
    same(name, np.array(3.5))


@pytest.mark.parametrize("name", ["nansum", "nanprod", "nanmean", "nanvar", "nanstd"])
def test_dtypes_of_nan_reductions(name):
    for dtype in ("float32", "float64", "int64"):
        same(name, WITH_NANS.astype("float32"), axis=1, dtype=dtype, scale=1e6 if dtype == "float64" else 10)
        same(name, of("int32"), axis=1, dtype=dtype, scale=10)


def test_nan_reductions_of_infinities():
    x = np.array([[np.inf, np.nan, 1], [-np.inf, np.inf, 2], [np.inf, np.inf, np.nan], [-np.inf, np.nan, np.nan], [-0.0, np.nan, 0.0]])
    for name in ("nanmin", "nanmax", "nansum", "nanmean", "nanargmin", "nanargmax"):
        for axis in (None, 0, 1):
            same(name, x, axis=axis)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_nan_reductions_of_vectors(dtype):
    for n in (1, 7, 1000, 33_333):
        x = RNG.standard_normal(n).astype(dtype)
        x[RNG.random(n) < 0.3] = np.nan
        for name in ("nansum", "nanmean", "nanvar", "nanstd", "nanmin", "nanmax", "nanargmin"):
            same(name, x, scale=100)


def test_degrees_of_freedom():
    for name in ("nanvar", "nanstd"):
        for ddof in (0, 1, 2, 3, 4.5):
            same(name, WITH_NANS, axis=0, ddof=ddof, scale=10)
            same(name, WITH_NANS, axis=0, correction=ddof, scale=10)


@pytest.mark.parametrize("name", ["nanargmin", "nanargmax"])
def test_positions(name):
    y = WITH_NANS.copy()
    y[1, 2, 2] = y[1, 0, 0] = 1
    for axis in (None, 0, 1, -1, 3):
        for x in (X, WITH_NANS, y, of("int8"), np.full((2, 2), np.nan), np.zeros((2, 0))):
            same(name, x, axis=axis)
            same(name, x, axis=axis, keepdims=True)


def test_warnings_are_raised_where_asked():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(RuntimeWarning):
            bl.nanmean(bl.asarray(np.array([np.nan])))


@pytest.mark.parametrize("name", ["nancumsum", "nancumprod"])
def test_nan_cumulative(name):
    for axis in (None, 0, 1, -1, 3):
        for x in (X / 3, WITH_NANS / 3, of("int8"), of("float32") / 4, of("bool")):
            same(name, x, axis=axis, scale=100)


def test_average():
    w = RNG.random((3, 4, 5))
    for axis in AXES:
        same("average", X, axis=axis)
        same("average", X, axis=axis, returned=True, keepdims=True)
        same("average", X, axis=axis, weights=w, returned=True, scale=10)
        same("average", X, axis=axis, weights=w[0, :, 0], returned=True, scale=10)
    same("average", X, axis=(2, 0), weights=w[:, 0, :].T, scale=10)
    same("average", X, axis=(0, 2), weights=w[:, 0, :], scale=10, keepdims=True)
    same("average", X, weights=np.zeros((3, 4, 5)))
    same("average", X, weights=w[0])
    for dtype in DTYPES:
        same("average", of(dtype), axis=0, weights=of("uint8") % 5 + 1, scale=10)
        same("average", of(dtype), axis=0, returned=True)


def reference_softmax(x, axis):
    e = np.exp(x - x.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


def test_softmax_and_logsumexp():
    for axis in (None, 0, -1, (0, 2)):
        close(np.asarray(bl.softmax(bl.asarray(X), axis=axis)), reference_softmax(X, axis), "softmax", 10)
        close(np.asarray(bl.log_softmax(bl.asarray(X), axis=axis)), np.log(reference_softmax(X, axis)), "log_softmax", 10)
        for keepdims in (False, True):
            close(np.asarray(bl.logsumexp(bl.asarray(X), axis=axis, keepdims=keepdims)),
                  np.asarray(np.log(np.exp(X).sum(axis=axis, keepdims=keepdims))), "logsumexp", 10)
    big = bl.asarray(np.array([1000.0, 1000.0]))
    assert float(bl.logsumexp(big)) == pytest.approx(1000 + np.log(2))
    np.testing.assert_allclose(np.asarray(bl.softmax(big)), [0.5, 0.5])
    assert float(bl.logsumexp(bl.asarray(np.array([-np.inf, -np.inf])))) == -np.inf
    assert float(bl.logsumexp(bl.asarray(np.array([np.inf, 1.0])))) == np.inf
    assert bl.softmax(bl.asarray(np.array([1, 2, 3]))).dtype == np.float64


def test_diff():
    for n in (0, 1, 2, 4, 9, -1):
        for axis in (-1, 0, 1, 3):
            same("diff", X, n=n, axis=axis)
    for dtype in DTYPES:
        same("diff", of(dtype), n=2)
    same("diff", np.array(3.0))
    same("diff", X, prepend=0)
    same("diff", X, prepend=X[:, :, :2], append=5.5)
    same("diff", of("int8"), axis=0, append=of("float32")[:1])
    same("diff", X, prepend=X[:2])
    for args in [(X,), (of("int8"),), (np.zeros(0),), (of("bool"),), (np.arange(4), [9, 8]), (np.arange(4), 5, [1, 2]), (np.arange(4), 5.5),
                 (np.arange(4.0), 5, 6)]:
        same("ediff1d", *args)


def test_gradient():
    x = np.array([0.0, 0.5, 2, 2.5])
    for edge_order in (1, 2, 3):
        for how in [{}, {"axis": 1}, {"axis": (0, 2)}, {"axis": (2, 0)}, {"axis": 3}]:
            same("gradient", X, edge_order=edge_order, scale=10, **how)
        same("gradient", X, 2.5, edge_order=edge_order, scale=10)
        same("gradient", X, x, edge_order=edge_order, axis=1, scale=10)
        same("gradient", X, np.arange(4) * 2, edge_order=edge_order, axis=1, scale=10)
        same("gradient", X, 0.5, x, np.arange(5.0) ** 2, edge_order=edge_order, scale=10)
    for dtype in ("int8", "int64", "uint8", "float32", "float64"):
        same("gradient", of(dtype), axis=0, scale=4)
    same("gradient", np.zeros((1, 3)))
    same("gradient", X, 1.0, 2.0)
    same("gradient", X, np.ones((2, 2)), axis=0)
    same("gradient", X, np.ones(7), axis=0)


def test_trapezoid():
    for axis in (-1, 0, 1, 3):
        same("trapezoid", X, axis=axis, scale=10)
        same("trapezoid", X, dx=0.25, axis=axis, scale=10)
    same("trapezoid", X, np.array([0, 1, 4, 5, 7]), scale=10)
    same("trapezoid", X, np.sort(X, 1), axis=1, scale=10)
    same("trapezoid", of("int8"), scale=10)
    same("trapezoid", np.ones(1))


def test_unwrap():
    p = np.cumsum(RNG.standard_normal((4, 30)) * 3, 1)
    for axis in (-1, 0, 2):
        same("unwrap", np.angle(np.exp(1j * p)), axis=axis, scale=100)
        same("unwrap", p, discont=4.0, axis=axis, scale=100)
    same("unwrap", p % 360, period=360, scale=100)
    same("unwrap", np.array([0, 1, 2, -1, 0]), period=4)
    same("unwrap", np.array([2, 3, 4, 0, 1, 3, 0]), period=5)
    same("unwrap", np.array([0.0, np.pi, 2 * np.pi, np.pi, -np.pi]), scale=10)
    same("unwrap", p.astype("float32"), scale=1000)
    same("unwrap", np.array(1.0))


def test_cov_and_corrcoef():
    m, y, w, f = RNG.standard_normal((3, 20)), RNG.standard_normal((2, 20)), RNG.random(20), np.arange(20) % 4
    for how in [{}, {"bias": True}, {"ddof": 0}, {"ddof": 3}, {"ddof": 1.5}, {"rowvar": False}, {"fweights": f}, {"aweights": w},
                {"fweights": f, "aweights": w}, {"aweights": w, "bias": True}, {"dtype": "float32"}, {"fweights": w}, {"fweights": -f},
                {"aweights": -w}, {"aweights": w[:3]}, {"fweights": np.ones((2, 2))}, {"ddof": 20}, {"aweights": w * 0}]:
        same("cov", m, scale=100, **how)
    same("cov", m, y, scale=100)
    same("cov", m.T, y.T, rowvar=False, scale=100)
    same("cov", m[0], scale=100)
    same("cov", m[0], y[0], scale=100)
    same("cov", m[0], y[0], rowvar=False, scale=100)
    same("cov", X)
    same("cov", np.zeros((0, 5)))
    same("cov", of("int8", (3, 7)), scale=100)
    same("cov", m, y[:, :3])
    for args in [(m,), (m, y), (m[0],), (m[0], y[0]), (of("int32", (3, 7)),)]:
        same("corrcoef", *args, scale=100)
    for rowvar in (False, [], 0, None):
        same("corrcoef", m.T, rowvar=rowvar, scale=100)
        same("cov", m.T, rowvar=rowvar, bias=1, scale=100)
    same("corrcoef", m, dtype="float32", scale=100)


METHODS = ["inverted_cdf", "averaged_inverted_cdf", "closest_observation", "interpolated_inverted_cdf", "hazen", "weibull", "linear",
           "median_unbiased", "normal_unbiased", "lower", "higher", "midpoint", "nearest"]
PLACES = [0, 1, 0.5, 0.25, 0.1, 0.99, [0.5], [0.1, 0.5, 0.9], np.array([[0.2, 0.4], [0.6, 1.0]]), np.linspace(0, 1, 41), [0, 1],
          np.float64(0.3), np.array([0.25, 0.5], "float32")]


@pytest.mark.parametrize("method", METHODS)
def test_quantile_methods(method):
    for q in PLACES:
        for n in (1, 2, 5, 8, 13):
            x = RNG.permutation(n).astype(float)
            same("quantile", x, q, method=method, scale=10)
            same("quantile", x.astype("int64"), q, method=method, scale=10)
            same("quantile", x.astype("float32"), q, method=method, scale=10)
            same("percentile", x, np.multiply(q, 100), method=method, scale=10)
    for axis in AXES:
        same("quantile", X, [0.3, 0.7], axis=axis, method=method, keepdims=True, scale=10)
        same("quantile", WITH_NANS, [0.3, 0.7], axis=axis, method=method, scale=10)
        if axis != ():
            same("nanquantile", WITH_NANS, [0.3, 0.7], axis=axis, method=method, scale=10)
        same("nanquantile", WITH_NANS, 0.3, axis=axis, method=method, keepdims=True, scale=10)
    for dtype in DTYPES:
        same("quantile", of(dtype), 0.4, axis=1, method=method, scale=10)


@pytest.mark.parametrize("q", [0.1, 0.37, np.float32(0.1), np.float64(0.9), [0.2, 0.7]])
def test_quantiles_of_halves_are_rounded_as_numpys(q):
    for n in range(2, 40):
        x = (RNG.standard_normal(n) * 5).astype("float16")
        expected = np.quantile(x, q)
        got = np.asarray(bl.quantile(bl.asarray(x), q))
        assert got.dtype == expected.dtype
        np.testing.assert_array_equal(got, expected)


def test_quantile_errors():
    for name in ("quantile", "percentile", "nanquantile", "nanpercentile"):
        for args, how in [((X, 1000), {}), ((X, -0.1), {}), ((X, [0.5, np.nan]), {}), ((X, 0.5), {"method": "x"}), ((X, 0.5j), {}),
                          ((X, np.zeros((1, 1, 1))), {}), ((X * 1j, 0.5), {}), ((X, 0.5), {"weights": X}),
                          ((X, 0.5), {"weights": X, "method": "inverted_cdf"}), ((np.zeros(0), 0.5), {}), ((np.zeros((3, 0)), 0.5), {"axis": 0}),
                          ((X, []), {})]:
            same(name, *args, **how)


def test_weighted_quantiles():
    w = RNG.random((3, 4, 5))
    f = RNG.integers(0, 4, 13)
    x = RNG.permutation(13).astype(float)
    for q in PLACES[:-1]:
        same("quantile", x, q, weights=f, method="inverted_cdf")
        same("quantile", X, q, axis=1, weights=w, method="inverted_cdf")
        same("quantile", X, q, axis=1, weights=w[0, :, 0], method="inverted_cdf", keepdims=True)
        same("quantile", X, q, axis=(0, 2), weights=w, method="inverted_cdf")
        same("percentile", X, np.multiply(q, 100), weights=w, method="inverted_cdf")
        same("nanquantile", WITH_NANS, q, axis=1, weights=w, method="inverted_cdf")
    for weights in (f * 0, f - 2, f[:3], f * np.nan):
        same("quantile", x, 0.5, weights=weights, method="inverted_cdf")


def test_nanmedian():
    for axis in (None, 0, 1, (0, 2)):
        same("nanmedian", WITH_NANS, axis=axis, scale=10)
    big = RNG.standard_normal((3, 1001))
    big[0, ::3] = big[1] = np.nan
    same("nanmedian", big, axis=1)
    same("median", big, axis=1)
    same("median", big[2, :1000].astype("float32"))


@pytest.mark.parametrize("dtype", ["int8", "int64", "uint8", "float32", "float64", "bool"])
def test_histogram(dtype):
    x = of(dtype, (1000,))
    for bins in (1, 7, 10, [0, 1, 2, 5], np.array([-50.0, -1, 0, 0, 0.5, 60]), [1, 0], 0, -1, 1.5, [[1]], [1], [3, 3]):
        for range_ in (None, (-20, 30), (0, 0), (5, 1), (0, np.inf), (-1.5, 2.5)):
            same("histogram", x, bins, range=range_)
            same("histogram_bin_edges", x, bins, range=range_)
        same("histogram", x, bins, density=True)
        for weights in (RNG.random(1000), np.arange(1000), RNG.random(1000).astype("float32"), np.arange(3)):
            same("histogram", x, bins, weights=weights, scale=100)
    for rule in ("auto", "fd", "doane", "scott", "stone", "rice", "sturges", "sqrt", "what"):
        same("histogram", x, rule)
        same("histogram", x, rule, range=(-1, 3))
        same("histogram", x, rule, weights=np.ones(1000))
        same("histogram_bin_edges", np.zeros(5, dtype), rule)
    same("histogram", np.zeros(0, dtype))


def test_histogram_of_halves():
    for bins in (3, 7, 10):
        same("histogram", RNG.standard_normal(50).astype("float16"), bins, density=True, scale=10)


def test_histogram_of_all_integers():
    for rule in ("sturges", "sqrt", "rice"):
        same("histogram", np.array([-2**63, 2**63 - 1, 5]), rule)
        same("histogram", np.array([0, 2**64 - 1], "uint64"), rule)


def test_histogram_of_edges_and_nans():
    edges = np.linspace(0, 1, 11)
    same("histogram", np.concatenate([edges, np.nextafter(edges, 2), np.nextafter(edges, -1)]), 10, range=(0, 1))
    same("histogram", np.concatenate([edges, np.nextafter(edges, 2), [np.nan]]), edges)
    same("histogram", np.array([np.nan, 1.0]))
    same("histogram", X, 5)
    same("histogram", RNG.standard_normal(100_000), 50)


def test_histogram2d_and_dd():
    x, y, w = RNG.standard_normal(500), RNG.standard_normal(500), RNG.random(500)
    for bins in (5, (3, 4), [3, np.linspace(-2, 2, 6)], np.linspace(-2, 2, 6), [np.linspace(-1, 1, 3), np.linspace(-2, 2, 4)]):
        for how in [{}, {"density": True}, {"weights": w}, {"range": [(-1, 1), (-2, 2)]}]:
            same("histogram2d", x, y, bins, scale=100, **how)
    same("histogram2d", x, y[:3])
    sample = np.stack([x, y, w], 1)

    def flat(result):
        return [result[0], *result[1]]
    for bins in (3, (2, 3, 4), (2, 3), 0):
        for how in [{}, {"density": True}, {"weights": w}, {"range": [(-1, 1), None, (0, 1)]}]:
            got, error, _ = listen(lambda: flat(bl.histogramdd(bl.asarray(sample), bins, **how)))
            expected, numpys, _ = listen(lambda: flat(np.histogramdd(sample, bins, **how)))
            assert error is numpys, (bins, how)
            for g, e in zip(got or [], expected or []):
                close(g, e, f"histogramdd {bins} {how}", 100)


def test_bincount():
    x = RNG.integers(0, 20, 1000)
    for how in [{}, {"minlength": 50}, {"minlength": 3}, {"weights": RNG.random(1000)}, {"weights": np.arange(1000)}, {"minlength": -1},
                {"minlength": None}, {"weights": np.ones(3)}, {"minlength": 2.0}]:
        same("bincount", x, **how)
    for args in [(np.array([1.5]),), (np.array([True, False, True]),), (np.array([1, 2], "uint8"),), (np.array(3),), (np.array([[3]]),),
                 (np.array([-1]),), (np.zeros(0, int),), ([],), ([], [], 5), (np.array([3], "uint64"),)]:
        same("bincount", *args)


def test_searchsorted_and_digitize():
    a = np.sort(RNG.integers(0, 50, 40))
    for dtype in ("int8", "int64", "uint64", "float16", "float32", "float64"):
        for v in (RNG.integers(0, 60, (3, 7)), RNG.random(5) * 60, 7, np.array([np.nan, np.inf, -np.inf]), np.zeros((0, 2))):
            for side in ("left", "right"):
                same("searchsorted", a.astype(dtype), v, side=side)
                same("digitize", v, a.astype(dtype), right=side == "right")
                same("digitize", v, a[::-1].astype(dtype), right=side == "right")
    order = RNG.permutation(40)
    b = np.empty(40, int)
    b[order] = a
    same("searchsorted", b, RNG.integers(0, 60, 9), sorter=order)
    same("searchsorted", np.array([1.0, np.nan, np.nan]), np.array([np.nan, 1, 2]))
    for args, how in [((a, 1), {"side": "x"}), ((a[None], 1), {}), ((np.array(1), 1), {}), ((a, 1), {"sorter": [0]}),
                      ((a, 1), {"sorter": order * 1.0}), ((a, 1), {"sorter": order + 50}), ((a[:2], 1), {"sorter": [[0, 1]]})]:
        same("searchsorted", *args, **how)
    for args in [([1, 2, 3.0], [1, 1, 2]), ([1, 2, 3.0], [1, 0, 2]), (2.0, [3, 2, 1]), ([1j], [3, 2, 1]), ([1], [[3, 2, 1]]), ([1], []),
                 ([1], [2, 2])]:
        same("digitize", *[np.asarray(x) for x in args])


def test_interp():
    xp = np.sort(RNG.random(20))
    fp = RNG.standard_normal(20)
    x = np.concatenate([RNG.random(50) * 1.4 - 0.2, xp, [np.nan, np.inf, -np.inf]])
    for how in [{}, {"left": 5}, {"right": -7.5}, {"left": 0, "right": 1}, {"period": 0.7}, {"period": -1.3}, {"period": 0}]:
        same("interp", x, xp, fp, scale=100, **how)
        same("interp", x, xp, fp + 1j * fp[::-1], scale=100, **how)
        same("interp", x.reshape(-1, 1), xp, fp, scale=100, **how)
    for args, how in [((0.5, np.zeros(0), np.zeros(0)), {}), ((0.5, xp, fp[:3]), {}), ((0.5, xp[None], fp[None]), {}), ((0.5j, xp, fp), {}),
                      ((0.5, xp * 1j, fp), {}), ((0.5, xp, fp), {"left": 1j}), ((0.5, 1, 1), {}), ((-1, xp, fp * 1j), {"left": 1j}),
                      ((0.5, [1.0], [2.0]), {}), ((1, [0, 2], [1, 9]), {}), ((np.array([0, 1.5]), [0, 1, 1, 2], [0, np.inf, -np.inf, 5]), {})]:
        same("interp", *args, **how)


@pytest.mark.parametrize("name", ["convolve", "correlate"])
def test_convolve(name):
    for dtype in DTYPES + ["complex64", "complex128"]:
        x = of(dtype, (30,)) if dtype[0] != "c" else (of("float64", (30,)) + 1j * of("float64", (30,), 1)).astype(dtype)
        for m in (1, 2, 5, 8, 30):
            for mode in ("valid", "same", "full"):
                same(name, x, x[:m][::-1], mode, scale=30)
                same(name, x[:m], x, mode, scale=30)
    same(name, of("int8", (9,)), of("float32", (4,)), "full")
    same(name, RNG.standard_normal(5000), RNG.standard_normal(700), "same", scale=100)
    for args in [([], [1]), ([1], []), (1, [1, 2]), ([[1]], [1, 2]), ([1], [1, 2], "x"), (np.ones((2, 2)), np.ones(2))]:
        same(name, *args)


COMPLEX = """
m.median([1+1j, 2, 3])
m.copysign(1, m.median([-0.0]))
m.copysign(1, m.median([[-0.0, -0.0], [-0.0, 1]], axis=1))
m.median([1+1j, 1-1j])
m.median([np.inf+1j, 2])
m.median(np.array([1+1j, 2, 3j, 4], 'c8').reshape(2, 2), axis=1)
m.median([1+1j, np.nan, complex(1, np.nan)])
m.median(m.zeros((0, 2), complex), axis=1)
m.nanmedian([1+1j, 2, np.nan])
m.nanmedian([[1+1j, 2, 3j], [complex(0, np.nan), 3, 4j]], axis=1)
m.searchsorted([1, 2, 2+1j, 3j+3], [1+1j, 5, 2, complex(2, np.nan), np.nan])
m.searchsorted([1, 2, complex(2, np.nan)], [2+1j, complex(1, np.nan)], 'right')
m.searchsorted([3j, 1, 2], 1+0j, sorter=[0, 1, 2])
m.histogram([1, 2, 3], weights=[1j, 2, 3])
m.histogram([1., 2, 3], bins=[0, 2, 4], weights=np.array([1j, 2, 3], 'c8'))
m.histogram([1., 2, 3], weights=[1j, 2, 3], density=True)
"""
EDGES = """
m.histogramdd(m.zeros((0, 2), 'f4'), bins=2)
m.histogramdd(m.ones((2, 2), 'f4'), bins=2, range=((0, 1), (0, 2)))
m.histogramdd(m.ones((2, 2), 'f4'), bins=2)
m.unwrap(m.asarray([1, 9.], dtype='f2'), period=np.float32(3))
m.unwrap(m.asarray([1, 9.], dtype='f4'), period=3)
m.unwrap(m.asarray([1, 9], dtype='i1'), period=np.int16(3))
m.unwrap(m.asarray([1, 9], dtype='i4'), period=np.float32(3))
m.fft.fftfreq(2, d=1j)
m.fft.rfftfreq(3, d=1+1j)
m.histogram2d(m.asarray([0., 1]), np.array([0, .3], 'f4'), bins=2)
m.histogramdd([[0., 1], np.array([0, .3], 'f4')], bins=2)
"""


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("text", (COMPLEX + EDGES).strip().replace("\n\n", "\n").split("\n"))
def test_expressions(text):
    check_expression(text, bl, most_ulps=4)
