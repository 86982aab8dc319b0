"""Rows and columns with statistics of their own, and reductions."""
import numpy as np
from numba import get_num_threads, prange

from rivals.numba_loops.loop import loop, parallel, serial


@serial
def moments(row):
    """The mean, and the sum of squares around it."""
    total, squares = 0.0, 0.0
    for j in range(row.size):
        total += row[j]
    mean = row.dtype.type(total / row.size)
    for j in range(row.size):
        squares += (row[j] - mean) * (row[j] - mean)
    return mean, squares


@loop
def centre_rows(out, x):
    real, columns = x.dtype.type, x.shape[1]
    for i in prange(x.shape[0]):
        total = 0.0
        for j in range(columns):
            total += x[i, j]
        mean = real(total / columns)
        for j in range(columns):
            out[i, j] = x[i, j] - mean


@loop
def softmax(out, x):
    real, columns = x.dtype.type, x.shape[1]
    for i in prange(x.shape[0]):
        largest, total = x[i, 0], 0.0
        for j in range(columns):
            largest = max(largest, x[i, j])
        for j in range(columns):
            out[i, j] = np.exp(x[i, j] - largest)
            total += out[i, j]
        for j in range(columns):
            out[i, j] /= real(total)


@loop
def layer_norm(out, x, gamma, beta):
    real, columns = x.dtype.type, x.shape[1]
    for i in prange(x.shape[0]):
        mean, squares = moments(x[i])
        deviation = np.sqrt(real(squares / columns) + real(1e-5))
        for j in range(columns):
            out[i, j] = (x[i, j] - mean) / deviation * gamma[j] + beta[j]


@loop
def standardise_rows(out, x):
    real, columns = x.dtype.type, x.shape[1]
    for i in prange(x.shape[0]):
        mean, squares = moments(x[i])
        deviation = real(np.sqrt(squares / columns))
        for j in range(columns):
            out[i, j] = (x[i, j] - mean) / deviation


@loop
def log_sum_exp(out, x):
    columns = x.shape[1]
    for i in prange(x.shape[0]):
        largest, total = x[i, 0], 0.0
        for j in range(columns):
            largest = max(largest, x[i, j])
        for j in range(columns):
            total += np.exp(x[i, j] - largest)
        out[i] = largest + np.log(total)


@loop
def unit_rows(out, x):
    real, columns = x.dtype.type, x.shape[1]
    for i in prange(x.shape[0]):
        squares = 0.0
        for j in range(columns):
            squares += x[i, j] * x[i, j]
        length = real(np.sqrt(squares))
        for j in range(columns):
            out[i, j] = x[i, j] / length


# ---- columns: each thread goes along rows, in their order in memory, and has sums of its own

@parallel
def sums_of_columns(x):
    threads = get_num_threads()
    sums = np.zeros((threads, x.shape[1]))
    for t in prange(threads):
        mine = sums[t]
        for i in range(x.shape[0] * t // threads, x.shape[0] * (t + 1) // threads):
            for j in range(x.shape[1]):
                mine[j] += x[i, j]
    return sums.sum(axis=0)


@parallel
def squares_of_columns(x, mean):
    threads = get_num_threads()
    sums = np.zeros((threads, x.shape[1]))
    for t in prange(threads):
        mine = sums[t]
        for i in range(x.shape[0] * t // threads, x.shape[0] * (t + 1) // threads):
            for j in range(x.shape[1]):
                mine[j] += (x[i, j] - mean[j]) * (x[i, j] - mean[j])
    return sums.sum(axis=0)


@loop
def standardise_columns(out, x):
    mean = sums_of_columns(x) / x.shape[0]
    deviation = np.sqrt(squares_of_columns(x, mean) / x.shape[0])
    for i in prange(x.shape[0]):
        for j in range(x.shape[1]):
            out[i, j] = (x[i, j] - mean[j]) / deviation[j]


@loop
def rescale_columns(out, x):
    threads = get_num_threads()
    least, largest = np.empty((threads, x.shape[1]), x.dtype), np.empty((threads, x.shape[1]), x.dtype)
    for t in prange(threads):
        low, high = least[t], largest[t]
        low[:] = x[0]
        high[:] = x[0]
        for i in range(x.shape[0] * t // threads, x.shape[0] * (t + 1) // threads):
            for j in range(x.shape[1]):
                low[j] = min(low[j], x[i, j])
                high[j] = max(high[j], x[i, j])
    for t in range(1, threads):
        least[0] = np.minimum(least[0], least[t])
        largest[0] = np.maximum(largest[0], largest[t])
    for i in prange(x.shape[0]):
        for j in range(x.shape[1]):
            out[i, j] = (x[i, j] - least[0, j]) / (largest[0, j] - least[0, j])


# ---- reductions

@loop
def total(out, x):
    added = 0.0
    for i in prange(x.size):
        added += x[i]
    out[()] = added


@loop
def sum_of_rows(out, x):
    out[:] = sums_of_columns(x)


@loop
def sum_of_columns(out, x):
    for i in prange(x.shape[0]):
        added = 0.0
        for j in range(x.shape[1]):
            added += x[i, j]
        out[i] = added


@loop
def mean_over_middle(out, x):
    real = x.dtype.type
    for i in prange(x.shape[0]):
        out[i] = x[i, 0]
        for j in range(1, x.shape[1]):
            for k in range(x.shape[2]):
                out[i, k] += x[i, j, k]
        for k in range(x.shape[2]):
            out[i, k] /= real(x.shape[1])


@loop
def sum_over_outer_and_inner(out, x):
    for j in prange(x.shape[1]):
        added = 0.0
        for i in range(x.shape[0]):
            for k in range(x.shape[2]):
                added += x[i, j, k]
        out[j] = added


@loop
def summary(added, least, largest, squares, x):
    s, low, high, q = 0.0, x[0], x[0], 0.0
    for i in prange(x.size):
        s += x[i]
        low = min(low, x[i])
        high = max(high, x[i])
        q += x[i] * x[i]
    added[()], least[()], largest[()], squares[()] = s, low, high, q


@loop
def argmin_of_rows(out, x):
    for i in prange(x.shape[0]):
        place = 0
        for j in range(1, x.shape[1]):
            if x[i, j] < x[i, place]:
                place = j
        out[i] = place


@loop
def dot(out, x, y):
    added = 0.0
    for i in prange(x.size):
        added += x[i] * y[i]
    out[()] = added


@loop
def mean_squared_error(out, x, y):
    added = 0.0
    for i in prange(x.size):
        added += (x[i] - y[i]) * (x[i] - y[i])
    out[()] = added / x.size


@loop
def variance(out, x):
    added, squares = 0.0, 0.0
    for i in prange(x.size):
        added += x[i]
    mean = added / x.size
    for i in prange(x.size):
        squares += (x[i] - mean) * (x[i] - mean)
    out[()] = squares / x.size
