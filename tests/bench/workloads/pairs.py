"""Every element, point or row meets every other one: reduce_j f(x_i, y_j) and reduce_k f(a_ik, b_jk)."""
import numpy as np

from workloads.table import uniform, workload

f32, f64 = np.float32, np.float64


def pairs(**operations):
    """So many operations for each pair (and each k, in three extents)."""
    def count(*extents):
        cells = 1
        for extent in extents:
            cells *= extent
        return {kind: number * cells for kind, number in operations.items()}
    return count


def two_vectors(rng, dtype, m, n):
    return uniform(rng, dtype, m), uniform(rng, dtype, n)


@workload("reduce_j", two_vectors, [(f64, 20_000, 5_000), (f32, 20_000, 5_000), (f64, 1_000, 1_000)], pairs(add=2))
def max_plus(xp, x, y):
    return xp.max(x[:, None] + y[None, :], axis=1)


@workload("reduce_j", two_vectors, [(f64, 4_000, 4_000)], pairs(exp=1, add=5))
def log_sum_exp_of_products(xp, x, y):
    products = x[:, None] * y[None, :]
    largest = xp.max(products, axis=1, keepdims=True)
    return (largest + xp.log(xp.sum(xp.exp(products - largest), axis=1, keepdims=True)))[:, 0]


def points(rng, dtype, m, n):
    """Three coordinates each of m and n points, and n weights."""
    return (*(uniform(rng, dtype, m) for _ in range(3)), *(uniform(rng, dtype, n) for _ in range(4)))


def differences(x, y, z, u, v, w):
    return u[None, :] - x[:, None], v[None, :] - y[:, None], w[None, :] - z[:, None]


@workload("reduce_j", points, [(f32, 8_000, 8_000), (f64, 4_000, 4_000)], pairs(exp=1, add=11))
def gaussian_kernel_sum(xp, x, y, z, u, v, w, weight):
    dx, dy, dz = differences(x, y, z, u, v, w)
    return xp.sum(xp.exp(-(dx * dx + dy * dy + dz * dz)) * weight[None, :], axis=1)


@workload("reduce_j", points, [(f64, 4_000, 4_000), (f32, 4_000, 4_000), (f32, 500, 500)], pairs(add=16, divide=1, sqrt=1))
def n_body_forces(xp, x, y, z, u, v, w, mass):
    dx, dy, dz = differences(x, y, z, u, v, w)
    square = dx * dx + dy * dy + dz * dz + 1e-4
    pull = mass[None, :] / (square * xp.sqrt(square))
    return xp.sum(pull * dx, axis=1), xp.sum(pull * dy, axis=1), xp.sum(pull * dz, axis=1)


def vortices(rng, dtype, m, n):
    """Three coordinates each of m and n points, and three components of n strengths."""
    return (*(uniform(rng, dtype, m) for _ in range(3)), *(uniform(rng, dtype, n) for _ in range(6)))


@workload("reduce_j", vortices, [(f32, 4_000, 4_000)], pairs(add=25, divide=1, sqrt=1))
def biot_savart(xp, x, y, z, u, v, w, a, b, c):
    dx, dy, dz = differences(x, y, z, u, v, w)
    square = dx * dx + dy * dy + dz * dz + 1e-4
    scale = 1 / (square * xp.sqrt(square))
    a, b, c = a[None, :], b[None, :], c[None, :]
    return (xp.sum((b * dz - c * dy) * scale, axis=1), xp.sum((c * dx - a * dz) * scale, axis=1),
            xp.sum((a * dy - b * dx) * scale, axis=1))


def bare_points(rng, dtype, m, n):
    return tuple(uniform(rng, dtype, count) for count in (m, m, m, n, n, n))


@workload("reduce_j", bare_points, [(f32, 20_000, 2_000)], pairs(add=9))
def nearest_point(xp, x, y, z, u, v, w):
    dx, dy, dz = differences(x, y, z, u, v, w)
    return xp.argmin(dx * dx + dy * dy + dz * dz, axis=1)


# ---- reduce_k

def two_tables(rng, dtype, m, n, k):
    return uniform(rng, dtype, m, k), uniform(rng, dtype, n, k)


@workload("reduce_k", two_tables, [(f64, 4_000, 4_000, 2), (f32, 300, 300, 32), (f32, 2_000, 2_000, 64), (f64, 2_000, 569, 30),
                                   (f64, 1_000, 1_000, 64), (f32, 1_000, 1_000, 512)], pairs(add=3))
def squared_distances(xp, a, b):
    d = a[:, None, :] - b[None, :, :]
    return xp.sum(d * d, axis=2)


@workload("reduce_k", two_tables, [(f32, 2_000, 2_000, 64)], pairs(add=3))
def manhattan_distances(xp, a, b):
    return xp.sum(xp.abs(a[:, None, :] - b[None, :, :]), axis=2)


@workload("reduce_k", two_tables, [(f64, 2_000, 2_000, 16)], pairs(add=3))
def chebyshev_distances(xp, a, b):
    return xp.max(xp.abs(a[:, None, :] - b[None, :, :]), axis=2)


@workload("reduce_k", two_tables, [(f32, 2_000, 2_000, 128)],
          lambda m, n, k: {"add": 2 * m * n * k, "divide": m * n})
def cosine_distances(xp, a, b):
    products = xp.sum(a[:, None, :] * b[None, :, :], axis=2)
    return 1 - products / xp.sqrt(xp.sum(a * a, axis=1)[:, None] * xp.sum(b * b, axis=1)[None, :])


@workload("reduce_k", two_tables, [(f64, 2_000, 1_797, 64), (f32, 2_000, 2_000, 64)], pairs(add=3))
def nearest_row(xp, a, b):
    d = a[:, None, :] - b[None, :, :]
    return xp.argmin(xp.sum(d * d, axis=2), axis=1)
