"""pad beside NumPy's: all modes with their keywords, over shapes, dtypes and orders in memory."""

import numpy as np
import pytest

import broadloom as bl
from comparing import check
from expressions import check_expression
from test_joining import array_of, check_call

KEYWORD = {"constant": "constant_values", "linear_ramp": "end_values", "maximum": "stat_length", "minimum": "stat_length",
           "mean": "stat_length", "median": "stat_length", "reflect": "reflect_type", "symmetric": "reflect_type"}
MODES = [*KEYWORD, "edge", "wrap"]


def pairs(rng, rank, low, high):
    """A number, a pair, a pair for each axis, or a number for each axis."""
    shape = [(), (2,), (rank, 2), (rank, 1)][rng.integers(4)]
    return rng.integers(low, high, shape).tolist()


def keywords(rng, mode, rank):
    name = KEYWORD.get(mode)
    if name is None or rng.integers(3) == 0:
        return {}
    if name == "reflect_type":
        return {name: str(rng.choice(["odd", "even"]))}
    return {name: pairs(rng, rank, 1, 5) if name == "stat_length" else pairs(rng, rank, 0, 5)}


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("seed", range(8))
def test_modes(mode, seed):
    rng = np.random.default_rng(seed)
    for _ in range(6):
        x = array_of(rng, rng.integers(rng.integers(6) > 0, 5, rng.integers(0, 4)))
        check_call("pad", x, pairs(rng, x.ndim, 0, rng.choice([3, 12])), mode, **keywords(rng, mode, x.ndim))


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("shape", [(3_000_000,), (1000, 3000), (1_000_000, 3)])
def test_large(mode, shape):
    check_call("pad", np.arange(3_000_000.0).reshape(shape), 3, mode)


def test_much_wider_than_the_array():
    for mode in ("reflect", "symmetric", "wrap"):
        check_call("pad", np.arange(5), (10_000, 7), mode)


def test_empty_mode():
    """Only the shape, the order in memory and what is inside are said."""
    x = np.asfortranarray(np.arange(6.0).reshape(2, 3))
    padded = np.asarray(bl.pad(bl.asarray(x), ((1, 2), (3, 0)), "empty"))
    expected = np.pad(x, ((1, 2), (3, 0)), "empty")
    assert (padded.shape, padded.strides, padded.dtype) == (expected.shape, expected.strides, expected.dtype)
    np.testing.assert_array_equal(padded[1:3, 3:], x)


def test_function():
    """Called for each line along each axis in NumPy's sequence, with what is padded already."""
    calls = {np: [], bl: []}

    def widened(module):
        def change(vector, widths, axis, given):
            calls[module].append((np.asarray(vector).tolist(), tuple(map(int, widths)), axis, given))
            ramp = module.asarray(np.linspace(0, 10, vector.size).astype(vector.dtype))
            vector += ramp
        return change
    x = np.arange(6).reshape(2, 3)
    for widths in (1, ((1, 0), (0, 2))):
        expected = np.pad(x, widths, widened(np), more=5)
        padded = bl.pad(bl.asarray(x), widths, widened(bl), more=5)
        np.testing.assert_array_equal(np.asarray(padded), expected)
    assert calls[bl] == calls[np] and calls[np]


def test_function_that_raises():
    def change(vector, widths, axis, given):
        raise ZeroDivisionError
    with pytest.raises(ZeroDivisionError):
        bl.pad(bl.ones(3), 1, change)


def test_fresh():
    x = np.arange(6.0)
    assert not np.shares_memory(np.asarray(bl.pad(bl.asarray(x), 0)), x)


