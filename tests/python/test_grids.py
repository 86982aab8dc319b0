"""logspace, geomspace, grids and their like against NumPy's."""

import gc
import itertools

import numpy as np
import pytest

import broadloom as bl
from comparing import DTYPES, check, check_same, values
from expressions import check_expression, run

COMPLEX = ["complex64", "complex128"]


def close(text, rtol=1e-13):
    """The same dtype, shape and class of errors, and nearly the same values: a logarithm's last bit counts a lot in a power."""
    expected, error, _ = run(text, np)
    actual, our_error, _ = run(text, bl)
    assert our_error == error, f"{text}: raises {our_error}, NumPy {error}"
    if error is None:
        assert isinstance(actual, bl.Array) and (actual.dtype, actual.shape) == (expected.dtype, expected.shape), text
        eps = np.finfo(expected.dtype).eps if expected.dtype.kind in "fc" else 0
        np.testing.assert_allclose(np.asarray(actual), expected, rtol=max(rtol, 4 * eps), atol=1e-300, err_msg=text)


LINES = """
m.logspace(0, 3)
m.logspace(0, 3, 4)
m.logspace(2, -1, 7, endpoint=False)
m.logspace(0, 10, 11, base=2)
m.logspace(0, 10, 11, base=2, dtype=int)
m.logspace(0, 3, 4, dtype='f4')
m.logspace(0, 3, 4, True, 10, 'i2')
m.logspace(1j, 2, 4)
m.logspace(0, 1, 4, base=-2.)
m.logspace(0, 1, 4, base=1j)
m.logspace([0, 1], 2, 4)
m.logspace([0, 1], [2, 3], 4, axis=1)
m.logspace([0, 1], [[2], [3]], 4, axis=-1)
m.logspace(0, 2, 3, base=[2, 3])
m.logspace(0, 2, 3, base=[2, 3], axis=-1)
m.logspace(0, 2, 3, base=[[2.], [3]], axis=1)
m.logspace([0, 1], 2, 3, base=np.float32([2, 3]))
m.logspace(np.float32(0), np.float32(1), 3)
m.logspace(np.float32([0, 1]), 1, 3)
m.logspace(0, 1, 3, base=np.float32(2))
m.logspace(0, 1, 0)
m.logspace(0, 1, 1)
m.logspace(0, 1, -1)
m.logspace(0, 1, 2.5)
m.logspace(0, 1, 3, axis=1)
m.logspace([0, 1], 2, 3, axis=5)
m.logspace([0, 1], [0, 1, 2], 3)
m.geomspace(1, 1000)
m.geomspace(1, 1000, 4)
m.geomspace(1000, 1, 4)
m.geomspace(-1000, -1, 4)
m.geomspace(1, 256, 9, dtype=int)
m.geomspace(1, 256, 9, dtype='f4')
m.geomspace(1, 256, 9, False)
m.geomspace(1j, 1000j, 4)
m.geomspace(-1+0j, 1+0j, 5)
m.geomspace(1, -1+0j, 5)
m.geomspace(1, 8j, 4, dtype='c8')
m.geomspace(1, -10, 4)
m.geomspace([1, 2], [1000, 16], 4)
m.geomspace([1, 2], [[1000], [16]], 4, axis=1)
m.geomspace([-1, 2], [-1000, 16], 4, axis=-1)
m.geomspace(np.float32(1), np.float32(8), 4)
m.geomspace(np.float32([1, 2]), 8, 4, dtype='f4')
m.geomspace(np.float16([1, 2]), 8, 4, dtype='f2')
m.geomspace(1e-300, 1e300, 5)
m.geomspace(True, 8, 4)
m.geomspace(2, 8, 0)
m.geomspace(2, 8, 1)
m.geomspace([2, 3], 8, 0)
m.geomspace(0, 1)
m.geomspace(1, [1, 0])
m.geomspace(1, 2, -1)
m.geomspace(1, 2, axis=1)
m.geomspace([1, 2], [1, 2, 3])
m.linspace(0, 1, 3, axis=1)
m.linspace(0, 1, 3, axis=-1)
"""


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("text", LINES.split("\n")[1:-1])
def test_lines(text):
    close(text, 1e-12)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("dtype", ["int8", "uint8", "int64", "float16", "float32", "float64", *COMPLEX])
