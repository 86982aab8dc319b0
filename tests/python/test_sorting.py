"""Sorting, gathering and sets beside NumPy's; expressions in which `m` is either."""

import ml_dtypes
import numpy as np
import pytest

import broadloom as bl
from comparing import DTYPES, LAYOUTS, check, check_same, make, values
from expressions import check_expression

ALL = DTYPES + ["complex64", "complex128"]
REPEATED = {"few": lambda v: v(20)[np.arange(200) % 20].reshape(10, 20), "rows": lambda v: np.tile(v(9), (6, 1)),
            "cube": lambda v: v(4)[np.arange(60) * 7 % 4].reshape(3, 4, 5).transpose(2, 0, 1)}

TABLE = """
m.sort(np.array(3))
m.argsort(np.array(3))
m.argsort(np.array(3),axis=0)
m.argsort(np.array(3),axis=1)
m.sort(np.array(3),axis=None)
m.argsort(np.array(3),axis=None)
m.sort([3,1],kind='quick')
m.sort([3,1],kind='q')
m.sort([3,1],kind='Quicksort')
m.sort([3,1],kind='bubble')
m.sort([3,1],kind='stable',stable=True)
m.sort([3,1],kind='stable',stable=False)
m.sort([3,1],order='f')
m.sort([3,1],axis=2)
m.sort([3,1],axis=1.5)
m.sort([3,1],kind=3)
m.sort([3,1],stable='x')
m.argsort([3,1],stable=2,kind='stable')
m.take([1,2,3],[0.5])
m.take([1,2,3],[])
m.take([1,2,3],np.array([1],'u8'))
m.take([1,2,3],[True,False])
m.take([1,2,3],3)
m.take([1,2,3],-4,mode='wrap')
m.take([1,2,3],[-4,7],mode='clip')
m.take([],[0],mode='clip')
m.take([],np.zeros(0,int))
m.take(np.zeros((0,3)),[0])
m.take(np.zeros((0,3)),[5],axis=1)
m.take(np.zeros((0,3)),[0],axis=0)
m.take(5,0)
m.take(5,[0,0])
m.take(5,0,axis=0)
m.take(5,1)
m.take([1,2,3],0,axis=1)
m.take([1,2,3],0,mode='x')
m.take([1,2,3],0,mode=1)
m.take([1,2,3],9,mode=None)
m.take([1,2,3],[0],out=np.zeros(1,'f8'))
m.take([1,2,3],[0],out=np.zeros(1,'i4'))
m.take([1,2,3],[0],out=np.zeros(2,'i8'))
m.take([1,2,3],[0],out=np.zeros(1,'f4'))
m.take([1,2,3],[0],axis=None,out=np.zeros(1,'c16'))
m.take([1.5,2,3],[0],out=np.zeros(1,'i4'))
m.take_along_axis(np.array([1,2,3]),np.array([0.5]))
m.take_along_axis(np.array([1,2,3]),np.array([True]))
m.take_along_axis(np.array([1,2,3]),np.array([[0]]))
m.take_along_axis(np.array([[1,2,3]]),np.array([[0],[1]]))
m.take_along_axis(np.array([[1,2,3],[4,5,6]]),np.array([[0],[1],[2]]))
m.take_along_axis(np.array([[1,2,3],[4,5,6]]),np.array([[0]]))
m.take_along_axis(np.array([[1,2,3],[4,5,6]]),np.array([[3]]))
m.take_along_axis(np.array([[1,2,3],[4,5,6]]),np.array([0,-1,5]),axis=None)
m.take_along_axis(np.array([[1,2,3],[4,5,6]]),np.array([[0]]),axis=None)
m.take_along_axis(np.array([[1,2,3],[4,5,6]]),np.array([[0]]),axis=2)
m.take_along_axis(np.array(5),np.array(0))
m.take_along_axis(np.array([1,2,3]),np.array([0],'u8'))
m.nonzero(np.array(5))
m.where(np.array(5))
m.argwhere(5)
m.argwhere(0)
m.flatnonzero(5)
m.nonzero(np.zeros((0,3)))
m.argwhere(np.zeros((2,3)))
m.compress([0,1],[1,2,3])
m.compress([0,1,0,1],[1,2,3])
m.compress([[0,1]],[1,2,3])
m.compress(1,[1,2,3])
m.compress([],[1,2,3])
m.compress([0,1],[[1,2,3],[4,5,6]],axis=0)
m.compress([0,1],[[1,2,3],[4,5,6]])
m.compress([0,1],[[1,2,3],[4,5,6]],axis=2)
m.compress([True],5)
m.compress([0,1],[1,2,3],out=np.zeros(1,'f8'))
m.unique_all(np.array([[3,1],[1,2]]))
m.unique_all(5)
m.unique_inverse([[3.,np.nan,np.nan]])
m.unique_values([[3.,np.nan,np.nan,1]])
m.unique_counts([[3.,np.nan,np.nan,1]])
m.unique([3,1,np.nan,np.nan])
m.unique([3,1,np.nan,np.nan],equal_nan=False)
m.unique([[3,1]],return_inverse=True)
m.unique([[3,1]],True,True,True)
m.unique(5,return_inverse=True)
m.unique(np.array([1j,np.nan,complex(np.nan,1),complex(1,np.nan)]),True,True,True)
m.unique([])
m.isin(5,[5,6])
m.isin([[1,2]],[2,3],invert=True)
m.isin([1,2],{1})
m.isin([1,2],frozenset({1}),invert=True)
m.isin([1.,2],[2,3],kind='table')
m.isin([1,2],[2,3],kind='table')
m.isin([1,2],[2,3],kind='x')
m.isin([np.nan,2],[2,np.nan])
m.isin([1,2],[])
m.isin([],[1])
m.isin([True,False],[1])
m.isin([1,2,2],[2,2],True)
m.isin([1,2,2],[2,2],assume_unique=True, kind='sort')
m.isin([1,2],[2.5,2])
m.isin([1,2],[],kind='table')
m.isin([1,2],[],kind='x')
m.isin([1,2],[2],kind='sort')
m.isin([1,2,2],np.arange(30)-20,assume_unique=True, kind='sort')
m.union1d([[1,2]],[3.,1])
m.union1d([],[np.nan,np.nan])
m.intersect1d([1,2,2],[2,3,2])
m.intersect1d([1,2,2],[2,3,2],return_indices=True)
m.intersect1d([1,2,2],[2,3,2],assume_unique=True)
m.intersect1d([1,2,2],[2,3,2],assume_unique=True,return_indices=True)
m.intersect1d([[1,2]],[2.,3])
m.intersect1d([np.nan],[np.nan])
m.intersect1d(np.array([1],'i1'),np.array([2**64-1,2**64-2],'u8'))
m.setdiff1d([3,2,1,1],[2])
m.setdiff1d([3,2,1,1],[2],assume_unique=True)
m.setdiff1d([[3,2],[1,1]],[2.5],assume_unique=True)
m.setxor1d([3,2,1,1],[2,7])
m.setxor1d([3,2,1,1],[2,7],assume_unique=True)
m.setxor1d([[3,2]],[[2.,np.nan]])
m.setxor1d([[3,2]],[[2.,np.nan]],assume_unique=True)
m.setxor1d([],[])
m.setxor1d([[]],[[]],True)
m.array([3,1]).searchsorted([1])
m.searchsorted([1j,2,3+1j],[2+1j,np.nan])
m.median(np.array([1j,2,3+1j,0]))
m.median(np.array([1j,2,np.nan]))
m.nanmedian(np.array([1j,2,np.nan]))
m.nanmedian(np.array([np.nan+1j,2,np.nan, complex(1,np.nan)]))
m.median(np.array([[1j,2],[3,complex(1,np.nan)]],'c8'),axis=0)
m.nanmedian(np.array([[1j,2],[3,complex(1,np.nan)]],'c8'),axis=1)
m.nanmedian(np.array([np.nan*1j]))
m.median(np.array([],complex))
m.take([1,2,3],np.array([0.5]))
m.take([1,2,3],np.array([1j]))
m.take([1,2,3],[1j])
m.take([1,2,3],np.float64(1.5))
m.take([1,2,3],1.5)
m.take([1,2,3],np.array(1.5))
m.take([[1,2,3],[4,5,6]],[[0,2],[1,1]],axis=1)
m.take([[1,2,3],[4,5,6]],[[0,2],[1,1]],axis=-2,mode='wrap')
m.take(np.zeros((3,0)),[5],axis=0)
m.asarray([[1,2,3],[4,5,6]]).take([0,-1])
m.asarray([[1,2,3],[4,5,6]]).take([0,-1],axis=1,mode='clip')
m.asarray([[1,2,3],[4,5,6]]).nonzero()
m.asarray([[1,2,3],[4,5,6]]).compress([0,1],axis=0)
m.asarray([[3,1,2],[4,6,5]]).argsort()
m.asarray([[3,1,2],[4,6,5]]).argsort(axis=None)
m.asarray([1,2,4]).searchsorted([[2,3]],side='right')
m.asarray([4,2,1]).searchsorted(2,sorter=[2,1,0])
m.take(m.zeros((2,3)),[0],axis=5)
m.take_along_axis(m.zeros((2,3)),m.zeros((3,0),dtype=int),axis=0)
m.take_along_axis(m.zeros((2,3)),m.zeros((0,3),dtype=int),axis=0)
m.take_along_axis(m.zeros((0,3)),m.zeros((1,3),dtype=int),axis=0)
m.where(m.asarray([[0,1],[2,0]]))
m.where([True,False],1)
m.where(m.asarray([]))
m.unique(m.zeros((0,3)),True,True,True)
m.unique_all(m.zeros((0,3)))
m.unique_counts([True,False,True])
m.intersect1d([],[1])
m.intersect1d([],[],return_indices=True)
m.intersect1d([3,1],[1,3],return_indices=True,assume_unique=True)
m.setdiff1d([],[1])
m.setdiff1d([1.5,np.nan],[np.nan])
m.setxor1d([np.nan],[np.nan])
m.isin(np.array([-1,1,2**62]),np.array([2**64-1,1,2**62],'u8'))
m.isin(np.array([2**64-1,1,2**62],'u8'),np.array([-1,1,2**62]))
m.isin(np.array([1,2],'i1'),[1,300])
m.isin([1j,np.nan,2],[1j,2,complex(0,np.nan)])
m.isin(np.array([-128,127,0],'i1'),np.array([-128,5],'i1'))
m.isin([True,True,False],[False])
m.isin(np.array([-2**63,2**63-1,0]),np.array([2**63-1,-2**63]))
m.isin(np.array([1,np.nan,-0.0],'f2'),np.array([0,np.nan],'f2'))
m.partition([3,1,2],5)
m.partition([3,1,2],-4)
m.partition([3,1,2],-1)
m.partition([3,1,2],1.0)
m.partition([3,1,2],[0,2])
m.partition([3,1,2],[])
m.partition([3,1,2],[[0]])
m.partition([3,1,2],True)
m.partition([3,1,2],np.array(True))
m.partition([3,1,2],[True])
m.partition([3,1,2],np.uint8(1))
m.partition([3,1,2],np.array([1],'u8'))
m.partition([3,1,2],None)
m.partition([3,1,2],'a')
m.partition([3,1,2],2**70)
m.partition([3,1,2],2**63)
m.partition([3,1,2],1,kind='quick')
m.partition([3,1,2],1,kind='introselect')
m.partition([3,1,2],1,kind='i')
m.partition([3,1,2],1,kind=3)
m.partition([3,1,2],1,kind=None)
m.partition([3,1,2],1,order='f')
m.partition([3,1,2],1,axis=None)
m.partition([[3,1],[2,0]],2,axis=None)
m.partition(3,0)
m.partition(3,0,axis=None)
m.partition([],0)
m.partition(np.zeros((0,3)),0,axis=0)
m.partition(np.zeros((0,3)),5,axis=1)
m.partition([3,1,2],1,axis=1)
m.partition([3,1,2],1,axis=1.5)
m.partition([3,1,2],1,axis=False)
m.argpartition([3,1,2],1)
m.argpartition(3,0)
m.argpartition(3,0,axis=None)
m.argpartition(3,1)
m.argpartition(3,0,axis=1)
m.argpartition([3,1,2],5)
m.argpartition([3,1,2],1.5)
m.argpartition([3,1,2],1,kind='x')
m.argpartition([3,1,2],1,order='f')
m.argpartition([],0)
m.argpartition([3,1,2],1,axis=False)
m.argpartition([3,1,2],2**70)
m.asarray([3,1,2]).argpartition(1)
m.asarray([[3,1,2]]).argpartition([1,2],axis=None)
m.asarray([3,1,2]).argpartition(9)
m.lexsort(([1,2],[2,1]))
m.lexsort(np.array([[1,2],[2,1]]))
m.lexsort(m.asarray([[1,2,0],[2,1,1]]))
m.lexsort([1,2])
m.lexsort((1,2))
m.lexsort(3)
m.lexsort(())
m.lexsort([])
m.lexsort(([1,2],[2,1,3]))
m.lexsort(([1,2],[2.5,1]))
m.lexsort(([[1,2],[2,1]],[[1,0],[0,0]]),axis=0)
m.lexsort(([[1,2],[2,1]],[[1,0],[0,0]]),axis=2)
m.lexsort(([[1,2],[2,1]],[[1,0],[0,0]]),axis=None)
m.lexsort(([[1,2],[2,1]],[[1,0],[0,0]]),axis=1.5)
m.lexsort(np.zeros((2,0)))
m.lexsort(np.zeros((2,0,3)))
m.lexsort(np.zeros((2,3,0)))
m.lexsort(np.zeros((0,3)))
m.lexsort(keys=([1,2],[2,1]))
m.lexsort(([1j,np.nan,2,1j],[True,False,True,False]))
m.sort_complex([3,1])
m.sort_complex(np.array([3,1],'f4'))
m.sort_complex(np.array([3,1],'f2'))
m.sort_complex(np.array([3,1],'i1'))
m.sort_complex(np.array([3,1],'u2'))
m.sort_complex(np.array([3,1],'?'))
m.sort_complex(np.array([3,1],'i4'))
m.sort_complex(np.array([3,1],'c8'))
m.sort_complex([[3,1],[2,5]])
m.sort_complex(3)
m.sort_complex([np.nan,1j])
m.unique([[3,1],[3,1],[1,2]],axis=0)
m.unique([[3,1],[3,1],[1,2]],True,True,True,axis=0)
m.unique([[3,1,3],[1,2,1]],True,True,True,axis=1)
m.unique([[3,1,3],[1,2,1]],True,True,True,-1)
m.unique([3,1,3],True,True,True,axis=0)
m.unique([3,np.nan,np.nan],True,True,True,axis=0)
m.unique([3,1,3],axis=1)
m.unique([[3,1,3]],axis=2)
m.unique(5,axis=0)
m.unique([[3,1,3]],axis=1.5)
m.unique([[0.0,np.nan],[-0.0,np.nan],[0,1],[-0.0,1]],axis=0,return_counts=True)
m.unique([[0.0,np.nan],[-0.0,np.nan],[0,1],[-0.0,1]],axis=0,return_counts=True,equal_nan=False)
m.unique(np.zeros((3,0)),True,True,True,axis=0)
m.unique(np.zeros((3,0)),True,True,True,axis=1)
m.unique(np.zeros((0,3)),True,True,True,axis=0)
m.unique(np.array([[1j,2],[1j,2],[0,1]]),axis=0)
m.unique([[True,False],[True,False]],axis=0)
"""


