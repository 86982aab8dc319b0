"""Matrix products with what is computed from them."""
import numpy as np

from workloads.table import uniform, workload

f32, f64 = np.float32, np.float64


def multiplied(*names):
    """Inputs by their extents, one letter each: multiplied("mk", "kn", "n")."""
    def make(rng, dtype, *extents):
        letters = sorted(set("".join(names)), key="bmknpq".index)
        sizes = dict(zip(letters, extents))
        return tuple(uniform(rng, dtype, *(sizes[letter] for letter in name), low=-1) for name in names)
    return make


@workload("matmul", multiplied("mk", "kn", "n"), [(f32, 2048, 1024, 1024), (f64, 256, 256, 256)],
          lambda m, k, n: {"madd": m * k * n})
def dense_relu(xp, x, w, bias):
    return xp.maximum(x @ w + bias, 0)


@workload("matmul", multiplied("mk", "kn", "m", "mn"), [(f32, 2048, 512, 1024)], lambda m, k, n: {"madd": m * k * n})
def scaled_residual(xp, h, w, scale, x):
    return x + (h @ w) * scale[:, None]


@workload("matmul", multiplied("bmk", "bkn", "n"), [(f32, 512, 64, 64, 64)], lambda b, m, k, n: {"madd": b * m * k * n})
def batched(xp, x, w, bias):
    return x @ w + bias


@workload("matmul", multiplied("mk", "kn", "n"), [(f32, 200_000, 64, 8), (f64, 100_000, 30, 3)],
          lambda m, k, n: {"madd": m * k * n})
def skinny(xp, x, w, bias):
    return x @ w + bias


@workload("matmul", multiplied("mk"), [(f64, 1000, 2000), (f32, 300, 300)], lambda m, k: {"madd": m * m * k / 2})
def gram(xp, x):
    return x @ x.T


@workload("matmul", multiplied("mk", "kn", "np"), [(f64, 1000, 20, 1000, 20)],
          lambda m, k, n, p: {"madd": n * p * k + m * k * p})
def chain_of_products(xp, a, b, c):
    if hasattr(xp, "einsum"):
        return xp.einsum("ij,jk,kl->il", a, b, c, **({"optimize": True} if xp.__name__ == "numpy" else {}))
    return a @ (b @ c)
