"""jit itself: what it caches, what arguments and results are, what it shares, and its errors."""

import collections
import dataclasses
import gc
import threading

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax import lax

import broadloom as bl
import broadloom.jax
from broadloom.jax import _rules
from beside_jax import check

X = np.arange(12, dtype="float32").reshape(3, 4)


class Counted:
    """A function and how often it was traced."""

    def __init__(self, f, **options):
        self.f, self.calls = f, 0
        self.jitted = broadloom.jax.jit(self.count, **options)

    def count(self, *args, **kwargs):
        self.calls += 1
        return self.f(*args, **kwargs)


def test_one_trace_for_each_kind():
    """As often as JAX traces."""
    f = Counted(lambda x, y: x * y)
    g = Counted(f.f)
    theirs = jax.jit(g.count)
    for x, y in [(X, 2), (X + 1, 3), (X, 2.0), (jnp.asarray(X), 2), (X[1:], 2), (X[:2], 5), (X.astype("int32"), 2),
                 (jnp.asarray(X) * 3, 7),
                 (X, np.float32(2)), (X, jnp.asarray(2.0))]:
        np.testing.assert_array_equal(f.jitted(x, y), theirs(x, y))
        assert f.calls == g.calls
    assert f.calls == 5


def test_modes_are_traced_apart():
    f = Counted(lambda x: x * 2)
    for enabled, dtype in [(False, "float32"), (True, "float64"), (False, "float32")]:
        with jax.enable_x64(enabled):
            assert f.jitted(np.ones(3)).dtype == dtype
    assert f.calls == 2


def test_calls_compile_nothing_again():
    f = broadloom.jax.jit(lambda x: jnp.tanh(x) @ x.T)
    f(X)
    compiles = bl.cache_info().compiles
    f(X + 1)
    assert bl.cache_info().compiles == compiles


Point = collections.namedtuple("Point", "x y")


@jax.tree_util.register_dataclass
@dataclasses.dataclass
class Body:
    place: jax.Array
    speed: jax.Array


def test_trees():
    check(lambda p, d, **k: {"a": Point(p.y, p.x), "b": [d["u"] + k["w"], None, ()], "c": 3}, Point(X, 2.0), {"u": X}, w=1)
    moved = broadloom.jax.jit(lambda b, dt: Body(b.place + dt * b.speed, b.speed))(Body(X, X), 0.5)
    np.testing.assert_array_equal(moved.place, X * 1.5)


def power(x, n, *, scale=1, name="a"):
    return x**n * scale if name == "a" else -x


def test_static_arguments():
    f = Counted(power, static_argnums=1, static_argnames="name")
    for args, kwargs, calls in [((X, 2), {}, 1), ((X, 3), {}, 2), ((X, 2), {"scale": 3.0}, 3), ((X, 2), {"name": "b"}, 4),
                                ((X + 1, 3), {}, 4)]:
        np.testing.assert_allclose(f.jitted(*args, **kwargs), power(*args, **kwargs))
        assert f.calls == calls
    for options, args, kwargs in [({"static_argnames": ("n",)}, (X, 2), {}), ({"static_argnums": (1,)}, (X,), {"n": 2}),
                                  ({"static_argnums": -1}, (X, 3), {}),
                                  ({"static_argnames": ("n", "name")}, (X,), {"n": 2, "name": "b"})]:
        g = power if options != {"static_argnums": -1} else lambda x, n: x**n
        np.testing.assert_allclose(broadloom.jax.jit(g, **options)(*args, **kwargs), g(*args, **kwargs))


def test_as_decorator_and_method():
    @broadloom.jax.jit(static_argnames="n")
    def repeated(x, n):
        """Doc."""
        return jnp.tile(x, n)

    class Model:
        scale = 3

        def __hash__(self):
            return 1

        @broadloom.jax.jit(static_argnums=0)
        def apply(self, x):
            return x * self.scale

    assert repeated.__name__ == "repeated" and repeated.__doc__ == "Doc."
    np.testing.assert_array_equal(repeated(X, n=2), np.tile(X, 2))
    np.testing.assert_array_equal(Model().apply(X), X * 3)


@pytest.mark.parametrize("x", [X.T, X[::-1], X[:, ::2], np.float32(3), np.ones((0, 3), "float32"),
                               np.broadcast_to(np.float32(2), (3, 4)), 3, 2.5, True,
                               1 + 2j, np.ones(3), np.arange(3), np.array([True, False]), np.arange(3).astype("uint16")])
def test_arguments(x, x64):
    check(lambda x: (x * 2, x), x)


def test_constants_and_arrays_of_broadloom():
    c, d = jnp.arange(4.0), np.arange(4)
    check(lambda x: (x + c * d, c, 7), X)
    result = broadloom.jax.jit(lambda x: x + 1)(bl.asarray(X) * 2)
    assert isinstance(result, jax.Array)
    np.testing.assert_array_equal(result, X * 2 + 1)


def test_constants_of_numpy_are_those_of_the_trace():
    c = np.ones(4, "float32")
    f = broadloom.jax.jit(lambda x: x + c)
    f(X)
    c[:] = 100
    np.testing.assert_array_equal(f(X), X + 1)


