"""Writes measurements into docs/benchmarks.md, between two marks of their kind: a table and a bar chart.

    report.py loops FILE     what workloads_bench.cc measured beside hand-written loops, and wrote to BENCH_RESULTS
    report.py rivals FILE    what compare.py measured beside other libraries, and wrote to its --json file
"""
import datetime
import json
import math
import pathlib
import platform
import sys

PAGE = pathlib.Path(__file__).parents[2] / "docs" / "benchmarks.md"
DRAWN = 4.0  # the largest ratio that bars show
BAR = 40  # characters of its bar
FAR = 1.4  # times a loop's time, from where on a workload counts as far from it


def milliseconds(seconds: float) -> str:
    value = 1e3 * seconds
    return f"{value:.3f}" if value < 1 else f"{value:.2f}" if value < 100 else f"{value:.0f}"


def geometric_mean(values: list[float]) -> float:
    return math.exp(sum(map(math.log, values)) / len(values))


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
             f"{milliseconds(limit)} ({bound})"]
    cells += [f"{100 * limit / record[who]:.0f} %" for who in ("hand", "ours")]
    cells += [f"{record[who + '_alone'] / record[who]:.2f}" for who in ("hand", "ours")]
    return f"| {' | '.join(cells)} |"


def loops(records: list[dict]) -> str:
    ratios = [(record["name"], ratio_of(record)) for record in records]
    values = [ratio for _, ratio in ratios]
    summary = (f"{machine()}. {len(values)} workloads: geometric mean {geometric_mean(values):.3f} of the hand-written "
               f"loops, {sum(value > FAR for value in values)} above {FAR}, the largest {max(values):.2f}.\n\n")
    head = ["| workload | loop, ms | broadloom, ms | ratio | limit, ms | loop at | broadloom at |"
            " two threads over one: loop | broadloom |", "| --- |" + " ---: |" * 8]
    table = "\n".join(head + [loops_row(record) for record in records])
    return summary + table + "\n\nBroadloom's time over the loop's; the line is at 1.\n\n" + bars(ratios, 1)


def rivals(found: dict) -> str:
    peers = list(found["versions"])
    rows = ["| workload | " + " | ".join(f"{peer}, ms" for peer in peers) + " | best rival | its time in ours | NumPy's |"
            " memory, MB: ours | NumPy |", "| --- |" + " ---: |" * len(peers) + " --- |" + " ---: |" * 4]
    bests, numpys = [], []
    for workload in found["workloads"]:
        outcomes = workload["peers"]
        times = {peer: outcome["seconds"] for peer, outcome in outcomes.items() if outcome["seconds"] is not None}
        if "broadloom" not in times:
            rows.append(f"| {workload['name']} | {outcomes['broadloom']['note']} |" + " |" * (len(peers) + 4))
            continue
        seconds, best = min((seconds, peer) for peer, seconds in times.items() if peer != "broadloom")
        bests.append((workload["name"], seconds / times["broadloom"]))
        numpys.append(times["numpy"] / times["broadloom"])
        cells = [milliseconds(times[peer]) if peer in times else outcomes[peer]["note"].split(":")[0] for peer in peers]
        rows.append(f"| {workload['name']} | " + " | ".join(cells) + f" | {best} | {bests[-1][1]:.2f} | {numpys[-1]:.2f} | "
                    f"{outcomes['broadloom']['peak_mb']:.0f} | {outcomes['numpy']['peak_mb']:.0f} |")
    slower = [name for name, ratio in bests if ratio < 1 / 1.1]
    versions = ", ".join(f"{peer} {version}" for peer, version in found["versions"].items())
    summary = (f"{machine()}. {versions}. {len(bests)} workloads, {found['threads']} threads, medians of {found['rounds']} rounds: "
               f"the best rival of each takes {geometric_mean([ratio for _, ratio in bests]):.2f} times our time in the geometric "
               f"mean, NumPy {geometric_mean(numpys):.2f}; slower than 1.10 of the best rival: {len(slower)}.\n\n")
    return summary + "\n".join(rows) + "\n\nThe best rival's time over ours; the stroke is at 1.\n\n" + bars(bests, 1)


def put(kind: str, text: str) -> None:
    """Between the marks of the page."""
    begin, end = f"<!-- {kind}: written by tests/bench/report.py -->\n", f"<!-- end of {kind} -->\n"
    page = PAGE.read_text()
    before, rest = page.split(begin)
    after = rest.split(end)[1]
    PAGE.write_text(before + begin + text + end + after)


def main() -> None:
    kind, file = sys.argv[1:]
    put(kind, {"loops": loops, "rivals": rivals}[kind](json.loads(pathlib.Path(file).read_text())))


if __name__ == "__main__":
    main()
