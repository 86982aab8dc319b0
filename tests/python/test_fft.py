"""Fourier transforms: values, dtypes, shapes, padding, norms, axes, errors, accuracy, threads."""

import itertools

import numpy as np
import pytest

import broadloom as bl
from comparing import outcome
from expressions import run

ONE_AXIS = ["fft", "ifft", "rfft", "irfft", "hfft", "ihfft"]
MANY_AXES = ["fftn", "ifftn", "rfftn", "irfftn", "fft2", "ifft2", "rfft2", "irfft2"]
OF_REALS = ["rfft", "ihfft", "rfftn", "rfft2"]
NORMS = [None, "backward", "ortho", "forward"]
DTYPES = ["bool", "int8", "int64", "uint16", "float16", "float32", "float64", "complex64", "complex128"]
# NumPy computes inverse transforms of float32 in float32; of float16 it rounds even the norm's factor to float16.
TOLERANCE = {"int8": 0, "float16": 2e-3, "float32": 1e-6, "complex64": 1e-6, "float64": 3e-15, "complex128": 3e-15}


def numbers(dtype, shape, seed=0):
    rng = np.random.default_rng([seed, *np.atleast_1d(shape)])
    x = rng.standard_normal(shape) * 5
    if np.dtype(dtype).kind == "c":
        x = x + 1j * rng.standard_normal(shape)
    return (x > 0) if dtype == "bool" else np.abs(x).astype(dtype) if dtype == "uint16" else x.astype(dtype)


def close(actual, expected, what=""):
    assert isinstance(actual, bl.Array), f"{what}: {type(actual)}"
    expected = np.asarray(expected)
    assert (actual.dtype, actual.shape) == (expected.dtype, expected.shape), f"{what}: NumPy's is {expected.dtype} {expected.shape}"
    if actual.size == 0:
        return
    wide = complex if expected.dtype.kind == "c" else float
    tolerance = 2e-3 if " float16" in what else TOLERANCE[expected.dtype.name]
    error = np.linalg.norm((np.asarray(actual).astype(wide) - expected.astype(wide)).ravel())
    size = np.linalg.norm(expected.astype(wide).ravel())
    assert error <= tolerance * size, f"{what}: error {error:.2g} of {size:.2g}"


def close_or_error(ours, numpys, what=""):
    expected, error = outcome(numpys)
    if error is not None:
        with pytest.raises(error):
            ours()
    else:
        close(ours(), expected, what)


def both(name, x, *args, **how):
    what = f"{name} {x.dtype} {x.shape} {args} {how}"
    close_or_error(lambda: getattr(bl.fft, name)(bl.asarray(x), *args, **how),
                   lambda: getattr(np.fft, name)(x, *args, **how), what)


@pytest.mark.parametrize("name", ONE_AXIS)
@pytest.mark.parametrize("dtype", DTYPES)
def test_lengths_and_dtypes(name, dtype):
    for n in [*range(1, 40), 64, 77, 97, 100, 128, 169, 243, 256, 257, 343, 500, 1009, 1024, 1155, 2310]:
        both(name, numbers(dtype, n))


@pytest.mark.parametrize("name", ONE_AXIS)
def test_padding_cropping_and_norms(name):
    for dtype, length, norm in itertools.product(["float32", "float64", "complex128"], [1, 2, 7, 12], NORMS):
        for n in (1, 2, 3, 6, 11, 12, 13, 22, 30, 64):
            both(name, numbers(dtype, length), n, norm=norm)
            both(name, numbers(dtype, (3, length)), n, 0, norm=norm)


@pytest.mark.parametrize("name", ONE_AXIS)
@pytest.mark.parametrize("dtype", ["float16", "float32", "int32", "complex64", "complex128"])
def test_axes(name, dtype):
    x = numbers(dtype, (5, 12, 9))
    for axis in (-1, 0, 1, 2, -3):
        for n in (None, 4, 9, 17):
            for y in (x, x.T, x[:, ::-1, ::2], np.broadcast_to(x[:1], x.shape)):
                both(name, y, n, axis)


