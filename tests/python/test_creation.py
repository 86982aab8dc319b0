"""New arrays, and what goes in and out of NumPy."""

import copy
import gc
import pickle
import weakref

import numpy as np
import pytest

import broadloom as bl
from comparing import DTYPES, check, check_same
from expressions import check_expression


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("shape", [(), 3, (0,), (2, 0, 3), (4, 5)], ids=str)
def test_constants(shape, dtype):
    check(bl.zeros(shape, dtype), np.zeros(shape, dtype))
    check(bl.ones(shape, dtype=dtype), np.ones(shape, dtype))
    check(bl.full(shape, 1, dtype), np.full(shape, 1, dtype))
    x = np.zeros(shape, dtype)
    check(bl.zeros_like(bl.asarray(x)), np.zeros_like(x))
    check(bl.ones_like(x), np.ones_like(x))
    check(bl.full_like(bl.asarray(x), 1), np.full_like(x, 1))
    check(bl.ones_like(x, dtype="float32"), np.ones_like(x, dtype="float32"))


@pytest.mark.parametrize("args", [(5,), (0,), (-3,), (2, 7), (7, 2), (7, 2, -1), (2, 7, 2), (0, 1, 0.1), (0.5, 4), (1, 2, 0.3),
                                  (10, 0, -2.5), (-4, 10, 7), (10, -4, -7)], ids=str)
def test_arange(args):
    check(bl.arange(*args), np.arange(*args))
    check(bl.arange(*args, dtype="float32"), np.arange(*args, dtype="float32"), most_ulps=1)
    check(bl.arange(*args, dtype="int16"), np.arange(*args, dtype="int16")) if all(isinstance(a, int) for a in args) else None


@pytest.mark.parametrize("args", [(10**18, 10**18 + 3), (2**63 - 3, 2**63 - 1), (-2**63, 2**63 - 1, 2**62), (2**62, -2**63, -2**62),
                                  (2**63, 2**63 + 3), (2**53 + 1, 2**53 + 4)], ids=str)
def test_arange_of_large_integers(args):
    check(bl.arange(*args), np.arange(*args))
    check(bl.arange(*args, dtype="float64"), np.arange(*args, dtype="float64"))
    if min(args) > 0:
        check(bl.arange(*args, dtype="uint64"), np.arange(*args, dtype="uint64"))
    check(bl.arange(2, dtype=bool), np.arange(2, dtype=bool))


@pytest.mark.parametrize("args", [(0, 1), (0, 1, 5), (2, -3, 7), (1, 1, 3), (0, 1, 1), (0, 1, 0), (0.1, 0.9, 1000)], ids=str)
def test_linspace(args):
    for endpoint in (True, False):
        check(bl.linspace(*args, endpoint=endpoint), np.linspace(*args, endpoint=endpoint))
        check(bl.linspace(*args, endpoint=endpoint, dtype="float32"), np.linspace(*args, endpoint=endpoint, dtype="float32"))


@pytest.mark.parametrize("args", [(3,), (3, 4), (4, 2), (3, 4, 1), (3, 3, -2), (0,), (2, 2, 5)], ids=str)
def test_eye(args):
    check(bl.eye(*args), np.eye(*args))
    check(bl.eye(*args, dtype="int8"), np.eye(*args, dtype="int8"))


def test_full():
    check(bl.full((2, 3), 2.5), np.full((2, 3), 2.5))
    check(bl.full((2,), True), np.full((2,), True))
    check(bl.full((2, 3), np.arange(3)), np.full((2, 3), np.arange(3)))
    check(bl.full(3, np.float32(2)), np.full(3, np.float32(2)))


@pytest.mark.parametrize("dtype", ["int8", "uint8", "int32", "int64", "uint64"])
def test_full_of_what_an_integer_cannot_hold(dtype):
    with np.errstate(invalid="ignore"):
        for value in (float("nan"), 1e300, -1e30, 3e9, -5.5, 300.7):
            check(bl.full(2, value, dtype=dtype), np.full(2, value, dtype))


