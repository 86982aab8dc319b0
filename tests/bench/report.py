"""Writes measurements into docs/benchmarks.md, between two marks of their kind: a table and a bar chart.

    report.py loops FILE     what workloads_bench.cc measured beside hand-written loops, and wrote to BENCH_RESULTS
    report.py rivals FILE    what compare.py measured beside other libraries, and wrote to its --json file
    report.py sweep FILE     what sweep.py measured at many sizes, and wrote to its --json file; draws docs/sweep.svg
"""
import datetime
import json
import math
import pathlib
import platform
import sys

from plot import Line, Mark, log_log
from rivals.report import OUR_OWN, OURS, geometric_mean

PAGE = pathlib.Path(__file__).parents[2] / "docs" / "benchmarks.md"
PLOT = PAGE.with_name("sweep.svg")
DRAWN = 4.0  # the largest ratio that bars show
BAR = 40  # characters of its bar
FAR = 1.4  # times a loop's time, from where on a workload counts as far from it
CLIFF = 1.3  # times the time for each element at the size before


def milliseconds(seconds: float) -> str:
    value = 1e3 * seconds
    return f"{value:.3f}" if value < 1 else f"{value:.2f}" if value < 100 else f"{value:.0f}"


def bars(ratios: list[tuple[str, float]], marked: float) -> str:
    """One line each, the largest first; where a bar is shorter than one of `marked`, a stroke stands there."""
    width, mark = max(len(name) for name, _ in ratios), round(marked * BAR / DRAWN)
    lines = []
    for name, ratio in sorted(ratios, key=lambda pair: -pair[1]):
        length = round(min(ratio, DRAWN) * BAR / DRAWN)
        bar = "█" * length if length > mark else "█" * length + "·" * (mark - length) + "│"
        lines.append(f"{name:{width}} {bar} {ratio:.2f}")
    return "```text\n" + "\n".join(lines) + "\n```\n"


def machine() -> str:
    model = next((line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), "")
    flags = pathlib.Path("/proc/cpuinfo").read_text()
    level = "AVX-512" if "avx512f" in flags else "AVX2"
    return f"{model or platform.processor()} ({level}), {datetime.date.today()}"


def ratio_of(record: dict) -> float:
    return record["ours"] / record["hand"]


def loops_row(record: dict) -> str:
    limit = max(record["move"], record["compute"])
    bound = "memory" if record["move"] >= record["compute"] else "operations"
    cells = [record["name"], milliseconds(record["hand"]), milliseconds(record["ours"]), f"{ratio_of(record):.2f}",
             f"{record['anew'] / record['hand']:.2f}", f"{milliseconds(limit)} ({bound})"]
    cells += [f"{100 * limit / record[who]:.0f} %" for who in ("hand", "ours")]
    cells += [f"{record[who + '_alone'] / record[who]:.2f}" for who in ("hand", "ours")]
    return f"| {' | '.join(cells)} |"


def loops(records: list[dict]) -> str:
    ratios = [(record["name"], ratio_of(record)) for record in records]
    values = [ratio for _, ratio in ratios]
    anew = geometric_mean([record["anew"] / record["hand"] for record in records])
    summary = (f"{machine()}. {len(values)} workloads, each traced once (`jit`) as the loops are compiled once: geometric mean "
               f"{geometric_mean(values):.3f} of the hand-written loops, {sum(value > FAR for value in values)} above {FAR}, the "
               f"largest {max(values):.2f}. Written anew each time: {anew:.3f}.\n\n")
    head = ["| workload | loop, ms | broadloom, ms | ratio | written anew | limit, ms | loop at | broadloom at |"
            " two threads over one: loop | broadloom |", "| --- |" + " ---: |" * 9]
    table = "\n".join(head + [loops_row(record) for record in records])
    return summary + table + "\n\nBroadloom's time over the loop's; the line is at 1.\n\n" + bars(ratios, 1)


def rivals(found: dict) -> str:
    peers = list(found["versions"])
    rows = ["| workload | " + " | ".join(f"{peer}, ms" for peer in peers) + " | best rival | its time in ours | NumPy's |"
            " memory, MB: ours | NumPy |", "| --- |" + " ---: |" * len(peers) + " --- |" + " ---: |" * 4]
    bests, numpys, plain = [], [], []
    for workload in found["workloads"]:
        outcomes = workload["peers"]
        times = {peer: outcome["seconds"] for peer, outcome in outcomes.items() if outcome["seconds"] is not None}
        if OURS not in times:
            rows.append(f"| {workload['name']} | {outcomes[OURS]['note']} |" + " |" * (len(peers) + 4))
            continue
        seconds, best = min((seconds, peer) for peer, seconds in times.items() if peer not in OUR_OWN)
        bests.append((workload["name"], seconds / times[OURS]))
        numpys.append(times["numpy"] / times[OURS])
        plain.append(times["broadloom"] / times[OURS])
        cells = [milliseconds(times[peer]) if peer in times else outcomes[peer]["note"].split(":")[0] for peer in peers]
        rows.append(f"| {workload['name']} | " + " | ".join(cells) + f" | {best} | {bests[-1][1]:.2f} | {numpys[-1]:.2f} | "
                    f"{outcomes[OURS]['peak_mb']:.0f} | {outcomes['numpy']['peak_mb']:.0f} |")
    slower = [name for name, ratio in bests if ratio < 1 / 1.1]
    versions = ", ".join(f"{peer} {version}" for peer, version in found["versions"].items())
    summary = (f"{machine()}. {versions}. {len(bests)} workloads, {found['threads']} threads, medians of {found['rounds']} rounds. "
               f"Ours is the formula in bl.jit; written anew each time it takes {geometric_mean(plain):.2f} times as long. The best "
               f"rival of each takes {geometric_mean([ratio for _, ratio in bests]):.2f} times our time in the geometric mean, NumPy "
               f"{geometric_mean(numpys):.2f}; slower than 1.10 of the best rival: {len(slower)}.\n\n")
    return summary + "\n".join(rows) + "\n\nThe best rival's time over ours; the stroke is at 1.\n\n" + bars(bests, 1)


