"""Where elements lie matters."""
import numpy as np
from numba import get_num_threads, prange

from rivals.numba_loops.loop import loop, serial

TILE = 64  # rows and columns that are transposed at once
BAND = 64  # rows for which the first of two steps is kept


@serial
def warmed(real, left, middle, right):
    return middle + real(0.25) * (right - real(2) * middle + left)


@loop
def heat_1d_3_steps(out, u):
    """Neighbours compute the inner steps again, which costs less than to write and to read them."""
    real = u.dtype.type
    for i in prange(out.size):
        a, b, c = warmed(real, u[i], u[i + 1], u[i + 2]), warmed(real, u[i + 1], u[i + 2], u[i + 3]), \
            warmed(real, u[i + 2], u[i + 3], u[i + 4])
        d, e = warmed(real, u[i + 3], u[i + 4], u[i + 5]), warmed(real, u[i + 4], u[i + 5], u[i + 6])
        out[i] = warmed(real, warmed(real, a, b, c), warmed(real, b, c, d), warmed(real, c, d, e))


@serial
def five_points(real, u, i, j):
    """Around the point that is one further in both directions."""
    return real(0.2) * (u[i + 1, j + 1] + u[i, j + 1] + u[i + 2, j + 1] + u[i + 1, j] + u[i + 1, j + 2])


@loop
def jacobi_2d(out, u):
    real = u.dtype.type
    for i in prange(out.shape[0]):
        for j in range(out.shape[1]):
            out[i, j] = five_points(real, u, i, j)


@loop
def jacobi_2d_2_steps(out, u):
    real, rows = u.dtype.type, out.shape[0]
    for band in prange((rows + BAND - 1) // BAND):
        first, last = band * BAND, min((band + 1) * BAND, rows)
        step = np.empty((last - first + 2, u.shape[1] - 2), u.dtype)
        for i in range(step.shape[0]):
            for j in range(step.shape[1]):
                step[i, j] = five_points(real, u, first + i, j)
        for i in range(last - first):
            for j in range(out.shape[1]):
                out[first + i, j] = five_points(real, step, i, j)


@loop
def laplace_3d(out, u):
    real = u.dtype.type
    for i in prange(out.shape[0]):
        for j in range(out.shape[1]):
            for k in range(out.shape[2]):
                out[i, j, k] = (u[i, j + 1, k + 1] + u[i + 2, j + 1, k + 1] + u[i + 1, j, k + 1]
                                + u[i + 1, j + 2, k + 1] + u[i + 1, j + 1, k] + u[i + 1, j + 1, k + 2]
                                - real(6) * u[i + 1, j + 1, k + 1])


@loop
def sobel(out, u):
    two = u.dtype.type(2)
    for i in prange(out.shape[0]):
        for j in range(out.shape[1]):
            gx = (u[i, j + 2] + two * u[i + 1, j + 2] + u[i + 2, j + 2]) - (u[i, j] + two * u[i + 1, j] + u[i + 2, j])
            gy = (u[i + 2, j] - u[i, j]) + two * (u[i + 2, j + 1] - u[i, j + 1]) + (u[i + 2, j + 2] - u[i, j + 2])
            out[i, j] = np.sqrt(gx * gx + gy * gy)


# ---- transposes, by tiles

@loop
def add_transposed(out, x, y):
    rows, columns = out.shape
    for tile in prange((rows + TILE - 1) // TILE):
        for left in range(0, columns, TILE):
            for i in range(tile * TILE, min((tile + 1) * TILE, rows)):
                for j in range(left, min(left + TILE, columns)):
                    out[i, j] = x[i, j] + y[j, i]


@loop
def transposed_output(out, x):
    real, (rows, columns) = x.dtype.type, out.shape
    for tile in prange((rows + TILE - 1) // TILE):
        for left in range(0, columns, TILE):
            for i in range(tile * TILE, min((tile + 1) * TILE, rows)):
                for j in range(left, min(left + TILE, columns)):
                    out[i, j] = x[j, i] * real(2) + real(1)


@loop
def permuted_output(out, x):
    real, (depth, rows, columns) = x.dtype.type, out.shape
    for i in prange(rows):
        for front in range(0, depth, TILE):
            for left in range(0, columns, TILE):
                for k in range(front, min(front + TILE, depth)):
                    for j in range(left, min(left + TILE, columns)):
                        out[k, i, j] = x[i, j, k] * real(2)


@loop
def rows_times_columns(out, x, y):
    rows = out.size
    for tile in prange((rows + TILE - 1) // TILE):
        first, last = tile * TILE, min((tile + 1) * TILE, rows)
        added = np.zeros(last - first)
        for left in range(0, x.shape[1], TILE):
            for i in range(first, last):
                for j in range(left, min(left + TILE, x.shape[1])):
                    added[i - first] += x[i, j] * y[j, i]
        out[first:last] = added


# ---- gathers and masks

@loop
def gather_multiply_add(out, x, y, z, i):
    for k in prange(out.size):
        out[k] = x[i[k]] * y[k] + z[k]


@loop
def embedding_bag(out, table, i):
    for bag in prange(i.shape[0]):
        out[bag] = table[i[bag, 0]]
        for k in range(1, i.shape[1]):
            row = table[i[bag, k]]
            for j in range(row.size):
                out[bag, j] += row[j]


@loop
def look_up(out, image, table):
    for i in prange(image.shape[0]):
        for j in range(image.shape[1]):
            out[i, j] = table[image[i, j]]


@loop
def masked_sum(out, x, mask):
    added = 0.0
    for i in prange(x.size):
        added += x[i] if mask[i] else 0.0
    out[()] = added


# ---- cumulative sums

@loop
def running_product_sum(out, x, y):
    """Each thread adds its part up, and then again from what the parts before it amount to."""
    threads = get_num_threads()
    before = np.zeros(threads + 1)
    for t in prange(threads):
        added = 0.0
        for i in range(x.size * t // threads, x.size * (t + 1) // threads):
            added += x[i] * y[i]
        before[t + 1] = added
    before = np.cumsum(before)
    for t in prange(threads):
        added = before[t]
        for i in range(x.size * t // threads, x.size * (t + 1) // threads):
            added += x[i] * y[i]
            out[i] = added * 0.5


@loop
def running_mean(out, x):
    real = x.dtype.type
    for i in prange(x.shape[0]):
        added = 0.0
        for j in range(x.shape[1]):
            added += x[i, j]
            out[i, j] = real(added) / real(j + 1)
