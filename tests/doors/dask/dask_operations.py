"""Operations on Dask arrays, each a function of the arrays that `arrays` makes: by name, for NumPy blocks and for broadloom's."""

import dask.array as da
import numpy as np

RNG = np.random.default_rng(7)
SHAPE, CHUNKS = (12, 10), (5, 4)


def _sources():
    x = RNG.normal(size=SHAPE)
    holes = np.where(RNG.random(SHAPE) < 0.2, np.nan, x)
    return {"x": x, "y": RNG.normal(size=SHAPE), "small": x.astype("float32"), "whole": RNG.integers(-9, 9, SHAPE),
            "bytes": RNG.integers(0, 200, SHAPE).astype("uint8"), "mask": RNG.random(SHAPE) < 0.4, "holes": holes,
            "z": x + 1j * RNG.normal(size=SHAPE), "row": RNG.normal(size=SHAPE[1]), "column": RNG.normal(size=(SHAPE[0], 1)),
            "line": RNG.normal(size=37), "square": RNG.normal(size=(10, 10)), "cube": RNG.normal(size=(6, 5, 4))}


SOURCES = _sources()


class Arrays:
    """Dask arrays by name; `make(numpy_array, chunks)` decides what their blocks are."""

    def __init__(self, make):
        for name, source in SOURCES.items():
            fitting = {1: (4,) if name == "row" else (8,), 2: CHUNKS, 3: (3, 2, 4)}[source.ndim]
            setattr(self, name, make(source, (5, 1) if name == "column" else fitting))


