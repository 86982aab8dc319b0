"""Every function that a text may call, in the forms that NumPy has for it, beside NumPy's own result."""

import numpy as np
import pytest

import broadloom as bl
from broadloom import _core

FUNCTIONS = {signature.partition("(")[0]: signature for signature, _, _ in _core._functions()}
GROUPS = {signature.partition("(")[0]: group for signature, _, group in _core._functions()}


def names():
    """Fresh ones for each call, which may write into them."""
    rng = np.random.default_rng(3)
    spread = rng.random((3, 3))
    holes = rng.random((3, 4))
    holes[0, 1] = holes[2, 2] = np.nan
    return {
        "a": rng.random((3, 4)), "b": rng.random((3, 4)) + 0.5, "c": rng.random((3, 4), dtype=np.float32), "h": holes,
        "t": rng.random((2, 3, 4)) - 0.5, "v": rng.random(4), "w": np.array([0.5, 1, -2, 3.5]), "x": np.sort(rng.random(9)),
        "i": np.arange(12).reshape(3, 4) - 5, "j": np.arange(12, dtype=np.int8).reshape(3, 4) % 5,
        "k": np.array([3, 1, 2, 1, 3, 0]),
        "u": np.arange(12, dtype=np.uint16).reshape(3, 4), "p": rng.random((3, 4)) > 0.5,
        "q": np.array([True, False, True, True]),
        "z": rng.random((3, 4)) + 1j * rng.random((3, 4)), "s": spread @ spread.T + np.eye(3), "m": rng.random((3, 3)),
        "inf": np.inf, "nan": np.nan, "f": np.array([1.5, -np.inf, np.nan, np.inf, -0.0]), "shp": (2, 6), "one": np.float32(1.5),
        "o": np.zeros((3, 4)), "o4": np.zeros(4), "o3": np.zeros(3), "o33": np.zeros((3, 3)), "oi": np.zeros(4, int),
        "ob": np.zeros(5, bool),
        "o0": np.zeros(()), "o12": np.zeros(12), "o64": np.zeros((6, 4)), "o234": np.zeros((2, 3, 4)),
    }


