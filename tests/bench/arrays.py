"""Times of operations on whole arrays beside NumPy's in one run, in interleaved rounds, as a Markdown table of medians.

    arrays.py [--count N] [--rounds N] [operation ...]

Results are compared. The limit is the least that NumPy's time may be in ours; of the stencil, which is timed beside a loop in C
on two threads (jacobi.c), the most that ours may be in the loop's. Exits with 1 where a limit is missed.
"""

import argparse
import ctypes
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

import numpy as np

import broadloom as bl

os.environ["OMP_WAIT_POLICY"] = "passive"  # or the loop's threads would wait at our cost
CASES = {}


def case(limit=1.0):
    """A function of the generator of random numbers and the count: its inputs, and what is done with them in either module."""
    def declare(function):
        CASES[function.__name__.replace("_", " ")] = limit, function
        return function
    return declare


def numbers(rng, count, dtype="float64"):
    return rng.integers(-(2**62), 2**62, count) if dtype == "int64" else rng.standard_normal(count).astype(dtype)


def rows(count):
    return count // 4000, 4000


@case()
def boolean_select(rng, count):
    return (numbers(rng, count), rng.random(count) < 0.5), lambda m, a, mask: a[mask]


@case()
def boolean_assign_scalar(rng, count):
    def run(m, a, mask):
        a[mask] = 0
        return a
    return (numbers(rng, count), rng.random(count) < 0.5), run


@case()
def boolean_assign_values(rng, count):
    def run(m, a, mask, values):
        a[mask] = values
        return a
    mask = rng.random(count) < 0.5
    return (numbers(rng, count), mask, numbers(rng, int(mask.sum()))), run


def multiply_add(m, a, idx, b, c):
    return a[idx] * b + c


@case(2)
def gather_multiply_add_random(rng, count):
    return (numbers(rng, count), rng.integers(0, count, count), numbers(rng, count), numbers(rng, count)), multiply_add


@case(2)
def gather_multiply_add_sorted(rng, count):
    return (numbers(rng, count), np.sort(rng.integers(0, count, count)), numbers(rng, count), numbers(rng, count)), multiply_add


@case()
def scatter(rng, count):
    def run(m, a, idx, v):
        a[idx] = v
        return a
    return (numbers(rng, count), rng.permutation(count), numbers(rng, count)), run


@case()
def scatter_add(rng, count):
    def run(m, a, idx, v):
        a[idx] += v
        return a
    return (numbers(rng, count), rng.permutation(count), numbers(rng, count)), run


@case()
def cumsum(rng, count):
    return (numbers(rng, count),), lambda m, a: m.cumsum(a)


@case()
def cumsum_axis_0(rng, count):
    return (numbers(rng, count).reshape(rows(count)),), lambda m, a: m.cumsum(a, axis=0)


@case()
def cumsum_axis_1(rng, count):
    return (numbers(rng, count).reshape(rows(count)),), lambda m, a: m.cumsum(a, axis=1)


def sorting(dtype):
    case(1.5)(named(f"sort_{dtype}", lambda rng, count: ((numbers(rng, count, dtype),), lambda m, a: m.sort(a))))
    case(1.3)(named(f"argsort_{dtype}", lambda rng, count: ((numbers(rng, count, dtype),), lambda m, a: m.argsort(a))))


def named(name, function):
    function.__name__ = name
    return function


for each in ("float64", "int64", "float32"):
    sorting(each)


@case()
def unique(rng, count):
    return (rng.integers(0, count, count),), lambda m, a: m.unique(a)