ELEMENTWISE = {
    "arithmetic": lambda a: (a.x + a.y) * 2 - a.x / 3,
    "broadcast row and column": lambda a: a.x * a.row + a.column,
    "integers": lambda a: (a.whole // 3) * 2 + a.whole % 4,
    "mixed dtypes": lambda a: a.small * a.bytes + a.whole,
    "float32 stays": lambda a: a.small * 2.5 + 1,
    "power": lambda a: a.x ** 2 + abs(a.x) ** 0.5,
    "exp log": lambda a: da.log1p(da.exp(a.x)),
    "trigonometry": lambda a: da.sin(a.x) ** 2 + da.cos(a.y) * da.tanh(a.x),
    "arctan2 hypot": lambda a: da.arctan2(a.x, a.y) + da.hypot(a.x, a.y),
    "comparisons": lambda a: (a.x > 0) & (a.y <= 0.5) | (a.whole == 3),
    "not equal": lambda a: a.whole != a.bytes,
    "where": lambda a: da.where(a.x > 0, a.x, -a.y),
    "where numbers": lambda a: da.where(a.mask, 1.5, a.x),
    "clip": lambda a: da.clip(a.x, -0.5, 0.5),
    "clip method": lambda a: a.whole.clip(-3, 3),
    "astype": lambda a: a.x.astype("float32"),
    "astype integer": lambda a: (a.x * 10).astype("int16"),
    "maximum minimum": lambda a: da.maximum(a.x, 0) + da.minimum(a.y, a.x),
    "fmax with nan": lambda a: da.fmax(a.holes, 0),
    "isnan": lambda a: da.isnan(a.holes) | da.isinf(a.x),
    "nan_to_num": lambda a: da.nan_to_num(a.holes),
    "round": lambda a: a.x.round(2),
    "floor ceil": lambda a: da.floor(a.x) + da.ceil(a.y) + da.trunc(a.x) + da.rint(a.y),
    "sign": lambda a: da.sign(a.x) + da.signbit(a.y),
    "logical": lambda a: da.logical_and(a.mask, da.logical_not(a.x > 0)) ^ a.mask,
    "bits": lambda a: (a.bytes & 15) | (a.bytes << 1) ^ (a.bytes >> 2),
    "complex": lambda a: a.z * a.z.conj() + a.z.real - 1j * a.z.imag,
    "abs angle of complex": lambda a: abs(a.z) + da.angle(a.z),
    "negative": lambda a: -a.x + ~a.whole,
    "divmod": lambda a: da.divmod(a.x, 0.7)[1],
    "select": lambda a: da.select([a.x > 1, a.x > 0], [a.x, a.y], -1.0),
    "isclose": lambda a: da.isclose(a.x, a.x + 1e-9),
    "ufunc with where": lambda a: da.add(a.x, a.y, where=a.mask, out=da.zeros_like(a.x)),
    "ufunc with dtype": lambda a: da.add(a.small, 1, dtype="float64"),
    "numpy function": lambda a: np.sqrt(np.abs(a.x)),
    "beside a numpy array": lambda a: a.x + SOURCES["y"],
    "numpy array first": lambda a: SOURCES["y"] * a.x,
    "numpy scalar": lambda a: np.float64(3) * a.x,
    "ufunc outer": lambda a: da.multiply.outer(a.row, a.line),
    "map_blocks": lambda a: a.x.map_blocks(lambda block: block * 2 + 1),
    "apply_gufunc": lambda a: da.apply_gufunc(lambda v: v - v.mean(-1, keepdims=True), "(i)->(i)", a.x.rechunk((5, -1))),
    "i0 sinc": lambda a: da.sinc(a.x) + da.i0(a.x),
    "ldexp frexp modf": lambda a: da.ldexp(a.x, 2) + da.modf(a.x)[0],
    "logaddexp": lambda a: da.logaddexp(a.x, a.y),
    "copysign nextafter": lambda a: da.copysign(a.x, a.y),
    "degrees": lambda a: da.rad2deg(a.x) + da.deg2rad(a.y),
    "square reciprocal": lambda a: da.square(a.x) + da.reciprocal(a.x) + da.cbrt(a.y),
    "fix": lambda a: da.fix(a.x * 3),
}

REDUCTIONS = {
    "sum": lambda a: a.x.sum(), "sum 0": lambda a: a.x.sum(0), "sum 1 keepdims": lambda a: a.x.sum(1, keepdims=True),
    "sum of integers": lambda a: a.bytes.sum(1), "sum dtype": lambda a: a.small.sum(0, dtype="float64"),
    "sum split_every": lambda a: a.x.sum(split_every=2), "prod": lambda a: (a.x * 0.9).prod(1),
    "mean": lambda a: a.x.mean(), "mean 0": lambda a: a.x.mean(0), "mean float32": lambda a: a.small.mean(1),
    "mean of integers": lambda a: a.whole.mean(0), "var": lambda a: a.x.var(), "var 1 ddof": lambda a: a.x.var(1, ddof=1),
    "std 0": lambda a: a.x.std(0), "std keepdims": lambda a: a.x.std(1, keepdims=True), "var complex": lambda a: a.z.var(0),
    "moment": lambda a: a.x.moment(3, axis=0), "min": lambda a: a.x.min(), "max 1": lambda a: a.x.max(1),
    "ptp": lambda a: da.ptp(a.x, axis=0), "argmin": lambda a: a.x.argmin(), "argmin 0": lambda a: a.x.argmin(0),
    "argmax 1": lambda a: a.x.argmax(1), "any": lambda a: (a.x > 2).any(), "any 0": lambda a: a.mask.any(0),
    "all 1": lambda a: (a.x > -1).all(1), "count_nonzero": lambda a: da.count_nonzero(a.mask), "nansum": lambda a: da.nansum(a.holes, 0),
    "nanprod": lambda a: da.nanprod(a.holes, 1), "nanmean": lambda a: da.nanmean(a.holes), "nanmean 1": lambda a: da.nanmean(a.holes, 1),
    "nanvar": lambda a: da.nanvar(a.holes), "nanvar 0": lambda a: da.nanvar(a.holes, 0), "nanstd 1": lambda a: da.nanstd(a.holes, 1, ddof=1),
    "nanmin": lambda a: da.nanmin(a.holes, 0), "nanmax": lambda a: da.nanmax(a.holes), "nanargmin": lambda a: da.nanargmin(a.holes, 0),
    "nanargmax": lambda a: da.nanargmax(a.holes), "cumsum": lambda a: a.x.cumsum(0), "cumsum 1": lambda a: a.x.cumsum(1),
    "cumprod": lambda a: (a.x * 0.5).cumprod(0), "cumsum blelloch": lambda a: da.cumsum(a.x, 0, method="blelloch"),
    "nancumsum": lambda a: da.nancumsum(a.holes, 1), "nancumprod": lambda a: da.nancumprod(a.holes, 0),
    "topk": lambda a: a.x.topk(3, axis=1), "topk smallest": lambda a: a.x.topk(-2, axis=0), "argtopk": lambda a: a.x.argtopk(3, axis=1),
    "median": lambda a: da.median(a.x, axis=0), "nanmedian": lambda a: da.nanmedian(a.holes, axis=1),
    "percentile": lambda a: da.percentile(a.line.rechunk(-1), [10, 50, 90]),
    "percentile of chunks": lambda a: da.percentile(a.line, [25, 50, 75]),
    "quantile": lambda a: da.quantile(a.x, [0.2, 0.7], axis=1),
    "histogram": lambda a: da.histogram(a.x, bins=7, range=(-3, 3))[0],
    "histogram of bins": lambda a: da.histogram(a.line, bins=np.array([-2.0, -0.5, 0.1, 3]))[0],
    "histogram density weights": lambda a: da.histogram(a.x, bins=5, range=(-2, 2), weights=abs(a.y), density=True)[0],
    "histogram2d": lambda a: da.histogram2d(a.line, a.line * 2, bins=3, range=((-2, 2), (-4, 4)))[0],
    "bincount": lambda a: da.bincount(a.bytes.ravel() % 7, minlength=7), "digitize": lambda a: da.digitize(a.x, np.array([-1.0, 0, 1])),
    "average": lambda a: da.average(a.x, axis=0, weights=abs(a.y)), "norm": lambda a: da.linalg.norm(a.x),
    "norm 1": lambda a: da.linalg.norm(a.x, axis=1), "softmax": lambda a: da.exp(a.x) / da.exp(a.x).sum(1, keepdims=True),
    "standardise": lambda a: (a.x - a.x.mean(0)) / a.x.std(0), "corrcoef": lambda a: da.corrcoef(a.x), "cov": lambda a: da.cov(a.x),
    "reduction of a chain": lambda a: ((a.x - 1) ** 2 * a.y).sum(1), "ediff1d diff": lambda a: da.diff(a.x, axis=0),
    "unique": lambda a: da.unique(a.whole), "allclose": lambda a: da.allclose(a.x, a.x + 1e-12),
    "reduction by name": lambda a: da.reduction(a.x, np.sum, np.sum, axis=(0,), dtype="float64"),
    "coarsen": lambda a: da.coarsen(np.mean, a.x.rechunk((6, 5)), {0: 2, 1: 5}),
}

SHAPES = {
    "slice": lambda a: a.x[2:9, 1:], "steps": lambda a: a.x[::2, ::3], "reversed": lambda a: a.x[::-1, ::-2],
    "an element": lambda a: a.x[3, 4], "a row": lambda a: a.x[-2], "newaxis ellipsis": lambda a: a.x[None, ..., 2:5],
    "integer list": lambda a: a.x[[1, 7, 3, 3]], "integer array": lambda a: a.x[:, np.array([9, 0, 4])],
    "mask array": lambda a: a.x[np.arange(12) % 3 == 0], "dask mask": lambda a: a.line[a.line > 0], "mask of two axes": lambda a: a.x[a.mask],
    "dask integers": lambda a: a.line[abs(a.whole[0]) % 37], "vindex": lambda a: a.x.vindex[[0, 5, 11], [1, 2, 3]],
    "take": lambda a: da.take(a.x, [5, 2, 8], axis=0), "compress": lambda a: da.compress([True, False, True], a.x, axis=0),
    "blocks": lambda a: a.x.blocks[1], "setitem": lambda a: _written(a.x, (slice(2, 5), slice(None)), 7.0),
    "setitem mask": lambda a: _written(a.x, a.x > 0, 0), "setitem array": lambda a: _written(a.x, (slice(0, 12, 3),), np.arange(10.0)),
    "rechunk": lambda a: a.x.rechunk((3, 10)) * 2, "rechunk one": lambda a: a.x.rechunk(-1) + 1, "transpose": lambda a: a.x.T + 1,
    "transpose axes": lambda a: a.cube.transpose(2, 0, 1), "swapaxes moveaxis": lambda a: da.moveaxis(a.cube, 0, -1).swapaxes(0, 1),
    "reshape": lambda a: a.x.reshape(3, 4, 10), "ravel": lambda a: a.x.ravel(), "flatten cube": lambda a: a.cube.reshape(30, 4),
    "squeeze": lambda a: a.column.squeeze(1), "expand_dims": lambda a: da.expand_dims(a.row, 0), "stack": lambda a: da.stack([a.x, a.y], axis=1),
    "concatenate": lambda a: da.concatenate([a.x, a.y, a.whole], axis=0), "concatenate 1": lambda a: da.concatenate([a.x, a.column], axis=1),
    "block": lambda a: da.block([[a.x, a.y], [a.y, a.x]]), "hstack vstack": lambda a: da.vstack([da.hstack([a.row, a.row]), da.hstack([a.row, a.row])]),
    "pad constant": lambda a: da.pad(a.x, 2, mode="constant", constant_values=3), "pad edge": lambda a: da.pad(a.x, ((1, 2), (0, 3)), mode="edge"),
    "pad reflect": lambda a: da.pad(a.x, 2, mode="reflect"), "pad wrap": lambda a: da.pad(a.line, 3, mode="wrap"),
    "pad mean": lambda a: da.pad(a.x, 1, mode="mean"), "pad linear_ramp": lambda a: da.pad(a.x, 2, mode="linear_ramp"),
    "roll": lambda a: da.roll(a.x, 3, axis=1), "flip": lambda a: da.flip(a.x, 0), "rot90": lambda a: da.rot90(a.x), "tile": lambda a: da.tile(a.x, (2, 1)),
    "repeat": lambda a: da.repeat(a.x, 3, axis=1), "broadcast_to": lambda a: da.broadcast_to(a.row, (3, 10)) + 1,
    "diag": lambda a: da.diag(a.row), "diagonal": lambda a: da.diagonal(a.square), "tril": lambda a: da.tril(a.square) + da.triu(a.square, 2),
    "eye": lambda a: a.square + da.eye(10, chunks=4), "zeros_like": lambda a: da.zeros_like(a.x) + da.full_like(a.x, 3),
    "ones_like": lambda a: da.ones_like(a.x), "arange": lambda a: a.row + da.arange(10, chunks=4), "insert delete": lambda a: da.insert(da.delete(a.x, [1, 3], axis=0), 2, 0.5, axis=1),
    "append": lambda a: da.append(a.x, a.y, axis=1), "nonzero": lambda a: da.nonzero(a.mask)[0], "argwhere": lambda a: da.argwhere(a.mask),
    "flatnonzero": lambda a: da.flatnonzero(a.mask), "searchsorted": lambda a: da.searchsorted(da.asarray(np.arange(9.0), chunks=9), a.row),
    "isin": lambda a: da.isin(a.whole, [1, 2, -3]), "choose": lambda a: da.choose(a.mask.astype(int), [a.x, a.y]),
    "map_overlap": lambda a: a.x.map_overlap(lambda b: (b[:-2] + b[1:-1] + b[2:]) / 3, depth={0: 1}, boundary="reflect", trim=False),
    "map_overlap trimmed": lambda a: a.x.map_overlap(lambda b: b * 2 + b.mean(), depth=1, boundary="none"),
    "sliding_window_view": lambda a: da.lib.stride_tricks.sliding_window_view(a.line, 5).mean(-1), "overlap periodic": lambda a: da.overlap.overlap(a.x, {0: 1, 1: 1}, {0: "periodic", 1: 0.0}),
    "shuffle": lambda a: a.x.shuffle([[3, 1], [0, 2, 5], [4, 6, 7, 8, 9, 10, 11]], axis=0), "gradient": lambda a: da.gradient(a.x, axis=0),
    "unravel": lambda a: da.unravel_index(da.asarray([3, 7, 11]), (3, 4))[0],
    "meshgrid": lambda a: da.meshgrid(a.row, a.line)[1], "atleast_2d": lambda a: da.atleast_2d(a.row), "triu_indices mask": lambda a: a.square[da.tri(10, chunks=4, dtype=bool)],
}

PRODUCTS = {
    "matmul": lambda a: a.x @ a.square, "matmul transposed": lambda a: a.x @ a.y.T, "matrix vector": lambda a: a.x @ a.row,
    "vector matrix": lambda a: a.row @ a.square, "batched matmul": lambda a: a.cube @ a.cube.transpose(0, 2, 1),
    "float32 product": lambda a: a.small @ a.small.T, "integer product": lambda a: a.whole @ a.whole.T, "dot": lambda a: a.x.dot(a.square),
    "dot of vectors": lambda a: da.dot(a.row, a.row), "vdot": lambda a: da.vdot(a.row, a.row), "outer": lambda a: da.outer(a.row, a.line),
    "tensordot": lambda a: da.tensordot(a.x, a.y, axes=((0,), (0,))), "tensordot 2": lambda a: da.tensordot(a.x, a.y, axes=2),
    "tensordot cube": lambda a: da.tensordot(a.cube, a.cube, axes=([1, 2], [1, 2])), "einsum": lambda a: da.einsum("ij,jk->ik", a.x, a.square),
    "einsum trace": lambda a: da.einsum("ii", a.square.rechunk(-1)), "einsum row sums": lambda a: da.einsum("ij,ij->i", a.x, a.y),
    "einsum batch": lambda a: da.einsum("bij,bkj->bik", a.cube, a.cube), "complex product": lambda a: a.z @ a.z.T,
    "product and bias": lambda a: da.maximum(a.x @ a.square + a.row, 0), "trace": lambda a: a.square.trace() if hasattr(a.square, "trace") else da.trace(a.square),
    "fft": lambda a: da.fft.fft(a.x.rechunk((5, -1)), axis=1), "rfft": lambda a: da.fft.rfft(a.x.rechunk((-1, 4)), axis=0),
    "fft2 ifft2": lambda a: da.fft.ifft2(da.fft.fft2(a.x.rechunk(-1))), "tsqr r": lambda a: abs(da.linalg.qr(a.x.rechunk((6, -1)))[1]),
    "svd values": lambda a: da.linalg.svd(a.x.rechunk((6, -1)))[1],
    "cholesky": lambda a: da.linalg.cholesky((a.square @ a.square.T + 20 * da.eye(10, chunks=4)).rechunk(5)),
    "solve": lambda a: da.linalg.solve((a.square + 20 * da.eye(10, chunks=4)).rechunk(5), a.row.rechunk(5)),
}

OPERATIONS = {**ELEMENTWISE, **REDUCTIONS, **SHAPES, **PRODUCTS}


def _written(x, key, value):
    x = x.copy()
    x[key] = value
    return x