# A line for each function, or for some: texts with | between them.
TEXTS = """
logaddexp, logaddexp2, float_power, ldexp, divmod, frexp, modf, spacing, fabs, conj: conj(z) | conj(a, o) | fabs(i)
    fabs(w, out=o4) | ldexp(a, j) | ldexp(1.5, 3) | divmod(i, 3) | divmod(a, b) | divmod(i, j + 1) | modf(w) | frexp(w)
    spacing(a) | spacing(c) | logaddexp(a, b) | logaddexp(c, 1) | logaddexp(a, b, where=p, out=o) | logaddexp2(a, i)
    float_power(i, 2) | float_power(c, c, o) | logaddexp(a, b, dtype=float32) | fabs(c, dtype='float64') | fabs(a, casting='no')
sinc, isposinf, isneginf: sinc(a) | sinc(x=i) | isposinf(f) | isneginf(f) | isposinf(f, ob) | isneginf(x=f, out=ob)
real, imag, isreal, iscomplex, angle: real(z) | imag(val=z) | real(a) | imag(a) | isreal(z) | iscomplex(x=z) | angle(z)
    angle(z, True) | angle(z=w, deg=True)
i0: i0(a) | i0(i)
nan_to_num: nan_to_num(f) | nan_to_num(f, True, 1.0) | nan_to_num(f, nan=2, posinf=3, neginf=-3)
    nan_to_num(f, True, 1.0, 2.0, 3.0)
isclose, allclose, array_equal, array_equiv: isclose(a, a + 1e-9) | isclose(a, b, 0.5, 0.1) | isclose(f, f, equal_nan=True)
    isclose(f, b=f) | allclose(a, b, rtol=9) | allclose(a, b, 9, 9, True) | array_equal(a, a)
    array_equal(f, f, equal_nan=True) | array_equal(a1=a, a2=v) | array_equiv(v, o4) | array_equiv(a1=1, a2=o - o + 1)
cumulative_sum, cumulative_prod: cumulative_sum(v) | cumulative_sum(a, axis=1)
    cumulative_sum(a, axis=-2, include_initial=True) | cumulative_sum(a) | cumulative_sum(j, axis=0, dtype=float32)
    cumulative_sum(v, out=o4) | cumulative_prod(a, axis=0, include_initial=True) | cumulative_prod(v)
cumsum, cumprod: cumsum(a) | cumsum(a, 1) | cumsum(j, axis=0, dtype=float64) | cumsum(a, 1, None, o) | cumprod(a, -1)
    cumprod(a=p) | cumprod(v, out=o4)
complex: complex(1.0, 2.0) | complex(a, b) | complex(c, c) | complex(real=a, imag=f[0])
array, asarray, copy: array([1, 2, 3]) | array([[1, 2.5], [3, 4]], dtype=float32) | array(a, 'complex64') | array(v, ndmin=3)
    array(object=[True]) | array([]) | array(((1, 2), (3, 4))) | array([1, [2]]) | asarray(i) | asarray(i, float32)
    asarray(a=1) | copy(a) | copy(a=j) | asarray([1j, 2]) | array(5) | array([v, v]) | array([1, 2], copy=True)
zeros, ones, empty, full: zeros(3) | zeros((2, 3), 'int8') | zeros(shape=(2, 0), dtype=bool) | ones(4, int) | ones(shp)
    empty((0, 3)) | full(3, 7) | full((2, 2), 1.5, dtype='float32') | full(fill_value=True, shape=2) | full((2, 4), v)
    full((2, 4), v, int) | full(2, 300, int8)
zeros_like, ones_like, empty_like, full_like: zeros_like(a) | zeros_like(j, float) | zeros_like(a, shape=(2, 2)) | ones_like(j)
    ones_like(a=z, dtype=int) | ones_like(2) | empty_like(a, shape=0) | full_like(a, 3) | full_like(j, 3.7)
    full_like(j, fill_value=2, dtype='float32', shape=(2,)) | full_like(a, v)
arange: arange(5) | arange(2, 8) | arange(1, 8, 3) | arange(0.5, 3) | arange(5, 0, -2) | arange(3, dtype=float32)
    arange(start=1, stop=4) | arange(stop=4) | arange(0) | arange(1.0, 2.0, 0.25) | arange(1, 2, step=0) | arange(3, step=2)
linspace, logspace, geomspace: linspace(0, 1, 5) | linspace(0, 1) | linspace(v, v + 1, 3)
    linspace(0, 1, num=4, endpoint=False) | linspace(0, 9, 4, dtype=int) | linspace(0, 1, 5, retstep=True)
    linspace(v, v + 1, 3, axis=1) | linspace(start=2, stop=1, num=3) | logspace(0, 2, 3) | logspace(0, 3, 4, base=2)
    logspace(0, 2, 3, False) | geomspace(1, 1000, 4) | geomspace(1, 16, num=5, dtype='float32') | linspace(0, 1, -1)
    linspace(0, 1, 1) | linspace(0, 1j, 3)
eye, identity, tri: eye(3) | eye(2, 3) | eye(3, k=1) | eye(3, 4, -1, int) | eye(N=2, M=2, dtype=bool) | identity(3)
    identity(n=2, dtype='int8') | tri(3) | tri(2, 4, 1) | tri(3, k=-1, dtype=int) | tri(N=2, M=3)
indices, meshgrid, vander: indices((2, 3)) | indices((2, 3), float) | indices(dimensions=(2, 3), sparse=True) | meshgrid(v, w)
    meshgrid(v, w, indexing='ij') | meshgrid(v, w, sparse=True) | meshgrid(v) | meshgrid(v, v, w, copy=False) | vander(w)
    vander(w, 2) | vander(x=w, N=3, increasing=True)
reshape, ravel, permute_dims, matrix_transpose: reshape(a, (4, 3)) | reshape(a, -1) | reshape(a, shape=(2, -1))
    reshape(a, shp) | reshape(a, (5, 5)) | ravel(a) | ravel(a=i) | permute_dims(t) | permute_dims(t, (1, 0, 2))
    permute_dims(t, axes=(2, 0, 1)) | transpose(a) | transpose(t, (-1, 0, 1)) | matrix_transpose(t)
moveaxis, swapaxes, rollaxis, expand_dims, squeeze: moveaxis(t, 0, -1) | moveaxis(t, (0, 1), (1, 2))
    moveaxis(a=t, source=2, destination=0) | swapaxes(t, 0, 2) | swapaxes(a=t, axis1=0, axis2=1) | rollaxis(t, 2)
    rollaxis(t, 0, start=2) | expand_dims(a, 0) | expand_dims(a, axis=(0, -1)) | squeeze(a[None])
    squeeze(a[None, :, None], axis=0) | squeeze(a, 0) | expand_dims(a, 9)
broadcast_to, broadcast_arrays, broadcast_shapes: broadcast_to(v, (2, 4)) | broadcast_to(array=1, shape=3) | broadcast_to(v, 5)
    broadcast_arrays(v, a) | broadcast_arrays(v) | broadcast_arrays(1, v) | broadcast_shapes((2, 1), (3,))
    broadcast_shapes(3, (2, 1)) | broadcast_shapes() | broadcast_shapes((2,), (3,))
flip, fliplr, flipud, rot90: flip(a) | flip(a, 0) | flip(m=a, axis=(0, 1)) | fliplr(a) | flipud(m=a) | rot90(a) | rot90(a, 2)
    rot90(t, k=-1, axes=(1, 2)) | rot90(a, axes=(0, 0)) | rot90(v)
atleast_1d, atleast_2d, atleast_3d: atleast_1d(3) | atleast_1d(v, a) | atleast_2d(v) | atleast_2d(2, v) | atleast_3d(v)
    atleast_3d(a) | atleast_1d()
sliding_window_view: sliding_window_view(v, 2) | sliding_window_view(a, (2, 2))
    sliding_window_view(x=a, window_shape=2, axis=1) | sliding_window_view(v, 9)
unstack: unstack(a) | unstack(a, axis=1) | unstack(a, axis=-1) | unstack(3)
diagonal, diag, diagflat, tril, triu: diagonal(m) | diagonal(a, 1) | diagonal(t, offset=1, axis1=1, axis2=2) | diag(v)
    diag(a, -1) | diag(v=v, k=1) | diagflat(a) | diagflat(v, k=1) | tril(a) | tril(a, 1) | triu(m=a, k=-1) | triu(t) | diag(t)
roll, tile, resize: roll(a, 1) | roll(a, 1, 0) | roll(a, (1, 2), axis=(0, 1)) | roll(a, shift=-1, axis=-1) | tile(v, 2)
    tile(v, (2, 2)) | tile(A=a, reps=(1, 2)) | resize(a, (2, 2)) | resize(a, new_shape=20) | resize(v, ())
astype, shape, ndim, size: astype(a, 'float32') | astype(i, int8) | astype(a, float, copy=True) | shape(a) | shape(1)
    shape([[1, 2]]) | ndim(t) | ndim(a=1) | size(a) | size(a, 1) | size(a=t, axis=-1) | size(a, axis=7)
result_type, promote_types, can_cast: result_type(a, c) | result_type(int8, 'uint8') | result_type(j, int16)
    promote_types(int8, 'uint8') | promote_types(float, int8) | can_cast(int8, int16)
    can_cast('int64', 'int8', casting='same_kind') | can_cast(from_=float, to=int) | can_cast(int, float, 'no') | result_type()
iscomplexobj, isrealobj, shares_memory, may_share_memory: iscomplexobj(z) | iscomplexobj(x=a) | isrealobj(a) | isrealobj(1j)
    shares_memory(a, a[1:]) | shares_memory(a, b) | may_share_memory(a[:, ::2], a[:, 1::2])
    shares_memory(a[:, ::2], a[:, 1::2])
concat: concat((a, b)) | concat([a, i], axis=1) | concat((a, b), 1) | concat((a, v), None) | concatenate((a, b), -1)
    concat((a, b), 0, o64) | concatenate(t) | concat((a, b), dtype='float32') | concat((a, i), dtype=int, casting='unsafe')
    concat((a, b), dtype=int) | concat(()) | concat((a, v))
stack, vstack, hstack, dstack, column_stack: stack((a, b)) | stack((a, b), 1) | stack([v, w], axis=-1)
    stack(arrays=(a, b), out=o234) | stack(t) | stack((a, i), dtype='complex64') | vstack((a, v)) | vstack(tup=[v, w])
    hstack((v, w)) | hstack((a, b), dtype=float32) | dstack((a, b)) | dstack((v, w)) | column_stack((v, w))
    column_stack(tup=(v, w)) | row_stack((v, w)) | vstack((1, 2)) | hstack(t)
append, block: append(a, b) | append(a, v[None], 0) | append(arr=v, values=3, axis=None) | append(v, [1, 2])
    block([[a, b], [b, a]]) | block([v, w]) | block(3)
array_split, split, vsplit, hsplit, dsplit: array_split(x, 4) | array_split(x, [2, 5]) | array_split(a, 3, 1)
    array_split(ary=a, indices_or_sections=2, axis=1) | split(v, 2) | split(v, (1, 3)) | split(v, 3)
    split(ary=a, indices_or_sections=2, axis=1) | split(x, k[:3] + 3) | vsplit(a, 3) | vsplit(a, [1]) | hsplit(a, 2)
    hsplit(v, [1, 2]) | dsplit(t, 2) | vsplit(v, 2) | hsplit(1, 2) | dsplit(a, 1) | split(v, 0)
insert, delete: insert(v, 1, 9) | insert(a, 1, v, axis=0) | insert(v, [0, 2], [7, 8]) | insert(arr=a, obj=1, values=0.5, axis=1)
    insert(v, 9, 0) | delete(v, 1) | delete(a, [0, 2], 1) | delete(arr=a, obj=0, axis=0) | delete(v, q) | delete(v, 7)
pad: pad(a, 1) | pad(v, (1, 2), 'edge') | pad(a, ((1, 0), (0, 2)), mode='reflect') | pad(v, 2, constant_values=7)
    pad(v, 2, 'linear_ramp', end_values=(1, 2)) | pad(v, 3, 'mean', stat_length=2) | pad(v, 2, 'maximum')
    pad(v, 2, 'symmetric', reflect_type='odd') | pad(array=v, pad_width=1, mode='wrap') | pad(v, -1)
    pad(a, array([[1, 2], [0, 1]])) | pad(a, array([1, 2])) | pad(v, 1, 'median') | pad(v, 1, 'minimum') | pad(v, 1, 'no')
sort, argsort: sort(a) | sort(a, 0) | sort(a, axis=None) | sort(a=k, kind='stable') | sort(k, -1, 'mergesort')
    sort(k, stable=True) | argsort(k, kind='stable') | argsort(a, 0) | argsort(a=a, axis=None) | argsort(k, stable=True)
    sort(f) | sort(z)
partition, argpartition: sort(partition(x, 3)[:3]) | partition(x, 3)[3] | partition(a=k, kth=(1, 4), axis=-1)[[1, 4]]
    k[argpartition(k, 2)][2] | partition(v, 7)
topk: topk(a, 2) | topk(a, 2, 0) | topk(a, 1, axis=1, largest=False) | topk(a, 9)
lexsort, sort_complex: lexsort((k, k[::-1])) | lexsort(keys=(k,), axis=0) | lexsort(a) | sort_complex(z[0]) | sort_complex(a=k)
take: take(v, [0, 2]) | take(a, 1, 0) | take(a, [0, -1], axis=1) | take(v, [5], mode='wrap')
    take(v, [9, -9], None, None, 'clip') | take(a=v, indices=k % 4) | take(v, [0, 1, 2, 3], out=o4) | take(a, [0, 1, 2], 1, o33)
    take(v, 4)
take_along_axis: take_along_axis(a, argsort(a, 1), 1) | take_along_axis(arr=a, indices=argsort(a, axis=0), axis=0)
    take_along_axis(v, k % 4, axis=None)
repeat: repeat(v, 2) | repeat(a, 2, 1) | repeat(a, [1, 2, 0], axis=0) | repeat(a=v, repeats=k[:4]) | repeat(3, 4)
    repeat(v, -1)
compress, extract: compress(q, v) | compress(q, a, 1) | compress(condition=[True, False, True], a=a, axis=0)
    compress([1, 1, 0, 1], v, None, o3) | extract(p, a) | extract(condition=q, arr=v)
choose, select: choose(j % 2, (a, b)) | choose(a=[0, 1], choices=[[1, 2], [3, 4]]) | choose(j, (a, b), mode='wrap')
    choose(j, (a, b), None, 'clip') | choose(j % 2, (a, b), o) | choose(j, (a, b)) | select([a > 0.5, a > 0.2], [a, b])
    select([a > 0.5], [a], -1) | select(condlist=[p], choicelist=[i], default=7)
nonzero, argwhere, flatnonzero, where: nonzero(i) | nonzero(a=p) | argwhere(p) | argwhere(a=j) | flatnonzero(i) | where(p)
    where(p, a, b) | where(p, a, 0) | where(p, 1, 2) | where(a > 0.5, c, 2.0) | where(p, a) | where(1, a, b) | nonzero(3)
unravel_index, ravel_multi_index: unravel_index(7, (3, 4)) | unravel_index(k, (2, 2), order='F')
    unravel_index(indices=k, shape=(4,)) | ravel_multi_index((1, 2), (3, 4)) | ravel_multi_index((k, k), dims=(4, 4), order='F')
    ravel_multi_index((k, k), (2, 3), mode='wrap') | ravel_multi_index((k, k), (3, 3), mode=('clip', 'wrap'))
    unravel_index(99, (3, 4))
tril_indices, triu_indices, tril_indices_from, triu_indices_from, diag_indices, diag_indices_from: tril_indices(3)
    tril_indices(3, 1, 4) | tril_indices(n=2, k=-1, m=5) | triu_indices(3) | triu_indices(3, k=-1, m=2) | tril_indices_from(a)
    triu_indices_from(arr=a, k=1) | diag_indices(3) | diag_indices(n=2, ndim=3) | diag_indices_from(m) | diag_indices_from(a)
    tril_indices_from(v) | diag_indices_from(v)
ix_: ix_([0, 1], [2, 3]) | ix_(q) | ix_(k) | ix_(a)
unique, unique_values, unique_counts, unique_inverse, unique_all: unique(k) | unique(k, True) | unique(k, False, True)
    unique(k, return_counts=True) | unique(k, True, True, True) | unique(ar=j, axis=0) | unique([nan, 1, nan])
    unique([nan, 1, nan], equal_nan=False) | sort(unique_values(k)) | unique_counts(k) | unique_inverse(k) | unique_all(k)
    unique_all(j)
isin, union1d, intersect1d, setdiff1d, setxor1d: isin(k, [1, 2]) | isin(i, k, invert=True) | isin(k, [1], False, True)
    isin(element=k, test_elements=3, assume_unique=True) | union1d(k, [9]) | union1d(ar1=k, ar2=v) | intersect1d(k, [3, 1, 8])
    intersect1d([1, 2], [2, 3], True) | intersect1d(k, [3, 1], return_indices=True) | setdiff1d(k, [1])
    setdiff1d(ar1=[5, 3, 1], ar2=[1], assume_unique=True) | setxor1d(k, [1, 9]) | setxor1d([1, 2], [2, 3], True)
ptp, count_nonzero: ptp(a) | ptp(a, 0) | ptp(a, 1, None, True) | ptp(a, axis=0, out=o4) | ptp(a=i, keepdims=True)
    count_nonzero(i) | count_nonzero(i, 0) | count_nonzero(a=p, axis=1, keepdims=True)
average: average(a) | average(a, 0) | average(a, 1, w) | average(a, weights=b) | average(a, axis=1, weights=v, returned=True)
    average(a=i, axis=0, keepdims=True) | average(a, weights=v)
logsumexp, softmax, log_softmax, logcumsumexp: logsumexp(a) | logsumexp(a, 1, keepdims=True) | logsumexp(c, axis=0) | softmax(a)
    softmax(a, axis=1) | log_softmax(a, 0) | logcumsumexp(v) | logcumsumexp(a, axis=1)
cumulative_max, cumulative_min: cumulative_max(i, 1) | cumulative_max(x=v) | cumulative_min(a, axis=0)
nansum, nanprod: nansum(h) | nansum(h, 0) | nansum(h, 1, None, o3) | nansum(h, axis=1, keepdims=True)
    nansum(h, initial=3, where=p) | nansum(a=j, dtype=float32) | nanprod(h) | nanprod(h, 0, 'float32')
    nanprod(h, axis=1, out=o3) | nanprod(h, where=p, initial=2.0)
nanmean, nanvar, nanstd: nanmean(h) | nanmean(h, 0) | nanmean(h, 0, None, o4) | nanmean(h, axis=1, keepdims=True)
    nanmean(h, where=p) | nanvar(h, 0) | nanvar(h, ddof=1) | nanvar(h, 0, None, o4, 1) | nanvar(h, axis=0, correction=1)
    nanstd(h) | nanstd(h, 1, None, None, 1, True) | nanstd(h, where=p) | nanmean(a=h, dtype='float32')
nanmin, nanmax: nanmin(h) | nanmin(h, 0) | nanmin(h, 1, o3) | nanmin(h, 0, None, True) | nanmin(h, initial=0.1, where=p)
    nanmax(a=h, axis=1) | nanmax(h, keepdims=True) | nanmax(h, 0, o4)
nanargmin, nanargmax: nanargmin(h) | nanargmin(h, 0) | nanargmin(h, 0, oi) | nanargmax(h, axis=1, keepdims=True)
    nanargmax(a=h)
nancumsum, nancumprod: nancumsum(h) | nancumsum(h, 1) | nancumsum(h, 1, None, o) | nancumsum(a=h, axis=0, dtype='float32')
    nancumprod(h) | nancumprod(h, axis=1, out=o)
diff, ediff1d, gradient: diff(v) | diff(a, 2) | diff(a, axis=0) | diff(v, prepend=0) | diff(v, append=[1, 2], n=1) | diff(p)
    ediff1d(k) | ediff1d(ary=v, to_end=9, to_begin=[1, 2]) | gradient(v) | gradient(a) | gradient(v, 2.0) | gradient(a, axis=1)
    gradient(x, x ** 2 + x) | gradient(a, 1, 2) | gradient(v, edge_order=2) | diff(v, -1)
trapezoid, unwrap: trapezoid(v) | trapezoid(v, w) | trapezoid(a, dx=2.0, axis=0) | trapezoid(y=v, x=None, dx=0.5)
    unwrap(w * 3) | unwrap(w * 3, 4.0) | unwrap(p=w * 9, axis=0, period=4) | unwrap(k * 3, period=6)
cov, corrcoef: cov(a) | cov(v, w) | cov(a, rowvar=False) | cov(a, None, True, True) | cov(a, ddof=0)
    cov(m=a, fweights=[1, 2, 1, 3]) | cov(a, aweights=v) | corrcoef(a) | corrcoef(v, w) | corrcoef(x=a, rowvar=False)
    cov(a, dtype='float32')
median, nanmedian: median(a) | median(a, 0) | median(a, 0, None) | median(a, 0, o4) | median(a, 0, None, False, True)
    median(a=i, axis=(0, 1), keepdims=True) | nanmedian(h) | nanmedian(h, 1) | nanmedian(h, axis=0, out=o4)
quantile, percentile: quantile(a, 0.3) | quantile(c, [0.1, 0.9]) | quantile(c, 0.5) | quantile(a, 0.3, 0)
    quantile(a, 0.3, 0, o4) | quantile(a, q=0.25, axis=1, keepdims=True) | quantile(k, 0.3, method='lower')
    quantile(a, 0.3, None, None, False, 'median_unbiased') | quantile(a=v, q=0.4, method='inverted_cdf', weights=b[0])
    percentile(a, 30) | percentile(a, [10, 50], 1) | percentile(a, q=99, axis=0, method='nearest') | quantile(a, 2)
nanquantile, nanpercentile: nanquantile(h, 0.3) | nanquantile(h, [0.1, 0.5], axis=0) | nanquantile(h, 0.5, 1, o3)
    nanpercentile(h, 30) | nanpercentile(h, q=30, axis=1, keepdims=True)
histogram, histogram_bin_edges: histogram(x) | histogram(x, 4) | histogram(x, bins=[0, 0.5, 1]) | histogram(x, 3, (0, 1))
    histogram(x, 3, density=True) | histogram(x, 3, None, None, x) | histogram(x, 'auto')
    histogram(a=k, bins=3, range=(0, 4), weights=k) | histogram_bin_edges(x, 4)
    histogram_bin_edges(a=x, bins='sturges', range=(0, 2)) | histogram_bin_edges(x, 3, None, x)
histogram2d, histogramdd: histogram2d(v, w) | histogram2d(v, w, 3) | histogram2d(v, w, [2, 3])
    histogram2d(v, w, bins=[0, 1, 2, 3]) | histogram2d(x=v, y=w, bins=2, range=[[0, 1], [-2, 4]], density=True)
    histogram2d(v, w, [[0, 0.5, 1], [-3, 0, 4]], weights=v) | histogramdd(a, 2) | histogramdd((v, w), bins=(2, 3))
    histogramdd(sample=a, bins=2, weights=b[:, 0]) | histogramdd(v, 3) | histogram2d(v, x)
searchsorted, digitize, bincount: searchsorted(x, v) | searchsorted(x, 0.5, 'right')
    searchsorted(a=k, v=[1, 2], sorter=argsort(k, kind='stable')) | digitize(v, [0.2, 0.5])
    digitize(x=v, bins=[0.9, 0.1], right=True) | bincount(k) | bincount(k, k * 0.5) | bincount(k, minlength=9) | bincount(i)
    searchsorted(x, v, side='middle')
interp: interp(v, x, x ** 2) | interp(0.5, x, x * 2) | interp(w, x, x, -1, 9) | interp(x=w, xp=x, fp=x, left=None, right=2)
    interp(w, x, x, period=1.0)
convolve, correlate: convolve(v, w) | convolve(v, w, 'same') | convolve(a=v, v=[1, 2], mode='valid') | correlate(v, w)
    correlate(v, w, mode='full') | convolve(v, w, 'half')
matmul, dot, vdot, inner, outer: matmul(a, v) | matmul(m, m, o33) | matmul(m, s, out=o33) | dot(a, v) | dot(3, v) | dot(m, a, o)
    dot(a=v, b=v, out=o0) | vdot(z, z) | vdot(v, w) | inner(a, b) | inner(v, 2) | outer(v, w) | outer(o3, v, o)
    outer(a=v, b=i) | matmul(3, v)
vecdot, matvec, vecmat: vecdot(a, b) | vecdot(a, b, axis=0) | vecdot(z, z, axis=-1) | vecdot(a, b, o3) | matvec(a, v)
    matvec(m, o3 + 1, o3) | vecmat(o3 + 1, a) | vecmat(o3 + 1, a, out=o4)
tensordot, kron, cross, trace: tensordot(a, b) | tensordot(a, b, 1) | tensordot(a, b, axes=([1], [1]))
    tensordot(t, a, ((1, 2), (0, 1))) | tensordot(a, b, (0, 0)) | kron(m, v) | kron(a=v, b=w) | cross(m, s)
    cross([1, 2, 3], [4, 5, 6]) | cross(m, s, 0, 0, 0) | cross(a=m, b=s, axis=0) | trace(m) | trace(a, 1)
    trace(t, offset=0, axis1=1, axis2=2) | trace(j, dtype=float32) | trace(m, out=o0) | trace(t, 0, 1, 2, None)
einsum: einsum('ij,j', a, v) | einsum('ij->ji', a) | einsum('ii', m) | einsum('ij,kj->ik', a, b, out=o33)
    einsum('i,i', j[0], j[0], dtype=int) | einsum('ij,j->i', a, v, optimize=True) | einsum('ij', v)
linalg.solve, linalg.inv, linalg.det, linalg.slogdet, linalg.cholesky: linalg.solve(s, m) | linalg.solve(a=s, b=m[0])
    linalg.inv(s) | linalg.inv(a=s) | linalg.det(m) | linalg.slogdet(m) | linalg.cholesky(s) | linalg.cholesky(s, upper=True)
    linalg.inv(a)
linalg.lu, linalg.solve_triangular, linalg.expm: linalg.lu(m) | linalg.solve_triangular(s, m)
    linalg.solve_triangular(s, m, trans='T', lower=True, unit_diagonal=True) | linalg.expm(m)
linalg.lstsq, linalg.tensorsolve, linalg.tensorinv: linalg.lstsq(a, o3 + 1)[0] | linalg.lstsq(a, o3 + 1)[3]
    linalg.lstsq(s, m, rcond=0.01)[0] | linalg.tensorsolve(s, m[0]) | linalg.tensorsolve(a=s, b=m[0], axes=None)
    linalg.tensorinv(reshape(eye(12), (3, 4, 2, 6)), 2) | linalg.tensorinv(a=s, ind=1)
linalg.eig, linalg.eigvals, linalg.eigh, linalg.eigvalsh: linalg.eigvals(s) | linalg.eig(s)[0] | linalg.eigh(s)[0]
    linalg.eigh(s, 'U')[0] | abs(linalg.eigh(a=s, UPLO='L')[1]) | linalg.eigvalsh(s) | linalg.eigvalsh(a=s, UPLO='U')
linalg.svd, linalg.svdvals, linalg.qr: linalg.svd(a, compute_uv=False) | linalg.svd(a)[1] | linalg.svdvals(a)
    abs(linalg.svd(a, full_matrices=False)[2]) | linalg.svd(s, hermitian=True)[1] | abs(linalg.qr(a)[1])
    abs(linalg.qr(a, mode='complete')[0]) | abs(linalg.qr(a, 'r')) | shape(linalg.svd(a)[2])
linalg.pinv, linalg.matrix_rank, linalg.norm, linalg.vector_norm, linalg.matrix_norm, linalg.cond: linalg.pinv(a)
    linalg.pinv(a=a, rcond=0.5) | linalg.matrix_rank(a) | linalg.matrix_rank(A=m, tol=0.3)
    linalg.matrix_rank(s, hermitian=True) | linalg.norm(a) | linalg.norm(a, 1) | linalg.norm(a, 'nuc') | linalg.norm(a, axis=0)
    linalg.norm(x=a, ord=2, axis=1, keepdims=True) | linalg.norm(v, inf) | linalg.norm(a, -inf) | linalg.vector_norm(a)
    linalg.vector_norm(a, axis=1, keepdims=True, ord=1) | linalg.matrix_norm(t) | linalg.matrix_norm(a, keepdims=True, ord=2)
    linalg.cond(s) | linalg.cond(x=s, p=1) | linalg.norm(a, 'fro', 0)
linalg.matrix_power, linalg.multi_dot: linalg.matrix_power(m, 3) | linalg.matrix_power(a=s, n=-1) | linalg.multi_dot([m, s, a])
    linalg.multi_dot(arrays=(m, s)) | linalg.matrix_power(m, 0)
linalg.diagonal, linalg.trace, linalg.cross, linalg.outer, linalg.matmul, linalg.vecdot: linalg.diagonal(t)
    linalg.diagonal(a, offset=1) | linalg.trace(t) | linalg.trace(a, offset=1, dtype='float32') | linalg.cross(m, s)
    linalg.cross(m, s, axis=0) | linalg.outer(v, w) | linalg.outer(a, v) | linalg.matmul(m, s) | linalg.vecdot(a, b, axis=0)
    linalg.matrix_transpose(t) | linalg.tensordot(a, b, axes=1)
fft.fft, fft.ifft, fft.rfft, fft.irfft, fft.hfft, fft.ihfft: fft.fft(v) | fft.fft(a, 3) | fft.fft(a, axis=0, norm='ortho')
    fft.fft(a=a, n=5, axis=-1, norm='forward') | fft.ifft(z) | fft.ifft(z, 2, 0) | fft.rfft(a) | fft.rfft(v, n=3) | fft.irfft(z)
    fft.irfft(z, 5) | fft.hfft(z) | fft.ihfft(v) | fft.ihfft(a, axis=0) | fft.fft(v, norm='no') | fft.fft(c)
fft.fft2, fft.ifft2, fft.rfft2, fft.irfft2, fft.fftn, fft.ifftn, fft.rfftn, fft.irfftn: fft.fft2(t) | fft.fft2(a, (2, 2))
    fft.ifft2(z) | fft.rfft2(a, axes=(0, 1)) | fft.irfft2(z) | fft.fftn(t) | fft.fftn(t, axes=(0, 2))
    fft.fftn(a, s=(2, 3), axes=(0, 1)) | fft.ifftn(z, norm='ortho') | fft.rfftn(t) | fft.irfftn(z)
    fft.irfftn(z, (3, 4), axes=(0, 1)) | fft.rfft2(a, (4, 4), (1, 0))
fft.fftfreq, fft.rfftfreq, fft.fftshift, fft.ifftshift: fft.fftfreq(5) | fft.fftfreq(n=4, d=0.5) | fft.rfftfreq(5)
    fft.rfftfreq(4, 0.1) | fft.fftshift(v) | fft.fftshift(a, 0) | fft.fftshift(x=a, axes=(0, 1)) | fft.ifftshift(a, axes=1)
round, clip: round(w) | round(a, 1) | round(a, decimals=2, out=o) | round(i, -1) | around(w) | clip(a, 0.2, 0.6)
    clip(a, None, 0.5) | clip(a, a_max=0.5, a_min=0.1) | clip(a, min=0.2, max=0.4) | clip(i, 0, 3, i) | clip(a, 0.1, 0.2, out=o)
    clip(a)
"""
# Reductions and elementwise functions have forms of their kind.
REDUCTIONS = ["{}(a)", "{}(a, 0)", "{}(i, axis=1)", "{}(a=t, axis=(0, 2))", "{}(t, axis=-1, keepdims=True)", "{}(p, 0)", "{}(c)",
              "{}(z)", "{}(h, 0)", "{}(a, axis=7)", "{}(a, axis=(0, 0))", "{}(j)"]
