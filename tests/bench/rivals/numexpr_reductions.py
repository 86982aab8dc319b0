"""The formulas that reduce. In numexpr a reduction is the outermost operation of an expression, so statistics of rows
and columns are steps of their own."""
from __future__ import annotations

from collections.abc import Callable

import numpy as np

from rivals.numexpr_language import FORMULAS, formula, single

single("sum of rows", "x", "sum(x, axis=0)")
single("sum of columns", "x", "sum(x, axis=1)")
single("masked sum", "x mask", "sum(where(mask, x, 0.0))")


# ---- statistics, and what is computed from them

@formula
def centre_rows(evaluate, x):
    mean = evaluate("sum(x, axis=1)", x=x)[:, None] / x.dtype.type(x.shape[1])
    return evaluate("x - mean", x=x, mean=mean)


@formula
def softmax(evaluate, x):
    e = evaluate("exp(x - largest)", x=x, largest=evaluate("max(x, axis=1)", x=x)[:, None])
    return evaluate("e/total", e=e, total=evaluate("sum(e, axis=1)", e=e)[:, None])


@formula
def layer_norm(evaluate, x, gamma, beta):
    columns = x.dtype.type(x.shape[1])
    mean = evaluate("sum(x, axis=1)", x=x)[:, None] / columns
    variance = evaluate("sum((x - mean)*(x - mean), axis=1)", x=x, mean=mean)[:, None] / columns
    return evaluate("(x - mean)/sqrt(variance + 1e-5)*gamma + beta", x=x, mean=mean, variance=variance, gamma=gamma,
                    beta=beta)


def standardised(evaluate, x, axis: int):
    count = x.dtype.type(x.shape[axis])
    mean = np.expand_dims(evaluate(f"sum(x, axis={axis})", x=x), axis) / count
    squares = evaluate(f"sum((x - mean)*(x - mean), axis={axis})", x=x, mean=mean)
    return evaluate("(x - mean)/deviation", x=x, mean=mean, deviation=np.sqrt(np.expand_dims(squares, axis) / count))


@formula
def standardise_rows(evaluate, x):
    return standardised(evaluate, x, 1)


@formula
def standardise_columns(evaluate, x):
    return standardised(evaluate, x, 0)


@formula
def log_sum_exp(evaluate, x):
    largest = evaluate("max(x, axis=1)", x=x)
    return largest + np.log(evaluate("sum(exp(x - largest), axis=1)", x=x, largest=largest[:, None]))


@formula
def unit_rows(evaluate, x):
    return evaluate("x/sqrt(squares)", x=x, squares=evaluate("sum(x*x, axis=1)", x=x)[:, None])


@formula
def rescale_columns(evaluate, x):
    least, largest = evaluate("min(x, axis=0)", x=x), evaluate("max(x, axis=0)", x=x)
    return evaluate("(x - least)/range", x=x, least=least, range=largest - least)


@formula
def mean_over_middle(evaluate, x):
    return evaluate("sum(x, axis=1)", x=x) / x.dtype.type(x.shape[1])


@formula
def sum_over_outer_and_inner(evaluate, x):
    """One axis at a time is all that it reduces along."""
    return evaluate("sum(x, axis=2)", x=x).sum(axis=0)


def full_sum(evaluate, expression: str, **names):
    """In float64: numexpr adds float32 one after the other."""
    made = evaluate(f"sum(one*({expression}))", one=np.float64(1), **names)
    return evaluate.real(made)


@formula
def total(evaluate, x):
    return full_sum(evaluate, "x", x=x)


@formula
def summary(evaluate, x):
    return (full_sum(evaluate, "x", x=x), evaluate("min(x)", x=x), evaluate("max(x)", x=x),
            full_sum(evaluate, "x*x", x=x))


@formula
def dot(evaluate, x, y):
    return full_sum(evaluate, "x*y", x=x, y=y)


@formula
def mean_squared_error(evaluate, x, y):
    return evaluate.real(full_sum(evaluate, "(x - y)*(x - y)", x=x, y=y) / x.size)


@formula
def variance(evaluate, x):
    mean = full_sum(evaluate, "x", x=x) / x.size
    return full_sum(evaluate, "(x - mean)*(x - mean)", x=x, mean=mean) / x.size


@formula
def rows_times_columns(evaluate, x, y):
    return evaluate("sum(x*y, axis=1)", x=x, y=y.T)


# ---- pairs

@formula
def max_plus(evaluate, x, y):
    return evaluate("max(x + y, axis=1)", x=x[:, None], y=y[None, :])


@formula
def log_sum_exp_of_products(evaluate, x, y):
    x, y = x[:, None], y[None, :]
    largest = evaluate("max(x*y, axis=1)", x=x, y=y)
    return largest + np.log(evaluate("sum(exp(x*y - largest), axis=1)", x=x, y=y, largest=largest[:, None]))


def between(x, y, z, u, v, w, *of_columns):
    """Coordinates of both sides as views that broadcast."""
    columns = {name: values[None, :] for name, values in zip("uvwabc", (u, v, w, *of_columns))}
    rows = {name: values[:, None] for name, values in zip("xyz", (x, y, z))}
    return rows | columns


SQUARE = "((u - x)*(u - x) + (v - y)*(v - y) + (w - z)*(w - z))"
CUBE = f"(({SQUARE} + 1e-4)*sqrt({SQUARE} + 1e-4))"


@formula
def gaussian_kernel_sum(evaluate, *inputs):
    return evaluate(f"sum(exp(-{SQUARE})*a, axis=1)", **between(*inputs))


@formula
def n_body_forces(evaluate, *inputs):
    names = between(*inputs)
    differences = ("(u - x)", "(v - y)", "(w - z)")
    return tuple(evaluate(f"sum(a/{CUBE}*{difference}, axis=1)", **names) for difference in differences)


@formula
def biot_savart(evaluate, *inputs):
    names = between(*inputs)
    crosses = ("b*(w - z) - c*(v - y)", "c*(u - x) - a*(w - z)", "a*(v - y) - b*(u - x)")
    return tuple(evaluate(f"sum(({cross})*(1/{CUBE}), axis=1)", **names) for cross in crosses)


def distances(expression: str, reduction: str = "sum") -> Callable:
    return lambda evaluate, a, b: evaluate(f"{reduction}({expression}, axis=2)", a=a[:, None, :], b=b[None, :, :])


FORMULAS["squared distances"] = distances("(a - b)*(a - b)")
FORMULAS["manhattan distances"] = distances("abs(a - b)")
FORMULAS["chebyshev distances"] = distances("abs(a - b)", "max")


@formula
def cosine_distances(evaluate, a, b):
    products = distances("a*b")(evaluate, a, b)
    squares_of_a, squares_of_b = evaluate("sum(a*a, axis=1)", a=a), evaluate("sum(b*b, axis=1)", b=b)
    return evaluate("1 - products/sqrt(p*q)", products=products, p=squares_of_a[:, None], q=squares_of_b[None, :])
