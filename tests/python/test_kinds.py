"""Questions about dtypes, and about arrays whose answers are no arrays, against NumPy's answers."""

import fractions

import numpy as np
import pytest

import broadloom as bl
from comparing import DTYPES, check, values
from expressions import check_expression, run

ALL = DTYPES + ["complex64", "complex128"]


@pytest.mark.parametrize("dtype", [dtype for dtype in ALL if "int" in dtype])
def test_limits_of_integers(dtype):
    for name in ("bits", "min", "max", "dtype", "kind"):
        assert getattr(bl.iinfo(dtype), name) == getattr(np.iinfo(dtype), name)


@pytest.mark.parametrize("dtype", ALL)
def test_of_each_dtype(dtype):
    x = values("float64" if dtype.startswith("complex") else dtype, 12, special=False)
    x = (x + 1j).astype(dtype) if dtype.startswith("complex") else x
    for name in ("iscomplexobj", "isrealobj", "ndim", "shape", "size", "min_scalar_type"):
        for array in (x, bl.asarray(x)):
            assert getattr(bl, name)(array) == getattr(np, name)(x), name
        assert getattr(bl, name)(x[0]) == getattr(np, name)(x[0]), name
    assert bl.min_scalar_type(bl.asarray(x)[1]) == np.min_scalar_type(x[1])
    for other in ALL:
        check_pair(x, np.ones(2, other))
        assert bl.promote_types(dtype, other) == np.promote_types(dtype, other)
    check(bl.frombuffer(x.tobytes(), dtype, 3, x.itemsize), x[1:4])


def check_pair(x, y):
    try:
        expected = np.common_type(x, y)
    except TypeError:
        with pytest.raises(TypeError):
            bl.common_type(bl.asarray(x), y)
    else:
        assert bl.common_type(bl.asarray(x), y) is expected
    for abstract in ("generic", "number", "integer", "signedinteger", "unsignedinteger", "inexact", "floating", "complexfloating"):
        assert bl.issubdtype(x.dtype, getattr(bl, abstract)) == np.issubdtype(x.dtype, getattr(np, abstract))
    assert bl.issubdtype(x.dtype, y.dtype) == np.issubdtype(x.dtype, y.dtype)


QUESTIONS = """
m.min_scalar_type(True)
m.min_scalar_type(0)
m.min_scalar_type(255)
m.min_scalar_type(256)
m.min_scalar_type(-1)
m.min_scalar_type(-128)
m.min_scalar_type(-129)
m.min_scalar_type(2**32)
m.min_scalar_type(2**63)
m.min_scalar_type(-2**63)
m.min_scalar_type(1.5)
m.min_scalar_type(64999.)
m.min_scalar_type(65000.)
m.min_scalar_type(1e38)
m.min_scalar_type(-3.4e38)
m.min_scalar_type(np.inf)
m.min_scalar_type(np.nan)
m.min_scalar_type(1j)
m.min_scalar_type(1e39j)
m.min_scalar_type(complex(np.inf, 0))
m.min_scalar_type(np.float32(1e30))
m.min_scalar_type(np.float64(1e300))
m.min_scalar_type(np.complex64(1))
m.min_scalar_type([1, 2])
m.min_scalar_type(m.asarray(10))
m.iscomplexobj(1j)
m.iscomplexobj([1, 2j])
m.iscomplexobj(m.ones(2, 'c8'))
m.isrealobj(3)
m.isrealobj(m.ones(2) * 1j)
m.isscalar(3)
m.isscalar(2.5j)
m.isscalar('a')
m.isscalar(None)
m.isscalar([1])
m.isscalar(m.asarray(1))
m.isscalar(np.float32(1))
m.isscalar(np.bool_(1))
m.common_type(m.ones(2))
m.common_type(m.ones(2, 'f4'), m.ones(2, 'i1'))
m.common_type(m.ones(2, 'f2'), m.ones(2, 'c8'))
m.common_type()
m.common_type(m.ones(2, bool))
m.real_if_close([1 + 1e-15j, 2])
m.real_if_close([1 + 1e-10j, 2])
m.real_if_close([1 + 1e-10j, 2], tol=1e-9)
m.real_if_close([1 + 1e-10j, 2], 1e7)
m.real_if_close(m.asarray(np.complex64([1 + 1e-6j, 2])))
m.real_if_close([1, 2])
m.real_if_close([])
m.fix([2.7, -2.7, -0.5, np.inf])
m.fix([1, 2])
m.fix(m.asarray([True]))
m.fix(1j)
m.fix(m.asarray([2.5]), np.zeros(1))
m.array_equiv([1, 2], [1, 2])
m.array_equiv([1, 2], [[1, 2], [1, 2]])
m.array_equiv([1, 2], [[1, 2], [1, 3]])
m.array_equiv([1, 2], [1, 2, 3])
m.array_equiv(1, m.ones((2, 0)))
m.array_equiv([np.nan], [np.nan])
m.array_equiv(1.5, [1.5, 1.5])
m.ndim(3)
m.ndim([[1], [2]])
m.ndim(m.ones((2, 3)))
m.shape(3)
m.shape([[1], [2]])
m.shape(m.ones((2, 3)))
m.size(3)
m.size([[1], [2]])
m.size(m.ones((2, 3)), 1)
m.size(m.ones((2, 3)), -2)
m.size(m.ones((2, 3)), axis=(0, 1))
m.size(m.ones((2, 3)), axis=())
m.size(m.ones((2, 3)), 2)
m.size(m.ones((2, 3)), (0, 0))
m.size(m.ones((2, 3)), 1.5)
m.issubdtype(m.float32, m.floating)
m.issubdtype('i4', m.integer)
m.issubdtype(m.float32, float)
m.issubdtype(float, m.float64)
m.issubdtype(m.integer, m.number)
m.issubdtype(m.number, m.integer)
m.issubdtype(bool, m.number)
m.issubdtype('nonsense', m.number)
"""


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("text", QUESTIONS.split("\n")[1:-1])
def test_questions(text):
    expected, ours = run(text, np), run(text, bl)
    if isinstance(expected[0], type) or "array_equiv" in text:  # a lazy truth is an array
        assert bool(ours[0] == expected[0]), text
    else:
        check_expression(text, bl)


def test_other_scalars():
    assert bl.isscalar(fractions.Fraction(1, 2)) and bl.isscalar(b"a")
    x = bl.ones(3) * 1j
    assert bl.real_if_close(x) is x
    with pytest.raises(OverflowError):
        bl.min_scalar_type(2**64)  # an object in NumPy
