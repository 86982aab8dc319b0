"""DLPack: memory in and out without a copy, who keeps it alive, and what is refused."""

import ctypes
import gc
import subprocess
import sys

import ml_dtypes
import numpy as np
import pytest

import broadloom as bl
from comparing import DTYPES, LAYOUTS, check, make, outcome

SHARED = DTYPES + ["complex64", "complex128"]


def of(dtype, layout):
    return make(dtype, layout) if np.dtype(dtype).kind != "c" else np.asarray(make("float64", layout) * (1 + 2j)).astype(dtype)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("dtype", SHARED)
def test_in_and_out(dtype, layout):
    x = of(dtype, layout)
    ours = bl.from_dlpack(x)
    check(ours, x)
    back = np.from_dlpack(ours)
    np.testing.assert_array_equal(back, x)
    assert back.dtype == x.dtype and back.shape == x.shape and back.flags.writeable == ours.flags.writeable
    if x.size:
        assert ours.strides == x.strides and back.ctypes.data == x.ctypes.data
    copied = np.from_dlpack(ours, copy=True)
    np.testing.assert_array_equal(copied, x)
    assert copied.flags.writeable and not np.shares_memory(copied, x)


def test_deferred_arrays_are_evaluated():
    x = bl.arange(6, dtype="float32").reshape(2, 3).T * 2
    out = np.from_dlpack(x)
    np.testing.assert_array_equal(out, np.arange(6, dtype="float32").reshape(2, 3).T * 2)
    assert np.shares_memory(out, np.asarray(x))


def test_bfloat16():
    x = bl.asarray(np.arange(3).astype(ml_dtypes.bfloat16))
    with pytest.raises(RuntimeError):  # of NumPy, which has no such type
        np.from_dlpack(x)
    check(bl.from_dlpack(Relay(x)), np.arange(3).astype(ml_dtypes.bfloat16))


class Relay:
    """A producer that is no array of ours."""

    def __init__(self, array, **fixed):
        self.array, self.fixed, self.asked = array, fixed, None

    def __dlpack__(self, **keywords):
        self.asked = keywords
        return self.array.__dlpack__(**{**keywords, **self.fixed})

    def __dlpack_device__(self):
        return 1, 0


class Old:
    """A producer of before 2024."""

    def __init__(self, array):
        self.array = array

    def __dlpack__(self, stream=None):
        return self.array.__dlpack__()


def test_what_producers_are_asked():
    for keywords, device, copied in [({}, None, None), ({"copy": True}, None, True), ({"device": "cpu"}, (1, 0), None)]:
        producer = Relay(np.arange(3.0))
        check(bl.from_dlpack(producer, **keywords), np.arange(3.0))
        assert producer.asked == {"dl_device": device, "copy": copied, "max_version": (1, 0)}
    x = np.arange(3.0)
    assert np.asarray(bl.from_dlpack(Old(x))).ctypes.data == x.ctypes.data
    with pytest.raises(TypeError):
        bl.from_dlpack(Old(x), copy=True)
    ours = bl.arange(3)
    assert bl.from_dlpack(ours) is ours and bl.from_dlpack(ours, copy=True) is not ours


def test_old_capsules_hold_copies_of_what_is_read_only():
    x = bl.arange(3.0)
    assert np.shares_memory(np.from_dlpack(Old(x)), np.asarray(x))
    x.__dlpack__(copy=False)
    x.flags.writeable = False
    copied = np.from_dlpack(Old(x))
    assert not np.shares_memory(copied, np.asarray(x))
    np.testing.assert_array_equal(copied, np.arange(3.0))
    with pytest.raises(BufferError):
        x.__dlpack__(copy=False)


@pytest.mark.parametrize("version", [None, (0, 8), (1, 0), (1, 7), (2, 0)], ids=str)
def test_versions(version):
    name = "dltensor_versioned" if version and version[0] else "dltensor"
    assert f'"{name}"' in repr(bl.ones(2).__dlpack__(max_version=version))
    check(bl.from_dlpack(Relay(np.arange(3.0), max_version=version)), np.arange(3.0))


def test_unused_capsules_give_memory_back():
    gc.collect()
    before = bl.memory_info().live
    x = bl.ones(1000) * 2
    for version in (None, (1, 0)):
        capsule = x.__dlpack__(max_version=version)
        del capsule
    del x
    assert bl.memory_info().live == before


def test_consumers_keep_our_memory():
    gc.collect()
    before = bl.memory_info().live
    x = bl.arange(1000) * 2
    out = np.from_dlpack(x)
    del x
    gc.collect()
    others = [bl.eval(bl.arange(1000) * k) for k in range(5)]
    np.testing.assert_array_equal(out, np.arange(1000) * 2)
    del out, others
    gc.collect()
    assert bl.memory_info().live == before


# --- Capsules of our own making ------------------------------------------------------------------

class Tensor(ctypes.Structure):
    _fields_ = [("data", ctypes.c_void_p), ("device_type", ctypes.c_int32), ("device_id", ctypes.c_int32), ("ndim", ctypes.c_int32),
                ("code", ctypes.c_uint8), ("bits", ctypes.c_uint8), ("lanes", ctypes.c_uint16),
                ("shape", ctypes.POINTER(ctypes.c_int64)), ("strides", ctypes.POINTER(ctypes.c_int64)),
                ("byte_offset", ctypes.c_uint64)]


