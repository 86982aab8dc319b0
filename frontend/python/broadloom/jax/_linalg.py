"""Linear algebra and Fourier transforms, by `bl.linalg` and `bl.fft`."""

import numpy as np

import broadloom as bl

from ._rules import rule


@rule("cholesky", immediate=True)
def cholesky(equation, x):
    """NaN where the matrix is not positive definite."""
    try:
        return bl.linalg.cholesky(x)
    except bl.linalg.LinAlgError:
        if x.ndim == 2:
            return bl.full(x.shape, np.nan, dtype=x.dtype)
        return bl.stack([cholesky(equation, part) for part in x])


@rule("triangular_solve", immediate=True)
def triangular_solve(equation, a, b):
    params = equation.params
    if params["conjugate_a"]:
        a = bl.conj(a)
    transposed = params["transpose_a"]
    if not params["left_side"]:  # x a = b is a.T x.T = b.T
        b, transposed = bl.matrix_transpose(b), not transposed
    x = bl.linalg.solve_triangular(a, b, lower=params["lower"], trans=1 if transposed else 0,
                                   unit_diagonal=params["unit_diagonal"])
    return x if params["left_side"] else bl.matrix_transpose(x)


@rule("lu", immediate=True)
def lu(equation, x):
    """Both factors in one matrix, which rows were swapped at each step, and where the rows came from."""
    both, permutation = _both_factors(*bl.linalg.lu(x))
    least = min(x.shape[-2:])
    swaps = _swaps(permutation, least) if equation.is_used[1] else bl.zeros(*equation.result_types[1])
    return both, swaps, permutation


@bl.jit
def _both_factors(p, lower, upper):
    """Either may be taller or wider than the other: it goes on with zeros, and with what it has."""
    (rows, least), columns = lower.shape[-2:], upper.shape[-1]
    if rows > least:
        upper = bl.concat([upper, bl.zeros((*upper.shape[:-2], rows - least, columns), dtype=upper.dtype)], axis=-2)
    if columns > least:
        lower = bl.concat([lower, bl.zeros((*lower.shape[:-2], rows, columns - least), dtype=lower.dtype)], axis=-1)
    return upper + bl.tril(lower, -1), bl.argmax(bl.real(p), axis=-2).astype("int32")


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
    values, vectors = bl.linalg.eigh(x, UPLO="L" if equation.params["lower"] else "U")
    return vectors, values


@rule("svd", immediate=True)
def svd(equation, x):
    if equation.params["subset_by_index"] is not None:
        raise NotImplementedError("all singular values only")
    if not equation.params["compute_uv"]:
        return bl.linalg.svdvals(x),
    u, s, vh = bl.linalg.svd(x, full_matrices=equation.params["full_matrices"])
    return s, u, vh


@rule("fft", immediate=True)
def fft(equation, x):
    lengths = equation.params["fft_lengths"]
    axes = tuple(range(-len(lengths), 0))
    kind = equation.params["fft_type"].name.lower()
    function = {"fft": bl.fft.fftn, "ifft": bl.fft.ifftn, "rfft": bl.fft.rfftn, "irfft": bl.fft.irfftn}[kind]
    return function(x, s=lengths, axes=axes).astype(equation.result_types[0].dtype)
