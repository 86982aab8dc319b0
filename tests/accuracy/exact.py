"""Exactly rounded operations and casts on random bit patterns, bit by bit as NumPy has them; also with flush-to-zero switched on.

    exact.py LIBRARY [--count N] [--dtype DTYPE] [function ...]

LIBRARY is tests/accuracy/reference.cc, which switches the host's mode. Prints a Markdown table; exits with 1 at a mismatch.
"""

import argparse
import concurrent.futures
import ctypes
import multiprocessing
import sys

import ml_dtypes
import numpy as np

import broadloom as bl

bl.seterr(all="ignore")

CHUNK = 1 << 20
FLOATS = ["float16", "bfloat16", "float32", "float64"]
INTEGERS = ["int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"]
COMPLEX = {"complex64": "float32", "complex128": "float64"}
DTYPES = ["bool", *INTEGERS, *FLOATS, *COMPLEX]
ONE = ["negative", "positive", "abs", "sign", "square", "sqrt", "reciprocal", "floor", "ceil", "trunc", "rint", "signbit", "isnan",
       "isinf", "isfinite", "invert", "logical_not", "bitwise_count", "conj", "real", "imag", "spacing", "fabs", "isneginf", "isposinf", "modf[0]",
       "modf[1]", "frexp[0]", "frexp[1]"]
TWO = ["add", "subtract", "multiply", "divide", "floor_divide", "remainder", "fmod", "maximum", "minimum", "fmax", "fmin",
       "copysign", "nextafter", "heaviside", "equal", "not_equal", "less", "less_equal", "greater", "greater_equal", "logical_and",
       "logical_or", "logical_xor", "bitwise_and", "bitwise_or", "bitwise_xor", "bitwise_left_shift", "bitwise_right_shift", "gcd",
       "lcm", "divmod[0]", "divmod[1]", "ldexp", "where", "clip"]
OPEN_ZEROS = {"maximum", "minimum", "fmax", "fmin", "clip"}  # which of two zeros of different sign is open: docs/numerics.md
# Of complex numbers: what is exact in each part; products, quotients and magnitudes are not.
EXACT_COMPLEX = {"negative", "positive", "conj", "real", "imag", "add", "subtract", "equal", "not_equal", "isnan", "isinf",
                 "isfinite", "logical_not", "logical_and", "logical_or", "logical_xor"}


def numpys(dtype):
    return np.dtype(ml_dtypes.bfloat16 if dtype == "bfloat16" else dtype)


