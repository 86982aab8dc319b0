"""scan, while and cond, alone, inside of each other and under JAX's transformations."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax import lax

import broadloom as bl
import broadloom.jax
from beside_jax import check

X = np.random.default_rng(0).standard_normal((50, 6)).astype("float32")
LENGTHS = [0, 1, 3, 8, 9, 50, 100]


def rows(length):
    return np.random.default_rng(1).standard_normal((length, 6)).astype("float32")


@pytest.mark.parametrize("length", LENGTHS)
@pytest.mark.parametrize("reverse", [False, True])
def test_scan(length, reverse, x64):
    def decay(x):
        return lax.scan(lambda c, row: (c * 0.9 + row, (c, row.sum())), jnp.zeros(6), x, reverse=reverse)
    check(decay, rows(length), units=256, floor=1)


def test_scan_without_sequences(x64):
    check(lambda x: lax.scan(lambda c, _: (c * 1.01, c[0]), x, None, length=37), X[0], units=128)
    check(lambda x: lax.fori_loop(0, 100, lambda i, c: c + i * x, x), X[0], units=128)


def test_scan_keeps_constants_and_what_does_not_change(x64):
    def f(x, scale):
        return lax.scan(lambda c, row: ((c[0] + row * scale, c[1]), c[1]), (x[0], scale), x)
    check(f, X, np.float32(0.5), units=128, floor=8)


def test_scan_of_matrices_products_and_sorts(x64):
    m = np.eye(6, dtype="float32") * 0.9 + 0.01
    check(lambda x, m: lax.scan(lambda c, row: (m @ c + row, jnp.sort(c)), x[0], x), X, m, units=256, floor=8)


def test_scans_in_scans(x64):
    def f(x):
        def outer(c, row):
            c, ys = lax.scan(lambda d, e: (d * 0.5 + e, d), c, row)
            return c, ys
        return lax.scan(outer, jnp.float32(0), x)
    check(f, X[:12], units=64, floor=1)
    check(f, rows(20).repeat(3, 1), units=64, floor=1)


def test_scan_takes_no_more_than_its_results():
    f = broadloom.jax.jit(lambda x: lax.scan(lambda c, _: (c * 0.5 + 1, c), x, None, length=300)[1])
    x = np.ones(10_000, "float32")
    f(x)
    bl.reset_peak()
    before = bl.memory_info().live
    size = f(x).nbytes
    assert size <= bl.memory_info().peak - before < 1.2 * size


def test_gradient_of_scan(x64):
    def loss(w, x):
        return jnp.sum(lax.scan(lambda c, row: (jnp.tanh(c * w + row), c), jnp.zeros(6), x)[1] ** 2)
    check(jax.grad(loss), np.float32(0.7), X, units=1024, floor=8)
    check(jax.value_and_grad(lambda w: loss(w, X)), np.float32(0.7), units=1024, floor=8)


def test_while(x64):
    check(lambda x: lax.while_loop(lambda s: s[1] > 1e-3, lambda s: (s[0] + 1, s[1] * 0.7), (0, x)), np.float32(5))
    check(lambda n: lax.fori_loop(0, n, lambda i, c: c * 2 + i, jnp.ones(4)), 17)
    check(lambda n: lax.fori_loop(3, n, lambda i, c: c * 2 + i, jnp.ones(4)), 2)
    check(lambda x: lax.while_loop(lambda c: jnp.any(c < 100), lambda c: jnp.where(c < 100, c * 2, c), x), np.abs(X) + 1)


def test_while_under_vmap(x64):
    def collatz(n):
        return lax.while_loop(lambda s: s[0] != 1, lambda s: (jnp.where(s[0] % 2 == 0, s[0] // 2, 3 * s[0] + 1), s[1] + 1),
                              (n, 0))[1]
    check(jax.vmap(collatz), np.arange(1, 30, dtype="int32"))


def test_while_with_constants_and_immediate_steps(x64):
    def f(x, limit):
        return lax.while_loop(lambda s: s[0] < limit, lambda s: (s[0] + 1, jnp.sort(s[1] * -0.9)), (0, x))
    check(f, X[0], 9, units=64)


@pytest.mark.parametrize("which", [-1, 0, 1, 2, 5])
@pytest.mark.parametrize("size", [4, 100_000])
def test_switch(which, size, x64):
    check(lambda i, x: lax.switch(i, [lambda x: x + 1, lambda x: x * 2, lambda x: jnp.sort(x)], x), which,
          np.arange(size, dtype="float32"))
    check(lambda i, x: lax.switch(i, [lambda x: x + 1, lambda x: x * 2, lambda x: -x], x), which,
          np.arange(size, dtype="float32"))


def test_cond_in_scan(x64):
    def f(x):
        return lax.scan(lambda c, row: lax.cond(row[0] > 0, lambda: (c + row, 1), lambda: (c - row, 0)), jnp.zeros(6), x)
    check(f, X, units=256, floor=1)
    check(jax.vmap(lambda x: lax.cond(x[0] > 0, lambda x: x * 2, lambda x: -x, x)), X)


def test_cond_of_known_branch(x64):
    check(lambda x: lax.cond(True, lambda x: x + 1, lambda x: x - 1, x), X)


def test_calls_are_written_out(x64):
    @jax.custom_jvp
    def halved(x):
        return x / 2
    halved.defjvp(lambda p, t: (halved(*p), t[0] * 0.5))

    @jax.custom_vjp
    def clipped(x):
        return x
    clipped.defvjp(lambda x: (x, x), lambda x, g: (jnp.clip(g, -1, 1),))

    check(lambda x: jax.jit(halved)(x) + jax.checkpoint(jnp.sin)(x), X)
    check(jax.grad(lambda x: jnp.sum(halved(clipped(x * 3)))), X)
    check(jax.grad(lambda x: jnp.sum(jax.checkpoint(lambda x: jnp.sin(jnp.sin(x)))(x))), X, units=64)
    check(lambda x: jax.jvp(halved, (x,), (x,)), X)
    check(lambda x: jax.named_call(jnp.cos, name="turn")(lax.stop_gradient(x)), X)


def test_other_calls(x64):
    @jax.custom_batching.custom_vmap
    def doubled(x):
        return 2 * x
    doubled.def_vmap(lambda size, batched, x: (3 * x, True))

    check(lambda x: (doubled(x), jax.vmap(doubled)(x)), X)
    check(lax.composite(lambda x: x + 1, "one.more"), X)
    check(lambda x: lax.platform_dependent(x, cpu=lambda x: x + 1, default=lambda x: x), X)
    check(lambda x: jax.device_put(lax.optimization_barrier(jnp.copy(x))), X)


def test_random_walk_in_scan(x64):
    def walk(key):
        def turn(state, _):
            key, place = state
            key, sub = jax.random.split(key)
            place = place + jax.random.normal(sub, (3,))
            return (key, place), place
        return lax.scan(turn, (key, jnp.zeros(3)), None, length=25)
    check(walk, jax.random.key(3), units=256, floor=8)