@pytest.mark.parametrize("args, dtype", [((127, 130), "int8"), ((-3, 3), "uint8"), ((127, 128), "int8"), ((300, 300), "uint8"),
                                         ((-3.0, 2.0), "uint8"), ((253.0, 258.0), "uint8"), ((0.5, 300.0, 200.0), "int8"),
                                         ((1e30, 1.1e30, 1e29), "int32"), ((0.0, 1e19, 9.5e18), "int64"), ((0.0, 1e19, 9.5e18), "uint64"), ((-0.0, 3.0), "float64"), ((1e300, 1.1e300, 1e299), "float32"), ((-0.0, 0.5), "float32")])
def test_arange_at_the_ends_of_a_dtype(args, dtype):
    with np.errstate(all="ignore"):
        check_same(lambda: bl.arange(*args, dtype=dtype), lambda: np.arange(*args, dtype=dtype))


ERRORS = [lambda m: m.zeros(-1), lambda m: m.full(3, 300, dtype="int8"), lambda m: m.eye(-1), lambda m: m.linspace(0, 1, -1),
          lambda m: m.arange(0, 1, 0), lambda m: m.arange(3, dtype=bool), lambda m: m.arange(2**64 - 1), lambda m: m.zeros("a"), lambda m: m.zeros(1.5),
          lambda m: m.zeros(3, dtype="nonsense"),
          lambda m: m.array([300], dtype="int8"), lambda m: m.full((2, 3), np.arange(2)),
          lambda m: m.clip(m.asarray([1, 5]), 1, 2, min=3)]


@pytest.mark.parametrize("make", ERRORS)
def test_errors(make):
    check_same(lambda: make(bl), lambda: make(np))


@pytest.mark.parametrize("dtype", ["object", "U3", "M8[s]", "longdouble"])
def test_dtypes_that_are_not_there_yet(dtype):
    with pytest.raises(NotImplementedError):
        bl.zeros(3, dtype=dtype)
    with pytest.raises(TypeError if dtype in ("object", "U3") else NotImplementedError):
        bl.asarray(np.zeros(3, dtype=dtype))


SHAPES = """
m.array([1,2],ndmin=2)
m.array(1,ndmin=3)
m.array([[1,2]],ndmin=1)
m.array(np.ones(2),'f4',ndmin=2,order='F',subok=True)
m.array([1,2],ndmin=100)
m.array([1,2],ndmin='a')
m.zeros_like(m.ones(2),shape=(3,))
m.zeros_like(m.ones(2),'f4','C',True,(2,2))
m.ones_like(m.ones(2),shape=(),dtype='i4')
m.empty_like(m.ones(2),shape=3).shape
m.full_like(m.ones(2),5,shape=m.asarray([2,1]))
m.full_like(m.ones(2,int),[1,2],shape=(3,2))
m.zeros(np.array([2,3]))
m.zeros(m.asarray([2,3]))
m.zeros(m.asarray(2))
m.zeros(m.asarray([2.,3]))
m.zeros(m.asarray([[2,3]]))
m.zeros({2})
m.full(m.asarray([2,3]),1)
m.reshape(m.ones(6),m.asarray([2,3]))
m.ones(6).reshape(np.array([2,3]))
m.broadcast_to(m.ones(3),m.asarray([2,3]))
m.tile(m.ones(3),m.asarray([2,3]))
m.sum(m.ones((2,3)),axis=m.asarray([0]))
m.full(2,2**64,'f8')
m.full(2,-2**70,complex)
m.full(2,2**64,'i8')
m.full(2,10**400,'f8')
m.full_like(m.ones(2),2**64)
m.tri(3.)
m.tri(np.float32(3))
m.tri(3,4.,1.)
m.tril(m.ones((2,2)),1.)
"""


@pytest.mark.parametrize("text", SHAPES.split("\n")[1:-1])
def test_shapes_and_numbers(text):
    check_expression(text, bl)


