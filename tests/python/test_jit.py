"""bl.jit: the same as without it, and f is called once for arguments of one kind."""

import collections
import concurrent.futures
import gc
import threading
import warnings
import weakref

import numpy as np
import pytest

import broadloom as bl
from test_random_graphs import EXACT_SHAPES, element_of_reductions, grow_exactly


class Counted:
    """A function and how often it was called."""

    def __init__(self, f):
        self.f, self.calls = f, 0
        self.jitted = bl.jit(lambda *args, **kwargs: self.count(*args, **kwargs))

    def count(self, *args, **kwargs):
        self.calls += 1
        return self.f(*args, **kwargs)

    def check(self, *args, calls, **kwargs):
        np.testing.assert_array_equal(np.asarray(self.jitted(*args, **kwargs)), np.asarray(self.f(*args, **kwargs)), strict=True)
        assert self.calls == calls


def centre(x):
    return (x - x.mean(1)[:, None]) / x.std(1)[:, None]


def rows(seed, *shape, dtype="float64"):
    return bl.asarray(np.random.default_rng(seed).standard_normal(shape).astype(dtype))


def test_called_once_for_each_kind():
    f = Counted(centre)
    f.check(rows(0, 30, 40), calls=1)
    f.check(rows(1, 30, 40), calls=1)
    f.check(rows(2, 31, 40), calls=2)
    f.check(rows(2, 30, 40, dtype="float32"), calls=3)
    f.check(rows(3, 40, 30).T, calls=4)
    f.check(rows(4, 40, 30).T, calls=4)
    f.check(rows(4, 60, 80)[::2, ::2], calls=5)
    f.check(rows(0, 30, 40), calls=5)


def test_compiles_nothing_that_is_known():
    x = rows(0, 50, 60)
    bl.eval(centre(x))
    compiles = bl.cache_info().compiles
    f = bl.jit(centre)
    f(x), f(rows(1, 50, 60))
    assert bl.cache_info().compiles == compiles


def test_results_are_there():
    y = bl.jit(lambda x: x + 1)(rows(0, 5))
    assert y._is_evaluated and y.flags.owndata and y.flags.writeable
    y[0] = 7
    assert float(y[0]) == 7


def test_pending_arguments_and_numpys():
    f = Counted(lambda x, y: x * 2 + y)
    x = rows(0, 20)
    f.check(x + 1, np.arange(20.0), calls=1)
    f.check(x + 2, np.arange(20.0) * 3, calls=1)
    assert isinstance(f.jitted(x, np.arange(20.0)), bl.Array)


def test_nested_arguments_and_results():
    def step(state, dt, *, forces):
        x, v = state["x"], state["v"]
        v = v + dt * forces[0]
        return {"x": x + dt * v, "v": v, "t": (dt, None, "s", [v.sum()])}, forces

    jitted = bl.jit(step)
    forces = [rows(0, 8), rows(1, 8)]
    for seed in range(3):
        state = {"x": rows(seed, 8), "v": rows(seed + 10, 8)}
        ours, same = jitted(state, 0.5, forces=forces)
        plain, _ = step(state, 0.5, forces=forces)
        assert list(ours) == ["x", "v", "t"] and ours["t"][:3] == (0.5, None, "s") and isinstance(same, list)
        assert same[0] is forces[0] and same[1] is forces[1]
        for name in "xv":
            np.testing.assert_array_equal(np.asarray(ours[name]), np.asarray(plain[name]))
        assert float(ours["t"][3][0]) == float(plain["t"][3][0])


def test_named_tuples():
    State = collections.namedtuple("State", "x v")
    step = bl.jit(lambda state: State(state.x + state.v, state.v))
    state = State(bl.ones(3), bl.ones(3))
    for turn in range(3):
        state = step(state)
        assert type(state) is State and float(state.x[0]) == turn + 2


def test_arrays_of_its_own_are_made_anew():
    f = bl.jit(lambda x: (bl.asarray([0.0, 0.0]), np.zeros(2), x + 1))
    for _ in range(2):
        ours, numpys, more = f(bl.ones(2))
        assert not np.asarray(ours).any() and not np.asarray(numpys).any()
        ours += more
        numpys += more


def test_one_result_twice_is_one_array():
    def f(x):
        y = x + 1
        return y, y
    a, b = bl.jit(f)(rows(0, 4))
    assert a is b


