"""Runs stored cases in a process where NumPy cannot be imported: what broadloom computes it computes itself.

Usage: sweep_without_numpy.py cases.pickle. Prints how many cases there were; exits with 1 at a mismatch.
"""

import math
import pickle
import struct
import sys

sys.modules["numpy"] = None

import broadloom as bl  # noqa: E402

bl.seterr(all="ignore")

FORMATS = {"bool": "?", "int8": "b", "int16": "h", "int32": "i", "int64": "q", "uint8": "B", "uint16": "H", "uint32": "I",
           "uint64": "Q", "float16": "e", "float32": "f", "float64": "d", "complex64": "f", "complex128": "d"}
DIGITS = {"e": 11, "f": 24, "d": 53}
TINY = {"e": 2.0**-24, "f": 2.0**-149, "d": 2.0**-1074}


def unpack(name, data):
    letter = FORMATS[name]
    return letter, struct.unpack(f"<{len(data) // struct.calcsize(letter)}{letter}", data)


def close(letter, a, b, most_ulps):
    if letter not in DIGITS or a == b:
        return a == b
    if math.isnan(a) or math.isnan(b):
        return math.isnan(a) and math.isnan(b)
    if math.isinf(a) or math.isinf(b) or not most_ulps:
        return False
    place = max(TINY[letter], 2.0 ** (math.frexp(b)[1] - DIGITS[letter]))
    return abs(a - b) <= most_ulps * place


def mismatch(case):
    operands = [bl.frombuffer(data, name).reshape(shape) for name, shape, data in case["operands"]]
    result = getattr(bl, case["function"])(*operands, **case["keywords"])
    name, shape, data = case["expected"]
    if result.dtype != name or result.shape != shape:
        return f"{result.dtype.name}{result.shape}, expected {name}{shape}"
    letter, expected = unpack(name, data)
    actual = unpack(name, result.tobytes())[1]
    for a, b in zip(actual, expected):
        if not close(letter, a, b, case["most_ulps"]):
            return f"{a!r}, expected {b!r}"
    return None


with open(sys.argv[1], "rb") as file:
    cases = pickle.load(file)
failed = 0
for case in cases:
    found = mismatch(case)
    if found:
        failed += 1
        print(case["function"], [o[0] for o in case["operands"]], case["keywords"], found)
try:
    import numpy
except ImportError:
    print(len(cases), "cases,", failed, "mismatches")
    sys.exit(failed > 0)
sys.exit("NumPy was imported")