@case()
def searchsorted(rng, count):
    return (np.sort(numbers(rng, count // 10)), numbers(rng, count)), lambda m, a, v: m.searchsorted(a, v)


@case()
def concat(rng, count):
    return (numbers(rng, count // 2), numbers(rng, count // 2)), lambda m, a, b: m.concat([a, b])


@case()
def roll(rng, count):
    return (numbers(rng, count),), lambda m, a: m.roll(a, count // 3)


@case()
def pad(rng, count):
    return (numbers(rng, count).reshape(rows(count)),), lambda m, a: m.pad(a, 2)


@case()
def take_rows(rng, count):
    height, width = count // 100, 100
    return (numbers(rng, count).reshape(height, width), rng.integers(0, height, height)), lambda m, a, idx: m.take(a, idx, axis=0)


@case()
def nonzero(rng, count):
    return ((rng.random(count) < 0.5).astype(float),), lambda m, a: m.nonzero(a)[0]


def jacobi(a):
    a[1:-1, 1:-1] = 0.25 * (a[:-2, 1:-1] + a[2:, 1:-1] + a[1:-1, :-2] + a[1:-1, 2:])
    return a


# --- Timing --------------------------------------------------------------------------------------

def seconds(run):
    start = time.perf_counter()
    result = run()
    return time.perf_counter() - start, result


def interleaved(ours, other, rounds):
    """Median times and last results; the first round compiles."""
    times = []
    for _ in range(rounds + 1):
        (our_time, got), (other_time, expected) = seconds(ours), seconds(other)
        times.append((our_time, other_time))
    return [statistics.median(column) for column in zip(*times[1:])], got, expected


def evaluated(result):
    bl.eval(result)
    return result


def owned(array):
    return evaluated(bl.array(array))


def same(name, got, expected, first):
    if name.startswith("argsort"):  # equal numbers come in any order from NumPy
        got, expected = first[np.asarray(got)], first[expected]
    np.testing.assert_allclose(np.asarray(got), expected, rtol=1e-9, atol=1e-6 if "cumsum" in name else 0, err_msg=name)


def beside_numpy(name, count, rounds):
    limit, make = CASES[name]
    inputs, run = make(np.random.default_rng(1), count)
    mine = [owned(array) for array in inputs]
    (ours, numpys), got, expected = interleaved(lambda: evaluated(run(bl, *mine)), lambda: run(np, *inputs), rounds)
    same(name, got, expected, inputs[0])
    return ours, numpys, numpys / ours, f"≥ {limit:g}", numpys / ours >= limit


def hand_loop(folder):
    library = pathlib.Path(folder) / "jacobi.so"
    source = pathlib.Path(__file__).with_name("jacobi.c")
    flags = ["-O3", "-march=native", "-ffp-contract=off", "-fopenmp", "-shared", "-fPIC"]
    subprocess.run(["cc", *flags, source, "-o", library], check=True)
    function = ctypes.CDLL(str(library)).jacobi
    function.argtypes, function.restype = [ctypes.c_void_p, ctypes.c_long, ctypes.c_long], None
    return function


def beside_the_loop(rounds):
    grid = np.random.default_rng(1).standard_normal((4096, 4096))
    mine = owned(grid)
    with tempfile.TemporaryDirectory() as folder:
        loop = hand_loop(folder)
        (ours, hand), got, _ = interleaved(lambda: evaluated(jacobi(mine)), lambda: loop(grid.ctypes.data, *grid.shape), rounds)
    np.testing.assert_array_equal(np.asarray(got), grid)
    return ours, hand, ours / hand, "≤ 1.3", ours / hand <= 1.3


def show(name, ours, other, ratio, limit, holds):
    columns = [name, f"{other * 1e3:.1f}", f"{ours * 1e3:.1f}", f"{ratio:.2f}", limit, "" if holds else "**missed**"]
    print("| " + " | ".join(columns) + " |", flush=True)
    return holds


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("operations", nargs="*", help="parts of names")
    parser.add_argument("--count", type=int, default=10_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    print("| operation | NumPy or loop, ms | ours, ms | ratio | limit | |\n| --- | ---: | ---: | ---: | ---: | --- |")

    def wanted(name):
        return not options.operations or any(part in name for part in options.operations)

    hold = [show(name, *beside_numpy(name, options.count, options.rounds)) for name in CASES if wanted(name)]
    if wanted("jacobi in place"):
        hold.append(show("jacobi in place, 4096 x 4096, ours in the loop's", *beside_the_loop(options.rounds)))
    sys.exit(not all(hold))


if __name__ == "__main__":
    main()
