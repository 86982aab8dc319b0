"""Linear algebra and Fourier transforms, by `bl.linalg` and `bl.fft`."""

import numpy as np

import broadloom as bl

from ._rules import rule


def _or_nan(factorise, x, types):
    """The factors; NaN instead of those of matrices that have none, or for which the iteration does not end."""
    try:
        return factorise(x)
    except bl.linalg.LinAlgError:
        if x.ndim == 2:
            return [bl.full(shape, np.nan, dtype=dtype) for shape, dtype in types]
        parts = [_or_nan(factorise, part, [type.inner() for type in types]) for part in x]
        return [bl.stack(part) for part in zip(*parts)]


@rule("cholesky", immediate=True)
def cholesky(equation, x):
    return _or_nan(lambda x: [bl.linalg.cholesky(x)], x, equation.result_types)


@rule("triangular_solve", immediate=True)
def triangular_solve(equation, a, b):
    params, dtype = equation.params, b.dtype
    if dtype.itemsize == 2:
        a, b = a.astype("float32"), b.astype("float32")
    a, lower = bl.conj(a) if params["conjugate_a"] else a, params["lower"]
    if params["transpose_a"] == params["left_side"]:
        a, lower = bl.matrix_transpose(a), not lower
    if not params["left_side"]:  # x a = b is a.T x.T = b.T
        b = bl.matrix_transpose(b)
    x = _solved(a, b, lower, params["unit_diagonal"])
    return (x if params["left_side"] else bl.matrix_transpose(x)).astype(dtype)


def _solved(a, b, lower, unit):
    try:
        return bl.linalg.solve_triangular(a, b, lower=lower, unit_diagonal=unit)
    except bl.linalg.LinAlgError:
        return _substituted(a, b, lower)


def _substituted(a, b, lower):
    """Row after row; what is divided by a zero of the diagonal is infinite or NaN."""
    x, size = bl.copy(b), a.shape[-1]
    for i in range(size) if lower else reversed(range(size)):
        known = slice(0, i) if lower else slice(i + 1, size)
        rest = x[..., i:i + 1, :] - bl.matmul(a[..., i:i + 1, known], x[..., known, :])
        x[..., i:i + 1, :] = rest / a[..., i:i + 1, i:i + 1]
        bl.eval(x)
    return x


@rule("lu", immediate=True)
def lu(equation, x):
    """Both factors in one matrix, which rows were swapped at each step, and where the rows came from."""
    both, permutation = _both_factors(*bl.linalg.lu(x))
    least = min(x.shape[-2:])
    swaps = _swaps(permutation, least) if equation.is_used[1] and x.size else bl.zeros(*equation.result_types[1])
    return both, swaps, permutation


@bl.jit
def _both_factors(p, lower, upper):
    """Either may be taller or wider than the other: it goes on with zeros, and with what it has."""
    (rows, least), columns = lower.shape[-2:], upper.shape[-1]
    if rows > least:
        upper = bl.concat([upper, bl.zeros((*upper.shape[:-2], rows - least, columns), dtype=upper.dtype)], axis=-2)
    if columns > least:
        lower = bl.concat([lower, bl.zeros((*lower.shape[:-2], rows, columns - least), dtype=lower.dtype)], axis=-1)
    places = bl.argmax(bl.real(p), axis=-2) if p.size else bl.zeros(p.shape[:-1])
    return upper + bl.tril(lower, -1), places.astype("int32")


def _swaps(permutation, count):
    """The swaps that make the permutation, one row after the other."""
    shape = permutation.shape
    lines = []
    for line in permutation.reshape(-1, shape[-1]).tolist():
        now, swaps = list(range(len(line))), []
        for i in range(count):
            j = now.index(line[i])
            now[i], now[j] = now[j], now[i]
            swaps.append(j)
        lines.append(swaps)
    return bl.asarray(lines, dtype="int32").reshape(*shape[:-1], count)


@rule("lu_pivots_to_permutation", immediate=True)
def permutation_of_swaps(equation, swaps):
    size = equation.params["permutation_size"]
    lines = []
    for line in swaps.reshape(-1, swaps.shape[-1]).tolist():
        now = list(range(size))
        for i, j in enumerate(line):
            now[i], now[j] = now[j], now[i]
        lines.append(now)
    return bl.asarray(lines, dtype="int32").reshape(*swaps.shape[:-1], size)


@rule("qr", immediate=True)
def qr(equation, x):
    if equation.params["pivoting"]:
        raise NotImplementedError("no pivoting")
    return tuple(bl.linalg.qr(x, mode="complete" if equation.params["full_matrices"] else "reduced"))


@rule("eigh", immediate=True)
def eigh(equation, x):
    if equation.params["subset_by_index"] is not None:
        raise NotImplementedError("all eigenvalues only")
    triangle = "L" if equation.params["lower"] else "U"
    return _or_nan(lambda x: bl.linalg.eigh(x, UPLO=triangle)[::-1], x, equation.result_types)


@rule("svd", immediate=True)
def svd(equation, x):
    if equation.params["subset_by_index"] is not None:
        raise NotImplementedError("all singular values only")
    if not equation.params["compute_uv"]:
        return _or_nan(lambda x: [bl.linalg.svdvals(x)], x, equation.result_types)
    return _or_nan(lambda x: _svd(x, equation.params["full_matrices"]), x, equation.result_types)


def _svd(x, full):
    u, s, vh = bl.linalg.svd(x, full_matrices=full)
    return s, u, vh


@rule("fft", immediate=True)
def fft(equation, x):
    lengths = equation.params["fft_lengths"]
    axes = tuple(range(-len(lengths), 0))
    kind = equation.params["fft_type"].name.lower()
    function = {"fft": bl.fft.fftn, "ifft": bl.fft.ifftn, "rfft": bl.fft.rfftn, "irfft": bl.fft.irfftn}[kind]
    return function(x, s=lengths, axes=axes).astype(equation.result_types[0].dtype)
