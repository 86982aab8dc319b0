"""Exactly rounded operations and casts on random bit patterns, bit by bit as NumPy has them; also with flush-to-zero switched on.

    exact.py LIBRARY [--count N] [function ...]

LIBRARY is tests/accuracy/reference.cc, which switches the host's mode. Prints a Markdown table; exits with 1 at a mismatch.
"""

import argparse
import ctypes
import sys

import numpy as np

import broadloom as bl

bl.seterr(all="ignore")

CHUNK = 1 << 20
FLOATS = ["float16", "float32", "float64"]
INTEGERS = ["int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"]
DTYPES = ["bool", *INTEGERS, *FLOATS]
ONE = ["negative", "positive", "abs", "sign", "square", "sqrt", "reciprocal", "floor", "ceil", "trunc", "rint", "signbit", "isnan",
       "isinf", "isfinite", "invert", "logical_not", "bitwise_count"]
TWO = ["add", "subtract", "multiply", "divide", "floor_divide", "remainder", "fmod", "maximum", "minimum", "fmax", "fmin",
       "copysign", "nextafter", "heaviside", "equal", "not_equal", "less", "less_equal", "greater", "greater_equal", "logical_and",
       "logical_or", "logical_xor", "bitwise_and", "bitwise_or", "bitwise_xor", "bitwise_left_shift", "bitwise_right_shift", "gcd",
       "lcm"]
OPEN_ZEROS = {"maximum", "minimum", "fmax", "fmin"}  # which of two zeros of different sign is open: docs/numerics.md


def patterns(dtype, count, seed):
    """All bits equally likely, and for floats of neighbouring magnitudes, zeros, infinities and subnormals among them."""
    rng = np.random.default_rng([seed, count])
    if dtype == "bool":
        return rng.integers(0, 2, count).astype(bool)
    size = np.dtype(dtype).itemsize
    bits = rng.integers(0, 256, count * size, np.uint8).view(f"u{size}")
    if np.dtype(dtype).kind != "f":
        return bits.view(dtype)
    info = np.finfo(dtype)
    values = bits.view(dtype).copy()
    near = (rng.standard_normal(count // 4) * 8).astype(dtype)
    values[: near.size] = near
    values[near.size: near.size + 4096] = rng.choice(
        np.array([0.0, -0.0, np.inf, -np.inf, np.nan, 1, -1, info.max, info.tiny, info.smallest_subnormal,
                  -info.smallest_subnormal], dtype), 4096)[: max(0, count - near.size)]
    return rng.permutation(values)


def operands(name, dtype, count, seed):
    x = patterns(dtype, count, seed)
    if name in ONE or name.startswith("to "):
        return (x,)
    y = patterns(dtype, count, seed + 1)
    if "shift" in name and y.dtype.kind in "iu":
        y = (y.astype(np.int64) % (2 * 8 * y.dtype.itemsize)).astype(dtype)
    return x, y


def mismatches(name, expected, got):
    if expected.dtype != got.dtype:
        return expected.size
    if expected.dtype.kind != "f":
        return int((expected != got).sum())
    bits = f"u{expected.dtype.itemsize}"
    same = (expected.view(bits) == got.view(bits)) | (np.isnan(expected) & np.isnan(got))
    if name in OPEN_ZEROS:
        same |= (expected == 0) & (got == 0)
    return int((~same).sum())


def compute(module, name, values):
    if name.startswith("to "):
        return values[0].astype(name[3:])
    return getattr(module, name)(*values)


def is_defined(name, dtype):
    with np.errstate(all="ignore"):
        try:
            compute(np, name, operands(name, dtype, 8, 0))
        except TypeError:
            return False
    return True


def check(library, name, dtype, count, chunk=CHUNK):
    """Mismatches in the host's usual mode and with flush-to-zero."""
    wrong = [0, 0]
    for start in range(0, count, chunk):
        values = operands(name, dtype, min(chunk, count - start), start)
        with np.errstate(all="ignore"):
            expected = compute(np, name, values)
        for mode in (False, True):
            library.broadloom_flush_to_zero(mode)
            try:
                result = compute(bl, name, [bl.asarray(v) for v in values])
                bl.eval(result)
            finally:
                library.broadloom_flush_to_zero(False)
            wrong[mode] += mismatches(name, expected, np.asarray(result))
    return wrong


def cases(names):
    for name in [*ONE, *TWO, *(f"to {dtype}" for dtype in DTYPES)]:
        if names and name not in names:
            continue
        for dtype in DTYPES:
            # NumPy's uint32 casts of floats out of range differ between its vector and its scalar loop: docs/numerics.md.
            if is_defined(name, dtype):
                yield name, dtype


def load(path):
    library = ctypes.CDLL(path)
    library.broadloom_flush_to_zero.argtypes = [ctypes.c_bool]
    return library


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("library")
    parser.add_argument("--count", type=int, default=1 << 20)
    parser.add_argument("functions", nargs="*")
    arguments = parser.parse_args()
    library, bad, rows = load(arguments.library), 0, {}
    for name, dtype in cases(arguments.functions):
        wrong = check(library, name, dtype, arguments.count)
        bad += sum(wrong)
        rows.setdefault(name, []).append((dtype, wrong))
    print("| operation | dtypes | patterns each | mismatches | with flush-to-zero |\n| --- | --- | --- | --- | --- |")
    for name, found in rows.items():
        totals = [sum(w[mode] for _, w in found) for mode in (0, 1)]
        print(f"| {name} | {' '.join(d for d, _ in found)} | {arguments.count:,} | {totals[0]} | {totals[1]} |")
    sys.exit(bad > 0)


if __name__ == "__main__":
    main()