def test_lines_between_arrays(dtype):
    x, y = np.array([1, 2, 3], dtype), np.array([4, 2, 9], dtype)
    for name, to in itertools.product(("logspace", "geomspace"), (None, "float32", "complex128", "int32")):
        if np.dtype(dtype).kind == "c" and to not in (None, "complex128"):
            continue
        ours, numpys = (np.asarray(getattr(m, name)(x, y, 5, dtype=to)) for m in (bl, np))
        assert ours.dtype == numpys.dtype
        single = "16" in dtype or dtype in ("float32", "complex64", "int8", "uint8") or to == "float32"
        np.testing.assert_allclose(ours, numpys, rtol=1e-12 if not single else 2e-2 if dtype == "float16" else 1e-5)


def test_they_are_lazy():
    x = bl.asarray(np.arange(1.0, 4))
    gc.collect()
    before = bl.memory_info().live
    kept = [bl.logspace(0, x, 1000), bl.geomspace(1, 9, 1000), bl.mgrid[0:300, 0:1:500j], bl.diagflat(x), bl.vander(x, 1000),
            bl.fromfunction(bl.add, (300, 400)), bl.indices((10**4, 10**4, 10**4))]
    assert bl.memory_info().live == before
    assert int(kept[-1][1, 2, 3, 4]) == 3 and bl.memory_info().live < before + 1000


