"""What another process stored, replayed where NumPy cannot be imported: every public function; and what users meet there."""

import importlib
import os
import pickle
import subprocess
import sys

import pytest

import broadloom as bl
from compared import FUNCTIONS
from stored.case import Raised, stored_cases
from stored.packed import function_of

FOLDER = os.path.dirname(os.path.abspath(__file__))
for _name in "table elementwise reductions statistics arrays linear methods random expressions".split():
    importlib.import_module("stored." + _name)

# What computes nothing from arrays, beside NO_NUMBERS of compared.py and what starts with an underscore.
COMPUTES_NOTHING = bl._PRIVATE | set("fromfile genfromtxt load loadtxt memmap save savetxt savez savez_compressed validate".split())
COMPUTES_NOTHING |= {"re_evaluate"}  # but what evaluate does
METHODS_THAT_COMPUTE_NOTHING = {"__array__", "__array_namespace__", "__array_ufunc__", "__array_priority__", "__setitem__",
                                "__setstate__", "__dlpack__", "flags", "tofile"}


def methods_of(cls):
    private = {name for name in dir(cls) if name.startswith("_") and not name.startswith("__")}
    return {name for name in dir(cls) if not hasattr(object, name)} - METHODS_THAT_COMPUTE_NOTHING - private


@pytest.fixture(scope="module")
def cases():
    return stored_cases()


def test_every_public_function_has_a_case(cases):
    paths = {case.function for case in cases if not isinstance(case.expected, Raised)}
    functions = {function_of(path) for path in paths if not path.startswith(("Array.", "random."))}
    missing = [name for name, _, _, function in FUNCTIONS if function not in functions and name not in COMPUTES_NOTHING]
    for module, cls in (("Array.", bl.Array), ("random.", bl.random.Generator)):
        missing += sorted(name for name in (module + name for name in methods_of(cls)) if name not in paths)
    assert not missing, f"add a case to tests/python/stored for {missing}"


def test_replay(cases, tmp_path):
    with open(tmp_path / "cases.pickle", "wb") as file:
        pickle.dump(cases, file)
    result = subprocess.run([sys.executable, os.path.join(FOLDER, "sweep_without_numpy.py"), str(tmp_path / "cases.pickle")],
                            capture_output=True, text=True, timeout=900)
    assert result.returncode == 0, result.stdout[-8000:] + result.stderr[-2000:]
    assert f"{len(cases)} cases, 0 mismatches" in result.stdout


