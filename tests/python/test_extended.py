"""dtype=numpy.longdouble of reductions: accumulated in extended precision, held by NumPy."""

import numpy as np
import pytest

import broadloom as bl

RNG = np.random.default_rng(3)
OPERANDS = [RNG.normal(size=(40, 50)) * 1e3, RNG.normal(size=(7, 300)).astype("f4").T, RNG.integers(-2**62, 2**62, size=(30, 3)),
            RNG.integers(0, 2**64, size=(30, 3), dtype="u8"), np.ones((3, 4), bool), RNG.normal(size=(6, 5)).astype("f2"),
            np.zeros((0, 3)), np.arange(24.0)[::-2].reshape(3, 4)]


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("name", ["sum", "mean", "var", "std", "prod"])
@pytest.mark.parametrize("index", range(len(OPERANDS)))
def test_beside_numpy(name, index):
    x = OPERANDS[index]
    for axis in (None, 0, 1, (0, 1)):
        for keepdims in (False, True):
            expected = getattr(np, name)(x, axis=axis, dtype=np.longdouble, keepdims=keepdims)
            ours = getattr(bl, name)(bl.asarray(x), axis=axis, dtype=np.longdouble, keepdims=keepdims)
            assert ours.dtype == np.longdouble and np.shape(ours) == np.shape(expected)
            np.testing.assert_allclose(ours, expected, rtol=x.size * np.finfo(np.longdouble).eps, atol=1e-14 * bool(x.size))


def test_what_float64_loses():
    x = bl.asarray(np.array([1.0, 2.0**-60, -1.0]))
    assert bl.sum(x, dtype="longdouble") == 2.0**-60
    assert bl.asarray(np.array([2**62 + 1, 2**62 + 2])).sum(dtype=np.longdouble) == np.longdouble(2) ** 63 + 3


def test_keywords():
    x, mask = np.arange(6.0).reshape(2, 3), np.array([True, False, True])
    for ours, expected in [
            (bl.sum(x, dtype="g", where=bl.asarray(mask)), np.sum(x, dtype="g", where=mask)),
            (bl.sum(x, axis=0, dtype="g", initial=2), np.sum(x, axis=0, dtype="g", initial=2)),
            (bl.var(x, axis=1, dtype="g", ddof=1), np.var(x, axis=1, dtype="g", ddof=1)),
            (bl.mean(x + 1, dtype=np.dtype("longdouble")), np.mean(x + 1, dtype="g"))]:
        np.testing.assert_allclose(ours, expected, rtol=1e-18)
    for name in ("sum", "mean", "var", "std", "prod"):
        wide, ours, expected = np.zeros(3, np.longdouble), bl.zeros(3), np.zeros(3)
        getattr(np, name)(x, axis=0, dtype="g", out=expected)
        assert getattr(bl, name)(x, axis=0, dtype="g", out=wide) is wide and getattr(bl, name)(x, axis=0, dtype="g", out=ours) is ours
        np.testing.assert_array_equal(wide.astype(float), expected)
        np.testing.assert_array_equal(np.asarray(ours), expected)
    out = np.zeros(3, np.longdouble)
    assert bl.sum(x, axis=0, dtype="g", out=out) is out and out.tolist() == [3, 5, 7]


def test_wrong_calls():
    with pytest.raises(TypeError):
        bl.sum(bl.asarray([1j]), dtype="g")
    with pytest.raises(TypeError):
        bl.sum([1.0], dtype="g", out=[0.0])
    with pytest.raises(ValueError):
        bl.sum([1.0], dtype="g", out=np.zeros(2, "g"))
    with pytest.raises(np.exceptions.AxisError):
        bl.sum([1.0], axis=1, dtype="g")