MORE_REDUCTIONS = {
    ("sum", "prod"): ["{}(a, 0, float32)", "{}(a, 0, None, o4)", "{}(a, axis=1, out=o3)", "{}(a, initial=2, where=p)",
                      "{}(j, dtype=int8)", "{}(a, 0, None, None, True, 3, p)", "{}(u)"],
    ("min", "max"): ["{}(a, 0, o4)", "{}(a, 0, None, True)", "{}(a, initial=0.5)", "{}(a, initial=0.5, where=p)",
                     "{}(a, where=p)", "amax(a)", "amin(a, 1)"],
    ("any", "all"): ["{}(p, 0, None, True)", "{}(p, where=a > 0.3)", "{}(p, axis=1, out=ob[:3])"],
    ("argmin", "argmax"): ["{}(a, 0, oi)", "{}(a, axis=1, keepdims=True)", "{}(a, 0, None)"],
    ("mean",): ["mean(a, 0, float32)", "mean(a, 0, None, o4)", "mean(a, axis=0, where=p | ~p)", "mean(a, 0, None, None, True)"],
    ("var", "std"): ["{}(a, 0, None, o4)", "{}(a, ddof=1)", "{}(a, 0, None, None, 1, True)", "{}(a, axis=1, correction=1)",
                     "{}(a, where=p)", "{}(a, dtype=float32)", "{}(a, ddof=1, correction=1)"],
}
OPERANDS = ("a", "c", "i", "j", "u", "p", "z", "w", "2", "0.5", "one", "f")
UFUNC_FORMS = {1: ["{}(a, o)", "{}(a, out=o)", "{}(b, where=p, out=o)", "{}(c, dtype=float64)", "{}()", "{}(a, b, o, a)",
                   "{}(x=a)", "{}(j, casting='no')"],
               2: ["{}(a, b, o)", "{}(i, b)", "{}(a, v)", "{}(j, u)", "{}(j, 3)", "{}(c, 2.5)", "{}(2, b)", "{}(p, q)",
                   "{}(z, a)", "{}(a, b, where=p, out=o)", "{}(c, c, dtype=float64)", "{}(a)", "{}(a, o3)",
                   "{}(j, i, dtype=int8)", "{}(i, j % 3)"]}