GRIDS = """
m.indices((2, 3))
m.indices([2, 3, 4])
m.indices((5,))
m.indices(())
m.indices((2, 0, 3))
m.indices((2, 3), dtype=float)
m.indices((2, 3), 'i1')
m.indices((2, 2), dtype=bool)
m.indices((3, 2), dtype=bool)
m.indices((2, 3), dtype='c8')
m.indices((2, 3), None)
m.indices((2, 3), sparse=True)
m.indices((2, 3), 'f4', True)
m.indices((), sparse=True)
m.indices((1, 1, 1, 2))
m.indices(3)
m.indices((2.5,))
m.indices((2, -1))
m.indices((2, -1), sparse=True)
m.indices((2**40, 2**40))
m.indices((2, 3), dtype='nonsense')
m.indices((2, 3))[1]
m.indices((2, 3)).sum(axis=0)
m.fromfunction(lambda i, j: i + j, (3, 3), dtype=int)
m.fromfunction(lambda i, j: i == j, (3, 2))
m.fromfunction(lambda i: i, (4,))
m.fromfunction(lambda i, j: 10 * i + j, (2, 3), dtype='f4')
m.fromfunction(lambda i, by: i * by, (3,), by=3)
m.fromfunction(lambda: 3, ())
m.fromfunction(lambda i: i, (2, 3))
m.fromfunction(lambda i: i, 3)
m.mgrid[0:5]
m.mgrid[0:5, 0:5]
m.mgrid[-1:1:5j]
m.mgrid[-1:1:5j, 0:3]
m.mgrid[1:10:3, 2:0:-1, 0:2]
m.mgrid[0:1:0.3, 0:2]
m.mgrid[0:1:1j]
m.mgrid[0:1:1j, 0:1:0j]
m.mgrid[0:3,]
m.mgrid[()]
m.mgrid[:3, 1:2]
m.mgrid[0:np.float32(2), 0:np.float32(1):np.float32(0.25)]
m.mgrid[0:2:3.7j, 0:1]
m.mgrid[5:0, 0:2]
m.mgrid[5:0]
m.mgrid[3]
m.mgrid[0:3:0, 0:2]
m.mgrid[0:3:0]
m.mgrid[0.5:3, 1:4]
m.ogrid[0:5]
m.ogrid[0:5, 0:5]
m.ogrid[-1:1:5j, 0:3]
m.ogrid[1:10:3, 2:0:-1, 0:2]
m.ogrid[0:1:0.3, 0:2]
m.ogrid[()]
m.ogrid[5:0, 0:2]
m.ogrid[0:3,]
m.ogrid[0:np.float32(2), 0:np.float32(1):np.float32(0.25)]
m.vander([1, 2, 3])
m.vander([1, 2, 3], 2)
m.vander([1, 2, 3], 5, increasing=True)
m.vander([1, 2, 3], increasing=True)
m.vander([1, 2, 3], 1)
m.vander([1, 2, 3], 0)
m.vander([1, 2, 3], N=-1)
m.vander([1.5, -2, np.inf, np.nan, -0.0], 4)
m.vander([1 + 2j, complex(np.inf, -1), -0j], 3)
m.vander([True, False])
m.vander([])
m.vander([[1, 2]])
m.vander(3)
m.vander([1, 2], 2.5)
m.diagflat([1, 2, 3])
m.diagflat([[1, 2], [3, 4]])
m.diagflat([1, 2, 3], 2)
m.diagflat([[1.5, 2]], -1)
m.diagflat(3)
m.diagflat(3, 1)
m.diagflat([])
m.diagflat([], 2)
m.diagflat([1, 2], 1.5)
m.diagflat(m.arange(6).reshape(2, 3).T, 0)
m.fromiter([1, 2, 3], int)
m.fromiter((x * x for x in range(5)), float)
m.fromiter([1, 0.5, True], 'f2')
m.fromiter([1, 0, 2], bool)
m.fromiter([1j, 2], complex)
m.fromiter(range(9), 'i1', 4)
m.fromiter(range(9), 'i1', count=0)
m.fromiter([1, 2], int, -5)
m.fromiter([1, 2], int, 5)
m.fromiter([1, 2], None)
m.fromiter([1.5, -2.5], int)
m.fromiter([300], 'i1')
m.fromiter([1j], float)
m.fromiter([np.nan], int)
m.fromiter([[1], [2]], int)
m.fromiter(['a'], int)
m.fromiter(5, int)
m.fromiter([1, 2])
m.fromiter([], float)
m.tri(3)
m.tri(3, 4, 1, 'i2')
m.identity(3, dtype='c8')
"""


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("text", GRIDS.split("\n")[1:-1])
def test_grids(text):
    if text == "m.mgrid[3]":
        with pytest.raises((AttributeError, TypeError)):
            eval(text, {"m": bl})
    else:
        check_expression(text, bl, most_ulps=1)


@pytest.mark.parametrize("dtype", DTYPES + COMPLEX)
def test_of_each_dtype(dtype):
    x = values("float64" if dtype.startswith("complex") else dtype, 12, special=False)
    x = (x + 1j).astype(dtype) if dtype.startswith("complex") else x
    with np.errstate(all="ignore"):
        check_same(lambda: bl.vander(x, 3), lambda: np.vander(x, 3), most_ulps=1)
        check_same(lambda: bl.vander(bl.asarray(x)[::2], 4, True), lambda: np.vander(x[::2], 4, True), most_ulps=1)
    check_same(lambda: bl.diagflat(x, 1), lambda: np.diagflat(x, 1))
    check_same(lambda: bl.diagflat(x.reshape(3, 4)[:, ::2]), lambda: np.diagflat(x.reshape(3, 4)[:, ::2]))
    check_same(lambda: bl.indices((2, 1), dtype), lambda: np.indices((2, 1), dtype))
    check_same(lambda: bl.fromiter(x.tolist(), dtype), lambda: np.fromiter(x.tolist(), dtype))