@pytest.mark.parametrize("dtype", [*DTYPES, "complex64", "complex128", "bfloat16"])
@pytest.mark.parametrize("shape", [(), (0, 3), (3, 4)], ids=str)
def test_pickles(dtype, shape):
    x = bl.ones(shape, dtype) * bl.asarray(3, dtype=dtype)
    again = pickle.loads(pickle.dumps(x))
    assert type(again) is bl.Array and again.dtype == x.dtype and again.shape == shape
    assert again.tolist() == x.tolist()
    assert copy.deepcopy([x])[0].tolist() == copy.copy(x).tolist() == x.tolist()


def test_from_objects():
    for thing in [1, 2.5, True, [1, 2, 3], [[1.5], [2]], (1, 2), [], range(4), np.float32(3), 2**63]:
        check(bl.array(thing), np.array(thing))
        check(bl.asarray(thing), np.asarray(thing))
        check(bl.asarray(thing, dtype="float32"), np.asarray(thing, dtype="float32"))
    check(bl.array([bl.asarray(1.5), 2]), np.array([1.5, 2]))


def test_asarray_shares_and_array_copies():
    x = np.arange(6.0).reshape(2, 3)
    for view in (x, x.T, x[:, ::-2], x[1:], np.broadcast_to(x[0], (4, 3))):
        assert np.shares_memory(np.asarray(bl.asarray(view)), x)
        assert bl.asarray(view).strides == view.strides
        check(bl.asarray(view), view)
    copied, shared = bl.array(x), bl.asarray(x)
    x[0, 0] = 7
    assert float(copied[0, 0]) == 0 and float(shared[0, 0]) == 7
    assert bl.asarray(shared) is shared and bl.array(shared) is not shared


def test_other_byte_order_and_alignment_are_converted():
    big = np.arange(5, dtype=">i4")
    check(bl.asarray(big), big.astype("i4"))
    packed = np.zeros(4, dtype=[("a", "i1"), ("b", "f8")])["b"]
    assert not packed.flags.aligned
    check(bl.asarray(packed) + 1, np.ones(4))


@pytest.mark.parametrize("lend", [bl.asarray, bl.from_dlpack])
def test_lent_memory_lives_as_long_as_it_is_needed(lend):
    class Owner(np.ndarray):
        pass
    x = np.arange(5.0).view(Owner)
    gone = weakref.ref(x)
    y = lend(x) + 1
    del x
    gc.collect()
    assert gone() is not None
    check(y, np.arange(5.0) + 1)
    del y
    gc.collect()
    assert gone() is None


def test_exported_memory():
    x = bl.arange(5, dtype="float64") * 2
    out = np.asarray(x)
    assert out.flags.writeable and np.shares_memory(out, np.asarray(x))
    own = np.array(x)
    own[0] = 5
    assert float(x[0]) == 0
    assert np.asarray(x, dtype="float32").dtype == np.float32
    with pytest.raises(ValueError):
        np.asarray(x, dtype="float32", copy=False)
    del x
    gc.collect()
    np.testing.assert_array_equal(out, np.arange(5.0) * 2)


def test_copies_of_lent_memory_are_made_at_once():
    memory = np.ones(4)
    x = bl.asarray(memory)
    copies = [x.copy(), copy.copy(x), copy.deepcopy(x), bl.copy(x), x.flatten(), bl.array(x), bl.asarray(x, copy=True), x[::2].copy()]
    memory[:] = 7
    assert all((np.asarray(each) == 1).all() for each in copies)


def test_copies():
    x = bl.arange(3)
    for other in (x.copy(), copy.copy(x), copy.deepcopy(x), bl.copy(x), x.flatten()):
        check(other, np.arange(3))
        assert not np.shares_memory(np.asarray(other), np.asarray(x))


