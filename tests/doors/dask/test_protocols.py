"""NumPy's functions of broadloom arrays are broadloom's, once `broadloom.dask` is imported."""

import io

import numpy as np
import pytest

import broadloom as bl
import broadloom.dask  # noqa: F401: installs the protocols

VALUES = np.arange(1.0, 13).reshape(3, 4)
WINDOWS = np.lib.stride_tricks.sliding_window_view

# Of an array x, NumPy's or ours.
FUNCTIONS = {
    "ufunc": lambda x: np.exp(x), "two operands": lambda x: np.add(x, 2), "ours second": lambda x: np.subtract(VALUES, x),
    "two results": lambda x: np.divmod(x, 3)[1],
    "dtype": lambda x: np.sqrt(x, dtype="float32"),
    "reduction": lambda x: np.sum(x, axis=0),
    "order": lambda x: np.sort(x, axis=0),
    "list of arrays": lambda x: np.concatenate([x, VALUES]),
    "where": lambda x: np.where(x > 2, x, 0),
    "text": lambda x: np.einsum("ij->j", x),
    "outer": lambda x: np.multiply.outer(x, x[0]),
    "linalg": lambda x: np.linalg.norm(x, axis=1),
    "fft": lambda x: np.fft.fft(x),
    "windows": lambda x: WINDOWS(x, 2, axis=1),
    "operator": lambda x: VALUES + x,
    "product": lambda x: VALUES @ x.T,
    "NumPy's number": lambda x: np.float64(2) * x,
    "Python's number": lambda x: 2 / x,
    "like": lambda x: np.full_like(x, 2, shape=(2, 2)),
    "asanyarray": lambda x: np.asanyarray([1, 2], like=x) if isinstance(x, bl.Array) else np.array([1, 2]),
    "comparison": lambda x: VALUES[::-1] < x, "clip": lambda x: np.clip(x, 2, 5),
    "where and out": lambda x: np.add(x, x, where=x > 3, out=np.zeros_like(x)),
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_functions(name):
    ours, expected = FUNCTIONS[name](bl.array(VALUES)), FUNCTIONS[name](VALUES)
    assert isinstance(ours, bl.Array) and ours.dtype == expected.dtype
    np.testing.assert_allclose(np.asarray(ours), expected, rtol=1e-13 if expected.dtype != "float32" else 1e-6)


def test_nothing_is_computed():
    x = np.sqrt(bl.ones((1, 1 << 22))) + np.ones((1 << 22, 1))  # 128 TiB
    assert isinstance(x, bl.Array) and x[3, 5].item() == 2.0


def test_numpy_arrays_as_results():
    y, z = VALUES.copy(), VALUES.copy()
    y += bl.array(VALUES)
    assert isinstance(y, np.ndarray)
    np.testing.assert_array_equal(y, 2 * VALUES)
    whole = np.arange(4)
    with pytest.raises(TypeError, match="[Cc]annot cast"):
        whole += bl.ones(4)
    assert np.multiply(bl.array(VALUES), 3, out=z, where=VALUES > 5) is z
    np.testing.assert_array_equal(z, np.where(VALUES > 5, 3 * VALUES, VALUES))
    quotient, rest = np.empty((3, 4)), np.empty((3, 4))
    np.divmod(bl.array(VALUES), 5, out=(quotient, rest))
    np.testing.assert_array_equal(quotient * 5 + rest, VALUES)


def test_at():
    x = bl.zeros(3)
    np.add.at(x, [0, 0, 2], 1)
    np.testing.assert_array_equal(np.asarray(x), [2, 0, 1])


def test_what_reads_elements_gets_numpys():
    file, x = io.BytesIO(), bl.array(VALUES) + 1
    np.save(file, x)
    np.testing.assert_array_equal(np.load(io.BytesIO(file.getvalue())), VALUES + 1)
    assert np.array2string(x) == np.array2string(VALUES + 1)
    place = np.zeros((3, 4))
    np.copyto(place, x)
    np.testing.assert_array_equal(place, VALUES + 1)
    several = io.BytesIO()
    np.savez(several, x=x)
    np.testing.assert_array_equal(np.load(io.BytesIO(several.getvalue()))["x"], VALUES + 1)


MISSING = [lambda x: np.add.reduce(x), lambda x: np.add.accumulate(x), lambda x: np.piecewise(x, [x > 0], [1]),
           lambda x: np.packbits(x), lambda x: np.isnat(x), lambda x: np.empty_like(x, dtype=[("a", "f8")]),
           lambda x: np.add(x, object()), lambda x: np.add(x, np.array(["text"]))]


@pytest.mark.parametrize("call", MISSING)
def test_what_is_missing_raises_type_error(call):
    with pytest.raises(TypeError):
        call(bl.ones(3))