@pytest.mark.parametrize("text", [line for line in TABLE.splitlines() if line])
def test_expression(text):
    check_expression(text, bl)


def layouts(dtype):
    """Operands of a dtype: many shapes and strides, corner cases, and duplicates."""
    if dtype.startswith("complex"):
        part = "float32" if dtype == "complex64" else "float64"

        def v(count):
            pair = np.stack([values(part, count), np.roll(values(part, count, 1), 1)], -1)
            pair[::3, 1] = pair[::3, 0]
            return pair.reshape(-1).view(dtype)
    else:
        def v(count):
            return values(dtype, count)
    return [(name, at(v)) for name, at in (LAYOUTS | REPEATED).items()]


def axes(x):
    return [None, *range(-x.ndim, x.ndim)]


@pytest.mark.parametrize("dtype", ALL)
def test_sort(dtype):
    for name, x in layouts(dtype):
        for axis in [*axes(x), x.ndim]:
            what = f"{dtype} {name} {axis}"
            check_same(lambda: bl.sort(bl.asarray(x), axis), lambda: np.sort(x, axis, stable=True), "sort " + what)
            check_same(lambda: bl.argsort(bl.asarray(x), axis), lambda: np.argsort(x, axis, stable=True), "argsort " + what)


@pytest.mark.parametrize("dtype", ALL)
def test_descending_keeps_equal_elements_in_order(dtype):
    for name, x in layouts(dtype):
        for axis in range(x.ndim):
            places = x.shape[axis] - 1 - np.flip(np.argsort(np.flip(x, axis), axis, stable=True), axis)
            check(bl.argsort(bl.asarray(x), axis=axis, descending=True), places, what=f"{dtype} {name} {axis}")
            check(bl.sort(bl.asarray(x), axis=axis, descending=True), np.take_along_axis(x, places, axis),
                  what=f"{dtype} {name} {axis}")