@pytest.mark.parametrize("decimals", [-2, -1, 0, 1, 2, 5])
@pytest.mark.parametrize("dtype", ["float32", "float64", "int16", "int64", "uint8"])
def test_round_to_decimals(dtype, decimals):
    x = np.array([0, 1, 4, 5, 6, 15, 25, 49, 50, 51, 99, 120], dtype)
    if np.dtype(dtype).kind == "f":
        x = np.concatenate([x, x / 7, -x / 3, [2.675, 1e30, np.inf, np.nan, -0.5]]).astype(dtype)
    check_same(lambda: bl.round(bl.asarray(x), decimals), lambda: np.round(x, decimals))
    check_same(lambda: bl.asarray(x).round(decimals), lambda: x.round(decimals))


@pytest.mark.parametrize("call", ["zeros(3)", "ones(3)", "empty(3)", "full(3, 2)", "zeros_like([1])", "ones_like([1])", "empty_like([1])",
                                  "full_like([1], 2)", "arange(3)", "eye(2)", "linspace(0, 1)", "asarray([1])"])
def test_device(call):
    for device in ("'cpu'", "None", "'gpu'", "0"):
        text = f"m.{call[:-1]}, device={device})"
        if "empty" in call and device in ("'cpu'", "None"):
            assert eval(text, {"m": bl}).shape == eval(text, {"m": np}).shape
        else:
            check_expression(text, bl)


LINES = """
m.arange(0j, 3)
m.arange(0, 3+3j, 1)
m.arange(1+2j, 5+9j, 1+1j)
m.arange(0, -3+2j, 1j)
m.arange(1+2j, 5+9j, 1.1, dtype='c8')
m.arange(0, 3, 1j)
m.arange(0, 3, 0j)
m.arange(complex(np.nan, 1), 3)
m.arange(0, 3j, 1, dtype=float)
m.arange(stop=4)
m.arange()
m.linspace(0, 10, 4, retstep=True)
m.linspace([0], 10, 2, retstep=True)
m.asarray(m.linspace(0, m.asarray([1, 2], dtype='f4'), 1, retstep=True)[1])
m.asarray(m.linspace(0, [1, 2], 0, retstep=True)[1])
m.linspace(1j, 1, 4, True, True)
m.linspace(m.asarray([0, 1]), 10, 4)
m.linspace([0, 1], [2., 3], 4, axis=1)
m.linspace([0, 1], [[2.], [3]], 4, endpoint=False, axis=-1, dtype=int)
m.linspace([0, 5e-324], [0, 1e-323], 3)
m.linspace(np.float32(0), 1, 4)
m.linspace(np.float16(0), 1, 4)
m.linspace([0, 1], [2, 3], 0)
m.linspace([0, 1], [2, 3], -1)
m.linspace([0, 1], [2, 3], 4, axis=3)
m.linspace([0, 1], [2, 3, 4], 4)
"""


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("text", LINES.split("\n")[1:-1])
def test_lines(text):
    check_expression(text, bl, most_ulps=1)


DEVICES = """
m.zeros(3,device='cpu')
m.zeros(3,device=None)
m.zeros(3,device='gpu')
m.ones((2,3),'f4',device='cpu')
m.ones(3,device=3)
m.empty(3,device='gpu')
m.empty((2,3),device='cpu').shape
m.full(3,1.5,device='cpu')
m.full(3,1.5,device='gpu')
m.zeros_like([1,2],device='cpu')
m.zeros_like([1,2],device='gpu')
m.ones_like([1,2],dtype='f4',device='cpu')
m.ones_like([1,2],device='gpu')
m.empty_like([1,2],device='cpu').shape
m.empty_like([1,2],device='gpu')
m.full_like([1,2],3,device='cpu')
m.full_like([1,2],3,device='gpu')
m.eye(3,device='cpu')
m.eye(3,device='gpu')
m.arange(3,device='cpu')
m.arange(3,device='gpu')
m.linspace(0,1,3,device='cpu')
m.linspace(0,1,3,device='gpu')
m.asarray([1,2],device='cpu')
m.asarray([1,2],device='gpu')
m.array([1,2],device='cpu')
m.fft.fftfreq(4,device='cpu')
m.fft.fftfreq(4,device='gpu')
m.fft.rfftfreq(4,device=3)
m.fft.fftfreq(2.5)
m.astype(m.ones(3),float,device='cpu')
m.astype(m.ones(3),float,device='gpu')
m.ones(3).device
m.ones(3).to_device('cpu')
m.ones(3).to_device('gpu')
"""