class Beside:
    """NumPy's functions, and broadloom's where NumPy has none."""

    def __init__(self, theirs, ours):
        self.theirs, self.ours = theirs, ours

    def __getattr__(self, name):
        return getattr(self.theirs, name, None) or getattr(self.ours, name)


def judges():
    functions = {}
    for name in FUNCTIONS:
        if "." not in name:
            functions[name] = getattr(np, name, None) or getattr(bl, name, None)
    functions |= {name: getattr(np, name) for name in "concatenate transpose amax amin around".split()} | {"row_stack": np.vstack}
    functions |= {name: getattr(np, name) for name in "int8 int16 int64 float32 float64".split()}
    functions["linalg"], functions["fft"] = Beside(np.linalg, bl.linalg), Beside(np.fft, bl.fft)
    functions["sliding_window_view"] = np.lib.stride_tricks.sliding_window_view
    functions["complex"] = complex_of
    functions |= {"int": int, "float": float, "bool": bool}
    return functions


def complex_of(real, imag):
    return real + imag * np.asarray(1j, np.result_type(np.asarray(real), np.asarray(imag), np.complex64))


def texts_of_the_table():
    for line in TEXTS.strip().replace("\n    ", " | ").splitlines():
        yield from (text.strip() for text in line.partition(": ")[2].split(" | "))