def test_sort_of_an_expression_and_of_long_lines():
    x = values("float64", 300_000).reshape(3, -1)
    check(bl.sort(bl.asarray(x) / 2, axis=1), np.sort(x / 2, axis=1), signed_zeros=False)
    check(bl.argsort(bl.asarray(x).T, axis=0), np.argsort(x.T, axis=0, stable=True))


def test_bfloat16():
    wide = np.tile(np.float32([3, -0.0, np.nan, 0, -2, -np.inf, np.inf, 1e-40, 2, 2]), 3)
    x = wide.astype(ml_dtypes.bfloat16)
    order = np.argsort(x.astype("float32"), stable=True)
    check(bl.argsort(bl.asarray(x)), order)
    np.testing.assert_array_equal(np.asarray(bl.sort(bl.asarray(x))).view("uint16"), x[order].view("uint16"))
    assert np.asarray(bl.unique(bl.asarray(x)[:10])).astype("float32").tolist()[:3] == [-np.inf, -2, 0]
    check(bl.isin(bl.asarray(x), bl.asarray(x[:4])), np.isin(x.astype("float32"), x[:4].astype("float32")))


@pytest.mark.parametrize("dtype", ALL)
def test_gathering(dtype):
    rng = np.random.default_rng(3)
    for name, x in layouts(dtype):
        for axis in axes(x):
            extent = x.size if axis is None else x.shape[axis]
            which = rng.integers(-extent, max(extent, 1), (2, 3))
            for mode in ("raise", "wrap", "clip"):
                check_same(lambda: bl.take(bl.asarray(x), bl.asarray(which), axis=axis, mode=mode),
                           lambda: np.take(x, which, axis=axis, mode=mode), f"take {dtype} {name} {axis} {mode}")
            condition = rng.integers(0, 2, extent)
            check_same(lambda: bl.compress(condition, bl.asarray(x), axis=axis), lambda: np.compress(condition, x, axis=axis),
                       f"compress {dtype} {name} {axis}")
            if axis is not None:
                order = np.argsort(x, axis)
                check_same(lambda: bl.take_along_axis(bl.asarray(x), bl.asarray(order), axis),
                           lambda: np.take_along_axis(x, order, axis), f"take_along_axis {dtype} {name} {axis}")