class Managed(ctypes.Structure):
    _fields_ = [("major", ctypes.c_uint32), ("minor", ctypes.c_uint32), ("context", ctypes.c_void_p), ("deleter", ctypes.c_void_p),
                ("flags", ctypes.c_uint64), ("tensor", Tensor)]


class Made:
    def __init__(self, memory, shape, *, major=1, **tensor):
        self.memory, self.shape, self.deleted = memory, (ctypes.c_int64 * 9)(*shape), 0
        self.deleter = ctypes.CFUNCTYPE(None, ctypes.c_void_p)(self.delete)
        fields = {"data": memory.ctypes.data, "device_type": 1, "ndim": len(shape), "code": 2, "bits": 64, "lanes": 1,
                  "shape": self.shape, **tensor}
        self.managed = Managed(major, 0, None, ctypes.cast(self.deleter, ctypes.c_void_p), 0, Tensor(**fields))

    def delete(self, _):
        self.deleted += 1

    def __dlpack__(self, **_):
        new = ctypes.pythonapi.PyCapsule_New
        new.restype, new.argtypes = ctypes.py_object, [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p]
        return new(ctypes.addressof(self.managed), b"dltensor_versioned", None)


def test_no_strides_and_an_offset():
    made = Made(np.arange(7.0), (2, 3), byte_offset=8)
    x = bl.from_dlpack(made)
    check(x, np.arange(1.0, 7).reshape(2, 3))
    assert made.deleted == 0
    del x
    assert made.deleted == 1
    check(bl.from_dlpack(Made(np.zeros(1), (0, 3), data=None)), np.zeros((0, 3)))


def test_memory_that_is_not_aligned_is_copied():
    made = Made(np.frombuffer(b"abc" + np.arange(3.0).tobytes() + b"defgh", np.uint8), (3,), byte_offset=3)
    check(bl.from_dlpack(made), np.arange(3.0))
    assert made.deleted == 1
    with pytest.raises(BufferError):
        bl.from_dlpack(made, copy=False)


@pytest.mark.parametrize("error, fields", [
    (RuntimeError, {"device_type": 2}), (RuntimeError, {"lanes": 2}), (RuntimeError, {"code": 7, "bits": 8}),
    (BufferError, {"major": 2}), (RuntimeError, {"ndim": 65})], ids=str)
def test_what_is_not_understood(error, fields):
    made = Made(np.arange(3.0), (3,), **fields)
    with pytest.raises(error):
        bl.from_dlpack(made)
    assert made.deleted == 0  # the capsule is still the producer's


WRONG = """
m.from_dlpack(3)
m.from_dlpack([1., 2])
m.from_dlpack(np.ones(3).__dlpack__())
m.from_dlpack(np.ones(3), device='gpu')
m.from_dlpack(np.ones(3), device=1)
m.from_dlpack(np.ones(3), device='cpu')
m.from_dlpack(m.ones(3), device='gpu')
m.from_dlpack(np.ones(3), None)
m.from_dlpack()
m.ones(3).__dlpack__(None)
m.ones(3).__dlpack__(max_version=3)
m.ones(3).__dlpack__(max_version=(1,))
m.ones(3).__dlpack__(max_version='ab')
m.ones(3).__dlpack__(dl_device=1)
m.ones(3).__dlpack_device__()
m.ones(3).__array_namespace__('2024.12')
m.ones(3).__array_namespace__(api_version='2020.12')
m.ones(3).__array_namespace__(api_version=3)
""".split("\n")[1:-1]


def raised(text, module):
    try:
        eval(text, {"m": module, "np": np})
    except (AttributeError, TypeError, ValueError) as error:
        return type(error)


@pytest.mark.parametrize("text", WRONG)
def test_wrong_calls(text):
    assert raised(text, bl) is raised(text, np)


def test_wrong_calls_of_other_classes():
    for x in (bl.ones(3), np.ones(3)):
        with pytest.raises(RuntimeError):
            x.__dlpack__(stream=1)
        for device in ((2, 0), (1, 1)):
            with pytest.raises(BufferError):
                x.__dlpack__(dl_device=device)


def test_namespace():
    x = bl.ones(2)
    assert x.__array_namespace__() is bl and x.__array_namespace__(api_version="2025.12") is bl
    assert bl.__array_api_version__ == "2025.12"
    assert outcome(lambda: x.__array_namespace__(api_version="2026"))[1] is ValueError


WITHOUT_NUMPY = """
import sys
sys.modules["numpy"] = None
import broadloom as bl

class Relay:
    def __init__(self, array):
        self.array = array
    def __dlpack__(self, **keywords):
        return self.array.__dlpack__(**keywords)

x = bl.arange(6.0).reshape(2, 3)
assert bl.from_dlpack(Relay(x.T)).tolist() == x.T.tolist()
assert bl.from_dlpack(Relay(x), copy=True).tolist() == x.tolist() and x.__dlpack_device__() == (1, 0)
assert bl.from_dlpack(Relay(bl.zeros(2, "bfloat16"))).dtype == "bfloat16"
"""


def test_without_numpy():
    result = subprocess.run([sys.executable, "-c", WITHOUT_NUMPY], capture_output=True, text=True, timeout=100)
    assert result.returncode == 0, result.stderr