def covered_by_the_table():
    return {name.strip() for line in TEXTS.strip().splitlines() if line[0] != " " for name in line.partition(":")[0].split(",")}


def is_of_their_kind(name):
    return GROUPS[name] in ("elementwise", "reduction") and name not in covered_by_the_table()


def texts_of_kinds():
    for name in filter(is_of_their_kind, FUNCTIONS):
        if GROUPS[name] == "reduction":
            forms = REDUCTIONS + [form for names, more in MORE_REDUCTIONS.items() if name in names for form in more]
        else:
            arity = FUNCTIONS[name].partition(", /")[0].count(",") + 1
            forms = UFUNC_FORMS.get(arity, ["{}(a, b, c)", "{}(a, b, 0.5)", "{}(i, 1, 2)", "{}(a, b, v, o)"])
            if not hasattr(np, name):  # the judge is broadloom, whose functions take x by name
                forms = [form for form in forms if "x=" not in form]
            forms = forms + ["{}(" + ", ".join([operand] * arity) + ")" for operand in OPERANDS]
        yield from (form.format(name) for form in forms)


NOT_NUMPYS = ("pow(i, i)", "pow(j, i, dtype=int8)", "pow(i, j, dtype=int8)")  # 0 for negative exponents that are elements
TESTED = [text for text in dict.fromkeys([*texts_of_the_table(), *texts_of_kinds()]) if text not in NOT_NUMPYS]


