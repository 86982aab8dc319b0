"""What compare.py found, for people and as JSON."""
from __future__ import annotations

import datetime
import json
import math
import os
import re
from dataclasses import asdict, dataclass, field
from pathlib import Path

OURS, BASE = "broadloom.jit", "numpy"
OUR_OWN = (OURS, "broadloom")
SLOWER = 1.10  # of the best rival's time, from where on a workload is listed


@dataclass
class Outcome:
    """Of one peer on one workload: times, or why there are none."""
    seconds: float | None = None  # the median of the samples
    samples: list[float] = field(default_factory=list)
    first_seconds: float | None = None
    peak_mb: float | None = None
    note: str = ""


@dataclass
class Record:
    """Of one workload."""
    name: str
    group: str
    peers: dict[str, Outcome]

    def times(self) -> dict[str, float]:
        return {peer: outcome.seconds for peer, outcome in self.peers.items() if outcome.seconds is not None}

    def best_rival(self) -> tuple[str, float] | None:
        """Its name and its time."""
        rivals = [(seconds, peer) for peer, seconds in self.times().items() if peer not in OUR_OWN]
        return min(rivals)[::-1] if rivals else None

    def line(self) -> str:
        """For the console: milliseconds, and how much longer than ours the best rival and NumPy take."""
        times = self.times()
        text = f"{self.name:44}" + "".join(f" {peer} {1e3 * seconds:.3f}" for peer, seconds in times.items())
        if OURS in times and (best := self.best_rival()):
            text += f" | best {best[0]} {best[1] / times[OURS]:.2f}"
            if BASE in times:
                text += f", {BASE} {times[BASE] / times[OURS]:.2f}"
        return text

    def notes(self) -> list[str]:
        return [f"    {peer}: {outcome.note}" for peer, outcome in self.peers.items() if outcome.note]


def machine() -> dict:
    text = Path("/proc/cpuinfo").read_text()
    flags = re.search(r"flags\s*:(.*)", text)[1].split()
    levels = {"avx512f": "AVX-512", "avx2": "AVX2", "avx": "AVX"}
    return {"cpu": re.search(r"model name\s*: (.*)", text)[1],
            "family": int(re.search(r"cpu family\s*: (\d+)", text)[1]), "cores": os.cpu_count(),
            "vectors": next((levels[flag] for flag in levels if flag in flags), "SSE2")}


def write(file: str, settings: dict, records: list[Record]):
    """All at once, so that whatever happens there is a file that can be read."""
    written = {"date": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"), "machine": machine(),
               **settings, "workloads": [asdict(record) for record in records]}
    Path(file + ".new").write_text(json.dumps(written, indent=1) + "\n")
    Path(file + ".new").rename(file)


def geometric_mean(values: list[float]) -> float:
    return math.exp(sum(map(math.log, values)) / len(values))


def summary(records: list[Record]) -> list[str]:
    """Geometric means of each peer's time in ours, and the workloads where somebody is faster."""
    ours = [record for record in records if OURS in record.times() and record.best_rival()]
    ratios: dict[str, list[float]] = {}
    for record in ours:
        for peer, seconds in record.times().items():
            ratios.setdefault(peer, []).append(seconds / record.times()[OURS])
    ratios.pop(OURS, None)
    best = [record.best_rival()[1] / record.times()[OURS] for record in ours]
    if best:
        ratios["best rival"] = best
    lines = [f"{peer:14} {geometric_mean(values):8.2f} times our time, geometric mean of {len(values)}"
             for peer, values in ratios.items()]
    slower = [record for record, ratio in zip(ours, best) if ratio * SLOWER < 1]
    lines.append(f"slower than {SLOWER:.2f} of the best rival: {len(slower)} of {len(ours)}")
    return lines + ["    " + record.line() for record in slower]
