"""Times functions.py by broadloom.jax.jit beside jax.jit, and peak memory where all pairs of rows are compared.

    python tests/doors/jax/compare.py [--sizes 1000 1000000] [--rounds 9] [name ...]

For each function and size (about how many elements the largest argument has): median of the rounds, in which both are called one
after the other, of the time of a call, and their ratio; then the time of the first call. Memory is VmHWM of a process of its own,
less that of one with few rows.
"""

import argparse
import pathlib
import statistics
import subprocess
import sys
import time

import jax

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

import broadloom.jax  # noqa: E402
from functions import FUNCTIONS  # noqa: E402

PAIRWISE = ("n_body", "k_means_step", "rbf_sums", "nearest")
SECONDS_OF_A_ROUND = 0.05
FEW = 1000
JITS = {"broadloom": broadloom.jax.jit, "jax": jax.jit}


def prepared(name, engine, n):
    """A function of nothing that calls the jitted function and waits for it."""
    function, arguments = FUNCTIONS[name]
    jitted, given = JITS[engine](function), jax.tree.map(jax.numpy.asarray, arguments(n))
    return lambda: jax.block_until_ready(jitted(*given))


def seconds_of(call):
    """Of one call, over as many as a round has time for."""
    count, start, spent = 0, time.perf_counter(), 0
    while spent < SECONDS_OF_A_ROUND:
        call()
        count, spent = count + 1, time.perf_counter() - start
    return spent / count


def compare_times(name, n, rounds):
    calls = {engine: prepared(name, engine, n) for engine in JITS}
    first = {engine: seconds_of_first(call) for engine, call in calls.items()}
    spent = {engine: [] for engine in JITS}
    for _ in range(rounds):
        for engine, call in calls.items():
            spent[engine].append(seconds_of(call))
    ours, theirs = (statistics.median(spent[engine]) for engine in JITS)
    print(f"{name:22} {n:>10,} {ours * 1e6:>12,.0f} us {theirs * 1e6:>12,.0f} us {ours / theirs:>8.2f}"
          f" {first['broadloom']:>9.2f} s {first['jax']:>7.2f} s", flush=True)
    return ours / theirs


def seconds_of_first(call):
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def peak_of_this_process():
    """VmHWM, in bytes."""
    status = pathlib.Path("/proc/self/status").read_text()
    return next(int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmHWM"))


def peak_of(name, engine, n):
    """Of another process that calls the function once."""
    command = [sys.executable, __file__, name, "--worker", engine, "--sizes", str(n)]
    return int(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def compare_memory(name, n):
    ours, theirs = (peak_of(name, engine, n) - peak_of(name, engine, FEW) for engine in JITS)
    print(f"{name:22} {n:>10,} {ours / 2**20:>12,.1f} MiB {theirs / 2**20:>11,.1f} MiB", flush=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("names", nargs="*", default=[])
    parser.add_argument("--sizes", nargs="*", type=int, default=[1000, 1_000_000])
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--worker", choices=JITS)
    options = parser.parse_args()
    names = options.names or list(FUNCTIONS)
    if options.worker:
        prepared(names[0], options.worker, options.sizes[0])()
        print(peak_of_this_process())
        return
    print(f"{'function':22} {'elements':>10} {'broadloom':>15} {'jax':>15} {'ratio':>8} {'first':>11} {'first':>9}")
    for n in options.sizes:
        ratios = [compare_times(name, n, options.rounds) for name in names]
        print(f"{'geometric mean':22} {n:>10,} {statistics.geometric_mean(ratios):>42.2f}")
    print(f"\n{'peak memory':22} {'elements':>10} {'broadloom':>16} {'jax':>15}")
    for name in [name for name in names if name in PAIRWISE]:
        compare_memory(name, max(options.sizes))


if __name__ == "__main__":
    main()
