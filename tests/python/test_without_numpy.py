"""The sweep where NumPy cannot be imported, against expectations that another process has stored; and what users meet there."""

import os
import pickle
import subprocess
import sys

import numpy as np

import broadloom as bl
from comparing import DTYPES, SOME_PAIRS, outcome, values

FOLDER = os.path.dirname(os.path.abspath(__file__))
ROWS = {name: (op_class, flags) for name, op_class, _, _, flags, _ in bl._core.op_table() if flags.startswith("kPublic")}
OPEN_ZEROS = {"maximum", "minimum", "fmax", "fmin", "min", "max", "clip"}


def packed(x):
    return x.dtype.name, x.shape, x.tobytes()


def add(cases, name, operands, keywords=None, most_ulps=0):
    expected, error = outcome(lambda: getattr(np, name)(*operands, **(keywords or {})))
    if error is None:
        cases.append({"function": name, "operands": [packed(x) for x in operands], "keywords": keywords or {},
                      "expected": packed(np.asarray(expected)), "most_ulps": most_ulps})


def stored_cases():
    cases = []
    for name, (op_class, flags) in ROWS.items():
        if not hasattr(np, name) or name == "matmul":
            continue
        most_ulps = 4 if "kCostly" in flags else 0
        for dtype in DTYPES if op_class == "kUnary" else []:
            add(cases, name, [values(dtype, 60).reshape(3, 20)], most_ulps=most_ulps)
        for a, b in SOME_PAIRS if op_class == "kBinary" else []:
            y = values(b, 60, 2)
            if name in ("pow", "bitwise_left_shift", "bitwise_right_shift") and y.dtype.kind == "i":
                y = abs(values(b, 60, 2, special=False))
            add(cases, name, [values(a, 60, 1), y], most_ulps=most_ulps)
        for dtype in DTYPES if op_class == "kReduce" else []:
            plain = "kOrdered" not in flags and "kComposite" not in flags
            for axis in (0, 1):
                add(cases, name, [values(dtype, 60, special=plain).reshape(3, 20)], {"axis": axis}, 0 if plain else 32)
    for dtype in DTYPES:
        add(cases, "where", [values("bool", 9), values(dtype, 9), values(dtype, 9, 1)])
    return cases


def test_sweep(tmp_path):
    cases = stored_cases()
    assert len(cases) > 1300
    with open(tmp_path / "cases.pickle", "wb") as file:
        pickle.dump(cases, file)
    result = subprocess.run([sys.executable, os.path.join(FOLDER, "sweep_without_numpy.py"), str(tmp_path / "cases.pickle")],
                            capture_output=True, text=True, timeout=900)
    assert result.returncode == 0, result.stdout[-4000:] + result.stderr[-2000:]
    assert f"{len(cases)} cases, 0 mismatches" in result.stdout


PROGRAM = """
import sys
sys.modules["numpy"] = None
import broadloom as bl

def raised(function):
    try:
        function()
    except Exception as error:
        return type(error)

x = bl.asarray([[1, 2], [3, 4.5]])
assert x.dtype == "float64" and x.dtype == float and x.shape == (2, 2) and x.dtype.itemsize == 8 and x.dtype.kind == "f"
assert (x * 2 + 1).tolist() == [[3, 5], [7, 10]] and float(bl.sum(x)) == 10.5 and x.item(3) == 4.5 == x.item(1, 1)
assert repr(bl.asarray([True, 2])) == "Array([1, 2], dtype=int64)" and str(x[0]) == "[1.0, 2.0]" and f"{x[0, 0]:.1f}" == "1.0"
assert bl.asarray([1j, 2]).dtype == complex and (1j * x[0]).tolist() == [1j, 2j] and bl.asarray(2**63).dtype == "uint64"
out = bl.zeros(2)
assert bl.einsum("ij->i", x, out=out) is out and out.tolist() == [3, 7.5] and bl.fft.irfft([1, 0], out=out) is out
assert bl.random.default_rng(1).random(out=out) is out and raised(lambda: bl.zeros(2, device="gpu")) is ValueError
assert bl.asarray(x, copy=False) is x and raised(lambda: bl.asarray([1], copy=False)) is ValueError
assert x.reshape(4, copy=False).tolist() == [1, 2, 3, 4.5] and raised(lambda: x.T.reshape(4, copy=False)) is ValueError
assert bl.isdtype(x.dtype, "real floating") and raised(lambda: bl.isdtype("float64", "numeric")) is TypeError
assert raised(lambda: x.astype(int, casting="same_value")) is ValueError and "bfloat16" in dir(bl)
assert bl.asarray([1, 2], dtype="int8").dtype == "int8" and bl.zeros(2, "bfloat16").dtype.name == "bfloat16"
assert bl.asarray([]).shape == (0,) and bl.asarray([[], []]).shape == (2, 0) and bl.asarray([x[0], x[1]]).tolist() == x.tolist()
assert bl.frombuffer(b"\\1\\0\\2\\0", "int16").tolist() == [1, 2] and bl.frombuffer(bytearray(8), float, 1).tolist() == [0]
assert raised(lambda: bl.asarray([[1], [2, 3]])) is ValueError and raised(lambda: bl.asarray(["a"])) is TypeError
assert raised(lambda: bl.asarray([300], dtype="uint8")) is OverflowError and raised(lambda: bl.zeros(2, "foo")) is TypeError
assert issubclass(raised(lambda: bl.sum(x, axis=5)), (ValueError, IndexError)) and raised(lambda: x.__array__()) is ImportError
assert raised(lambda: bl.linalg.inv(bl.zeros((2, 2)))).__name__ == "LinAlgError"
assert raised(lambda: bl.frombuffer(b"123", "int16")) is ValueError
assert {x.dtype: 1}[bl.zeros(1).dtype] == 1
"""


def test_what_users_meet():
    result = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, timeout=100)
    assert result.returncode == 0, result.stderr