@pytest.mark.parametrize("dtype", ALL)
def test_nonzero(dtype):
    for name, x in layouts(dtype):
        for function in ("argwhere", "flatnonzero"):
            check_same(lambda: getattr(bl, function)(bl.asarray(x)), lambda: getattr(np, function)(x), f"{function} {dtype} {name}")
        for axis in range(x.ndim):
            check_same(lambda: bl.nonzero(bl.asarray(x))[axis], lambda: np.nonzero(x)[axis], f"nonzero {dtype} {name} {axis}")


def test_nonzero_of_several_blocks():
    x = np.random.default_rng(1).integers(0, 3, (5, 70_001))
    for got, expected in zip(bl.nonzero(bl.asarray(x)), np.nonzero(x)):
        check(got, expected)
    check(bl.flatnonzero(bl.asarray(x) * 0), np.flatnonzero(x * 0))


@pytest.mark.parametrize("dtype", ALL)
def test_unique(dtype):
    for name, x in layouts(dtype):
        what = f"{dtype} {name}"
        for equal_nan in (True, False):
            expected = np.unique(x, True, True, True, equal_nan=equal_nan)
            got = bl.unique(bl.asarray(x), True, True, True, equal_nan=equal_nan)
            for ours, numpys in zip(got, expected, strict=True):
                check(ours, numpys, signed_zeros=False, what=f"{what} {equal_nan}")
            check(bl.unique(bl.asarray(x), equal_nan=equal_nan), expected[0], signed_zeros=False, what=what)
        for function in ("unique_all", "unique_counts", "unique_inverse"):
            got, expected = getattr(bl, function)(bl.asarray(x)), getattr(np, function)(x)
            assert type(got).__name__ == type(expected).__name__ and got._fields == expected._fields
            for field in got._fields:  # NumPy numbers NaNs in C order only in unique_all
                check(getattr(got, field), getattr(np.unique_all(x), field), signed_zeros=False, what=f"{what} {function}")
        check(bl.unique_values(bl.asarray(x)), np.sort(np.unique_values(x)), signed_zeros=False, what=what)