# Random functions: texts, whose results lie between the two numbers.
RANDOM = {
    "random.seed": {}, "random.random": {"random.random()": (0, 1), "random.random((2, 3))": (0, 1),
                                         "random.random(4, dtype='float32')": (0, 1)},
    "random.uniform": {"random.uniform()": (0, 1), "random.uniform(2, 3, 5)": (2, 3),
                       "random.uniform(low=[0, 5], high=6, size=(3, 2))": (0, 6)},
    "random.integers": {"random.integers(5)": (0, 4), "random.integers(2, 5, (2, 2))": (2, 4),
                        "random.integers(2, high=3, size=4, dtype=int8, endpoint=True)": (2, 3)},
    "random.standard_normal": {"random.standard_normal(3)": (-9, 9), "random.standard_normal((2, 2), float32)": (-9, 9)},
    "random.normal": {"random.normal()": (-9, 9), "random.normal(100, 0.1, 3)": (99, 101),
                      "random.normal(loc=[0, 9], scale=0)": (0, 9)},
    "random.lognormal": {"random.lognormal(size=3)": (0, 1e4)}, "random.exponential": {"random.exponential(2.0, 3)": (0, 200)},
    "random.standard_exponential": {"random.standard_exponential(3)": (0, 99),
                                    "random.standard_exponential(size=2, dtype='float32')": (0, 99)},
    "random.standard_gamma": {"random.standard_gamma(2.0, 3)": (0, 99),
                              "random.standard_gamma(shape=2, size=3, dtype=float32)": (0, 99)},
    "random.laplace": {"random.laplace(0, 1, 3)": (-99, 99)}, "random.logistic": {"random.logistic(size=3)": (-99, 99)},
    "random.gumbel": {"random.gumbel(size=3)": (-99, 99)}, "random.rayleigh": {"random.rayleigh(scale=2, size=3)": (0, 99)},
    "random.weibull": {"random.weibull(2, 3)": (0, 99)}, "random.pareto": {"random.pareto(9.0, 3)": (0, 99)},
    "random.power": {"random.power(a=2, size=3)": (0, 1)},
    "random.triangular": {"random.triangular(1, 2, 3, 4)": (1, 3), "random.triangular(left=0, mode=1, right=[1, 2])": (0, 2)},
    "random.standard_cauchy": {"random.standard_cauchy(3)": (-1e15, 1e15)},
    "random.wald": {"random.wald(1, scale=2, size=3)": (0, 999)},
    "random.geometric": {"random.geometric(0.9, 3)": (1, 99)}, "random.gamma": {"random.gamma(2, 2.0, 3)": (0, 199)},
    "random.beta": {"random.beta(1, b=2, size=3)": (0, 1)},
    "random.chisquare": {"random.chisquare(2, 3)": (0, 199)},
    "random.noncentral_chisquare": {"random.noncentral_chisquare(2, nonc=1, size=3)": (0, 299)},
    "random.f": {"random.f(5, 9, 3)": (0, 1e5)}, "random.noncentral_f": {"random.noncentral_f(5, 9, nonc=1, size=3)": (0, 1e5)},
    "random.standard_t": {"random.standard_t(9, 3)": (-1e4, 1e4)},
    "random.vonmises": {"random.vonmises(0, kappa=1, size=3)": (-3.1416, 3.1416)},
    "random.poisson": {"random.poisson()": (0, 99), "random.poisson(lam=[1, 2], size=(3, 2))": (0, 99)},
    "random.binomial": {"random.binomial(5, 0.5, 3)": (0, 5)},
    "random.negative_binomial": {"random.negative_binomial(3, 0.5, 3)": (0, 199)},
    "random.hypergeometric": {"random.hypergeometric(5, nbad=3, nsample=4, size=3)": (1, 4)},
    "random.zipf": {"random.zipf(4.0, 3)": (1, 1e9)}, "random.logseries": {"random.logseries(0.5, 3)": (1, 199)},
    "random.multinomial": {"random.multinomial(6, [0.5, 0.5], 3)": (0, 6)},
    "random.dirichlet": {"random.dirichlet([1, 2, 3], size=2)": (0, 1)},
    "random.multivariate_normal": {"random.multivariate_normal([0, 50], [[1, 0], [0, 2]], 3)": (-20, 80),
                                   "random.multivariate_normal([0, 1], eye(2), check_valid='raise', method='cholesky')": (-20,
                                                                                                                          20)},
    "random.choice": {"random.choice(5, 3)": (0, 4), "random.choice([7, 8, 9], size=(2, 2), p=[0.5, 0.5, 0])": (7, 8),
                      "random.choice(k, 6, False)": (0, 3), "random.choice(a, 2, axis=1, shuffle=False)": (0, 1)},
    "random.permutation": {"random.permutation(5)": (0, 4), "random.permutation(a, axis=1)": (0, 1)},
    "random.permuted": {"random.permuted(a, axis=0)": (0, 1), "random.permuted(x=k)": (0, 3)},
}
RANDOM_TEXTS = [(text, limits) for texts in RANDOM.values() for text, limits in texts.items()]