def test_values_count_by_what_they_are():
    f = Counted(lambda x, number: x * 0 + np.copysign(1, number) * bl.asarray(number, dtype="float64"))
    x = rows(0, 3)
    for calls, number in enumerate([0.0, -0.0, 1, True, 1.0, float("nan"), np.float64(0.0), np.float64(-0.0), np.float32(1)], 1):
        f.check(x, number, calls=calls)
    for number in [0.0, -0.0, 1, True, 1.0, np.float64(-0.0), np.float32(1)]:
        f.check(x, number, calls=9)


@pytest.mark.parametrize("value", [None, "name", b"x", 2 + 1j, slice(1, None), range(3), bl.float32, np.dtype("int8"), len, ...])
def test_values_of_all_kinds(value):
    f = Counted(lambda x, _: x + 1)
    f.check(rows(0, 3), value, calls=1)
    f.check(rows(1, 3), value, calls=1)


def test_arguments_and_results_that_nobody_can_take_apart():
    with pytest.raises(TypeError, match="an argument is a set"):
        bl.jit(lambda x: x)({1})
    with pytest.raises(TypeError, match="a result is a generator"):
        bl.jit(lambda x: (x for _ in range(2)))(bl.ones(3))
    endless = []
    endless.append(endless)
    with pytest.raises(RecursionError):
        bl.jit(lambda x: 0)(endless)
    with pytest.raises(RecursionError):
        bl.jit(lambda: endless)()
    with pytest.raises(TypeError, match="takes a function, not int"):
        bl.jit(3)


def test_it_looks_like_the_function():
    @bl.jit
    def f(x):
        """What it does."""
        return x + 1
    assert f.__name__ == "f" and f.__doc__ == "What it does." and f.__wrapped__(1) == 2


def test_a_method_is_given_its_object():
    class Model:
        @bl.jit
        def run(self, x):
            return x
    with pytest.raises(TypeError, match="an argument is a Model"):
        Model().run(rows(0, 3))


@pytest.mark.parametrize("ask", [
    lambda x: x + 1 if x.sum() > 0 else x, lambda x: float(x[0]), lambda x: np.asarray(x), lambda x: np.asarray(x + 1), lambda x: x.tolist(),
    lambda x: str(x), lambda x: x[x > 0], lambda x: bl.sort(x), lambda x: bl.unique(x), lambda x: bl.eval(x + 1), lambda x: bl.explain(x + 1),
    lambda x: bl.fft.fft(x), lambda x: bl.linalg.inv(x.reshape(2, 3)[:, :2]), lambda x: bytes(memoryview(np.from_dlpack(x))),
    lambda x: x.tobytes(), lambda x: list(range(bl.asarray(x, dtype="int64")[0])), lambda x: bl.nonzero(x), lambda x: x.item(0)])
def test_elements_are_not_there_yet(ask):
    f = bl.jit(ask)
    for _ in range(2):
        with pytest.raises(TypeError, match="asks for elements of its arguments"):
            f(rows(0, 6))


def test_nothing_is_drawn():
    rng = bl.random.default_rng(1)
    for draw in (rng.random, rng.normal, rng.permutation, lambda n: rng.spawn(1)):
        with pytest.raises(TypeError, match="cannot draw random numbers"):
            bl.jit(lambda x: x + draw(6))(rows(0, 6))  # noqa: B023: called at once


def test_only_its_own_arrays_are_written_to():
    outside = bl.zeros(6)

    def to_argument(x):
        x[0] = 1

    def to_outside(x):
        outside[0] = x[1]

    def to_view_of_outside(x):
        outside[2:][0] = x[1]

    def to_argument_in_place(x):
        x += 1

    def by_out(x):
        bl.add(x, 1, out=outside)

    for f in (to_argument, to_outside, to_view_of_outside, by_out, to_argument_in_place):
        with pytest.raises((TypeError, ValueError), match="can only write to arrays that it has made|read-only"):
            bl.jit(f)(rows(0, 6))
    assert not np.asarray(outside).any()

    def to_its_own(x):
        y = x * 1
        y[1:3] = x[:2]
        y += 1
        y[y > 1] = 0
        return y
    f = Counted(to_its_own)
    f.check(rows(0, 6), calls=1)
    f.check(rows(1, 6), calls=1)


def test_views_of_arguments_share_their_memory():
    f = bl.jit(lambda x: (x[1:], x[0], x.T, x + 1))
    for seed in range(2):
        x = rows(seed, 4, 5)
        tail, row, turned, more = f(x)
        tail[0] = row[1] = turned[2, 0] = 7
        np.testing.assert_array_equal(np.asarray(x)[1], [7] * 5)
        assert float(x[0, 1]) == float(x[0, 2]) == 7 and float(more[0, 1]) != 8


