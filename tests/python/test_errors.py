"""Every error path: its class, and that the message names the operation and the operands."""

import sys
import warnings

import numpy as np
import pytest

import broadloom as bl

A, B, S = (lambda: bl.zeros((2, 3))), (lambda: bl.zeros((4,))), (lambda: bl.asarray(np.array(1.0)))


@pytest.mark.parametrize("make,error,words", [
    (lambda: A() + B(), ValueError, ["add", "2,3", "4"]),
    (lambda: bl.maximum(A(), B()), ValueError, ["maximum", "2,3", "4"]),
    (lambda: bl.where(A(), B(), 1), ValueError, ["where", "2,3", "4"]),
    (lambda: A() @ B(), ValueError, ["matmul", "3", "4"]),
    (lambda: A() @ 1, ValueError, ["matmul"]),
    (lambda: A().reshape(4), ValueError, ["reshape", "2,3", "4"]),
    (lambda: bl.broadcast_to(A(), (3, 3)), ValueError, ["broadcast_to", "2,3", "3,3"]),
    (lambda: bl.squeeze(A(), 0), ValueError, ["squeeze", "2,3"]),
    (lambda: bl.max(bl.zeros((0, 3)), axis=0), ValueError, ["max", "0,3"]),
    (lambda: A().sum(2), np.exceptions.AxisError, ["sum", "2"]),
    (lambda: A()[5], IndexError, ["5", "axis 0", "2"]),
    (lambda: A()[0, 0, 0], IndexError, ["too many"]),
    (lambda: A() & 1, TypeError, ["bitwise_and", "float64"]),
    (lambda: ~A(), TypeError, ["invert", "float64"]),
    (lambda: -bl.ones(2, dtype=bool), TypeError, ["negative", "bool"]),
    (lambda: bl.ones(2, dtype=bool) - bl.ones(2, dtype=bool), TypeError, ["subtract", "bool"]),
    (lambda: bl.ones(2, dtype="int8") + 300, OverflowError, ["300", "int8"]),
    (lambda: bl.ones(2, dtype="uint64") + -1, OverflowError, ["-1", "uint64"]),
    (lambda: bl.ones(2, dtype="int64") + 2**70, OverflowError, []),
    (lambda: bl.floor(A() + 1j), TypeError, ["floor", "complex"]),
    (lambda: A() + np.zeros(4, complex), ValueError, ["add", "2,3", "4"]),
    (lambda: A() + "a", TypeError, []),
    (lambda: A() + None, TypeError, []),
    (lambda: bool(A()), ValueError, ["ambiguous"]),
    (lambda: bool(bl.zeros(0)), ValueError, ["ambiguous"]),
    (lambda: float(A()), TypeError, []),
    (lambda: int(bl.zeros(1)), TypeError, []),
    (lambda: A().item(), ValueError, ["size 1"]),
    (lambda: range(3)[S()], TypeError, ["integer"]),
    (lambda: len(S()), TypeError, ["unsized"]),
    (lambda: iter(S()), TypeError, ["0-d"]),
    (lambda: bl.eval(1), TypeError, ["eval", "int"]),
    (lambda: bl.explain(np.zeros(3)), TypeError, ["explain", "ndarray"]),
    (lambda: bl.memory_budget(-5), ValueError, ["budget", "-5"]),
    (lambda: bl.zeros((2**40, 2**40)), ValueError, []),
    (lambda: bl.set_broadcast_warnings("maybe"), ValueError, ["maybe"]),
])
def test_raised_where_written(make, error, words):
    with pytest.raises(error) as caught:
        make()
    message = str(caught.value).replace(" ", "").replace("f64", "float64")
    for word in words:
        assert word.replace(" ", "") in message, str(caught.value)


def test_an_error_leaves_everything_usable():
    x = A()
    for _ in range(3):
        with pytest.raises(ValueError):
            x + B()
    assert float((x + 1).sum()) == 6


def test_exception_classes():
    assert issubclass(bl.MemoryBudgetError, MemoryError) and issubclass(bl.BroadcastWarning, UserWarning)
    assert bl.MemoryBudgetError.__module__ == "broadloom"


@pytest.fixture
def low_threshold():
    bl.set_broadcast_warnings("warn", times=2, bytes=1000)
    yield
    bl.set_broadcast_warnings()


def outer():
    row, column = bl.zeros((1, 100)), bl.zeros((100, 1))
    bl.eval(row, column)
    return row + column, sys._getframe().f_lineno


def test_broadcast_warning_at_the_users_line(low_threshold):
    result, line = outer()
    with pytest.warns(bl.BroadcastWarning, match="100") as caught:
        bl.eval(result)
    assert caught[0].filename == __file__ and caught[0].lineno == line


def test_broadcast_warning_as_an_error(low_threshold):
    result, _ = outer()
    with warnings.catch_warnings():
        warnings.simplefilter("error", bl.BroadcastWarning)
        with pytest.raises(bl.BroadcastWarning):
            bl.eval(result)
    bl.set_broadcast_warnings("raise", times=2, bytes=1000)
    with pytest.raises(bl.BroadcastWarning):
        bl.eval(result)
    bl.set_broadcast_warnings("ignore")
    assert float(result.sum()) == 0


def test_what_fuses_away_never_warns(low_threshold):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert float((outer()[0] + 1).sum()) == 10_000


def test_a_file_whose_name_is_no_text():
    for _ in range(2):
        names = {"x": bl.ones(3), "z": bl.ones(3)}
        exec(compile("y = x / z", "a\udc80.py", "exec"), names)  # noqa: S102
        assert names["y"].tolist() == [1, 1, 1]
