"""Largest errors of elementary functions in ULP, ours and NumPy's, as a Markdown table.

    measure.py LIBRARY [--full] [--samples N] [--dtype float32|float64] [function ...]

LIBRARY is the judge, tests/accuracy/reference.cc; errors above 0.8 are confirmed with mpmath. --full takes all 2^32 float32
inputs of the functions of one operand; else every 4,099th. float64 inputs are random bit patterns, numbers of ordinary size and
hard cases.
"""

import argparse
import concurrent.futures
import ctypes
import itertools

import numpy as np

import broadloom as bl
from hard import error_in_ulp, hard_cases

TWO = {"atan2", "hypot", "pow", "beta"}
NAMES = ["exp", "exp2", "expm1", "log", "log2", "log10", "log1p", "sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh",
         "tanh", "asinh", "acosh", "atanh", "cbrt", "erf", "erfc", "gamma", "lgamma", "sigmoid", "erfinv", "digamma", "i0", "atan2",
         "hypot", "pow", "beta"]
CHUNK = 1 << 20


class Worst(ctypes.Structure):
    _fields_ = [("error", ctypes.c_double), ("at", ctypes.c_double), ("at_second", ctypes.c_double)]


def load(path):
    library = ctypes.CDLL(path)
    library.broadloom_check.restype = ctypes.c_bool
    return library


def check(library, name, operands, results, worst):
    """Updates the worst errors of our results and, where there are any, of NumPy's."""
    arrays = [*operands, *[None] * (2 - len(operands)), *map(np.ascontiguousarray, results), *[None] * (2 - len(results))]
    pointers = [None if array is None else array.ctypes.data_as(ctypes.c_void_p) for array in arrays]
    known = library.broadloom_check(name.encode(), operands[0].itemsize, *pointers, ctypes.c_int64(operands[0].size),
                                    ctypes.byref(worst))
    assert known, name


def all_floats(full):
    step = 1 if full else 4099
    for start in range(0, 2**32, CHUNK * step):
        bits = np.arange(start, min(start + CHUNK * step, 2**32), step, dtype=np.uint64).astype(np.uint32)
        yield (bits.view(np.float32),)


def samples(name, dtype, count, seed=0, chunk=CHUNK):
    """Random bits, and numbers of a size at which functions do something."""
    rng = np.random.default_rng([seed, count, len(name)])
    integer = np.uint32 if dtype == np.float32 else np.uint64
    for start in range(0, count, chunk):
        size = min(chunk, count - start)
        kind = start // chunk % 4

        def draw():
            if kind == 0:
                return rng.integers(0, np.iinfo(integer).max, size, integer, endpoint=True).view(dtype)
            if kind == 1:
                return rng.uniform(-1, 1, size).astype(dtype)
            if kind == 2:
                return (rng.standard_normal(size) * 10).astype(dtype)
            return (rng.choice([-1, 1], size) * np.exp2(rng.uniform(-60, 10.5, size))).astype(dtype)

        yield (draw(), draw()) if name in TWO else (draw(),)


def pairs(values, seed=1):
    """Each of the values with one drawn from them."""
    return values, np.random.default_rng(seed).permutation(values)


def measure(library, name, inputs, with_numpy=True):
    worst = (Worst * 2)(Worst(-1), Worst(-1))
    modules = [bl, np] if with_numpy and hasattr(np, name) else [bl]
    count = 0
    with np.errstate(all="ignore"), bl.errstate(all="ignore"):
        for operands in inputs:
            count += operands[0].size
            check(library, name, operands, [np.asarray(getattr(module, name)(*operands)) for module in modules], worst)
    return count, worst[0], worst[1] if len(modules) == 2 else None


def text(worst):
    return "" if worst is None else f"{worst.error:.3f}" if worst.error < 1e6 else f"{worst.error:.1e}"


def confirm(name, dtype, worst):
    """An error above 0.8 ULP once more, beside a multi-precision reference, which must find the same."""
    operands = [np.asarray([x], dtype) for x in ([worst.at, worst.at_second] if name in TWO else [worst.at])]
    with bl.errstate(all="ignore"):
        got = np.asarray(getattr(bl, name)(*map(bl.asarray, operands)))[0]
    exact = error_in_ulp(name, got, [x[0] for x in operands])
    assert abs(exact - worst.error) < 0.01, f"{name}{operands}: {worst.error} ULP by the judge, {exact} by mpmath"
    worst.error = exact


def inputs_of(name, dtype, options):
    sampled = dtype == np.float64 or name in TWO
    inputs = samples(name, dtype, options.samples) if sampled else all_floats(options.full)
    hard = hard_cases(dtype)
    return itertools.chain(inputs, [pairs(hard) if name in TWO else (hard,)] if sampled else [])


def row(library, name, dtype, options):
    count, ours, numpys = measure(library, name, inputs_of(name, dtype, options))
    if 0.8 < ours.error < 1e6:
        confirm(name, dtype, ours)
    at = f"{ours.at!r}" + (f", {ours.at_second!r}" if name in TWO else "")
    return f"| {name} | {np.dtype(dtype).name} | {count:,} | {text(ours)} | {at} | {text(numpys)} |"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("library")
    parser.add_argument("--full", action="store_true")
    parser.add_argument("--samples", type=int, default=1_000_000)
    parser.add_argument("--dtype", choices=["float32", "float64"])
    parser.add_argument("functions", nargs="*", default=NAMES)
    options = parser.parse_intermixed_args()
    library = load(options.library)
    dtypes = [np.dtype(options.dtype).type] if options.dtype else [np.float32, np.float64]
    print("| function | dtype | inputs | ours, ULP | at | NumPy, ULP |\n| --- | --- | --- | --- | --- | --- |")
    jobs = [(name, dtype) for dtype in dtypes for name in options.functions or NAMES]
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for line in pool.map(lambda job: row(library, *job, options), jobs):
            print(line, flush=True)


if __name__ == "__main__":
    main()
