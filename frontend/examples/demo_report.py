"""Errors against the reference, and the demo's printed lines and table."""

import numpy as np

MIB = 1 << 20


def errors(values, exact, magnitude):
    """The largest error in ULP (of `magnitude`, in the dtype of `values`) and relative to it."""
    if values.dtype.kind != "f":
        wrong = float((values != exact).sum())
        return wrong, wrong
    difference = abs(values.astype(np.longdouble) - exact)
    ulp = np.spacing(np.maximum(magnitude, np.finfo(values.dtype).tiny).astype(values.dtype))
    relative = difference / np.where(magnitude == 0, 1, magnitude)
    worst = difference / ulp
    # A NaN on either side is the largest error of all.
    return tuple(float("inf") if np.isnan(e).any() else float(e.max(initial=0)) for e in (worst, relative))


def bytes_text(count):
    return f"{count / MIB:,.1f} MiB" if abs(count) < 1000 * MIB else f"{count / (1 << 30):,.2f} GiB"


def time_text(seconds):
    return f"{seconds * 1e3:,.1f} ms" if seconds < 1 else f"{seconds:,.2f} s"


COLUMNS = ("step", "", "result", "time", "ratio", "error", "relative", "allocator", "kernel", "beyond result", "compiled")


def step_rows(step, ours, numpys, our_errors, numpy_errors):
    """Two rows of the table: ours and NumPy's."""
    result = f"{'x'.join(map(str, ours.shape))} {ours.dtype}"
    rows = []
    for name, m, (ulp, relative) in (("broadloom", ours, our_errors), ("NumPy", numpys, numpy_errors)):
        error = f"{ulp:.2f} ULP" if not step.exact else "exact" if ulp == 0 else f"{ulp:.0f} wrong"
        beyond = [bytes_text(max(0, count - m.result_bytes)) for count in (m.allocator_bytes, m.kernel_bytes)]
        rows.append((step.name if m is ours else "", name, result if m is ours else "", time_text(m.seconds),
                     f"{numpys.seconds / ours.seconds:.1f} x" if m is ours else "", error, f"{relative:.1e}",
                     bytes_text(m.allocator_bytes), bytes_text(m.kernel_bytes), " / ".join(beyond),
                     str(m.kernels) if m is ours else ""))
    return rows


def print_table(rows):
    widths = [max(len(row[i]) for row in [COLUMNS, *rows]) for i in range(len(COLUMNS))]
    left = (0, 1, 2)  # the other columns hold numbers

    def line(row):
        return "  ".join(text.ljust(w) if i in left else text.rjust(w) for i, (text, w) in enumerate(zip(row, widths)))
    print(line(COLUMNS))
    print("-" * len(line(COLUMNS)))
    for row in rows:
        print(line(row).rstrip())
    print("""
time: best run (NumPy: the second of two). ratio: NumPy's time to ours. error: the largest against a long-double reference, in
units in the last place; of a centred value, in those of the value it came from where that is larger.
allocator, kernel: peak memory beyond the inputs, as the library's allocator (NumPy: tracemalloc) and as the kernel (growth of
resident memory in a process of its own; ours with the compiler) measured it; beyond result: what is left without the result.""")


def print_indented(text, lines):
    for line in text.strip().splitlines()[:lines]:
        print("      " + line[:150])