def nanoseconds(point: dict, peer: str = "broadloom") -> float:
    """For each element."""
    return 1e9 * point["seconds"][peer] / point["elements"]


def digits(value: float) -> str:
    return f"{value:.0f}" if value >= 100 else f"{value:#.3g}"


def level(size: int, caches: list[dict]) -> str:
    return next((cache["name"] for cache in caches if size <= cache["bytes"]), "DRAM" if caches else "")


def crossed(before: dict, after: dict, caches: list[dict]) -> str:
    """The caches that are full at a footprint between: one core's, or all cores' together, or what lies between these."""
    return ", ".join(cache["name"] for cache in caches
                     if before["bytes"] <= cache["all"] and after["bytes"] > cache["bytes"])


def cliffs(workload: dict, caches: list[dict]) -> list[tuple[str, str]]:
    """A line for each, and the caches that explain it."""
    points, found = workload["points"], []
    for before, here, after in zip(points, points[1:], [*points[2:], None]):
        rise = nanoseconds(here) / nanoseconds(before)
        if rise <= CLIFF:
            continue
        explained = crossed(before, here, caches)
        peak = nanoseconds(here) / nanoseconds(after) if after else 0
        found.append((f"- {workload['name']} at {here['n']:,}: {rise:.2f} times that of the size before"
                      + (f" and {peak:.2f} times that of the size after" if peak > CLIFF else "")
                      + f", {'out of ' + explained if explained else 'unexplained'}", explained))
    return found


def crossing(points: list[dict], size: int) -> tuple[float, float] | None:
    """Where on its line the footprint of a workload reaches so many bytes."""
    for before, after in zip(points, points[1:]):
        if before["bytes"] <= size < after["bytes"]:
            part = math.log(size / before["bytes"]) / math.log(after["bytes"] / before["bytes"])
            return tuple(value(before) ** (1 - part) * value(after) ** part
                         for value in (lambda point: point["elements"], nanoseconds))
    return None


def sweep_plot(found: dict) -> str:
    workloads = found["workloads"]
    lines = [Line(workload["name"], [(point["elements"], nanoseconds(point)) for point in workload["points"]])
             for workload in workloads]
    marks = []
    for cache in found["caches"]:
        places = [crossing(workload["points"], cache["bytes"]) for workload in workloads]
        if any(places):
            size = f"{cache['bytes'] >> 20} MiB" if cache["bytes"] >= 1 << 20 else f"{cache['bytes'] >> 10} KiB"
            marks.append(Mark(f"{cache['name']}, {size}, is full", [place for place in places if place]))
    return log_log("Time for each element, by size", "elements of the largest array", "nanoseconds per element",
                   lines, marks)


def sweep_row(n: int, found: dict) -> str:
    cells = []
    for workload in found["workloads"]:
        point = next((point for point in workload["points"] if point["n"] == n), None)
        numpys = f" ({digits(nanoseconds(point, 'numpy'))})" if point and "numpy" in point["seconds"] else ""
        cells.append(f"{digits(nanoseconds(point))}{numpys} {level(point['bytes'], found['caches'])}" if point else "")
    return f"| {n:,} | {' | '.join(cells)} |"


def sweep(found: dict) -> str:
    PLOT.write_text(sweep_plot(found))
    workloads, caches = found["workloads"], found["caches"]
    steep = [cliff for workload in workloads for cliff in cliffs(workload, caches)]
    sizes = sorted({point["n"] for workload in workloads for point in workload["points"]})
    versions = ", ".join(f"{peer} {version}" for peer, version in found["versions"].items())
    known = ", ".join(f"{cache['name']} {cache['bytes'] >> 10:,} KiB" for cache in caches) or "caches unknown"
    summary = (f"{machine()}; {known}. {versions}. {len(workloads)} workloads at {len(sizes)} sizes, "
               f"{found['threads']} threads, medians of {found['rounds']} rounds: {len(steep)} cliffs, "
               f"{sum(not explained for _, explained in steep)} of them unexplained.\n\n")
    head = ["| elements | " + " | ".join(workload["name"] for workload in workloads) + " |",
            "| ---: |" + " ---: |" * len(workloads)]
    listed = "\n".join([line for line, _ in steep] or ["- none"])
    return (summary + f"![Time for each element, by size]({PLOT.name})\n\n"
            + "\n".join(head + [sweep_row(n, found) for n in sizes])
            + f"\n\nCliffs, more than {CLIFF} times the time of the size before:\n\n{listed}\n")


def put(kind: str, text: str) -> None:
    """Between the marks of the page."""
    begin, end = f"<!-- {kind}: written by tests/bench/report.py -->\n", f"<!-- end of {kind} -->\n"
    page = PAGE.read_text()
    before, rest = page.split(begin)
    after = rest.split(end)[1]
    PAGE.write_text(before + begin + text + end + after)


def main() -> None:
    kind, file = sys.argv[1:]
    put(kind, {"loops": loops, "rivals": rivals, "sweep": sweep}[kind](json.loads(pathlib.Path(file).read_text())))


if __name__ == "__main__":
    main()