def test_every_function_is_called():
    assert sorted(name for name in FUNCTIONS if not is_of_their_kind(name) and name not in covered_by_the_table() | RANDOM.keys()) == []
    called = "random.seed(5) " + " ".join(TESTED) + " ".join(text for texts in RANDOM.values() for text in texts)
    assert [name for name in FUNCTIONS if f"{name}(" not in called] == []


def same(got, want):
    if isinstance(want, (tuple, list)) or type(want).__module__ == "numpy.linalg._linalg":
        assert isinstance(got, tuple) and len(got) == len(want)
        for one, other in zip(got, want):
            same(one, other)
    elif isinstance(want, np.dtype):
        assert got == want
    else:
        got, want = np.asarray(got), np.asarray(want)
        assert got.dtype == want.dtype and got.shape == want.shape
        tolerance = {"float16": 2e-3, "float32": 3e-6, "complex64": 3e-6}.get(want.dtype.name, 1e-10)
        np.testing.assert_allclose(got, want, rtol=tolerance, atol=tolerance)


def outcome(run):
    """A value, or an error that NumPy and broadloom have in common."""
    try:
        return run(), None
    except (TypeError, ValueError, IndexError, OverflowError, ZeroDivisionError, AttributeError, np.linalg.LinAlgError) as error:
        return None, error


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("text", TESTED)
def test_texts_mean_what_they_mean_in_numpy(text):
    ours, theirs = names(), names()
    with np.errstate(all="ignore"), bl.errstate(all="ignore"):
        want, their_error = outcome(lambda: eval(text, judges(), theirs))  # noqa: S307: the judge, of texts from above
        got, our_error = outcome(lambda: bl.evaluate(text, ours, {}))
    assert (our_error is None) == (their_error is None), our_error or their_error
    if their_error is None:
        same(got, want)
        for name in ours:
            if name[0] == "o" or name == "i":
                same(ours[name], theirs[name])