@pytest.mark.parametrize("name", MANY_AXES)
@pytest.mark.parametrize("dtype", ["int8", "float32", "float64", "complex64", "complex128"])
def test_many_axes(name, dtype):
    x = numbers(dtype, (6, 5, 8))
    for axes in [(-2, -1), (0, 1, 2), (2, 0), (1,), (-1,), (0, 0), (1, 2, 1), ()]:
        both(name, x, axes=axes)
        for norm in NORMS:
            both(name, x, axes=axes, norm=norm)
        for first in (3, 7, -1):
            both(name, x, s=[first, 9, 4][:len(axes)], axes=axes)
    both(name, x)
    both(name, numbers(dtype, (4, 6, 5, 3)))


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("name", MANY_AXES)
def test_lengths_without_axes_and_none_among_them(name):
    x = numbers("float64", (6, 5, 8))
    for s in [(4, 4), (3,), (7, 3, 9), (None, 4), (4, None)]:
        for axes in [None, (0, 2)]:
            both(name, x, s=s, axes=axes)


def test_deprecated_as_in_numpy():
    x = bl.asarray(numbers("float64", (4, 4)))
    with pytest.warns(DeprecationWarning, match="axes"):
        bl.fft.fftn(x, s=(2, 2))
    with pytest.warns(DeprecationWarning, match="None"):
        bl.fft.fftn(x, s=(2, None), axes=(0, 1))


@pytest.mark.parametrize("name", ONE_AXIS)
def test_empty_and_small(name):
    for shape in [(), (0,), (1,), (0, 4), (4, 0), (0, 0), (1, 1), (2, 0, 3)]:
        for axis in (-1, 0, 1):
            for n in (None, 0, 1, 5, -1):
                both(name, np.zeros(shape), n, axis)


@pytest.mark.parametrize("name", MANY_AXES)
def test_empty_and_small_in_many_axes(name):
    for shape in [(), (0,), (3,), (0, 4), (4, 0), (1, 1), (2, 0, 3)]:
        both(name, np.zeros(shape))
        both(name, np.zeros(shape), s=(2, 3), axes=(-2, -1))


@pytest.mark.parametrize("name", ONE_AXIS)
def test_errors(name):
    ours, numpys, x = getattr(bl.fft, name), getattr(np.fft, name), numbers("float64", (4, 4))
    for how in [dict(n=0), dict(n=-3), dict(n=2.0), dict(n=2.5), dict(n="3"), dict(n=[3]), dict(axis=2), dict(axis=-3),
                dict(axis=2, n=4), dict(axis=0.0), dict(axis=None), dict(axis=(0,)), dict(norm="x"), dict(norm=5),
                dict(norm=[]), dict(norm=""), dict(norm="Ortho")]:
        close_or_error(lambda: ours(x, **how), lambda: numpys(x, **how), f"{name} {how}")
    with pytest.raises(ValueError, match=r"Invalid number of FFT data points \(0\) specified\."):
        ours(x, 0)
    with pytest.raises(ValueError, match='Invalid norm value x; should be "backward", ?"ortho" or "forward"'):
        ours(x, norm="x")
    with pytest.raises(np.exceptions.AxisError, match="axis 2 is out of bounds for array of dimension 2"):
        ours(x, 4, 2)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("name", MANY_AXES)
def test_errors_in_many_axes(name):
    ours, numpys, x = getattr(bl.fft, name), getattr(np.fft, name), numbers("float64", (4, 4))
    for how in [dict(s=(0, 2), axes=(0, 1)), dict(s=(2,), axes=(0, 1)), dict(s=3), dict(s=(2.5, 2), axes=(0, 1)),
                dict(axes=(0, 2)), dict(axes=(-3,)), dict(axes=1), dict(axes=(0.0,)), dict(s=(3, 3), axes=(0, 2)),
                dict(s=(-1, 3), axes=(2, 0)), dict(norm="x"), dict(s=(-2, 3), axes=(0, 1))]:
        close_or_error(lambda: ours(x, **how), lambda: numpys(x, **how), f"{name} {how}")


@pytest.mark.parametrize("name", OF_REALS)
def test_complex_numbers_are_no_reals(name):
    for dtype in ("complex64", "complex128"):
        with pytest.raises(TypeError):
            getattr(bl.fft, name)(numbers(dtype, (4, 4)))


def test_float16_is_as_accurate_as_float32():
    x = numbers("float16", (3, 200))
    for name in ONE_AXIS[:3]:
        expected = getattr(np.fft, name)(x.astype("float64"), norm="ortho").astype("complex64")
        close(getattr(bl.fft, name)(x, norm="ortho"), expected)