PROGRAM = """
import os, pickle, sys, tempfile, warnings
sys.modules.update(dict.fromkeys(("numpy", "ml_dtypes", "scipy")))
import broadloom as bl

def raised(function):
    try:
        function()
    except Exception as error:
        return type(error)

x = bl.asarray([[1, 2], [3, 4.5]])
assert x.dtype == "float64" and x.dtype == float and x.shape == (2, 2) and x.dtype.itemsize == 8 and x.dtype.kind == "f"
assert (x * 2 + 1).tolist() == [[3, 5], [7, 10]] and float(bl.sum(x)) == 10.5 and x.item(3) == 4.5 == x.item(1, 1)
assert repr(bl.asarray([True, 2])) == "Array([1, 2])" and str(x[0]) == "[1. 2.]" and f"{x[0, 0]:.1f}" == "1.0"
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
assert bl.issubdtype(bl.float32, bl.floating) and bl.issubdtype("int8", bl.integer) and bl.issubdtype(bl.integer, bl.number)
assert not bl.issubdtype(bl.float32, float) and bl.issubdtype(float, "float64") and not bl.issubdtype(bl.number, bl.integer)
assert bl.common_type(x, bl.zeros(1, "int8")) == "float64"
assert bl.min_scalar_type(300) == "uint16" and bl.min_scalar_type(1.5) == "float16"
assert bl.iscomplexobj([1j]) and bl.isrealobj(x) and bl.isscalar(3) and not bl.isscalar(x)
assert bl.size(x, 0) == 2 and bl.ndim(3) == 0
assert bl.real_if_close([1 + 1e-15j]).tolist() == [1] and bl.real_if_close([1 + 1j]).dtype == complex
assert bl.mgrid[0:2, 0:1:3j].shape == (2, 2, 3) and bl.ogrid[0:2, 0:3][1].tolist() == [[0, 1, 2]]
assert bl.mgrid[0:1:3j].tolist() == [0, 0.5, 1]
assert bl.fromfunction(lambda i, j: i + j, (2, 2)).tolist() == [[0, 1], [1, 2]]
assert bl.fromiter(range(3), "int8").tolist() == [0, 1, 2]
assert bl.logspace(0, 2, 3).tolist() == [1, 10, 100] and bl.geomspace(1, [4, 9], 3).shape == (3, 2)
assert bl.vander([2, 3]).tolist() == [[2, 1], [3, 1]]
assert list(bl.ndindex(2, 1)) == [(0, 0), (1, 0)] and bl.trim_zeros([0, 1, 0]) == [1]
assert [(i, float(e)) for i, e in bl.ndenumerate([[1, 2]])] == [((0, 0), 1), ((0, 1), 2)]
assert [i.tolist() for i in bl.mask_indices(2, bl.triu, 1)] == [[0], [1]]
with tempfile.TemporaryDirectory() as folder:
    path = os.path.join(folder, "x.npy")
    bl.save(path, x)
    assert bl.load(path).tolist() == bl.load(path, "r").tolist() == x.tolist()
    bl.savez(path + ".npz", x=x)
    assert bl.load(path + ".npz")["x"].tolist() == x.tolist()
    bl.savetxt(path, x)
    assert bl.loadtxt(path).tolist() == bl.genfromtxt(path).tolist() == x.tolist()
    x.tofile(path)
    assert bl.fromfile(path).tolist() == bl.memmap(path, float, "r").tolist() == [1, 2, 3, 4.5]
assert raised(lambda: bl.geomspace(0, 1)) is ValueError and raised(lambda: bl.fromiter([300], "int8")) is OverflowError
"""

# What is printed, warned of and kept.
MORE = r"""
def heard(function):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        function()
        return str(caught[0].message)

def divided():
    with bl.errstate(divide="raise"):
        bl.divide(x, 0)

assert raised(divided) is FloatingPointError and bl.geterr()["divide"] == "warn"
assert repr(x) == "Array([[1. , 2. ],\n       [3. , 4.5]])" and str(x) == f"{x}" == "[[1.  2. ]\n [3.  4.5]]"
assert repr(bl.zeros((0, 3), "int8")) == "Array([], shape=(0, 3), dtype=int8)" and repr(bl.zeros(0)) == "Array([], dtype=float64)"
assert repr(bl.ones((), "bfloat16")) == "Array(1, dtype=bfloat16)" and repr(bl.asarray([1j])) == "Array([0.+1.j])"
bl.set_printoptions(precision=2)
assert str(bl.asarray([2 / 3])) == "[0.67]" and raised(lambda: bl.set_printoptions(formatter={"all": str})) is NotImplementedError
assert repr(bl.iinfo("int8")) == "iinfo(min=-128, max=127, dtype=int8)" and repr(bl.float32) == "dtype('float32')"
assert [bl.zeros(1, code).dtype.name for code in ("f4", "<i8", "?", "half", int)] == "float32 int64 bool float16 int64".split()
assert "float64" in bl.explain(x + 1) and bl.eval(x) is None and x.__array_namespace__() is bl
assert bl.random.default_rng(bl.asarray([3, 4])).random(2).tolist() == bl.random.default_rng([3, 4]).random(2).tolist()
assert pickle.loads(pickle.dumps(bl.random.default_rng(3))).random(2).tolist() == bl.random.default_rng(3).random(2).tolist()
assert heard(lambda: bl.divide(x, 0).tolist()) == "divide by zero encountered in divide"
assert heard(lambda: bl.nanmean(bl.asarray([bl.nan]))) == "Mean of empty slice"
assert heard(lambda: bl.multiply(x, 1e308).tolist()) == "overflow encountered in multiply"
"""


def test_what_users_meet():
    result = subprocess.run([sys.executable, "-c", PROGRAM + MORE], capture_output=True, text=True, timeout=100)
    assert result.returncode == 0, result.stderr