TABLE = """
m.pad([1,2,3], (2,3), 'constant', constant_values=(4,6))
m.pad([1,2,3], 2, constant_values=1.7)
m.pad([1,2,3], 2, constant_values=True)
m.pad(m.asarray([1,2], dtype='u1'), 1, constant_values=300)
m.pad(m.asarray([[1,2]], dtype='u1'), 1, constant_values=((1,2),(3,300)))
m.pad(m.asarray([[1,2]], dtype='i4'), 1, constant_values=((1,2),(3,4.7)))
m.pad(m.asarray([[1,2]], dtype='i4'), 1, constant_values=((1,2),(3,np.nan)))
m.pad(m.asarray([[1.,2]]), 1, constant_values=((1,2),(3,1j)))
m.pad(m.asarray([[1.,2]]), 1, constant_values=[[1],[2]])
m.pad(m.asarray([[1j,2]]), 1, constant_values=((1,2j),(3,4)))
m.pad(m.asarray([True,False]), 1, constant_values=3)
m.pad([1,2,3], 1, constant_values=(1,2,3))
m.pad([1,2,3], 1, 'linear_ramp', end_values=(5,-4))
m.pad([1,2,3], 4, 'linear_ramp', end_values=1.5)
m.pad(m.asarray([1,2,3], dtype='f4'), 3, 'linear_ramp', end_values=0.1)
m.pad(m.asarray([[1,2,3]], dtype='f4'), 3, 'linear_ramp', end_values=((0.1,0.2),(0.3,0.4)))
m.pad(m.asarray([1,200], dtype='u1'), 5, 'linear_ramp')
m.pad(m.asarray([True,False]), 3, 'linear_ramp')
m.pad(m.asarray([1,2,4]), 2, 'mean')
m.pad(m.asarray([1,2]), 2, 'mean')
m.pad(m.asarray([1,4,2,9]), 2, 'median', stat_length=(2,3))
m.pad(m.asarray([True,False,True]), 2, 'mean')
m.pad(m.asarray([True,False,True]), 2, 'maximum')
m.pad(m.asarray([1,2,4]), 2, 'maximum', stat_length=0)
m.pad(m.asarray([1,2,4]), 2, 'maximum', stat_length=1.6)
m.pad(m.asarray([1,2,4]), 2, 'maximum', stat_length=-1)
m.pad(m.asarray([1,2,4]), 2, 'maximum', stat_length=None)
m.pad(m.asarray([1,2,4]), 2, 'maximum', stat_length=2**40)
m.pad(m.asarray([1,2,4]), 2, 'reflect', reflect_type='odd')
m.pad(m.asarray([1,2,4]), 2, 'reflect', reflect_type='foo')
m.pad(m.asarray([1,250], dtype='u1'), 5, 'reflect', reflect_type='odd')
m.pad(m.asarray([True,False]), 5, 'symmetric', reflect_type='odd')
m.pad(m.asarray([7]), 3, 'reflect')
m.pad(m.asarray([7]), 3, 'symmetric', reflect_type='odd')
m.pad(m.asarray([[1,2,3]]), 3, 'reflect')
m.pad(m.zeros((0,3)), 1)
m.pad(m.zeros((0,3)), 1, 'empty').shape
m.pad(m.zeros((0,3)), 1, 'edge')
m.pad(m.zeros((0,3)), ((0,0),(1,1)), 'edge')
m.pad(m.zeros((0,3)), ((0,0),(1,1)), 'maximum')
m.pad(5, 2)
m.pad(5, 2, 'edge')
m.pad(5, (1,2,3))
m.pad(5, {})
m.pad([1,2], {})
m.pad([1,2], {0: 1})
m.pad(m.ones((2,3)), {1: (1,2)})
m.pad(m.ones((2,3)), {-1: 2, 0: (1,0)})
m.pad(m.ones((2,3)), {2: 2})
m.pad([1,2], -1)
m.pad([1,2], (1,-1))
m.pad([1,2], 1.5)
m.pad([1,2], True)
m.pad([1,2], np.array(2,'u1'))
m.pad([1,2], [])
m.pad([1,2], (1,2,3))
m.pad([1,2], ((1,2),(3,4)))
m.pad(m.ones((2,3)), ((1,2),))
m.pad(m.ones((2,3)), [[1],[2]])
m.pad(m.ones((2,3)), [[[1]]])
m.pad(m.ones((2,3)), (1,2,3))
m.pad(m.ones((2,3)), None)
m.pad([1,2], 1, 'foo')
m.pad([1,2], 1, 3)
m.pad([1,2], 1, None)
m.pad([1,2], 1, ['edge'])
m.pad([1,2], 1, 'edge', constant_values=3)
m.pad([1,2], 1, 'constant', stat_length=3)
m.pad([1,2], 1, foo=3)
m.pad([1,2], 2**62)
m.pad([1,2], (2**62,2**62))
"""


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("text", [line for line in TABLE.splitlines() if line])
def test_table(text):
    check_expression(text, bl)


