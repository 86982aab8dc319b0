"""Times some of tests/bench/workloads beside NumPy, at sizes from 10^2 to 10^8, four in each factor of ten.

    sweep.py [--largest 100000000] [--rounds 7] [--json FILE] [name prefixes ...]

Two threads. Results are judged by NumPy's before they are timed. Inputs are made and adopted once for each size.
Samples of at least 5 ms are taken in rounds that go through all sizes, each after a run that nobody times; medians
count. Sizes end where the arrays would take half of the free memory, NumPy's at 10^7. Exits with 1 where a result is
wrong, whatever the times are.
"""
import argparse
import re
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from rivals import report
from rivals.peers import Broadloom, Numpy
from rivals.verdict import judge
from workloads import Workload, pairs, rows, streams
from workloads.table import some

STEP = 10 ** 0.25
NUMPYS_LARGEST = 10 ** 7  # beyond, its time for an element does not change, and distances take an array of 6 GB
LEAST_SECONDS = 0.005  # of one sample
PAUSE_SECONDS = 0.025  # until threads that still spin for the other library have gone to sleep
THREADS = 2  # of Broadloom; NumPy has one for all of these


@dataclass(frozen=True)
class Family:
    """One formula at any size."""
    name: str
    compute: Callable
    make: Callable
    dtype: type
    extents: Callable[[int], tuple]

    def at(self, n: int) -> Workload:
        return Workload(f"{self.name} at {n}", self.compute.__name__.replace("_", " "), "sweep",
                        lambda rng: self.make(rng, self.dtype, *self.extents(n)), self.compute, {})


@dataclass
class Point:
    """One size of one family."""
    n: int  # the size that was asked for; tables have whole rows
    elements: int  # of the largest of inputs and results
    bytes: int  # of all of them
    samples: dict[str, list[float]] = field(default_factory=dict)  # seconds of a run, of each library
    seconds: dict[str, float] = field(default_factory=dict)  # the medians


@dataclass
class Sweep:
    name: str
    points: list[Point]


def tables(columns: int) -> Callable[[int], tuple]:
    return lambda n: (max(1, round(n / columns)), columns)


def all_pairs(k: int) -> Callable[[int], tuple]:
    return lambda n: (round(n ** 0.5), round(n ** 0.5), k)


FAMILIES = [
    Family("scaled sum f64", streams.scaled_sum, some(2), np.float64, lambda n: (n,)),
    Family("damped wave f32", streams.damped_wave, some(2), np.float32, lambda n: (n,)),
    Family("softmax of 100 f32", rows.softmax, some(1), np.float32, tables(100)),
    Family("total f32", rows.total, some(1), np.float32, lambda n: (n,)),
    Family("sum of rows of 64 f64", rows.sum_of_rows, some(1), np.float64, tables(64)),
    Family("squared distances k = 16 f32", pairs.squared_distances, pairs.two_tables, np.float32, all_pairs(16))]


def half_of_the_free_memory() -> int:
    return 512 * int(re.search(r"MemAvailable:\s*(\d+)", Path("/proc/meminfo").read_text())[1])


def caches() -> list[dict]:
    """The first core's, and how much `THREADS` cores have of each in all. None where the system does not say."""
    found = []
    for folder in sorted(Path("/sys/devices/system/cpu/cpu0/cache").glob("index*")):
        level, kind, size, sharers = ((folder / name).read_text().strip()
                                      for name in ("level", "type", "size", "shared_cpu_map"))
        if kind != "Instruction":
            count = max(1, THREADS // int(sharers.replace(",", ""), 16).bit_count())
            capacity = int(size.rstrip("K")) << 10
            found.append({"name": f"L{level}", "bytes": capacity, "all": count * capacity})
    return found


def prepare(family: Family, n: int, peers: list) -> tuple[Point, dict[str, Callable]]:
    """The runs of each library that is timed at this size, after a first one that has been judged."""
    workload = family.at(n)
    inputs = workload.inputs()
    runs = {peer.name: peer.prepare(workload, inputs, ()) for peer in peers
            if peer.name != "numpy" or n <= NUMPYS_LARGEST}
    results = runs["broadloom"]()
    if "numpy" in runs:
        fault, _ = judge(workload, inputs, tuple(map(np.asarray, results)), runs["numpy"]())
        if fault:
            sys.exit(f"{workload.name}: {fault}")
    arrays = (*inputs, *results)
    point = Point(n, max(x.size for x in arrays), sum(x.nbytes for x in arrays), {name: [] for name in runs})
    return point, runs


def prepare_all(family: Family, peers: list, largest: int) -> list[tuple[Point, dict[str, Callable]]]:
    """Of growing sizes, which are all kept, as long as the next one fits, too."""
    prepared, n, room = [], 100, half_of_the_free_memory()
    while n <= largest and (not prepared or STEP * prepared[-1][0].bytes <= room):
        prepared.append(prepare(family, n, peers))
        room -= prepared[-1][0].bytes
        n = round(100 * STEP ** len(prepared))
    return prepared


def sample(run: Callable) -> float:
    """Seconds of a run, the mean of as many as take long enough."""
    run()  # other sizes have driven this one's data out of the caches
    start, count = time.perf_counter(), 0
    while (elapsed := time.perf_counter() - start) < LEAST_SECONDS:
        run()
        count += 1
    return elapsed / count


def measure(family: Family, peers: list, largest: int, rounds: int) -> Sweep:
    prepared = prepare_all(family, peers, largest)
    for _ in range(rounds):
        for peer in peers:
            time.sleep(PAUSE_SECONDS)
            for point, runs in prepared:
                if peer.name in runs:
                    point.samples[peer.name].append(sample(runs[peer.name]))
    for point, _ in prepared:
        point.seconds = {name: statistics.median(samples) for name, samples in point.samples.items()}
    return Sweep(family.name, [point for point, _ in prepared])


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--largest", type=int, default=10 ** 8)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--json", help="the file that is written after each workload")
    parser.add_argument("prefixes", nargs="*", help="of names of workloads; all without any")
    return parser.parse_args()


def lines(sweep: Sweep) -> list[str]:
    """For the console: nanoseconds for each element."""
    return [f"{sweep.name:28} {point.n:>11,}"
            + "".join(f"  {name} {1e9 * seconds / point.elements:.3g}" for name, seconds in point.seconds.items())
            for point in sweep.points]


def main():
    options, peers, sweeps = arguments(), [Broadloom(), Numpy()], []
    settings = {"python": sys.version.split()[0], "versions": {peer.name: peer.version() for peer in peers},
                "threads": THREADS, "rounds": options.rounds, "caches": caches()}
    for family in FAMILIES:
        if family.name.startswith(tuple(options.prefixes) or ""):
            sweeps.append(measure(family, peers, options.largest, options.rounds))
            print("\n".join(lines(sweeps[-1])), flush=True)
            if options.json:
                report.write(options.json, settings, sweeps)


if __name__ == "__main__":
    main()