COPIES = """
m.asarray([1],copy=False)
m.asarray(3.,copy=False)
m.asarray(np.float64(3),copy=False)
m.asarray(np.ones(3),copy=False)
m.asarray(np.ones(3),dtype=int,copy=False)
m.asarray(np.ones(3),dtype=float,copy=False)
m.asarray(m.ones(3),copy=False)
m.asarray(m.ones(3),copy=True)
m.asarray(m.ones(3),dtype=int,copy=False)
m.asarray(m.ones(3),copy=1)
m.asarray(m.ones(3),copy='yes')
m.asarray(memoryview(b'abc'),copy=False)
m.array([1],copy=False)
m.array([1],copy=None)
m.array(np.ones(3),copy=False)
m.array(np.ones(3),dtype=int,copy=False)
m.ones(3).astype(float,copy=False)
m.ones(3).astype(int,copy=False)
m.reshape(m.arange(6),(3,2),copy=True)
m.reshape(m.arange(6),(3,2),copy=False)
m.reshape(m.ones((2,3)).T,(3,2),copy=False)
m.reshape(m.reshape(m.arange(6),(2,3)).T,(6,),copy=False)
m.reshape(m.reshape(m.arange(6),(2,3)).T,(6,),copy=None)
m.reshape(np.arange(6).reshape(2,3)[:,::2],(4,),copy=False)
m.reshape(np.arange(6).reshape(2,3)[:,::2],(2,2,1),copy=False)
m.reshape(m.arange(6),(3,3),copy=False)
m.reshape(m.arange(6),(3,2),copy='yes')
m.reshape(m.arange(6),(3,2),'C')
m.reshape(m.arange(6),(3,2),'F')
m.reshape(m.arange(6),(3,-1),'F')
m.reshape(m.arange(6),(3,2),'Q')
m.reshape(m.arange(6),(3,2),'K')
m.reshape(m.arange(6),(3,2),3)
m.reshape(m.reshape(m.arange(6),(2,3)).T,(6,),'A')
m.reshape(m.reshape(m.arange(6),(2,3)).T,(6,),'F',copy=False)
m.reshape(m.reshape(m.arange(6),(2,3)),(6,),'A')
m.arange(6).reshape(3,2,copy=True)
m.arange(6).reshape((3,2),copy=False)
m.arange(6).reshape(3,2,order='F')
m.ones((2,3)).T.reshape((6,),copy=False)
m.ones((2,3)).reshape()
(m.ones((2,3))+1).T.reshape(6,copy=False)
(m.ones((2,3)).T+1).T.reshape(6,copy=False)
"""


@pytest.mark.parametrize("text", (DEVICES + COPIES).strip().split("\n"))
def test_devices_and_copies(text):
    if text:
        check_expression(text, bl)


def test_reshape_copies():
    base = np.arange(6.0)
    x = bl.asarray(base)
    view, copied = bl.reshape(x, (2, 3), copy=False), bl.reshape(x, (2, 3), copy=True)
    base[0] = 7
    assert view[0, 0].item() == 7 and copied[0, 0].item() == 0


def test_frequencies_have_the_dtype_that_is_given():  # array API 2025.12
    for name in ("fftfreq", "rfftfreq"):
        expected = getattr(np.fft, name)(9, 0.1).astype("float32")
        check(getattr(bl.fft, name)(9, d=0.1, dtype="float32"), expected)
        for dtype in (int, complex):
            with pytest.raises(ValueError):
                getattr(bl.fft, name)(9, dtype=dtype)
