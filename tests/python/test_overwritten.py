"""That nobody notices what was written over operands: warnings and exceptions, other threads, forked children."""

import os
import subprocess
import sys
import threading
import warnings

import numpy as np
import pytest

import broadloom as bl
from overwriting import N, allocated, at_once, fresh


def test_errors_in_what_is_turned():
    for statement in ("x[:] = x[::-1] * 10", "x[:2], x[-2:] = x[-2:] * 10, x[:2] / 0"):
        found = []
        for m in (np, bl):
            x = m.array([1e308, 1.0, 0.0, 5.0, 2.0])
            with warnings.catch_warnings(record=True) as caught:
                warnings.simplefilter("always")
                exec(statement, {"x": x})
                found.append(np.asarray(x).tolist())
            found.append(sorted(str(w.message) for w in caught))
        assert found[:2] == found[2:]
    x = bl.array([1e308] * 5)
    with bl.errstate(over="raise"), pytest.raises(FloatingPointError):
        x[:] = x[::-1] * 10
    assert np.array_equal(x, [1e308] * 5)


def test_an_array_is_reused_though_others_watch_underflow():
    with bl.errstate(under="warn"):
        bl.eval(bl.array([1.0]) * 2)
    x = fresh()
    x += 1
    assert allocated(lambda: bl.eval(x)) < N


def test_errors_of_what_is_overwritten_are_found_beforehand():
    def messages(m, value, statement):
        x = m.array(np.full(N, value))
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            exec(statement, {"m": m, "x": x})
            result = np.asarray(x)
        return [str(w.message) for w in caught], result

    for statement in ("m.exp(x, out=x)", "m.log(x, out=x)", "m.sin(x, out=x)", "x **= 0.5", "x %= 0", "x //= 0",
                      "m.log(x, out=x); x += 1; m.exp(x, out=x)"):
        for value in (1.0, 0.0, -1.0, 1e4, np.inf, np.nan):
            ours, numpys = messages(bl, value, statement), messages(np, value, statement)
            assert sorted(ours[0]) == sorted(numpys[0]), (statement, value)
            np.testing.assert_allclose(ours[1], numpys[1], rtol=1e-14)
    x = fresh()
    bl.exp(x, out=x)
    assert "computed twice" in bl.explain(x) and "beyond the inputs: 0 bytes" not in bl.explain(x)


def test_explaining_stages_changes_nothing():
    def peak(explained):
        x = bl.array(np.linspace(.1, .9, N))
        bl.eval(x)
        x **= 1.1
        s = x.sum()
        x /= x.std() + 2
        x *= 3
        x **= 1.1
        if explained:
            assert "computed in stages" in bl.explain(x)
        taken = allocated(lambda: bl.eval(x))
        assert float(s) > 0
        return taken

    assert peak(explained=True) == peak(explained=False) < N


def test_errors_that_are_made_exceptions_leave_what_was_to_be_overwritten():
    x = fresh()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        bl.exp(x, out=x)
        with pytest.raises(RuntimeWarning, match="overflow encountered in exp"):
            bl.eval(x)
        bl.eval(x)  # it has spoken
    with np.errstate(over="ignore"):
        np.testing.assert_allclose(np.asarray(x), np.exp(np.arange(float(N))), rtol=1e-15)


def test_a_warning_of_what_was_overwritten():
    def messages(m, n, *statements):
        x = m.array(np.full(n, 1e308))
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            for statement in statements:
                exec(statement, {"x": x})
            np.asarray(x)
        return [str(w.message) for w in caught]

    for statements in (["x *= 10"], ["x *= 10", "x += 1"], ["x -= 1", "x *= 2"], ["x /= x", "x *= 3"]):
        assert messages(bl, 7, *statements) == messages(np, 7, *statements)
    assert messages(bl, N, "x *= 10") == messages(np, N, "x *= 10")
    assert messages(bl, N, "x *= 10", "x += 1") == ["overflow encountered in multiply or add"]  # the operands are gone