def test_what_comes_from_elsewhere_counts_as_it_was():
    weights = bl.ones(3)
    f = bl.jit(lambda x: x * weights + weights.sum())
    assert float(f(bl.ones(3))[0]) == 4
    weights[:] = 5
    assert float(f(bl.ones(3))[0]) == 4
    bl.eval(weights)
    kept = bl.jit(lambda x: (weights, x + 1))(bl.ones(3))
    assert kept[0] is weights


def test_one_array_twice():
    f = Counted(lambda x, y: bl.concat([x + y, y[::-1] * x.max()]))
    x, y = rows(0, 9), rows(1, 9)
    f.check(x, y, calls=1)
    f.check(x, x, calls=1)
    z = rows(2, 12)
    f.check(z[:9], z[3:], calls=1)
    f.check(z[3:], z[:9], calls=1)


def test_operands_that_are_not_finite_any_more():
    f = Counted(lambda x, y: (x[:, None] * y).max(0))
    x, y = np.arange(300.0), np.arange(200.0)
    with bl.errstate(all="ignore"):
        for value in (0, np.nan, -np.inf, np.inf, 7):
            x[7] = y[5] = value
            f.check(bl.asarray(x.copy()), bl.asarray(y.copy()), calls=1)


def test_warnings_come_at_each_call_from_their_line():
    def divide(x):
        return 1 / x + 2

    f = bl.jit(divide)
    f(bl.ones(5))
    for _ in range(2):
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            result = f(bl.asarray([1.0, 0, 2]))
            f(bl.ones(5)), f(bl.ones(3))
        assert [str(w.message) for w in caught] == ["divide by zero encountered in divide"]
        assert caught[0].filename == __file__ and caught[0].lineno == divide.__code__.co_firstlineno + 1
        np.testing.assert_array_equal(np.asarray(result), [3, np.inf, 2.5])


def test_errstate_is_that_of_the_call():
    f = bl.jit(lambda x: 1 / x)
    zero = bl.asarray([0.0, 1])
    with bl.errstate(divide="ignore"), warnings.catch_warnings():
        warnings.simplefilter("error")
        f(zero)
    with bl.errstate(divide="raise"), pytest.raises(FloatingPointError):
        f(zero)
    with pytest.warns(RuntimeWarning):
        f(zero)
    with bl.errstate(under="warn"), pytest.warns(RuntimeWarning, match="underflow"):
        bl.jit(lambda x: x * x)(bl.asarray([1e-200]))


def test_an_index_out_of_bounds_is_named():
    f = bl.jit(lambda x, i: x[i] + 1)
    x = bl.arange(5)
    assert np.asarray(f(x, bl.asarray([0, 4]))).tolist() == [1, 5]
    with pytest.raises(IndexError, match="index 5 is out of bounds for axis 0 with size 5"):
        f(x, bl.asarray([0, 5]))


def test_nothing_is_stored_between():
    x = rows(0, 1000, 1000)
    f = bl.jit(lambda x: ((x * 2 + 1) * x - x.mean(1)[:, None]).sum())
    f(x)
    bl.reset_peak()
    live = bl.memory_info().live
    f(x)
    assert bl.memory_info().peak - live < 100_000


def test_memory_is_asked_for_before():
    f = bl.jit(lambda x, y: x[:, None] * y)
    x, y = bl.ones(3000), bl.ones(3000)
    bl.eval(x, y)
    with bl.memory_budget(bl.memory_info().live + 10_000_000), pytest.raises(bl.MemoryBudgetError):
        f(x, y)
    assert f(x, y).shape == (3000, 3000)


def test_arguments_are_not_kept():
    gc.collect()
    live = bl.memory_info().live
    f = bl.jit(lambda x: x + 1)
    f(bl.asarray(np.ones(1000)) * 2)
    gc.collect()
    assert bl.memory_info().live == live


def probed(hold):
    """Whether a function that `hold` made hold itself dies."""
    class Probe:
        pass
    probe = Probe()
    alive = weakref.ref(probe)

    def make(probe):
        def f(x):
            return g(x) if probe is None else x + 1
        g = bl.jit(f)
        return g
    g = make(probe)
    g(bl.ones(2))
    hold(g)
    del g, probe
    gc.collect()
    return alive() is None


def test_a_function_that_holds_itself_dies():
    def by_attribute(g):
        g.itself = g

    assert probed(lambda g: None) and probed(by_attribute)