WARNING = """
m.pad(m.asarray([1.,2,4]), 2, 'mean', stat_length=0)
m.pad(m.asarray([1,2,4]), 2, 'mean', stat_length=0)
m.pad(m.asarray([1.,2,4]), 2, 'median', stat_length=0)
m.pad(m.asarray([1,2,4]), 1, constant_values=np.nan)
m.pad(m.asarray([1.,2,4]), 1, constant_values=1e300)
m.pad(m.asarray([1.,2,4], dtype='f4'), 1, constant_values=1e300)
m.pad(m.asarray([1.,2,4]), 1, constant_values=1j)
m.pad(m.asarray([1e308,-1e308]), 1, 'reflect', reflect_type='odd')
"""


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("dtype", ["int8", "int64", "float32"])
def test_numbers_that_do_not_fit(dtype):
    """Into unsigned integers they are cast, which C does not define."""
    x = np.ones((2, 2), dtype)
    for number in (np.nan, np.inf, 1e10, -1e30, -1.5, 300.5, 300, -(2**40), 1j):
        check_call("pad", x, 1, constant_values=number)
        check_call("pad", x, 1, constant_values=[(number, 1), (2, 3)])


@pytest.mark.parametrize("text", [line for line in WARNING.splitlines() if line])
def test_warnings(text):
    check_expression(text, bl, warning_classes=(RuntimeWarning, np.exceptions.ComplexWarning))


@pytest.mark.parametrize("mode", [*MODES, "odd"])
@pytest.mark.parametrize("order", ["C", "F"])
def test_pending_arrays_are_padded_where_they_are_computed(mode, order):
    """But for the median, which sorts its operand first."""
    values = np.asarray(np.arange(300.0 * 400).reshape(300, 400) % 37, order=order)
    arguments = {"mode": "reflect", "reflect_type": "odd"} if mode == "odd" else {"mode": mode}
    expected = np.pad(values * 2, ((2, 3), (1, 4)), **arguments)
    x = bl.array(values)
    for _ in range(2):
        before = bl.memory_info().live
        padded = bl.pad(x * 2, ((2, 3), (1, 4)), **arguments)
        if mode != "median":
            assert not padded._is_evaluated and bl.memory_info().live - before < 1000
            assert "copies" not in bl.explain(padded)
        bl.reset_peak()
        bl.eval(padded)
        assert mode == "median" or bl.memory_info().peak - before < 1.3 * expected.nbytes
        check(padded, expected, most_ulps=2 * (mode == "mean"), what=mode)
        check(padded, np.asarray(bl.pad(bl.array(values * 2), ((2, 3), (1, 4)), **arguments)), what=mode)
        assert padded.strides == expected.strides


@pytest.mark.parametrize("mode", [mode for mode in MODES if mode != "median"])
def test_what_is_padded_is_read_as_it_was(mode):
    x = bl.array(np.arange(6.0))
    padded = bl.pad(x + 0, 2, mode)
    x *= -1
    assert np.array_equal(padded, np.pad(np.arange(6.0), 2, mode))