def test_arguments_are_not_copied():
    """Beyond its result, a sum of 64 MB allocates next to nothing."""
    for x in (np.ones((4, 1 << 22), "float32"), jnp.ones((4, 1 << 22), "float32")):
        f = broadloom.jax.jit(lambda x: jnp.sum(x * 2, 1))
        f(x)
        bl.reset_peak()
        before = bl.memory_info().live
        f(x)
        assert bl.memory_info().peak - before < 1 << 20


def test_results_are_not_copied():
    """What JAX holds is broadloom's memory, until JAX lets it go."""
    f = broadloom.jax.jit(lambda x: x * 2)
    x = np.ones(1 << 22, "float32")
    f(x)
    gc.collect()
    before = bl.memory_info().live
    y = f(x)
    assert bl.memory_info().live - before == y.nbytes
    np.testing.assert_array_equal(y, x * 2)
    del y
    gc.collect()
    assert bl.memory_info().live == before


@pytest.mark.parametrize("f", [lambda x: x, lambda x: lax.fori_loop(0, jnp.int32(x[0]), lambda i, c: c + 1, x),
                               lambda x: x.reshape(4), lambda x: x[:2]])
def test_results_keep_their_values(f):
    x = np.zeros(4, "float32")
    y = broadloom.jax.jit(f)(x)
    x[:] = 5
    assert not np.any(y)


def test_arguments_of_jax_are_results_themselves():
    x = jnp.arange(4.0)
    y, z = broadloom.jax.jit(lambda x: (x, x + 1))(x)
    assert y is x and z is not x


def test_numbers_raise_no_warnings(recwarn):
    check(lambda x: (1 / x, jnp.log(-x), jnp.exp(x * 1e6), (x * 1e30).astype("int8")), X)
    assert not [w for w in recwarn if issubclass(w.category, RuntimeWarning)]


def test_inside_of_jax():
    """Under JAX's own transformations the function is JAX's."""
    f = broadloom.jax.jit(lambda x: jnp.sum(x**2))
    np.testing.assert_array_equal(jax.grad(f)(X), 2 * X)
    np.testing.assert_allclose(jax.jit(f)(X), np.sum(X**2))
    np.testing.assert_allclose(jax.vmap(f)(X), np.sum(X**2, 1))


def test_threads():
    f = broadloom.jax.jit(lambda x: lax.scan(lambda c, row: (c + row, c), jnp.zeros(4), x))
    expected, wrong = jax.jit(lambda x: lax.scan(lambda c, row: (c + row, c), jnp.zeros(4), x))(X), []

    def call():
        for _ in range(50):
            if not np.array_equal(f(X)[1], expected[1]):
                wrong.append(1)
    threads = [threading.Thread(target=call) for _ in range(4)]
    [t.start() for t in threads], [t.join() for t in threads]
    assert not wrong


def raises(f, *args, match):
    with pytest.raises(NotImplementedError, match=match) as caught:
        broadloom.jax.jit(f)(*args)
    return str(caught.value)


def test_missing_primitives_are_named():
    message = raises(lambda x: jnp.sin(x) + jax.lax.igamma(x, x + 1), X, match="'igamma'")
    assert "float32[3,4], float32[3,4]" in message and "test_jit.py:" in message
    raises(lambda x: jax.pure_callback(np.sin, jax.ShapeDtypeStruct(x.shape, x.dtype), x), X, match="'pure_callback'")
    raises(lambda x: lax.scan(lambda c, r: (c, lax.igamma(r, r)), 0, x), X, match="'igamma'")
    raises(lambda x: lax.cond(x[0, 0] > 5, lambda: lax.igamma(x, x), lambda: x), X, match="'igamma'")


def test_what_parameters_are_missing():
    raises(lambda x: lax.reduce_precision(x, 3, 4), X, match="reduce_precision")
    raises(lambda k: jax.random.uniform(k), jax.random.key(0, impl="rbg"), match="threefry")
    raises(lambda x: x.astype("float8_e4m3fn"), X, match="float8_e4m3fn")


@pytest.mark.parametrize("rule, made", [
    (lambda equation, x: x.astype("float64"), r"the rule of 'sin' makes float64\[3,4\] of"),
    (lambda equation, x: (x, x[0]), r"the rule of 'sin' makes float32\[3,4\], float32\[4\] of"),
    (lambda equation, x: x @ x, "matmul"),
])
def test_results_of_other_types_are_named(monkeypatch, rule, made):
    """With what the primitive was given, and what was wanted."""
    monkeypatch.setitem(_rules.RULES, "sin", rule)
    message = raises(lambda x: jnp.sin(x), X, match=made)
    assert "sin(float32[3,4]) -> float32[3,4], written at " in message and "test_jit.py:" in message


def test_effects_are_errors():
    raises(lambda x: jax.debug.print("{}", x) or x, X, match="effects|debug")


def test_functions_of_too_few_arguments():
    with pytest.raises(TypeError):
        broadloom.jax.jit(power)()
    with pytest.raises(TypeError):
        broadloom.jax.jit(lambda x: x)("text")