def patterns(dtype, count, rng):
    """All bits equally likely, and for floats of neighbouring magnitudes, zeros, infinities and subnormals among them."""
    if dtype in COMPLEX:
        return patterns(COMPLEX[dtype], 2 * count, rng).view(dtype)
    if dtype == "bool":
        return rng.integers(0, 2, count).astype(bool)
    values = np.frombuffer(rng.bytes(count * numpys(dtype).itemsize), numpys(dtype))
    if dtype not in FLOATS:
        return values
    info, values = ml_dtypes.finfo(values.dtype), values.copy()
    near = (rng.standard_normal(count // 4) * 8).astype(values.dtype)
    values[rng.integers(0, count, near.size)] = near
    special = np.array([0.0, -0.0, np.inf, -np.inf, np.nan, 1, -1, info.max, info.tiny, info.smallest_subnormal,
                        -info.smallest_subnormal], values.dtype)
    values[rng.integers(0, count, 4096)] = rng.choice(special, 4096)
    return values


def operands(name, dtype, x, y):
    if name in ONE or name.startswith("to "):
        return (x,)
    if "shift" in name and dtype in INTEGERS:  # negative counts, too
        size = 8 * y.dtype.itemsize
        y = (y.astype(np.int64) % (4 * size) - 2 * size * (dtype[0] == "i")).astype(dtype)
    if name == "ldexp" and dtype != "bool":
        y = np.frombuffer(y.tobytes() * 4, "i4")[:y.size] % 5000 - 2500
    return x, y


def bits(array):
    if array.dtype.name in COMPLEX:
        array = array.view(COMPLEX[array.dtype.name])
    return array.view(f"u{array.dtype.itemsize}") if array.dtype.name in FLOATS else array, array


def mismatches(name, expected, got):
    if expected.dtype != got.dtype:
        return expected.size
    (expected_bits, expected), (got_bits, got) = bits(expected), bits(got)
    wrong = expected_bits != got_bits
    if not wrong.any():
        return 0
    expected, got = expected[wrong], got[wrong]
    if expected.dtype.name not in FLOATS:
        return expected.size
    with np.errstate(invalid="ignore"):
        same = np.isnan(expected) & np.isnan(got)
        if name in OPEN_ZEROS:
            same |= (expected == 0) & (got == 0)
    return int((~same).sum())


def compute(module, name, values):
    if name.startswith("to "):
        return values[0].astype(numpys(name[3:]))
    if name == "where":
        return module.where(module.less(*values), *values)
    if name == "clip":
        return module.clip(*values, values[0].dtype.type(50))
    function, _, part = name.partition("[")
    result = getattr(module, function)(*values)
    return result[int(part[0])] if part else result


def numpys_result(name, dtype, values):
    with np.errstate(all="ignore"):
        result = compute(np, name, values)
        # Of -0.0 NumPy's own sign is 0.0 and spacing positive, those of ml_dtypes are not: docs/numerics.md.
        if dtype == "bfloat16" and name in ("sign", "spacing"):
            result = np.where(values[0] == 0, abs(result), result)
        return result


def is_defined(name, dtype):
    if (name, dtype) == ("clip", "bfloat16"):  # NumPy's is float32
        return False
    if dtype in COMPLEX and name not in EXACT_COMPLEX and not name.startswith("to complex"):
        return False
    rng = np.random.default_rng(0)
    with np.errstate(all="ignore"):
        try:
            compute(np, name, operands(name, dtype, patterns(dtype, 8, rng), patterns(dtype, 8, rng)))
        except TypeError:
            return False
    return True


def in_mode(library, flush_to_zero, name, values):
    library.broadloom_flush_to_zero(flush_to_zero)
    try:
        result = compute(bl, name, [bl.asarray(v) for v in values])
        bl.eval(result)
    finally:
        library.broadloom_flush_to_zero(False)
    return np.asarray(result)


def check(library, names, dtype, count):
    """For each operation the mismatches in the host's usual mode and with flush-to-zero."""
    wrong = {name: [0, 0] for name in names}
    for start in range(0, count, CHUNK):
        rng = np.random.default_rng([start, numpys(dtype).num])
        x, y = (patterns(dtype, min(CHUNK, count - start), rng) for _ in range(2))
        for name in names:
            values = operands(name, dtype, x, y)
            expected = numpys_result(name, dtype, values)
            for mode in (False, True):
                wrong[name][mode] += mismatches(name, expected, in_mode(library, mode, name, values))
    return wrong


def cases(names):
    for name in [*ONE, *TWO, *(f"to {dtype}" for dtype in DTYPES)]:
        if names and name not in names:
            continue
        for dtype in DTYPES:
            if is_defined(name, dtype):
                yield name, dtype


def load(path):
    library = ctypes.CDLL(path)
    library.broadloom_flush_to_zero.argtypes = [ctypes.c_bool]
    return library


def job(path, names, dtype, count):
    return check(load(path), names, dtype, count)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("library")
    parser.add_argument("--count", type=int, default=1 << 20)
    parser.add_argument("--dtype", choices=DTYPES)
    parser.add_argument("functions", nargs="*")
    arguments = parser.parse_intermixed_args()
    rows, jobs = {}, {}
    for name, dtype in cases(arguments.functions):
        if arguments.dtype in (None, dtype):
            jobs.setdefault(dtype, []).append(name)
    with concurrent.futures.ProcessPoolExecutor(2, multiprocessing.get_context("spawn")) as pool:
        results = {dtype: pool.submit(job, arguments.library, names, dtype, arguments.count) for dtype, names in jobs.items()}
        for dtype, result in results.items():
            for name, wrong in result.result().items():
                rows.setdefault(name, []).append((dtype, wrong))
            print(f"{dtype}: {len(jobs[dtype])} operations", file=sys.stderr, flush=True)
    print("| operation | dtypes | patterns each | mismatches | with flush-to-zero |\n| --- | --- | --- | --- | --- |")
    totals = {name: [sum(wrong[mode] for _, wrong in found) for mode in (0, 1)] for name, found in rows.items()}
    for name, found in rows.items():
        print(f"| {name} | {' '.join(d for d, _ in found)} | {arguments.count:,} | {totals[name][0]} | {totals[name][1]} |")
    sys.exit(any(map(any, totals.values())))


if __name__ == "__main__":
    main()
