"""Element by element."""
import numpy as np
from numba import prange

from rivals.numba_loops.loop import loop, serial

BLOCK = 512  # elements that stay in the nearest cache for all steps of a long chain


@loop
def scaled_sum(out, x, y):
    real = x.dtype.type
    for i in prange(x.size):
        out[i] = real(2) * x[i] + real(3) * y[i]


@loop
def cubic(out, x):
    real = x.dtype.type
    for i in prange(x.size):
        out[i] = ((x[i] + real(0.5)) * x[i] - real(0.25)) * x[i] + real(2)


@loop
def chain_of_30(out, x, y):
    real = x.dtype.type
    for i in prange(x.size):
        v = x[i]
        for k in range(15):
            v = v * real(1 / (k + 2)) + y[i]
        out[i] = v


@loop
def chain_of_400(out, x, y):
    real = x.dtype.type
    for block in prange((x.size + BLOCK - 1) // BLOCK):
        first, last = block * BLOCK, min((block + 1) * BLOCK, x.size)
        v, w = out[first:last], y[first:last]
        v[:] = x[first:last]
        for k in range(200):
            factor = real(1 / (k + 2))
            for i in range(v.size):
                v[i] = v[i] * factor + w[i]


@loop
def sum_of_12(out, a, b, c, d, e, f, g, h, p, q, r, s):
    for i in prange(a.size):
        out[i] = a[i] + b[i] + c[i] + d[i] + e[i] + f[i] + g[i] + h[i] + p[i] + q[i] + r[i] + s[i]


# ---- functions

@loop
def damped_wave(out, x, y):
    for i in prange(x.size):
        out[i] = np.exp(-x[i]) * np.sin(y[i])


@loop
def gelu(out, x):
    real = x.dtype.type
    for i in prange(x.size):
        v = x[i]
        out[i] = real(0.5) * v * (real(1) + np.tanh(real(0.7978845608) * (v + real(0.044715) * v * v * v)))


@loop
def log_density(out, x, mean, deviation):
    real = x.dtype.type
    for i in prange(x.size):
        z = (x[i] - mean[i]) / deviation[i]
        out[i] = real(-0.5) * z * z - np.log(deviation[i]) - real(0.9189385332)


@serial
def cumulative_normal(real, x):
    k = real(1) / (real(1) + real(0.2316419) * abs(x))
    tail = real(0.3989422804) * np.exp(real(-0.5) * x * x) * k * (real(0.31938153) + k * (real(-0.356563782) + k * (
        real(1.781477937) + k * (real(-1.821255978) + k * real(1.330274429)))))
    return real(1) - tail if x > 0 else tail


@loop
def black_scholes(calls, puts, price, strike, years):
    real = price.dtype.type
    for i in prange(price.size):
        spread = real(0.3) * np.sqrt(years[i])
        d1 = (np.log(price[i] / strike[i]) + real(0.065) * years[i]) / spread
        discounted = strike[i] * np.exp(real(-0.02) * years[i])
        call = price[i] * cumulative_normal(real, d1) - discounted * cumulative_normal(real, d1 - spread)
        calls[i] = call
        puts[i] = call - price[i] + discounted


@loop
def haversine(out, latitude, longitude, latitude2, longitude2):
    real = out.dtype.type
    for i in prange(out.size):
        a = np.sin((latitude2[i] - latitude[i]) * real(0.5))
        b = np.sin((longitude2[i] - longitude[i]) * real(0.5))
        out[i] = real(12742.0176) * np.arcsin(np.sqrt(a * a + np.cos(latitude[i]) * np.cos(latitude2[i]) * b * b))


# ---- mixed dtypes

@loop
def brighten(out, image):
    for i in prange(image.shape[0]):
        for j in range(image.shape[1]):
            v = np.float32(image[i, j]) * np.float32(1.25) + np.float32(10)
            out[i, j] = np.uint8(min(max(v, np.float32(0)), np.float32(255)))


@loop
def grey(out, image):
    for i in prange(image.shape[0]):
        for j in range(image.shape[1]):
            red, green, blue = np.float32(image[i, j, 0]), np.float32(image[i, j, 1]), np.float32(image[i, j, 2])
            out[i, j] = np.uint8(np.float32(0.299) * red + np.float32(0.587) * green + np.float32(0.114) * blue)


@loop
def normalise_image(out, image, mean, deviation):
    for i in prange(image.shape[0]):
        for j in range(image.shape[1]):
            for k in range(3):
                out[i, j, k] = (np.float32(image[i, j, k]) * np.float32(1 / 255) - mean[k]) / deviation[k]


@loop
def gain(out, samples):
    for i in prange(samples.size):
        v = np.rint(np.float32(samples[i]) * np.float32(1.7))
        out[i] = np.int16(min(max(v, np.float32(-32768)), np.float32(32767)))


@loop
def masked_blend(out, x, y, mask):
    real = x.dtype.type
    for i in prange(x.size):
        out[i] = x[i] if mask[i] else y[i] * real(0.5)


# ---- compare and select

@loop
def compare_and_select(out, x, y):
    for i in prange(x.size):
        out[i] = x[i] - y[i] if x[i] > y[i] else x[i] * y[i]


@loop
def piecewise(out, x):
    real = x.dtype.type
    for i in prange(x.size):
        v = x[i]
        if v < -1:
            out[i] = -v - real(0.5)
        elif v < 0:
            out[i] = real(0.5) * v * v
        elif v < 1:
            out[i] = v * v * real(0.25)
        else:
            out[i] = v - real(0.75)


# ---- iterations

@loop
def mandelbrot(out, re, im):
    """A loop may stop where nothing changes any more."""
    real = re.dtype.type
    for i in prange(re.shape[0]):
        for j in range(re.shape[1]):
            x, y, count = re[i, j], im[i, j], 0
            while count < 40 and x * x + y * y < 4:
                x, y = x * x - y * y + re[i, j], real(2) * x * y + im[i, j]
                count += 1
            out[i, j] = count


@loop
def newton_cube_root(out, x):
    real = x.dtype.type
    for i in prange(x.size):
        v = x[i]
        for _ in range(12):
            v = v - (v * v * v - x[i]) / (real(3) * v * v)
        out[i] = v


@loop
def logistic_map(out, x, r):
    real = x.dtype.type
    for block in prange((x.size + BLOCK - 1) // BLOCK):
        first, last = block * BLOCK, min((block + 1) * BLOCK, x.size)
        v, rate = out[first:last], real(3) + real(0.5) * r[first:last]
        v[:] = x[first:last]
        for _ in range(100):
            for i in range(v.size):
                v[i] = rate[i] * v[i] * (real(1) - v[i])


@loop
def horner(out, x):
    real = x.dtype.type
    for i in prange(x.size):
        v = x[i] * real(0.05) + real(1)
        for k in range(19):
            v = v * x[i] + real((k + 1) * 0.05)
        out[i] = v


# ---- broadcasts

@loop
def scale_by_rows(out, x, factor, offset):
    for i in prange(x.shape[0]):
        for j in range(x.shape[1]):
            out[i, j] = x[i, j] * factor[j] + offset[j]


@loop
def scale_by_columns(out, x, factor, offset):
    for i in prange(x.shape[0]):
        for j in range(x.shape[1]):
            out[i, j] = x[i, j] * factor[i, 0] + offset[i, 0]


@loop
def scale_by_middle(out, x, factor, offset):
    for i in prange(x.shape[0]):
        for j in range(x.shape[1]):
            for k in range(x.shape[2]):
                out[i, j, k] = x[i, j, k] * factor[0, j, 0] + offset[i, 0, k]


@loop
def outer_grid(out, x, y):
    for i in prange(out.shape[0]):
        for j in range(out.shape[1]):
            out[i, j] = x[i, 0] * y[0, j] + y[0, j]
