"""Which public functions the tests compare with NumPy, over which dtypes: a plugin that counts their calls,
those that end in an error left out.

Usage: python -m pytest -p compared ... (`make compared`). Prints a table, what nothing compares, and the mismatches, which
are the failed tests.
"""

import collections
import functools
import re

import numpy as np

import broadloom as bl

calls, dtypes, failed = collections.Counter(), collections.defaultdict(set), []
# What asks, sets or shows something, and computes no numbers.
NO_NUMBERS = """eval explain evaluate memory_budget memory_info reset_peak cache_info cache_clear set_num_threads get_num_threads
set_precision_warnings set_broadcast_warnings jit seterr geterr seterrcall geterrcall errstate set_printoptions
get_printoptions printoptions array_repr array_str array2string""".split()
NO_NUMBERS += list(bl._PRIVATE)


def dtypes_of(arguments):
    for argument in arguments:
        if isinstance(argument, bl.Array | np.ndarray | np.generic):
            yield str(argument.dtype)
        elif isinstance(argument, list | tuple):
            yield from dtypes_of(argument)


def counted(name, function):
    @functools.wraps(function)
    def call(*args, **keywords):
        result = function(*args, **keywords)
        calls[name] += 1
        dtypes[name].update(dtypes_of(args))
        return result
    call.__dict__.update({each: getattr(function, each) for each in ("at", "nin", "nout", "nargs") if hasattr(function, each)})
    return call


def functions_of(module, prefix):
    """Each once: the table's own name before NumPy's other ones."""
    rows = [row[0] for row in bl._core.op_table() if prefix == ""]
    known = {}
    for name in sorted(dir(module), key=lambda name: (name not in rows, name)):
        function = getattr(module, name)
        computes = callable(function) and not isinstance(function, type) and name not in NO_NUMBERS
        if computes and not name.startswith("_"):
            yield known.setdefault(function, prefix + name), module, name, function


FUNCTIONS = [entry for module, prefix in ((bl, ""), (bl.linalg, "linalg."), (bl.fft, "fft."))
             for entry in functions_of(module, prefix)]


def pytest_configure():
    for full_name, module, name, function in FUNCTIONS:
        setattr(module, name, counted(full_name, function))


def pytest_runtest_logreport(report):
    if report.failed:
        failed.append(report.nodeid)


def pytest_terminal_summary(terminalreporter):
    write = terminalreporter.write_line
    rows = {row[0] for row in bl._core.op_table() if "kPublic" in row[4]}
    public = {name for name, *_ in FUNCTIONS}
    write(f"{'function':24} {'calls':>8}  dtypes")
    for name in sorted(public):
        mark = "*" if name in rows else " "
        kinds = sorted(dtypes[name], key=lambda dtype: (re.sub(r"\d", "", dtype), len(dtype), dtype))
        write(f"{mark}{name:23} {calls[name]:8}  {' '.join(kinds)}")
    missing = sorted(name for name in public if not calls[name])
    write(f"operations in the table: {len(rows)} (*), compared: {sum(calls[name] > 0 for name in rows)}")
    write(f"public functions: {len(public)}, compared: {len(public) - len(missing)}; not: {' '.join(missing) or 'none'}")
    write(f"calls: {sum(calls.values())}, mismatches: {len(failed)} {' '.join(failed)}")
