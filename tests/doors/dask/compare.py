"""Times Dask on broadloom blocks beside Dask on NumPy blocks: threads of this process, and two worker processes of one thread.

Usage: compare.py [--rows N] [--columns N] [--blocks N] [--rounds N] [formula ...]
Prints for each formula the medians over the rounds, in which the two take turns, NumPy's time / ours, and the most memory for
arrays and messages that a worker process had beyond its operands. Results stay where they are computed (`persist`).
"""

import argparse
import statistics
import time
import tracemalloc

import dask
import dask.array as da
import numpy as np
from distributed import Client, LocalCluster, wait

import broadloom
import broadloom.dask


def softmax(exponentials):
    return exponentials / exponentials.sum(1, keepdims=True)


def three(block):
    return (block[:-2] + block[1:-1] + block[2:]) / 3


FORMULAS = {
    "chain": lambda x, y: (da.sqrt(x * x + y * y) + 1) / (abs(x) + abs(y) + 1),
    "exp and log": lambda x, y: da.log1p(da.exp(x)) * da.tanh(y),
    "sum of a chain": lambda x, y: ((x - y) ** 2 * 0.5).sum(),
    "standardise columns": lambda x, y: (x - x.mean(0)) / x.std(0),
    "softmax of rows": lambda x, y: softmax(da.exp(x - x.max(1, keepdims=True))),
    "variance": lambda x, y: x.var(0),
    "where and clip": lambda x, y: da.where(x > y, x.clip(-1, 1), y * 2),
    "moving average": lambda x, y: da.map_overlap(three, x, depth={0: 1}, boundary="reflect", trim=False),
    "product, bias, maximum": lambda x, y: da.maximum(x @ y[:x.shape[1]].rechunk(-1) + y[0], 0),
    "sums of squares of x @ y.T": lambda x, y: ((x @ y[:500].rechunk(-1).T) ** 2).sum(1),
}


def begin_counting():
    """From now on memory is counted, NumPy's and what Dask sends by tracemalloc. Returns what broadloom holds already."""
    tracemalloc.start()
    broadloom.reset_peak()
    return broadloom.memory_info().live


def most_counted():
    """Bytes."""
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return most + broadloom.memory_info().peak


def numpy_arrays(options):
    random = da.random.default_rng(3)
    shape, chunks = (options.rows, options.columns), (-(-options.rows // options.blocks), options.columns)
    return [random.standard_normal(shape, chunks=chunks) for _ in range(2)]


class Place:
    """Where formulas run: threads of this process, or a cluster of its own."""

    def __init__(self, options, use_broadloom, cluster=None):
        self.client = Client(cluster, set_as_default=False) if cluster else None
        set_pool = self.client.run if cluster else lambda function, threads: function(threads)
        set_pool(broadloom.set_num_threads, options.pool)
        self.arrays = self.persist(numpy_arrays(options))
        if use_broadloom:
            self.arrays = self.persist([broadloom.dask.from_dask(each) for each in self.arrays])

    def persist(self, arrays):
        if self.client is None:
            return dask.persist(*arrays, scheduler="threads")
        with self.client.as_current():
            arrays = self.client.persist(arrays)
            wait(arrays)
        return arrays

    def seconds(self, formula):
        begin = time.perf_counter()
        result = self.persist([formula(*self.arrays)])
        elapsed = time.perf_counter() - begin
        del result
        return elapsed

    def peak(self, formula):
        """MiB that the worker which took most had beyond its operands."""
        before = self.client.run(begin_counting)
        self.seconds(formula)
        after = self.client.run(most_counted)
        return max(after[worker] - before[worker] for worker in after) / 2**20


def compare(name, numpy_place, our_place, rounds):
    formula = FORMULAS[name]
    times = {numpy_place: [], our_place: []}
    for place in times:
        place.seconds(formula)  # compiled, loaded, spread
    for _ in range(rounds):
        for place in times:
            times[place].append(place.seconds(formula))
    theirs, ours = (statistics.median(times[place]) for place in (numpy_place, our_place))
    row = f"{name:28} {theirs * 1e3:8.1f} ms {ours * 1e3:8.1f} ms   {theirs / ours:5.2f}"
    if our_place.client is not None:
        row += f"   {numpy_place.peak(formula):8.0f} MiB {our_place.peak(formula):8.0f} MiB"
    print(row, flush=True)
    return theirs / ours


def cluster():
    return LocalCluster(n_workers=2, processes=True, threads_per_worker=1, dashboard_address=":0")


def report(title, numpy_place, our_place, options):
    print(f"{title:28} {'NumPy':>11} {'broadloom':>11}   ratio" + ("   most memory of a worker" if our_place.client else ""))
    ratios = [compare(name, numpy_place, our_place, options.rounds) for name in options.formulas or FORMULAS]
    print(f"{'geometric mean':52}   {np.exp(np.mean(np.log(ratios))):5.2f}\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=200_000)
    parser.add_argument("--columns", type=int, default=64)
    parser.add_argument("--blocks", type=int, default=8, help="of rows")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--pool", type=int, default=0, help="threads of broadloom in each process; 0: one per CPU")
    parser.add_argument("--threads-only", action="store_true")
    parser.add_argument("formulas", nargs="*", metavar="formula", help=", ".join(FORMULAS))
    options = parser.parse_args()
    if unknown := set(options.formulas) - set(FORMULAS):
        parser.error(f"no such formula: {', '.join(sorted(unknown))}")
    report("threads", Place(options, False), Place(options, True), options)
    if not options.threads_only:
        with cluster() as theirs, cluster() as ours:
            report("two processes", Place(options, False, theirs), Place(options, True, ours), options)


if __name__ == "__main__":
    main()