def everything(m, x, nan):
    yield ["x *= x > 0"]
    yield ["x += m.sign(x)"]
    yield ["x -= x.max()"]
    yield ["x[:] = m.maximum(x, 0) * 2"]
    yield ["x[:] = m.clip(x, 0, 1) + 1"]
    yield ["x[x < 5] = 0"]
    yield ["y = x * 10", "z = y + 1", "del y"]
    yield ["with m.errstate(over='ignore'): x *= 10", "x -= 1"]
    yield ["x *= x > m.nan"]
    yield ["y = x - x", "x[:] = m.where(y > 0, y, 0)"]


@pytest.mark.parametrize("count", [5, N])
@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 1e308, 1.0])
@pytest.mark.parametrize("which", range(10))
def test_warnings_where_operands_may_be_gone_are_numpys(count, value, which):
    found = {}
    for m in (np, bl):
        names = {"m": m, "x": m.array(np.full(count, value))}
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            for statement in list(everything(m, None, None))[which]:
                exec(statement, names)
            for array in (names["x"], names.get("z", names["x"])):
                np.asarray(array)
        found[m] = [str(w.message).split(" in ")[0] for w in caught]  # of large arrays all that can have done it are named
    assert found[bl] == found[np]


def test_flags_that_come_early_do_not_break_the_budget():
    x, poles = fresh() + 1, bl.array(np.zeros(4))
    bl.eval(x)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        x *= bl.log(poles).sum()
        x += 1
        with bl.memory_budget(bl.memory_info().live + N), pytest.raises(MemoryError):
            bl.eval(x)
        assert np.all(np.asarray(x) == -np.inf)


def test_a_thread_that_publishes_first_leaves_the_operands():
    for _ in range(300):
        x = bl.array(np.arange(256.0))
        result = x + 1
        at_once(3, lambda result=result: bl.eval(result))
        assert float(x[0]) == 0


def test_roots_that_are_published_together():
    for count in (8, N):
        x, y = bl.array(np.full(count, 1e300)), bl.array(np.ones(count))
        p, q = y - 2.0, x.astype(np.float32)
        del y
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            bl.eval(p, q)
        assert np.all(np.asarray(p) == -1) and np.all(np.isinf(np.asarray(q)))


@pytest.mark.parametrize("count", [1, 3, 7, 9, 17, 33])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_lanes_without_elements_raise_no_flag(count, dtype):
    nan, three = np.full(count, np.nan, dtype), np.full(2 * count, 3, dtype)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for divisor in (bl.array(three[:count]), bl.array(three)[::2], np.float32(np.inf)):
            x = bl.array(nan)
            x /= divisor
            x *= divisor
            bl.eval(x)


def test_errors_that_are_raised_leave_the_operands():
    x = bl.array([1e308] * 5)
    before = x.copy()
    with bl.errstate(over="raise"), pytest.raises(FloatingPointError):
        x *= 10
    assert np.array_equal(x, before)


def test_threads_that_meet_an_evaluation_wait_for_it():
    for _ in range(30):
        x = fresh()
        bl.eval(x)
        for _ in range(5):
            x += 1
        others = [x * 2, bl.sum(x), x[3:] - 1]
        threads = [threading.Thread(target=bl.eval, args=(other,)) for other in [x, *others, x]]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        expected = np.arange(float(N)) + 5
        assert np.array_equal(x, expected) and np.array_equal(others[0], expected * 2)
        assert np.array_equal(others[2], expected[3:] - 1) and float(others[1]) == expected.sum()


def test_a_forked_child_does_not_wait_for_threads_that_it_has_not():
    code = """
import os, signal, sys, threading, time
import broadloom as bl, numpy as np
x = bl.array(np.arange(float(1 << 23)))
for _ in range(40):
    x *= 1.0000001
    x += 1e-9
with bl.errstate(all="ignore"):
    thread = threading.Thread(target=bl.eval, args=(x,))
    thread.start()
    time.sleep(float(sys.argv[1]))
    child = os.fork()
    if child == 0:
        signal.alarm(20)
        try:
            bl.eval(x)
        except MemoryError as error:
            assert "forked" in str(error)
        os._exit(0)
thread.join()
sys.exit(os.waitpid(child, 0)[1])
"""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    for delay in ("0.02", "0.05", "0.1"):
        subprocess.run([sys.executable, "-W", "ignore", "-c", code, delay], check=True, env=environment)
