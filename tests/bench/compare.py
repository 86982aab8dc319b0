"""Times broadloom beside NumPy and other libraries, on the workloads of tests/bench/workloads.

    compare.py [--peers broadloom,numpy,...] [--rounds 7] [--json FILE] [workload name prefixes ...]

Two threads each, rivals.txt has the versions. Ours is what bl.jit makes of the formula, as most of the others compile it
too; beside it stands the formula written anew each time. Each peer has a process of its own and is judged by NumPy's results
before it is timed: who is wrong is reported, not timed. Samples of at least 15 ms are taken in rounds that go through
all peers, so that all meet the same noise; medians count. Peak memory is that of the first run, beyond the inputs, with
compilers.
"""
import argparse
import os
import statistics
import sys
import time

THREADS = "2"
for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS",
                 "NUMEXPR_MAX_THREADS", "NUMBA_NUM_THREADS", "BROADLOOM_THREADS"):
    os.environ[variable] = THREADS  # libraries look when they are imported, by the processes that are started below
os.environ["TORCHINDUCTOR_COMPILE_THREADS"] = "1"  # in the peer's own process: nothing is left behind if that is killed

import numpy as np  # noqa: E402

from rivals import report  # noqa: E402
from rivals.report import Outcome, Record  # noqa: E402
from rivals.verdict import judge  # noqa: E402
from rivals.worker import CannotError, Worker  # noqa: E402
from workloads import WORKLOADS  # noqa: E402

PEERS = "broadloom,broadloom.jit,numpy,numexpr,numba,jax,torch,torch.compile,mlx,drjit"
FIRST_RUN_SECONDS = 180  # compilers included
PAUSE_SECONDS = 0.025  # until threads that still spin for the last peer have gone to sleep


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--peers", default=PEERS, help=PEERS)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--json", help="the file that is written after each workload")
    parser.add_argument("prefixes", nargs="*", help="of names of workloads; all without any")
    return parser.parse_args()


def first_runs(workload, workers: dict[str, Worker]) -> dict[str, Outcome]:
    """Of all peers, judged; those that can be timed have no reason against it."""
    inputs = workload.inputs()
    expected = tuple(np.asarray(x) for x in workload.results(np, inputs))
    layouts = tuple((x.shape, x.dtype) for x in expected)
    outcomes = {}
    for name, worker in workers.items():
        outcomes[name] = outcome = Outcome()
        try:
            first = worker.ask("first_run", workload.name, layouts, within=FIRST_RUN_SECONDS)
        except CannotError as error:
            outcome.note = f"cannot: {error}"
            continue
        outcome.first_seconds, outcome.peak_mb = first.seconds, round(first.peak_mb, 1)
        fault, note = judge(workload, inputs, first.results, expected)
        outcome.note = f"wrong: {fault}" if fault else note
    return outcomes


def can_be_timed(outcome: Outcome) -> bool:
    return not outcome.note.startswith(("cannot", "wrong"))


def take_samples(workers: dict[str, Worker], outcomes: dict[str, Outcome], rounds: int):
    """In rounds. A peer that fails in one keeps no time."""
    for _ in range(rounds):
        for name, outcome in outcomes.items():
            if not can_be_timed(outcome):
                continue
            time.sleep(PAUSE_SECONDS)
            try:
                outcome.samples.append(workers[name].ask("sample"))
            except CannotError as error:
                outcome.note = f"cannot: {error}"
    for outcome in outcomes.values():
        if can_be_timed(outcome):
            outcome.seconds = statistics.median(outcome.samples)


def finish(workers: dict[str, Worker]):
    """A process that cannot even give back its memory is not used again."""
    for worker in workers.values():
        try:
            worker.ask("finish")
        except CannotError:
            worker.stop()


def versions(workers: dict[str, Worker]) -> dict[str, str]:
    """Peers that cannot be imported lose their worker."""
    found = {}
    for name in list(workers):
        try:
            found[name] = workers[name].ask("version", within=FIRST_RUN_SECONDS)
        except CannotError as error:
            found[name] = f"absent: {error}"
            workers.pop(name).stop()
            print(f"{name}: {found[name]}")
    return found


def compare(workers: dict[str, Worker], chosen: list, rounds: int, file: str | None) -> list[Record]:
    settings = {"python": sys.version.split()[0], "versions": versions(workers), "threads": int(THREADS),
                "rounds": rounds}
    records = []
    for workload in chosen:
        outcomes = first_runs(workload, workers)
        take_samples(workers, outcomes, rounds)
        finish(workers)
        records.append(Record(workload.name, workload.group, outcomes))
        print("\n".join([records[-1].line(), *records[-1].notes()]), flush=True)
        if file:
            report.write(file, settings, records)
    return records


def main():
    options = arguments()
    chosen = [workload for name, workload in WORKLOADS.items() if name.startswith(tuple(options.prefixes) or "")]
    workers = {name: Worker(name) for name in options.peers.split(",")}
    try:
        records = compare(workers, chosen, options.rounds, options.json)
    finally:
        for worker in workers.values():
            worker.stop()
    print("\n".join(report.summary(records)))


if __name__ == "__main__":
    main()
