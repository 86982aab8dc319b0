"""Where elements lie matters: stencils by slices, transposes, gathers, cumulative sums."""
import numpy as np

from workloads.table import contiguous, each, some, uniform, workload

f32, f64, u8 = np.float32, np.float64, np.uint8


# ---- stencils, on what is inside of the border

@workload("stencil", some(1), [(f64, 1 << 23)], each(add=3 * 5))
def heat_1d_3_steps(xp, u):
    for _ in range(3):
        u = u[1:-1] + 0.25 * (u[2:] - 2 * u[1:-1] + u[:-2])
    return u


def five_points(u):
    return 0.2 * (u[1:-1, 1:-1] + u[:-2, 1:-1] + u[2:, 1:-1] + u[1:-1, :-2] + u[1:-1, 2:])


@workload("stencil", some(1), [(f64, 4096, 4096), (f32, 1024, 1024)], each(add=5))
def jacobi_2d(xp, u):
    return five_points(u)


@workload("stencil", some(1), [(f32, 4096, 4096)], each(add=2 * 5))
def jacobi_2d_2_steps(xp, u):
    return five_points(five_points(u))


@workload("stencil", some(1), [(f32, 300, 300, 300)], each(add=8))
def laplace_3d(xp, u):
    inner = u[1:-1, 1:-1, 1:-1]
    return (u[:-2, 1:-1, 1:-1] + u[2:, 1:-1, 1:-1] + u[1:-1, :-2, 1:-1] + u[1:-1, 2:, 1:-1] + u[1:-1, 1:-1, :-2]
            + u[1:-1, 1:-1, 2:] - 6 * inner)


@workload("stencil", some(1), [(f32, 4096, 4096)], each(add=17, sqrt=1))
def sobel(xp, u):
    down = u[:-2, :] + 2 * u[1:-1, :] + u[2:, :]
    across = u[2:, :] - u[:-2, :]
    gx = down[:, 2:] - down[:, :-2]
    gy = across[:, :-2] + 2 * across[:, 1:-1] + across[:, 2:]
    return xp.sqrt(gx * gx + gy * gy)


# ---- transposes

@workload("transpose", some(2), [(f64, 4096, 4096), (f32, 512, 512)], each(add=1))
def add_transposed(xp, x, y):
    return x + y.T


@workload("transpose", some(1), [(f32, 8192, 4096)], each(add=2))
def transposed_output(xp, x):
    return contiguous(xp, (x * 2 + 1).T)


@workload("transpose", some(1), [(f32, 256, 256, 512)], each(add=1))
def permuted_output(xp, x):
    return contiguous(xp, xp.permute_dims(x * 2, (2, 0, 1)))


@workload("transpose", some(2), [(f32, 4096, 4096)], each(add=2))
def rows_times_columns(xp, x, y):
    return xp.sum(x * y.T, axis=1)


# ---- gathers and masks

def picked(rng, dtype, n):
    return (*some(2)(rng, dtype, n), uniform(rng, dtype, n), rng.integers(0, n, n))


@workload("gather", picked, [(f64, 1 << 23), (f32, 1 << 17)],
          lambda n: {"add": 2 * n, "random line" if n > 1 << 20 else "near pick": n})
def gather_multiply_add(xp, x, y, z, i):
    return xp.take(x, i, axis=0) * y + z


def bags(rng, dtype, rows, columns, bag):
    return uniform(rng, dtype, rows, columns), rng.integers(0, rows, (100_000, bag))


@workload("gather", bags, [(f32, 50_000, 64, 8)], 
          lambda rows, columns, bag: {"add": 100_000 * columns * bag, "line of a row": 100_000 * bag * columns // 16})
def embedding_bag(xp, table, i):
    return xp.sum(table[i], axis=1)


def image_and_table(rng, dtype, height, width):
    return rng.integers(0, 256, (height, width), dtype=u8), uniform(rng, f32, 256)


@workload("gather", image_and_table, [(u8, 4000, 4000)], each(**{"add f32": 1}))
def look_up(xp, image, table):
    return xp.take(table, xp.astype(image, xp.int64), axis=0)


def one_and_a_mask(rng, dtype, n):
    return uniform(rng, dtype, n), rng.random(n, dtype=f32) < 0.5


@workload("gather", one_and_a_mask, [(f64, 1 << 24)], each(add=2))
def masked_sum(xp, x, mask):
    return xp.sum(xp.where(mask, x, 0.0))


# ---- cumulative sums with their neighbours

@workload("cumulative", some(2), [(f64, 1 << 23)], each(add=3))
def running_product_sum(xp, x, y):
    return xp.cumulative_sum(x * y, axis=0) * 0.5


@workload("cumulative", some(1), [(f32, 4096, 4096)], each(add=1, divide=1))
def running_mean(xp, x):
    count = xp.arange(1, x.shape[1] + 1, dtype=x.dtype)
    return xp.cumulative_sum(x, axis=1) / count
