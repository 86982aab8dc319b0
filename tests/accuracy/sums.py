"""Errors of sum, mean, var and std of 2 * 10^7 float32 in ULP of the result, beside NumPy's, against exact sums.

    sums.py [--count N]
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


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=20_000_000)
    count = parser.parse_intermixed_args().count
    rng = np.random.default_rng(0)
    inputs = {"uniform in [0, 1)": rng.random(count, np.float32), "normal": rng.standard_normal(count, np.float32),
              "1000 + normal": (1000 + rng.standard_normal(count, np.float32)).astype(np.float32)}
    print("| numbers | function | ours, ULP | NumPy, ULP |\n| --- | --- | --- | --- |")
    for what, x in inputs.items():
        for name in ("sum", "mean", "var", "std"):
            expected = exact(x, name)
            ours, numpys = getattr(bl, name)(bl.asarray(x)), getattr(np, name)(x)
            print(f"| {what} | {name} | {error(ours, expected, name):.3f} | {error(numpys, expected, name):.3f} |")


if __name__ == "__main__":
    main()
