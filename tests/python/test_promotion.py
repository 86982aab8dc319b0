"""NEP 50: which dtype results have, and which Python numbers do not fit."""

import enum
import operator

import numpy as np
import pytest

import broadloom as bl
from comparing import DTYPES, check, check_same
from expressions import check_expression

SCALARS = [True, False, 0, 1, -1, 127, 128, 255, 256, -129, 2**31, 2**40, 2**63, 0.5, 1e300, float("inf")]


@pytest.mark.parametrize("a", DTYPES)
@pytest.mark.parametrize("b", DTYPES)
def test_pairs(a, b):
    x, y = np.ones(3, a), np.ones(3, b)
    for name in ("add", "multiply", "maximum", "divide", "less", "where"):
        args = (np.array([True, False, True]),) if name == "where" else ()
        ours = getattr(bl, name)(*map(bl.asarray, args), bl.asarray(x), bl.asarray(y))
        check(ours, getattr(np, name)(*args, x, y), what=name)
    assert bl.result_type(a, b) == np.result_type(a, b)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("scalar", SCALARS, ids=repr)
def test_python_scalars_are_weak(dtype, scalar):
    x = np.array([0, 1, 3], dtype)
    y = bl.asarray(x)
    for op in (operator.add, operator.mul):
        check_same(lambda: op(y, scalar), lambda: op(x, scalar), what=f"{dtype} {op.__name__} {scalar}")
        check_same(lambda: op(scalar, y), lambda: op(scalar, x), what=f"{scalar} {op.__name__} {dtype}")


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("scalar", [-1000, 300, 2**40, 2.5, True], ids=repr)
def test_comparisons_with_any_number(dtype, scalar):
    x = np.array([0, 1, 3], dtype)
    for op in (operator.lt, operator.ge, operator.eq, operator.ne):
        check_same(lambda: op(bl.asarray(x), scalar), lambda: op(x, scalar), what=f"{dtype} {op.__name__} {scalar}")


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name, scalar", [(name, scalar) for scalar in (-1000, 300, 2**63 + 5)
                                          for name in ("divide", "add", "maximum")]
                         # NumPy takes a C long there, for all that it asks is whether it is 0
                         + [(name, scalar) for scalar in (-1000, 300) for name in ("logical_and", "logical_or")])
def test_numbers_that_do_not_fit(dtype, name, scalar):
    x = np.array([0, 1, 3], dtype)
    for args in ((x, scalar), (scalar, x)):
        ours = [bl.asarray(arg) if arg is x else arg for arg in args]
        check_same(lambda: getattr(bl, name)(*ours), lambda: getattr(np, name)(*args), what=f"{name} {dtype} {scalar}")


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("scalar", [np.float32(1), np.float64(2), np.int8(3), np.uint64(4), np.True_, np.array(5, np.int16)],
                         ids=repr)
def test_numpy_scalars_are_strong(dtype, scalar):
    x = np.array([0, 1, 3], dtype)
    check(bl.asarray(x) + scalar, x + scalar)
    check(scalar + bl.asarray(x), scalar + x)


class AFloat(float):
    pass


class AComplex(complex):
    pass


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("scalar", [enum.IntEnum("Numbers", "one two").two, AFloat(2.5), AComplex(1j)], ids=repr)
def test_numbers_of_derived_classes_are_strong(dtype, scalar):
    x = np.ones(3, dtype)
    check_same(lambda: bl.asarray(x) + scalar, lambda: x + scalar, what=f"{dtype} + {scalar!r}")
    check_same(lambda: bl.maximum(scalar, bl.asarray(x)), lambda: np.maximum(scalar, x), what=f"maximum {dtype} {scalar!r}")


@pytest.mark.parametrize("dtype", DTYPES)
def test_powers_by_a_number(dtype):
    x = np.array([0, 1, 3, 11], dtype)
    for power in (0, 1, 2, 3, 2.0, 0.5, -1.0, 1.5):
        with np.errstate(all="ignore"):
            check_same(lambda: bl.asarray(x) ** power, lambda: x ** power, most_ulps=4, what=f"{dtype} ** {power}")
    if np.dtype(dtype).kind == "f":
        y = np.random.default_rng(0).standard_normal(1000).astype(dtype)
        for power in (1, 2, -1, 2.0):
            check(bl.asarray(y) ** power, y ** power)


def test_numpy_arrays_beside_ours():
    x = np.arange(6, dtype=np.float32).reshape(2, 3)
    for result, expected in [(x + bl.asarray(x), x + x), (bl.asarray(x) * x, x * x), (x @ bl.asarray(x.T), x @ x.T),
                             (x < bl.asarray(x), x < x), (bl.asarray(x) - [1, 2, 3], x - [1, 2, 3])]:
        check(result, expected)
    check(np.float64(2) * bl.asarray(x), np.float64(2) * x)


