"""Matrix products by np.dot, which is SciPy's BLAS, and loops over what they wrote."""
import numpy as np
from numba import prange

from rivals.numba_loops.loop import loop


@loop
def dense_relu(out, x, w, bias):
    zero = x.dtype.type(0)
    np.dot(x, w, out)
    for i in prange(out.shape[0]):
        for j in range(out.shape[1]):
            out[i, j] = max(out[i, j] + bias[j], zero)


@loop
def scaled_residual(out, h, w, scale, x):
    np.dot(h, w, out)
    for i in prange(out.shape[0]):
        for j in range(out.shape[1]):
            out[i, j] = x[i, j] + out[i, j] * scale[i]


@loop
def batched(out, x, w, bias):
    for b in prange(out.shape[0]):
        np.dot(x[b], w[b], out[b])
        for i in range(out.shape[1]):
            for j in range(out.shape[2]):
                out[b, i, j] += bias[j]


@loop
def skinny(out, x, w, bias):
    np.dot(x, w, out)
    for i in prange(out.shape[0]):
        for j in range(out.shape[1]):
            out[i, j] += bias[j]


@loop
def gram(out, x):
    np.dot(x, x.T, out)


@loop
def chain_of_products(out, a, b, c):
    np.dot(a, np.dot(b, c), out)