@pytest.mark.parametrize(("text", "limits"), RANDOM_TEXTS, ids=[text for text, _ in RANDOM_TEXTS])
def test_random_numbers_have_numpys_shapes_and_begin_again_with_a_seed(text, limits):
    want = np.asarray(eval(text, {"random": np.random.default_rng(1), "float32": np.float32, "int8": np.int8, "eye": np.eye},
                           names()))  # noqa: S307
    bl.evaluate("random.seed(5)")
    got, second = (np.asarray(bl.evaluate(text, names(), {})) for _ in range(2))
    bl.evaluate("random.seed(5)")
    assert got.dtype == want.dtype and got.shape == want.shape
    assert (got >= limits[0]).all() and (got <= limits[1]).all()
    assert np.array_equal(np.asarray(bl.evaluate(text, names(), {})), got)
    if got.size > 2 and got.dtype == float and "scale=0" not in text and "permut" not in text and "choice" not in text:
        assert not np.array_equal(second, got)


def test_covariances_that_are_none():
    with pytest.warns(RuntimeWarning, match="semidefinite"):
        bl.evaluate("random.multivariate_normal([0, 0], [[1, 2], [0, 1]])")
    for text in ("random.multivariate_normal([0, 0], [[1, 2], [0, 1]], None, 'raise')", "random.multivariate_normal([0], eye(2))",
                 "random.multivariate_normal(0, eye(1))", "random.multivariate_normal([0], ones(1))"):
        with pytest.raises(ValueError):
            bl.evaluate(text)


# Functions of the Python module that are no functions of values: of memory, settings, files, Python objects,
# or arrays that they change.
NOT_IN_TEXTS = """
array2string array_repr array_str ascontiguousarray asfortranarray cache_clear cache_info common_type copyto einsum_path errstate eval evaluate
explain fill_diagonal finfo from_dlpack frombuffer fromfunction fromiter get_memory_budget get_num_threads get_printoptions geterr geterrcall iinfo isdtype isscalar
issubdtype jit mask_indices memory_budget memory_info min_scalar_type op_table place printoptions put put_along_axis putmask re_evaluate real_if_close require reset_peak
set_broadcast_warnings set_float_error_handler set_memory_budget set_num_threads set_package_folder set_precision_warnings set_printoptions seterr seterrcall trim_zeros
array_to_string fromfile genfromtxt load loadtxt memmap repr_of_array save savetxt savez savez_compressed str_of_array validate
random.bytes random.shuffle random.spawn random.multivariate_hypergeometric
""".split()


def test_the_modules_functions_are_functions_of_texts():
    def functions(module, prefix):
        return [prefix + name for name in dir(module) if name[0] != "_" and callable(getattr(module,
                                                                                             name)) and not isinstance(getattr(module, name), type)]

    listed = [*functions(bl, ""), *functions(bl.linalg, "linalg."), *functions(bl.fft, "fft."),
              *functions(bl.random.Generator, "random.")]
    assert [name for name in listed if name not in NOT_IN_TEXTS and not is_known(name)] == []


def is_known(name):
    try:
        bl.evaluate(f"{name}(no_such_argument=1)", {}, {})
    except (SyntaxError, ValueError, TypeError) as error:
        return "is not defined" not in str(error) and "attributes and methods" not in str(error)
    return True
