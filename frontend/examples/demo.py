"""The main job: real tables, the same code in NumPy and in broadloom, measured side by side.

    python demo.py [--quick]

Prints a table; returns 1 when a result is wrong or a limit is exceeded.
"""

import argparse
import sys
import time

import numpy as np

import demo_measure
import demo_report
import demo_steps

MIB = demo_report.MIB
failures = []


def check(holds, what):
    if not holds:
        failures.append(what)
        print(f"      WRONG: {what}", flush=True)


def progress(text):
    print(f"    {text}", flush=True)


def timed(what, function, *args):
    print(f"    {what} ...", end="", flush=True)
    start = time.perf_counter()
    answer = function(*args)
    print(f" {demo_report.time_text(time.perf_counter() - start)}", flush=True)
    return answer


def check_step(step, ours, numpys, our_errors, numpy_errors):
    check((ours.shape, ours.dtype) == (numpys.shape, numpys.dtype),
          f"{step.name}: {ours.shape} {ours.dtype}, NumPy has {numpys.shape} {numpys.dtype}")
    if step.exact:
        check(np.array_equal(ours.sample, numpys.sample) and our_errors[0] == 0, f"{step.name}: not NumPy's values")
    else:
        check(our_errors[0] <= max(numpy_errors[0], 2.0),
              f"{step.name}: error {our_errors[0]:.2f} ULP, NumPy's is {numpy_errors[0]:.2f}")
    if step.limits:
        for name, used, limit in (("allocator", ours.allocator_bytes, 16 * MIB), ("kernel", ours.kernel_bytes, 64 * MIB)):
            beyond = used - ours.result_bytes
            check(beyond <= limit, f"{step.name}: {demo_report.bytes_text(beyond)} beyond the result by the {name}, "
                                   f"the limit is {demo_report.bytes_text(limit)}")


def run_step(step, sample, repeats):
    print(f"\n  {step.name}: {step.about}", flush=True)
    for x in step.inputs:
        print(f"    {x.shape[0]:,} x {x.shape[1]} {x.dtype.name}, {demo_report.bytes_text(x.nbytes)}")
    if step.block:
        print(f"    NumPy in blocks of {step.block:,} rows: its temporaries would not fit otherwise")
    compared = step.sampled(sample)
    kept = np.arange(len(step.inputs[0])) if step.exact else compared  # indices are small: compare all with NumPy's
    ours = timed("broadloom", demo_measure.in_child, demo_measure.with_broadloom, step, kept, repeats)
    numpys = timed("NumPy", demo_measure.in_child, demo_measure.with_numpy, step, kept, 1)
    exact, magnitude = timed("reference in long double", step.reference, compared)
    among = np.searchsorted(kept, compared)
    our_errors = demo_report.errors(ours.sample[among], exact, magnitude)
    numpy_errors = demo_report.errors(numpys.sample[among], exact, magnitude)
    progress(f"first run {demo_report.time_text(ours.first_seconds)} with compilation, "
             f"then {demo_report.time_text(ours.seconds)}; explain says")
    demo_report.print_indented(ours.explain, 12)
    check_step(step, ours, numpys, our_errors, numpy_errors)
    return ours, demo_report.step_rows(step, ours, numpys, our_errors, numpy_errors)


def python_row_means(images):
    """For scale: the row-mean step as a plain Python loop."""
    rows = images[:2_000].tolist()
    start = time.perf_counter()
    result = []
    for row in rows:
        mean = sum(row) / len(row)
        result.append([value - mean for value in row])
    seconds = time.perf_counter() - start
    progress(f"a plain Python loop takes {demo_report.time_text(seconds)} for {len(rows):,} rows: "
             f"{demo_report.time_text(seconds * len(images) / len(rows))} for all {len(images):,}")


def refused_step():
    """(1, 1_000_000) + (1_000_000, 1), in a process of its own as the other steps."""
    import broadloom as bl
    lines, wrong = [], []
    x = bl.arange(1_000_000, dtype="float64")
    row, column = x.reshape(1, -1), x.reshape(-1, 1)
    bl.eval(row, column)
    bl.reset_peak()
    before = bl.memory_info()
    seconds = []
    for _ in range(5):
        start = time.perf_counter()
        try:
            bl.eval(row + column)
            wrong.append("(1, 1_000_000) + (1_000_000, 1) was not refused")
        except bl.MemoryBudgetError as error:
            message = str(error)
            seconds.append(time.perf_counter() - start)
    if wrong:
        return lines, wrong
    lines.append(f"refused in {seconds[0] * 1e3:.3f} ms (again: {min(seconds) * 1e3:.3f} ms): {message}")
    if bl.memory_info() != before:
        wrong.append(f"the refusal left {bl.memory_info()}, before it was {before}")
    ten = np.asarray((row + column)[:2, :5])
    if not np.array_equal(ten, np.arange(2.0)[:, None] + np.arange(5.0)):
        wrong.append("ten of its numbers are not NumPy's")
    bl.reset_peak()
    live = bl.memory_info().live
    total = float(bl.sum(bl.ones((20_000, 1)) + bl.ones((1, 20_000))))
    used = bl.memory_info().peak - live
    lines.append(f"the process goes on: ten of its numbers are {ten.ravel().tolist()};")
    lines.append(f"sum(ones((20000, 1)) + ones((1, 20000))) is {total:,.0f} and took {demo_report.bytes_text(used)}")
    if total != 800_000_000 or used > 64 * MIB:
        wrong.append("sum(ones((20000, 1)) + ones((1, 20000))) is wrong or takes memory")
    return lines, wrong


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="small arrays, for tests")
    quick = parser.parse_args().quick
    sample = 2_000
    began = time.perf_counter()
    print("broadloom on real tables")
    steps, digit = timed("making the arrays", demo_steps.make_steps, quick)
    rows = []
    for step in steps:
        ours, lines = run_step(step, sample, 3)
        rows += lines
        if step.compute is demo_steps.subtract_row_means:
            python_row_means(step.inputs[0])
        if step.exact:
            kept = digit[ours.sample] == digit[np.arange(len(ours.sample)) % len(digit)]
            progress(f"{kept.sum():,} of {len(kept):,} noisy rows keep their class: {kept.mean():.2%}")
    print("\n  an outer sum by mistake: (1, 1_000_000) + (1_000_000, 1)")
    lines, wrong = demo_measure.in_child(refused_step)
    for line in lines:
        progress(line)
    for what in wrong:
        check(False, what)
    print()
    demo_report.print_table(rows)
    print(f"\n{time.perf_counter() - began:.0f} s in all; " + (f"{len(failures)} WRONG" if failures else "every check holds"))
    for what in failures:
        print("WRONG:", what)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
