"""Errors of sum, mean, var and std of 2 * 10^7 float32 in ULP of the result, beside NumPy's, against exact sums: the root of
the mean square and the largest of several draws.

    sums.py [--count N] [--draws N]
"""

import argparse
import fractions
import math

import numpy as np

import broadloom as bl

bl.seterr(all="ignore")


def exact(x, name):
    """By integers: every float32 is one of 2^-149."""
    total = fractions.Fraction(math.fsum(x.astype(float)))  # fsum rounds once
    if name == "sum":
        return total
    mean = total / x.size
    if name == "mean":
        return mean
    squares = fractions.Fraction(math.fsum(x.astype(float) ** 2))  # squares of float32 are exact in float64
    return squares / x.size - mean * mean


def error(got, expected, name):
    value = float(expected) if name != "std" else math.sqrt(expected)
    place = float(np.spacing(np.float32(abs(value))))
    return abs(float(got) - value) / place


INPUTS = {"uniform in [0, 1)": lambda rng, count: rng.random(count, np.float32),
          "normal": lambda rng, count: rng.standard_normal(count, np.float32),
          "1000 + normal": lambda rng, count: (1000 + rng.standard_normal(count, np.float32)).astype(np.float32)}


def errors(make, draws, count):
    """Of each function: ours and NumPy's, one row for each draw."""
    found = {name: [] for name in ("sum", "mean", "var", "std")}
    for draw in range(draws):
        x = make(np.random.default_rng(draw), count + 1111 * draw)
        for name, rows in found.items():
            expected = exact(x, name)
            rows.append([error(getattr(bl, name)(bl.asarray(x)), expected, name), error(getattr(np, name)(x), expected, name)])
    return {name: np.array(rows) for name, rows in found.items()}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=20_000_000)
    parser.add_argument("--draws", type=int, default=12)
    options = parser.parse_args()
    print("| numbers | function | ours, rms | ours, most | NumPy, rms | NumPy, most |\n| --- | --- | --- | --- | --- | --- |")
    for what, make in INPUTS.items():
        for name, rows in errors(make, options.draws, options.count).items():
            columns = np.stack([np.sqrt((rows**2).mean(0)), rows.max(0)], 1).ravel()
            print(f"| {what} | {name} | " + " | ".join(f"{value:.2f}" for value in columns) + " |", flush=True)


if __name__ == "__main__":
    main()