def test_within_another_one_it_is_traced_along():
    inner = Counted(lambda x: x * 2)
    outer = Counted(lambda x: inner.jitted(x + 1) - 1)
    outer.check(rows(0, 7), calls=1)
    outer.check(rows(1, 7), calls=1)


def test_only_so_many_are_kept():
    f = Counted(lambda x, n: x + n)
    x = rows(0, 3)
    for n in range(100):
        f.check(x, n, calls=n + 1)
    f.check(x, 99, calls=100)
    f.check(x, 0, calls=101)


def test_no_arrays_at_all():
    constant = rows(0, 5)
    f = Counted(lambda: constant + 1)
    f.check(calls=1)
    f.check(calls=1)
    assert bl.jit(lambda: (3, None))() == (3, None)


def test_an_error_in_the_function_leaves_nothing_behind():
    def f(x, bad):
        if bad:
            raise KeyError(bad)
        return x + bl.ones(3)
    jitted = bl.jit(f)
    with pytest.raises(KeyError):
        jitted(rows(0, 3), True)
    assert float(bl.jit(lambda x: x * 2)(bl.ones(1))[0]) == 2
    with pytest.raises(ValueError, match="broadcast"):
        jitted(rows(0, 4), False)
    rng = bl.random.default_rng(0)
    assert rng.random(3).shape == (3,)


def test_threads():
    f = bl.jit(lambda x, y: (x - y.mean()) * 2)
    barrier = threading.Barrier(8)

    def work(seed):
        barrier.wait()
        for turn in range(50):
            x, y = rows(seed, 10 + turn % 5), rows(seed + 1, 30)
            np.testing.assert_array_equal(np.asarray(f(x, y)), np.asarray((x - y.mean()) * 2))
        return seed
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(work, range(8))) == list(range(8))


def test_what_lay_in_one_memory_need_not_the_next_time():
    f = Counted(lambda a, b: bl.diff(a * b))
    z, p, q = rows(0, 6), rows(1, 6), rows(2, 6)
    for a, b in [(z[:-1], z[1:]), (p[:-1], q[1:]), (q[:-1], p[1:]), (p[:-1], p[1:]), (z[:-1], q[1:])]:
        f.check(a, b, calls=1)
    captured = rows(3, 6)
    f = Counted(lambda a: bl.diff(a * captured[1:]))
    for a in (captured[:-1], p[:-1], captured[:-1], q[:-1]):
        f.check(a, calls=1)


def test_an_argument_that_is_written_to_meanwhile():
    x = bl.ones(4)
    bl.eval(x)
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        def f(y):
            pool.submit(lambda: x.__iadd__(1)).result()
            return y * 2
        assert float(bl.jit(f)(x)[0]) == 2 and float(x[0]) == 2
        done = threading.Event()

        def write():
            y = x
            while not done.is_set():
                y += 1
        pool.submit(write)
        double = bl.jit(lambda y: y * 2)
        for _ in range(100):
            values = np.asarray(double(x))
            assert (values == values[0]).all()
        done.set()


@pytest.mark.parametrize("seed", range(150))
def test_random_graphs(seed):
    """The bits of what is written without it, for other arguments of the same kind, too."""
    rng = np.random.default_rng(seed)
    kinds = [(EXACT_SHAPES[i], rng.choice(["float64", "float32", "int64", "int32", "bool"])) for i in rng.integers(0, len(EXACT_SHAPES), 4)]
    guides = [rng.integers(-4, 5, shape).astype(dtype) for shape, dtype in kinds]

    def f(*arrays):
        rng = np.random.default_rng(seed)
        values = list(zip(arrays, guides))
        for _ in range(int(rng.integers(4, 30))):
            x, y = grow_exactly(rng, values)
            if y.ndim <= 5 and np.max(np.abs(y.astype(float)), initial=0) < 1e5:
                values.append((x, np.asarray(y)))
        chosen = [values[i] for i in rng.permutation(len(values))[:rng.integers(1, 5)]]
        return [x for x, _ in chosen + [element_of_reductions(rng, pair) for pair in values if pair[1].ndim > 2 and rng.random() < 0.3]]

    jitted = bl.jit(f)
    for turn in range(3):
        arrays = [bl.asarray(np.random.default_rng(turn).permutation(x.ravel()).reshape(x.shape)) for x in guides]
        expected = f(*arrays)
        bl.eval(*expected)
        for x, y in zip(jitted(*arrays), expected, strict=True):
            np.testing.assert_array_equal(np.asarray(x), np.asarray(y), strict=True)
            assert (x.size == 0 or x.strides == y.strides) and x.flags.writeable == y.flags.writeable
