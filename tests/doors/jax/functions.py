"""Twenty functions of jax.numpy as people write them, each with arguments of a given size. For tests and timings.

FUNCTIONS[name] is (function, arguments(n)); n is about how many elements the largest argument has.
"""

import math

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax


def _normal(*shape, seed=0):
    return np.random.default_rng(seed).standard_normal(shape, dtype="float32")


def _uniform(low, high, *shape, seed=0):
    return np.random.default_rng(seed).uniform(low, high, shape).astype("float32")


def black_scholes(spot, strike, years, rate=0.02, volatility=0.3):
    """Price of a European call."""
    spread = volatility * jnp.sqrt(years)
    up = (jnp.log(spot / strike) + (rate + volatility**2 / 2) * years) / spread
    return spot * jax.scipy.stats.norm.cdf(up) - strike * jnp.exp(-rate * years) * jax.scipy.stats.norm.cdf(up - spread)


def n_body(places, speeds, masses):
    """One leapfrog step of gravity."""
    between = places[None] - places[:, None]
    distance = jnp.sum(between**2, -1) + 1e-2
    force = jnp.sum(between * (masses[None, :] * distance**-1.5)[..., None], 1)
    speeds = speeds + 0.01 * force
    return places + 0.01 * speeds, speeds


def logistic_regression(weights, x, y):
    """The loss's value and gradient."""
    def loss(w):
        score = x @ w
        return jnp.mean(jnp.logaddexp(0, score) - y * score) + 1e-3 * jnp.sum(w**2)
    return jax.value_and_grad(loss)(weights)


def kalman_step(means, covariances, observed):
    """Prediction and update of many two-dimensional filters at once."""
    move, seen, noise = jnp.array([[1, 0.1], [0, 1]]), jnp.array([[1.0, 0]]), 0.01 * jnp.eye(2)

    def step(mean, covariance, z):
        mean, covariance = move @ mean, move @ covariance @ move.T + noise
        innovation = seen @ covariance @ seen.T + 0.1
        gain = covariance @ seen.T / innovation
        return mean + gain @ (z - seen @ mean), (jnp.eye(2) - gain @ seen) @ covariance
    return jax.vmap(step)(means, covariances, observed)


def lorenz(start):
    """Runge-Kutta steps of the Lorenz system, from many starts."""
    def slope(s):
        x, y, z = s
        return jnp.stack([10 * (y - x), x * (28 - z) - y, x * y - 8 / 3 * z])

    def step(s, _):
        a = slope(s)
        b = slope(s + 0.005 * a)
        c = slope(s + 0.005 * b)
        d = slope(s + 0.01 * c)
        s = s + 0.01 / 6 * (a + 2 * b + 2 * c + d)
        return s, s[0].mean()
    return lax.scan(step, start, None, length=40)


def mandelbrot(real, imaginary):
    """How many turns each point stays."""
    def turn(state):
        i, x, y, count = state
        xx, yy = x * x, y * y
        inside = xx + yy <= 4
        x, y = jnp.where(inside, xx - yy + real, x), jnp.where(inside, 2 * x * y + imaginary, y)
        return i + 1, x, y, count + inside
    start = 0, jnp.zeros_like(real), jnp.zeros_like(real), jnp.zeros(real.shape, "int32")
    return lax.while_loop(lambda s: (s[0] < 50) & jnp.any(s[1]**2 + s[2]**2 <= 4), turn, start)[3]


def attention(q, k, v):
    """Softmax of scaled products, for several heads."""
    score = jnp.einsum("hqd,hkd->hqk", q, k) / math.sqrt(q.shape[-1])
    return jnp.einsum("hqk,hkd->hqd", jax.nn.softmax(score), v)


def k_means_step(points, centres):
    """Nearest centres, and the means of their points."""
    nearest = jnp.argmin(jnp.sum((points[:, None] - centres[None])**2, -1), 1)
    sums = jax.ops.segment_sum(points, nearest, centres.shape[0])
    counts = jax.ops.segment_sum(jnp.ones(points.shape[0]), nearest, centres.shape[0])
    return nearest, sums / jnp.maximum(counts, 1)[:, None]


def rbf_sums(x, y, weights):
    """Sums of Gaussian kernels around y at each x."""
    return jnp.exp(-jnp.sum((x[:, None] - y[None])**2, -1) / 2) @ weights


def nearest(x, y):
    """For each row of x the nearest row of y, and how far it is."""
    distance = jnp.sum((x[:, None] - y[None])**2, -1)
    return jnp.argmin(distance, 1), jnp.sqrt(jnp.min(distance, 1))


def mlp(params, x):
    """A network of three layers."""
    for w, b in params[:-1]:
        x = jax.nn.gelu(x @ w + b)
    w, b = params[-1]
    return x @ w + b


def mlp_gradient(params, x, y):
    """Of the mean squared error."""
    return jax.grad(lambda p: jnp.mean((mlp(p, x) - y)**2))(params)


def newton(a):
    """Cube roots by Newton's method, until none changes by much."""
    def turn(state):
        x, _ = state
        new = x - (x**3 - a) / (3 * x**2)
        return new, jnp.max(jnp.abs(new - x) / new)
    return lax.while_loop(lambda s: s[1] > 1e-5, turn, (a, jnp.float32(1)))[0]


def heat(grid):
    """Steps of the heat equation on a grid with fixed borders."""
    def step(u, _):
        inner = u[1:-1, 1:-1] + 0.2 * (u[2:, 1:-1] + u[:-2, 1:-1] + u[1:-1, 2:] + u[1:-1, :-2] - 4 * u[1:-1, 1:-1])
        return u.at[1:-1, 1:-1].set(inner), None
    return lax.scan(step, grid, None, length=20)[0]