@pytest.mark.parametrize("a", DTYPES)
@pytest.mark.parametrize("b", DTYPES)
def test_astype(a, b):
    x = np.array([0, 1, 2, 3, 100], a)
    check(bl.asarray(x).astype(b), x.astype(b))
    check(bl.astype(bl.asarray(x), b), x.astype(b))
    if np.dtype(a).kind == "f":
        x = np.array([0.7, 1.5, 99.99], a)
        check(bl.asarray(x).astype(b), x.astype(b))
    if np.dtype(a).kind == "i":
        x = np.array([-1, -100], a)
        check(bl.asarray(x).astype(b), x.astype(b))


def test_astype_is_fresh():
    x = bl.asarray(np.ones(3))
    assert not np.shares_memory(np.asarray(x.astype("float64")), np.asarray(x))
    assert x.astype("float64", copy=False) is x or np.shares_memory(np.asarray(x.astype("float64", copy=False)), np.asarray(x))


def test_dtype_is_numpys():
    x = bl.zeros(3, dtype="f4")
    assert x.dtype == np.float32 and isinstance(x.dtype, np.dtype)
    assert bl.zeros(3, dtype=int).dtype == np.int64
    assert bl.zeros(3, dtype=np.dtype("u2")).dtype == np.uint16


def test_two_numbers():
    for x, y in [(1, 2), (1, 2.5), (True, False), (1.5, 2)]:
        check(bl.add(x, y), np.add(x, y))
    for x, y in [(1, 2.5), (True, 2), (1.0, False)]:
        check(bl.where(bl.asarray(np.array([True, False])), x, y), np.where([True, False], x, y))


def test_in_place_operators_keep_the_dtype():
    x = bl.ones(3, dtype="float32")
    same, doubled = x, x * 2
    x += np.float64(2)
    assert same is x
    check(x, np.full(3, 3, np.float32))
    check(doubled, np.full(3, 2, np.float32))
    square = product = bl.asarray([[1.0, 2.0], [3.0, 4.0]])
    product @= product
    assert product is square
    check(square, np.array([[7.0, 10.0], [15.0, 22.0]]))
    with pytest.raises(TypeError):
        i = bl.ones(3, dtype="int32")
        i += 0.5
    with pytest.raises(ValueError):
        x += bl.ones((2, 3), dtype="float32")


SAME_VALUE = """
np.array([0.1])|f4
np.array([0.5])|f4
np.array([1e300])|f4
np.array([np.inf,np.nan])|f4
np.array([np.nan])|i8
np.array([np.inf])|i8
np.array([1e-300])|f4
np.array([1e-300])|?
np.array([2])|?
np.array([300])|u1
np.array([-1])|u8
np.array([-1])|u1
np.array([255])|u1
np.array([2**53+1])|f8
np.array([2**62])|f8
np.array([2**64-1],'u8')|f8
np.array([2**64-1],'u8')|i8
np.array([2**63-1])|f8
np.array([1e19])|i8
np.array([2.**63])|i8
np.array([2.**63])|u8
np.array([2.**64])|u8
np.array([-1.])|u8
np.array([-0.0])|i8
np.array([-0.5])|i8
np.array([1+0j])|f8
np.array([1+1j])|f8
np.array([1+.1j])|c8
np.array([1+.5j])|c8
np.array([1+0j])|i4
np.array([1+1j])|i4
np.array([1+1j])|?
np.array([2**53+1])|c16
np.array([True])|f2
np.array([70000])|f2
np.array([2049])|f2
np.array([2048.])|f2
np.array([0.1],'f4')|f8
np.array([])|i4
np.array([1.,2.])|f8
"""


@pytest.mark.parametrize("text", SAME_VALUE.strip().split("\n"))
@pytest.mark.filterwarnings("ignore::numpy.exceptions.ComplexWarning")
def test_same_value(text):
    values, dtype = text.split("|")
    check_expression(f"m.asarray({values}).astype('{dtype}',casting='same_value')", bl)


KINDS = """
np.dtype('f8'),np.floating
np.dtype('f8'),np.generic
np.dtype('f8'),np.float64
np.dtype('f8'),float
np.dtype('f8'),object
np.dtype('f8'),'foo'
np.dtype('f8'),'f8'
np.dtype('f8'),3
np.dtype('f8'),None
np.dtype('f8'),['integral']
np.dtype('f8'),('integral','real floating')
np.dtype('f8'),(('integral','real floating'),)
np.dtype('f8'),()
np.dtype('f8'),(np.float64,'foo')
np.dtype('f8'),(float,)
np.dtype('f8'),np.str_
np.dtype('f8'),np.dtype('>f8')
np.dtype('>f8'),'real floating'
np.dtype('f8'),m.float64
m.bool,'bool'
m.bool,'numeric'
np.float64,np.dtype('f8')
np.floating,np.dtype('f8')
np.floating,np.floating
np.dtype('U3'),'integral'
np.ones(3),'integral'
m.ones(3),'integral'
None,'integral'
'f8','integral'
float,'integral'
3,'integral'
"""


@pytest.mark.parametrize("text", KINDS.strip().split("\n"))
def test_isdtype(text):
    check_expression(f"m.isdtype({text})", bl)


def test_bfloat16_is_listed():
    assert "bfloat16" in bl.__all__ and "bfloat16" in dir(bl) and bl.isdtype(bl.bfloat16, "real floating")
