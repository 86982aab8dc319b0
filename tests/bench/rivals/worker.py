"""A process for each peer: it may crash or hang, its threads and its memory are its own, and nothing of the others' is
in it.

Processes take turns: all wait at their pipes while one works."""
from __future__ import annotations

import ctypes
import multiprocessing
import re
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

LEAST_SECONDS = 0.015  # of one sample


class CannotError(Exception):
    """A peer does not do a workload, in one line."""


@dataclass
class FirstRun:
    """What came of a workload when it ran for the first time, compiled where the peer compiles."""
    results: tuple
    seconds: float
    peak_mb: float  # growth of resident memory at its peak, compilers and results included


# ---- the worker's side

class Server:
    """Does what it is asked by name."""

    def __init__(self, peer):
        self.peer = peer
        self.run: Callable[[], tuple] | None = None

    def version(self) -> str:
        return self.peer.version()

    def first_run(self, name: str, layouts: tuple) -> FirstRun:
        from workloads import WORKLOADS
        workload = WORKLOADS[name]
        self.run = self.peer.prepare(workload, workload.inputs(), layouts)
        if self.run is None:
            raise CannotError(self.peer.reason)
        Path("/proc/self/clear_refs").write_text("5")  # the peak begins anew
        before, start = resident("VmRSS"), time.perf_counter()
        results = self.run()
        seconds, peak = time.perf_counter() - start, resident("VmHWM")
        return FirstRun(self.peer.to_numpy(results), seconds, (peak - before) / 1e6)

    def sample(self) -> float:
        """Seconds of a run, the mean of as many as take long enough."""
        start, count = time.perf_counter(), 0
        while True:
            self.run()
            count += 1
            elapsed = time.perf_counter() - start
            if elapsed >= LEAST_SECONDS:
                return elapsed / count

    def finish(self):
        self.run = None
        self.peer.release()
        ctypes.CDLL(None).malloc_trim(0)


def resident(field: str) -> int:
    """Bytes: VmRSS now, VmHWM at the peak."""
    return 1024 * int(re.search(field + r":\s*(\d+)", Path("/proc/self/status").read_text())[1])


def serve(connection, peer_name: str):
    """Until the other end is closed. Answers are pairs: a value, or nothing and a line that says why."""
    server = None
    while True:
        try:
            request, *arguments = connection.recv()
        except EOFError:
            return
        try:
            if server is None:
                from rivals.peers import PEERS
                server = Server(PEERS[peer_name]())
            connection.send((getattr(server, request)(*arguments), ""))
        except CannotError as error:
            connection.send((None, str(error)))
        except Exception as error:
            traceback.print_exc()
            connection.send((None, one_line(error)))


def one_line(error: Exception) -> str:
    lines = str(error).strip().splitlines() or [""]
    return f"{type(error).__name__}: {lines[0][:160]}"


# ---- the judge's side

class Worker:
    """A peer's process, which is started when it is needed, and again after it died or was killed for being silent."""

    def __init__(self, peer_name: str):
        self.peer_name = peer_name
        self.process = self.connection = None

    def ask(self, request: str, *arguments: Any, within: float = 120) -> Any:
        """The answer, or a CannotError."""
        if self.process is None:
            self.start()
        try:
            self.connection.send((request, *arguments))
            if not self.connection.poll(within):
                self.stop()
                raise CannotError(f"no answer to {request} within {within:g} s")
            value, fault = self.connection.recv()
        except (EOFError, OSError):
            self.process.join(5)
            code = self.process.exitcode
            self.stop()
            raise CannotError(f"its process died in {request}, exit code {code}") from None
        if fault:
            raise CannotError(fault)
        return value

    def start(self):
        context = multiprocessing.get_context("spawn")  # a fork would share threads that are not there
        self.connection, other = context.Pipe()
        self.process = context.Process(target=serve, args=(other, self.peer_name))
        self.process.start()
        other.close()

    def stop(self):
        if self.process is None:
            return
        self.connection.close()
        self.process.kill()
        self.process.join()
        self.process = None
