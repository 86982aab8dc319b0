"""Runs stored cases in a process where NumPy cannot be imported: what broadloom computes it computes itself.

Usage: sweep_without_numpy.py cases.pickle. Prints how many cases there were; exits with 1 at a mismatch.
"""

import math
import pickle
import sys
import warnings

BLOCKED = ("numpy", "ml_dtypes", "scipy")
sys.modules.update(dict.fromkeys(BLOCKED))

from stored.packed import Packed, Raised, numbers, result_of  # noqa: E402

DIGITS = {"float16": 11, "bfloat16": 8, "float32": 24, "complex64": 24, "float64": 53, "complex128": 53}
TINY = {"float16": 2.0**-24, "bfloat16": 2.0**-133, "float32": 2.0**-149, "complex64": 2.0**-149}
# Of zeros of both signs either is the least.
OPEN_ZEROS = {"maximum", "minimum", "fmax", "fmin", "min", "max", "clip", "nanmin", "nanmax", "cumulative_min", "cumulative_max"}


def place(dtype, size):
    """One in the last place of a number of that size."""
    return max(TINY.get(dtype, 2.0**-1074), 2.0 ** (math.frexp(size)[1] - DIGITS[dtype]))


def near(a, b, limit):
    if math.isnan(a) or math.isnan(b):
        return math.isnan(a) and math.isnan(b)
    if a == b:
        return limit != 0 or math.copysign(1, a) == math.copysign(1, b)
    return not math.isinf(a) and not math.isinf(b) and abs(a - b) <= limit


def sizes(values):
    """The larger part of each number, where it is finite."""
    parts = [(abs(x.real), abs(x.imag)) for x in values]
    return [max((part for part in pair if math.isfinite(part)), default=0.0) for pair in parts]


def differing(case, actual, expected):
    """The first pair of numbers that are not close enough, or None."""
    a, b = (list(map(abs, numbers(x))) if case.absolute else numbers(x) for x in (actual, expected))
    if expected.dtype not in DIGITS:
        return next((pair for pair in zip(a, b) if pair[0] != pair[1]), None)
    size = sizes(b)
    slack = case.norm * place(expected.dtype, max(size, default=0))
    open_zeros = case.function.rpartition(".")[2] in OPEN_ZEROS
    for x, y, its_size in zip(a, b, size):
        limit = slack + case.ulps * place(expected.dtype, its_size) or open_zeros * 2.0**-1074
        if not (near(x.real, y.real, limit) and near(x.imag, y.imag, limit) or x != x and y != y):
            return x, y
    return None


def difference(case, actual, expected):
    """What is wrong with a result, or a part of one, or None."""
    if isinstance(actual, Packed) and isinstance(expected, bool):  # an array of one truth, that is not computed yet
        expected = Packed("bool", (), bytes([expected]))
    if isinstance(expected, Packed) and isinstance(actual, Packed):
        if actual[:2] != expected[:2]:
            return f"{actual.dtype}{actual.shape}, expected {expected.dtype}{expected.shape}"
        pair = differing(case, actual, expected)
        return pair and f"{pair[0]!r}, expected {pair[1]!r}"
    if isinstance(expected, list | tuple) and type(actual) is type(expected) and len(actual) == len(expected):
        return next(filter(None, (difference(case, *pair) for pair in zip(actual, expected))), None)
    if type(actual) is type(expected) and (actual == expected or actual != actual and expected != expected):
        return None
    return f"{actual!r}, expected {expected!r}"


def mismatch(case):
    try:
        actual = result_of(case)
    except Exception as error:  # noqa: BLE001: whichever, its class is compared
        names = [kind.__name__ for kind in type(error).__mro__]
        raised = isinstance(case.expected, Raised) and case.expected.name in names and "ImportError" not in names
        return None if raised else f"{type(error).__name__}: {error}"
    return difference(case, actual, case.expected)


def shown(x):
    return f"{x.dtype}{x.shape}" if isinstance(x, Packed) else repr(x)


warnings.simplefilter("ignore")
with open(sys.argv[1], "rb") as file:
    cases = pickle.load(file)
failed = 0
for case in cases:
    found = mismatch(case)
    if found:
        failed += 1
        print(case.function, *map(shown, case.operands), {key: shown(value) for key, value in case.keywords.items()}, found)
print(len(cases), "cases,", failed, "mismatches")
if any(sys.modules[name] for name in BLOCKED):
    sys.exit("NumPy was imported")
sys.exit(failed > 0)
