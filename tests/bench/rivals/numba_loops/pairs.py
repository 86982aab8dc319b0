"""Every point or row meets every other one."""
import numpy as np
from numba import prange

from rivals.numba_loops.loop import loop, serial


@serial
def apart(x, y, z, u, v, w, i, j):
    """Two points' differences along the three axes, and the square of their distance."""
    dx, dy, dz = u[j] - x[i], v[j] - y[i], w[j] - z[i]
    return dx, dy, dz, dx * dx + dy * dy + dz * dz


@loop
def max_plus(out, x, y):
    for i in prange(x.size):
        largest = x[i] + y[0]
        for j in range(1, y.size):
            largest = max(largest, x[i] + y[j])
        out[i] = largest


@loop
def log_sum_exp_of_products(out, x, y):
    for i in prange(x.size):
        largest, added = x[i] * y[0], 0.0
        for j in range(1, y.size):
            largest = max(largest, x[i] * y[j])
        for j in range(y.size):
            added += np.exp(x[i] * y[j] - largest)
        out[i] = largest + np.log(added)


@loop
def gaussian_kernel_sum(out, x, y, z, u, v, w, weight):
    for i in prange(x.size):
        added = 0.0
        for j in range(u.size):
            square = apart(x, y, z, u, v, w, i, j)[3]
            added += np.exp(-square) * weight[j]
        out[i] = added


@loop
def n_body_forces(out_x, out_y, out_z, x, y, z, u, v, w, mass):
    real = x.dtype.type
    for i in prange(x.size):
        fx, fy, fz = 0.0, 0.0, 0.0
        for j in range(u.size):
            dx, dy, dz, square = apart(x, y, z, u, v, w, i, j)
            square += real(1e-4)
            pull = mass[j] / (square * np.sqrt(square))
            fx += pull * dx
            fy += pull * dy
            fz += pull * dz
        out_x[i], out_y[i], out_z[i] = fx, fy, fz


@loop
def biot_savart(out_x, out_y, out_z, x, y, z, u, v, w, a, b, c):
    real = x.dtype.type
    for i in prange(x.size):
        fx, fy, fz = 0.0, 0.0, 0.0
        for j in range(u.size):
            dx, dy, dz, square = apart(x, y, z, u, v, w, i, j)
            square += real(1e-4)
            scale = real(1) / (square * np.sqrt(square))
            fx += (b[j] * dz - c[j] * dy) * scale
            fy += (c[j] * dx - a[j] * dz) * scale
            fz += (a[j] * dy - b[j] * dx) * scale
        out_x[i], out_y[i], out_z[i] = fx, fy, fz


@loop
def nearest_point(out, x, y, z, u, v, w):
    for i in prange(x.size):
        least, place = x.dtype.type(np.inf), 0
        for j in range(u.size):
            square = apart(x, y, z, u, v, w, i, j)[3]
            if square < least:
                least, place = square, j
        out[i] = place


# ---- rows

@loop
def squared_distances(out, a, b):
    for i in prange(a.shape[0]):
        for j in range(b.shape[0]):
            added = 0.0
            for k in range(a.shape[1]):
                d = a[i, k] - b[j, k]
                added += d * d
            out[i, j] = added


@loop
def manhattan_distances(out, a, b):
    for i in prange(a.shape[0]):
        for j in range(b.shape[0]):
            added = 0.0
            for k in range(a.shape[1]):
                added += abs(a[i, k] - b[j, k])
            out[i, j] = added


@loop
def chebyshev_distances(out, a, b):
    for i in prange(a.shape[0]):
        for j in range(b.shape[0]):
            largest = abs(a[i, 0] - b[j, 0])
            for k in range(1, a.shape[1]):
                largest = max(largest, abs(a[i, k] - b[j, k]))
            out[i, j] = largest


@loop
def cosine_distances(out, a, b):
    squares = np.empty(b.shape[0])
    for j in prange(b.shape[0]):
        added = 0.0
        for k in range(b.shape[1]):
            added += b[j, k] * b[j, k]
        squares[j] = added
    for i in prange(a.shape[0]):
        square = 0.0
        for k in range(a.shape[1]):
            square += a[i, k] * a[i, k]
        for j in range(b.shape[0]):
            added = 0.0
            for k in range(a.shape[1]):
                added += a[i, k] * b[j, k]
            out[i, j] = 1 - added / np.sqrt(square * squares[j])


@loop
def nearest_row(out, a, b):
    for i in prange(a.shape[0]):
        least, place = np.inf, 0
        for j in range(b.shape[0]):
            added = 0.0
            for k in range(a.shape[1]):
                d = a[i, k] - b[j, k]
                added += d * d
            if added < least:
                least, place = added, j
        out[i] = place