def random_walk(key, scale, steps):
    """Places of a walk of normal steps."""
    return jnp.cumsum(scale * jax.random.normal(key, (steps,)))


def autocorrelation(x):
    """Of the first 16 lags."""
    x = x - x.mean()
    return jnp.stack([jnp.sum(x[:x.size - lag] * x[lag:]) for lag in range(16)]) / jnp.sum(x * x)


def trimmed_mean(x):
    """The mean of what lies between two quantiles, which sorting finds."""
    low, high = jnp.quantile(x, jnp.array([0.1, 0.9]))
    inside = (x >= low) & (x <= high)
    return jnp.sum(jnp.where(inside, x, 0)) / jnp.sum(inside)


def drawdown(returns):
    """Cumulative statistics of a series: its largest fall, and its running mean."""
    value = jnp.cumsum(returns)
    peak = lax.cummax(value)
    return jnp.max(peak - value), value / jnp.arange(1, returns.size + 1)


def histogram(x):
    """Counts of 64 bins, and for each element how many are in its bin."""
    place = jnp.clip(jnp.floor((x + 4) * 8), 0, 63).astype(jnp.int32)
    counts = jnp.zeros(64).at[place].add(1.0)
    return counts, counts[place]


def clip_by_norm(x, limit):
    """Scaled down where the norm is above the limit."""
    norm = jnp.sqrt(jnp.sum(x**2))
    return lax.cond(norm > limit, lambda: x * (limit / norm), lambda: x)


def ridge(x, y, penalty):
    """Linear least squares for each set of columns."""
    def solve(x, y):
        return jnp.linalg.solve(x.T @ x + penalty * jnp.eye(x.shape[1]), x.T @ y)
    return jax.vmap(solve)(x, y)


def layer_norm(x, scale, shift):
    """Rows with mean 0 and variance 1, scaled and shifted."""
    centred = x - x.mean(-1, keepdims=True)
    return centred * lax.rsqrt(jnp.mean(centred**2, -1, keepdims=True) + 1e-5) * scale + shift


def _layers(*widths):
    return [(_normal(a, b, seed=a) / math.sqrt(a), _normal(b, seed=b)) for a, b in zip(widths, widths[1:])]


def _side(n):
    return max(math.isqrt(n), 4)


def _pairs(n, width):
    """Rows so that all pairs, `width` numbers each, are 16 times n."""
    rows = max(math.isqrt(16 * n // width), 4)
    return _normal(rows, width), _normal(rows, width, seed=1)


FUNCTIONS = {
    "black_scholes": (black_scholes, lambda n: (_uniform(50, 150, n), _uniform(50, 150, n, seed=1), _uniform(0.1, 2, n, seed=2))),
    "n_body": (n_body, lambda n: (_pairs(n, 3)[0], _pairs(n, 3)[1], _uniform(0.5, 1, _pairs(n, 3)[0].shape[0]))),
    "logistic_regression": (logistic_regression, lambda n: (_normal(16), _normal(n // 16, 16),
                                                            (_normal(n // 16, seed=1) > 0).astype("float32"))),
    "kalman_step": (kalman_step, lambda n: (_normal(n // 8, 2),
                                            np.broadcast_to(np.eye(2, dtype="float32"), (n // 8, 2, 2)).copy(),
                                            _normal(n // 8, 1, seed=1))),
    "lorenz": (lorenz, lambda n: (_normal(3, n // 12),)),
    "mandelbrot": (mandelbrot, lambda n: tuple(np.meshgrid(np.linspace(-2, 0.5, _side(n // 4), dtype="float32"),
                                                           np.linspace(-1.2, 1.2, _side(n // 4), dtype="float32")))),
    "attention": (attention, lambda n: tuple(_normal(4, max(_side(n // 4), 4), 32, seed=i) for i in range(3))),
    "k_means_step": (k_means_step, lambda n: (_normal(n // 8, 4), _normal(16, 4, seed=1))),
    "rbf_sums": (rbf_sums, lambda n: (*_pairs(n, 3), _normal(_pairs(n, 3)[0].shape[0], seed=2))),
    "nearest": (nearest, lambda n: _pairs(n, 8)),
    "mlp": (mlp, lambda n: (_layers(32, 64, 64, 8), _normal(n // 32, 32))),
    "mlp_gradient": (mlp_gradient, lambda n: (_layers(32, 64, 64, 8), _normal(n // 32, 32), _normal(n // 32, 8, seed=1))),
    "newton": (newton, lambda n: (_uniform(1, 100, n),)),
    "heat": (heat, lambda n: (_uniform(0, 1, _side(n), _side(n)),)),
    "random_walk": (lambda key, scale, like: random_walk(key, scale, like.size),
                    lambda n: (jax.random.key(1), np.float32(0.5), _normal(n))),
    "autocorrelation": (autocorrelation, lambda n: (_normal(n),)),
    "trimmed_mean": (trimmed_mean, lambda n: (_normal(n),)),
    "drawdown": (drawdown, lambda n: (_normal(n),)),
    "histogram": (histogram, lambda n: (_normal(n),)),
    "clip_by_norm": (clip_by_norm, lambda n: (_normal(n), np.float32(3))),
    "ridge": (ridge, lambda n: (_normal(max(n // 256, 2), 32, 4), _normal(max(n // 256, 2), 32, seed=1), np.float32(0.1))),
    "layer_norm": (layer_norm, lambda n: (_normal(n // 64, 64), _normal(64), _normal(64, seed=1))),
}