def test_what_is_not_real_in_a_spectrum_of_reals_is_ignored():
    for n in (6, 7, 9, 15, 422, 1009):
        both("irfft", numbers("complex128", n // 2 + 1, 1), n)
        both("hfft", numbers("complex128", n // 2 + 1, 1), n)


@pytest.mark.parametrize("name", ["fft", "ifft", "rfft", "irfft"])
@pytest.mark.parametrize("n", [1024, 1 << 17, 1155, 97, 1009, 10007, 65537, 3 * 65537])
def test_as_accurate_as_numpy(name, n):
    ours, numpys = getattr(bl.fft, name), getattr(np.fft, name)
    for dtype, wide in [("float64", np.longdouble), ("float32", np.float64), ("complex128", np.clongdouble),
                        ("complex64", np.complex128)]:
        if dtype[0] == "c" and name == "rfft":
            continue
        x = numbers(dtype, n)
        exact = numpys(x.astype(wide))

        def error(y):
            return float(np.linalg.norm((y - exact).astype(complex)) / np.linalg.norm(exact.astype(complex)))

        assert error(np.asarray(ours(x))) <= 2 * error(numpys(x)) + 1e-17, f"{name} {n} {dtype}"


@pytest.mark.parametrize("dtype", ["float32", "float64", "complex64", "complex128"])
def test_not_finite_numbers_stay_in_their_row(dtype):
    x = numbers(dtype, (6, 15))
    x[1, 3], x[4, 0] = np.nan, np.inf
    for axis, y in [(1, x), (0, x.T)]:
        for name in ("fft", "ifft", "irfft"):
            ours = np.asarray(getattr(bl.fft, name)(y, axis=axis))
            rows = np.moveaxis(ours, axis, 1)
            assert np.isfinite(rows[[0, 2, 3, 5]]).all() and not np.isfinite(rows[[1, 4]]).any()


def test_the_same_bits_whatever_the_threads():
    before = bl.get_num_threads()
    cases = [("fft", numbers("complex128", (50, 1000)), {}), ("fft", numbers("float64", 1 << 18), {}),
             ("irfft", numbers("complex64", (300, 331)), dict(axis=0)), ("fftn", numbers("float32", (64, 60, 62)), {}),
             ("rfft", numbers("float64", 65537), {}), ("fft", numbers("complex128", (131072, 3)), dict(axis=0))]
    for name, x, how in cases:
        answers = []
        for threads in (1, 2, 3):
            bl.set_num_threads(threads)
            answers.append(np.asarray(getattr(bl.fft, name)(x, **how)).tobytes())
        assert answers[0] == answers[1] == answers[2], name
        both(name, x, **how)
    bl.set_num_threads(before)


def test_operands_stay_as_they_are():
    x = numbers("complex128", (8, 9))
    before = x.copy()
    y = bl.asarray(x)
    for name in MANY_AXES + ONE_AXIS:
        if name not in OF_REALS:
            getattr(bl.fft, name)(y)
    bl.fft.fftn(y, axes=(0, 1, 0))
    np.testing.assert_array_equal(x, before)


def test_of_pending_arrays_and_into_others():
    x = numbers("float64", (20, 30))
    close(bl.fft.rfft(bl.asarray(x) * 2 + 1), np.fft.rfft(x * 2 + 1))
    close(bl.fft.irfft(bl.fft.rfft(x) * bl.fft.rfft(x[:1])), np.fft.irfft(np.fft.rfft(x) * np.fft.rfft(x[:1])))
    close(bl.fft.fft(x).real.sum(0), np.fft.fft(x).real.sum(0))
    close(bl.fft.fft([1, 2, 3, 4]), np.fft.fft([1, 2, 3, 4]))


@pytest.mark.parametrize("name", ["fftfreq", "rfftfreq"])
def test_frequencies(name):
    ours, numpys = getattr(bl.fft, name), getattr(np.fft, name)
    for n, d in itertools.product([1, 2, 3, 7, 8, 1000, 1001, np.int32(6)], [1.0, 0.1, 3, np.float64(2), -2.5, np.float32(0.25)]):
        expected = numpys(n, d)
        np.testing.assert_array_equal(np.asarray(ours(n, d)), expected)
        assert ours(n, d).dtype == expected.dtype
    for how in [dict(n=0), dict(n=2.0), dict(n=-3), dict(n=4, d=0), dict(n=4, d=0.0), dict(n="4"), dict(n=None)]:
        close_or_error(lambda: ours(**how), lambda: numpys(**how), f"{name} {how}")


@pytest.mark.parametrize("name", ["fftshift", "ifftshift"])
@pytest.mark.parametrize("dtype", ["bool", "int8", "float16", "float64", "complex64"])
def test_shifts(name, dtype):
    ours, numpys = getattr(bl.fft, name), getattr(np.fft, name)
    for shape in [(), (0,), (1,), (5,), (6,), (4, 5), (3, 0), (1, 7), (2, 3, 5)]:
        x = numbers(dtype, shape)
        for axes in [None, 0, -1, 1, 3, (0,), (0, 1), (0, 0), (-1, 0, 1), (), 0.0, np.int64(0)]:
            expected, error = outcome(lambda: numpys(x, axes))
            if error is not None:
                with pytest.raises(error):
                    ours(x, axes)
                continue
            actual = ours(x, axes)
            assert actual.dtype == expected.dtype
            np.testing.assert_array_equal(np.asarray(actual), expected)


OUT = """
fft(np.arange(4.),out=m.zeros(4,complex))
fft(np.arange(4.),out=(m.zeros(4,complex),))
fft(np.arange(4.),out=np.zeros(4,complex))
fft(np.arange(4.),out=m.zeros(4,'c8'))
fft(np.arange(4,dtype='f4'),out=m.zeros(4,complex))
fft(np.arange(4.),3,out=m.zeros(3,complex))
fft(np.arange(12.).reshape(3,4),axis=0,out=m.zeros((3,4),complex))
fft(np.arange(4.),out=m.zeros(5,complex))
fft(np.arange(4.),out=m.zeros((2,4),complex))
fft(np.arange(4.),out=m.zeros(4))
fft(np.arange(4.),out='text')
ifft(np.arange(4.),norm='ortho',out=m.zeros(4,complex))
rfft(np.arange(4.),out=m.zeros(3,complex))
irfft(np.arange(3.),out=m.zeros(4))
irfft(np.arange(3.),out=m.zeros(4,'f4'))
irfft(np.arange(3.),out=m.zeros(4,complex))
irfft(np.arange(3.),out=m.zeros(4,int))
hfft(np.arange(3.),out=m.zeros(4))
ihfft(np.arange(4.),out=m.zeros(3,complex))
ihfft(np.arange(4.),out=m.zeros(3))
fftn(np.arange(12.).reshape(3,4),out=m.zeros((3,4),complex))
fftn(np.arange(12.).reshape(3,4),s=(3,2),axes=(0,1),out=m.zeros((3,2),complex))
fftn(np.arange(12.).reshape(3,4),out=m.zeros((2,3,4),complex))
ifftn(np.arange(12.).reshape(3,4),out=m.zeros((3,4),complex))
ifft2(np.arange(12.).reshape(3,4),out=m.zeros((3,4),complex))
rfftn(np.arange(12.).reshape(3,4),out=m.zeros((3,3),complex))
rfft2(np.arange(12.).reshape(3,4),out=m.zeros((3,3),complex))
rfft2(np.arange(12.).reshape(3,4),out=m.zeros((3,3)))
irfftn(np.arange(9.).reshape(3,3),out=m.zeros((3,4)))
"""


@pytest.mark.parametrize("text", OUT.strip().split("\n"))
def test_out(text):
    expected, error, _ = run("m.fft." + text, np)
    actual, our_error, _ = run("m.fft." + text, bl)
    assert our_error == error
    if error is None:
        assert isinstance(actual, np.ndarray) == ("out=np" in text) and actual.dtype == expected.dtype
        np.testing.assert_allclose(np.asarray(actual), expected, rtol=1e-6, atol=1e-6)


def test_out_is_what_is_returned():
    out = bl.zeros((3, 4))
    assert bl.fft.irfft2(np.ones((3, 3)), out=out) is out  # NumPy 2.4's irfft2 forgets it
    assert out.tolist()[0] == [1, 0, 0, 0]
