"""What people call in jax.numpy and its neighbours, each made of many primitives."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax import lax

from beside_jax import check

X = np.random.default_rng(0).standard_normal((6, 8)).astype("float32")
I = np.arange(-7, 8, dtype="int32")
KEY = jax.random.key(0)
PARAMS = {"w": X.T.copy(), "b": np.float32(1)}


def descend(p):
    """A step of gradient descent."""
    gradient = jax.grad(lambda p: jnp.mean((jnp.tanh(X @ p["w"]) + p["b"])**2))(p)
    return jax.tree.map(lambda value, slope: value - 0.1 * slope, p, gradient)


# name: function, argument, units of the dtype's resolution and what they are of besides each element
USAGES = {
    "activations": (lambda x: (jax.nn.relu(x), jax.nn.silu(x), jax.nn.gelu(x), jax.nn.log_softmax(x)), X, 32, 2),
    "associative_scan": (lambda x: lax.associative_scan(jnp.add, x), X, 32, 8),
    "choice": (lambda k: jax.random.choice(k, 10, (5,), replace=False), KEY, 0, 0),
    "clip": (lambda x: jnp.clip(x, -0.5, 0.5), X, 0, 0),
    "cov": (jnp.cov, X, 128, 4),
    "descent": (descend, PARAMS, 128, 4),
    "einsum": (lambda x: jnp.einsum("ij,kj->ik", x, x), X, 32, 8),
    "empty": (lambda x: (x[:0] + 1, jnp.sum(x[:0], 0), jnp.concatenate([x[:0], x])), X, 0, 0),
    "expm": (lambda x: jax.scipy.linalg.expm(x[:4, :4] * 0.1), X, 256, 4),
    "gammaln": (lambda x: jax.scipy.special.gammaln(jnp.abs(x) + 0.5), X, 64, 1),
    "hessian": (jax.hessian(lambda x: jnp.sum(jnp.sin(x) * x[0])), X[0], 32, 4),
    "histogram": (lambda x: jnp.histogram(x, bins=7)[0], X, 0, 0),
    "integers": (lambda i: (i // 3, i % 3, -i // 2, i**2, jnp.abs(i), i << 1, i >> 1, jnp.bitwise_count(i)), I, 0, 0),
    "interp": (lambda x: jnp.interp(x, jnp.arange(5.0), jnp.arange(5.0)**2), X, 32, 4),
    "jacfwd": (jax.jacfwd(lambda x: jnp.tanh(x) * x.sum()), X[0], 64, 8),
    "kron": (lambda x: jnp.kron(x, x), X, 32, 0),
    "logsumexp": (lambda x: jax.scipy.special.logsumexp(x, 1), X, 32, 1),
    "lstsq": (lambda x: jnp.linalg.lstsq(x.T, jnp.ones(8))[0], X, 2048, 4),
    "map": (lambda x: lax.map(lambda row: row.sum() * row, x), X, 32, 8),
    "median": (lambda x: jnp.median(x, axis=1), X, 32, 1),
    "multivariate_normal": (lambda k: jax.random.multivariate_normal(k, jnp.zeros(3), jnp.eye(3), (4,)), KEY, 64, 1),
    "ndtri": (lambda x: jax.scipy.special.ndtri(jax.nn.sigmoid(x)), X, 256, 2),
    "nonzero": (lambda x: jnp.nonzero(x > 0, size=10)[0], X, 0, 0),
    "pinv": (jnp.linalg.pinv, X, 1024, 2),
    "polyval": (lambda x: jnp.polyval(jnp.array([1.0, 2, 3]), x), X, 32, 4),
    "remainders": (lambda x: (x % 0.3, jnp.floor_divide(x, 0.3)), X, 32, 1),
    "repeat": (lambda x: jnp.repeat(x, 3, axis=1), X, 0, 0),
    "roll": (lambda x: jnp.roll(x, 2, axis=1), X, 0, 0),
    "scan_that_sets": (lambda x: lax.scan(lambda c, i: (c.at[i].set(c[i] * 2 + 1), c.sum()), x[0], jnp.arange(8)), X, 128, 8),
    "scan_that_adds": (lambda x: lax.scan(lambda c, i: (c.at[i].add(1.0), None), x[0], jnp.arange(8)), X, 32, 1),
    "searchsorted": (lambda x: jnp.searchsorted(jnp.linspace(-2, 2, 20), x), X, 0, 0),
    "statistics": (lambda x: (x.var(0), x.std(1), jnp.linalg.norm(x)), X, 64, 2),
    "triangles": (lambda x: (jnp.triu(x), jnp.tril(x, -1), jnp.diag(x[0]), jnp.trace(x)), X, 32, 4),
    "unique": (lambda x: jnp.unique(jnp.round(x), size=5, fill_value=0), X, 0, 0),
    "vmap_of_scan": (jax.vmap(lambda row: lax.scan(lambda c, a: (c * 0.5 + a, c), 0.0, row)), X, 32, 2),
}


@pytest.mark.parametrize("name", USAGES)
def test_usage(name):
    function, argument, units, floor = USAGES[name]
    check(function, argument, units=units, floor=floor)