def test_unique_is_always_sorted():
    check(bl.unique([3, 1, 2, 1], sorted=False), np.array([1, 2, 3]))


@pytest.mark.parametrize("dtype", ALL)
def test_sets(dtype):
    for name, x in layouts(dtype):
        y = np.concatenate([x.ravel()[::3], make("int8", "seven")])
        for function in ("union1d", "intersect1d", "setdiff1d", "setxor1d", "isin"):
            check_same(lambda: getattr(bl, function)(bl.asarray(x), bl.asarray(y)), lambda: getattr(np, function)(x, y),
                       f"{function} {dtype} {name}", signed_zeros=False)
        got = bl.intersect1d(bl.asarray(x), bl.asarray(y), return_indices=True)
        for ours, numpys in zip(got, np.intersect1d(x, y, return_indices=True), strict=True):
            check(ours, numpys, signed_zeros=False, what=f"intersect1d {dtype} {name}")
        check(bl.isin(bl.asarray(x), bl.asarray(y), invert=True), np.isin(x, y, invert=True), what=f"isin {dtype} {name}")


@pytest.mark.parametrize("dtype", ["complex64", "complex128"])
def test_complex_numbers_in_statistics(dtype):
    for name, x in layouts(dtype):
        line = np.sort(x, axis=None)
        for side in ("left", "right"):
            check(bl.asarray(line).searchsorted(bl.asarray(x), side=side), np.searchsorted(line, x, side=side),
                  what=f"{dtype} {name}")
            check(bl.searchsorted(bl.asarray(line), 1.5, side=side), np.searchsorted(line, 1.5, side=side), what=f"{dtype} {name}")
        if x.size == 0:
            continue
        for axis in axes(x):
            with np.errstate(all="ignore"):
                check(bl.median(bl.asarray(x), axis=axis), np.median(x, axis=axis), what=f"median {dtype} {name} {axis}")


def test_an_axis_that_is_not_there_is_numpys_error():
    with pytest.raises(np.exceptions.AxisError):
        bl.asarray([1, 2, 3]).argsort(axis=1)


def test_in_place_whatever_the_memory():
    for make in (lambda m: m.zeros(5, dtype="int32"), lambda m: m.arange(5) * 1, lambda m: m.ones((3, 5))[1]):
        for how in ("x[3:0:-2].sort()", "x[::-1].sort(axis=0)", "x[::2].partition(1)", "x[:0].sort()", "x[None][:, ::-1].sort(axis=0)"):
            arrays = [make(m) for m in (np, bl)]
            for x in arrays:
                exec(how, {"x": x})
            assert np.array_equal(arrays[1], arrays[0]), how
