"""Rows and columns with statistics of their own, and reductions along every kind of axes."""
import numpy as np

from workloads.table import each, some, uniform, workload

f32, f64 = np.float32, np.float64


# ---- rows

@workload("rows", some(1), [(f32, 1 << 20, 64), (f32, 20_000, 3_000), (f32, 5_000_000, 3), (f64, 600, 600)], each(add=2))
def centre_rows(xp, x):
    return x - xp.mean(x, axis=1, keepdims=True)


@workload("rows", some(1), [(f32, 1 << 20, 64), (f64, 10_000, 1_000), (f32, 32, 1_000_000), (f32, 3_000_000, 3)],
          each(exp=1, add=3, divide=1))
def softmax(xp, x):
    e = xp.exp(x - xp.max(x, axis=1, keepdims=True))
    return e / xp.sum(e, axis=1, keepdims=True)


def normalised(rng, dtype, rows, columns):
    return uniform(rng, dtype, rows, columns), uniform(rng, dtype, columns), uniform(rng, dtype, columns)


@workload("rows", normalised, [(f32, 65_536, 256), (f32, 2048, 256)], each(add=7))
def layer_norm(xp, x, gamma, beta):
    centred = x - xp.mean(x, axis=1, keepdims=True)
    variance = xp.mean(centred * centred, axis=1, keepdims=True)
    return centred / xp.sqrt(variance + 1e-5) * gamma + beta


@workload("rows", some(1), [(f64, 40, 1_000_000)], each(add=4, divide=1), passes=(0,))
def standardise_rows(xp, x):
    return (x - xp.mean(x, axis=1, keepdims=True)) / xp.std(x, axis=1, keepdims=True)


@workload("rows", some(1), [(f64, 10_000, 1_000), (f32, 100_000, 100)], each(exp=1, add=3))
def log_sum_exp(xp, x):
    largest = xp.max(x, axis=1, keepdims=True)
    return (largest + xp.log(xp.sum(xp.exp(x - largest), axis=1, keepdims=True)))[:, 0]


@workload("rows", some(1), [(f32, 200_000, 128)], each(add=2, divide=1))
def unit_rows(xp, x):
    return x / xp.sqrt(xp.sum(x * x, axis=1, keepdims=True))


# ---- columns

@workload("columns", some(1), [(f64, 1 << 20, 30), (f64, 40_000, 700)], each(add=4, divide=1), passes=(0,))
def standardise_columns(xp, x):
    return (x - xp.mean(x, axis=0)) / xp.std(x, axis=0)


@workload("columns", some(1), [(f32, 1 << 20, 16), (f32, 16_384, 1_000)], each(add=3, divide=1), passes=(0,))
def rescale_columns(xp, x):
    least = xp.min(x, axis=0)
    return (x - least) / (xp.max(x, axis=0) - least)


# ---- reductions

@workload("reductions", some(1), [(f32, 1 << 26), (f64, 1 << 20)], each(add=1))
def total(xp, x):
    return xp.sum(x)


@workload("reductions", some(1), [(f32, 8_192, 4_096), (f64, 1 << 20, 8)], each(add=1))
def sum_of_rows(xp, x):
    return xp.sum(x, axis=0)


@workload("reductions", some(1), [(f64, 1 << 21, 8), (f32, 4_096, 8_192)], each(add=1))
def sum_of_columns(xp, x):
    return xp.sum(x, axis=1)


@workload("reductions", some(1), [(f32, 256, 128, 1_024), (f32, 100_000, 9, 32)], each(add=1))
def mean_over_middle(xp, x):
    return xp.mean(x, axis=1)


@workload("reductions", some(1), [(f64, 64, 512, 512)], each(add=1))
def sum_over_outer_and_inner(xp, x):
    return xp.sum(x, axis=(0, 2))


@workload("reductions", some(1), [(f32, 1 << 25)], each(add=4))
def summary(xp, x):
    return xp.sum(x), xp.min(x), xp.max(x), xp.sum(x * x)


@workload("reductions", some(1), [(f32, 100_000, 200), (f64, 2_000, 2_000)], each(add=1))
def argmin_of_rows(xp, x):
    return xp.argmin(x, axis=1)


@workload("reductions", some(2), [(f64, 1 << 24), (f32, 1 << 20)], each(add=2))
def dot(xp, x, y):
    return xp.sum(x * y)


@workload("reductions", some(2), [(f32, 1 << 25)], each(add=3))
def mean_squared_error(xp, x, y):
    d = x - y
    return xp.mean(d * d)


@workload("reductions", some(1), [(f64, 1 << 24)], each(add=4))
def variance(xp, x):
    return xp.var(x)
