"""PrecisionWarning and the lines of explain: promotions and casts that can lose digits without a word."""

import inspect
import warnings

import numpy as np
import pytest

import broadloom as bl

ARRAYS = {"i": np.arange(3), "u": np.arange(3, dtype="uint64"), "s": np.arange(3, dtype="int16"), "f": np.ones(3, "float32"),
          "d": np.ones(3), "h": np.ones(3, "float16"), "c": np.ones(3, "complex64"), "b": np.ones(3, bool)}
LOSSES = {"i + d": "add: int64[3] is converted to float64", "d * u": "multiply: uint64[3] is converted to float64",
          "i + u": "add: int64[3] is converted to float64", "i @ d": "matmul: int64[3] is converted to float64",
          "i == d": "equal: int64[3] is converted to float64", "d < u": "less: uint64[3] is converted to float64",
          "i / 2": "divide: int64[3] is converted to float64", "i * 2.5": "multiply: int64[3] is converted to float64",
          "bl.sqrt(i)": "sqrt: int64[3] is converted to float64", "i.mean()": "mean: int64[3] is converted to float64",
          "i.sum(dtype='f4')": "sum: int64[3] is converted to float32", "bl.where(b, i, d)": "where: int64[3] is converted to float64",
          "bl.tensordot(i, d, 1)": "matmul: int64[1,3] is converted to float64",
          "d.astype('f4')": "float64[3] is converted to float32", "i.astype('i4')": "int64[3] is converted to int32",
          "f.astype(int)": "float32[3] is converted to int64", "bl.concat([i, d])": "int64[3] is converted to float64",
          "bl.median(i)": "median: int64[3] is converted to float64", "bl.quantile(u, 0.5)": "quantile: uint64[3] is converted to float64",
          "bl.array_equal(i, d)": "equal: int64[3] is converted to float64",
          "bl.ldexp(i, 2)": "int64[3] is converted to float64", "bl.arange(200,dtype='i1')": "int64[200] is converted to int8",
          "s.astype('u8')": "int16[3] is converted to uint64", "d.astype('f2') + h": "float64[3] is converted to float16"}
KEPT = """f+d f+s h+f b+i i+1 d*2 c*2 s+i i==u u<i i.sum() bl.cumsum(i) bl.logical_and(i,d) f.astype('f8') s.astype('f4') b.astype('f2')
bl.median(f) bl.quantile(s,0.5) bl.array_equal(i,u) i[::-1] bl.concat([f,d]) bl.exp(f) f.astype('c8') u.astype('u8')
f.astype(bool) bl.ldexp(f,2) bl.ldexp(h,s) bl.frexp(f)[1] bl.linspace(0,1,3) bl.linspace(f,2,3) bl.geomspace(1,2,3) bl.arange(3)*0.5 bl.arange(3,dtype='f4')""".split()


@pytest.fixture(autouse=True)
def warns_of_precision():
    bl.set_precision_warnings(True)
    yield
    bl.set_precision_warnings(False)


def caught(text):
    arrays = {name: bl.asarray(array) for name, array in ARRAYS.items()}
    with warnings.catch_warnings(record=True) as found:
        warnings.simplefilter("always")
        bl.eval(eval(text, {"bl": bl, **arrays}))
    assert all(warning.category is bl.PrecisionWarning for warning in found)
    return [str(warning.message) for warning in found]


@pytest.mark.parametrize("text", LOSSES)
def test_what_can_lose_digits_warns(text):
    assert caught(text) == [LOSSES[text] + ", which does not hold all its numbers"]


@pytest.mark.parametrize("text", KEPT)
def test_what_keeps_all_numbers_does_not(text):
    assert caught(text) == []


def test_it_is_off_by_default_and_a_user_warning():
    bl.set_precision_warnings(False)
    assert caught("i + d") == [] and issubclass(bl.PrecisionWarning, UserWarning)


def test_the_line_is_that_of_the_operation():
    x, y = bl.asarray(ARRAYS["i"]), bl.asarray(ARRAYS["d"])
    with warnings.catch_warnings(record=True) as found:
        warnings.simplefilter("always")
        line = inspect.currentframe().f_lineno + 1
        z = x + y
        bl.eval(z * 2)
    assert [(warning.filename, warning.lineno) for warning in found] == [(__file__, line)]


def test_explain_says_so_whether_or_not_it_warns():
    bl.set_precision_warnings(False)
    x, y = bl.asarray(ARRAYS["i"]), bl.asarray(ARRAYS["d"])
    text = str(bl.explain(bl.exp(x + y)))
    assert "digits\n  add: int64[3] is converted to float64, which does not hold all its numbers" in text and "test_precision.py" in text
    assert "digits" not in str(bl.explain(y + 1))
