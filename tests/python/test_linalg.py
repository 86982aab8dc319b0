"""Linear algebra against numpy.linalg: values, shapes, dtypes, stacks, empty matrices, and classes of errors."""

import itertools
import threading

import numpy as np
import pytest

import broadloom as bl
from linear import close, la, nla, random, same, tolerance

DTYPES = ["float32", "float64", "complex64", "complex128"]
SQUARE = [(0, 0), (1, 1), (2, 2), (5, 5), (40, 40), (3, 4, 4), (2, 3, 3, 3), (0, 3, 3), (2, 0, 0)]
SHAPES = [(5, 3), (3, 5), (4, 4), (1, 7), (7, 1), (0, 3), (3, 0), (0, 0), (2, 5, 3), (2, 3, 5), (2, 2, 3, 3), (0, 2, 3)]


def hermitian(shape, dtype="float64", seed=0):
    x = random(shape, dtype, seed)
    return x + x.swapaxes(-1, -2).conj()


def positive(shape, dtype="float64", seed=0):
    x = random(shape, dtype, seed)
    return x @ x.swapaxes(-1, -2).conj() + np.eye(shape[-1], dtype=dtype)


@pytest.mark.parametrize("dtype", DTYPES + ["int64", "uint8", "bool"])
@pytest.mark.parametrize("shape", SQUARE)
def test_square(shape, dtype):
    x = positive(shape) * 3
    x = x.astype(dtype) if np.dtype(dtype).kind not in "c" else positive(shape, dtype)
    for name in ("inv", "det", "cholesky", "eigvalsh"):
        same(name, x)
    for i, part in enumerate(la.slogdet(x)):
        close(part, nla.slogdet(x)[i], "slogdet")


@pytest.mark.parametrize("dtype", DTYPES)
def test_layouts(dtype):
    x = positive((6, 6), dtype)
    for view in (x.T, x[::-1, ::-1], np.asfortranarray(x), x[::2, ::2], np.broadcast_to(x, (2, 6, 6))):
        same("inv", view)
        close(la.inv(bl.asarray(view) * 2), nla.inv(view * 2), "pending")
        same("cholesky", view)


@pytest.mark.parametrize("dtype", DTYPES)
def test_cholesky_reads_one_triangle(dtype):
    x = positive((4, 4), dtype)
    for upper in (False, True):
        half = np.triu(x) if upper else np.tril(x)
        same("cholesky", half, upper=upper)


def test_determinants_of_singular_and_odd_matrices():
    for x in ([[1, 2], [2, 4]], [[0, 1], [1, 0]], np.zeros((3, 3)), [[np.nan, 1], [1, 2]], [[1e200, 0], [0, 1e200]],
              [[-1, 0], [0, 2]], [[np.inf, 0], [0, 1]], np.eye(5) * 1e-200, [[1j, 2], [3, 4]], [[0, 0], [0, 1j]]):
        x = np.array(x)
        with np.errstate(all="ignore"):
            expected, found = nla.slogdet(x), la.slogdet(x)
        close(found.sign, expected.sign, str(x))
        close(found.logabsdet, expected.logabsdet, str(x))
        same("det", x)


@pytest.mark.parametrize("dtype", ["float64", "complex128"])
def test_subnormal_pivots(dtype):
    """Their reciprocals overflow."""
    x = np.diag(np.array([1e-320, 1, 2], dtype))
    same("inv", x)
    close(la.slogdet(x).logabsdet, nla.slogdet(x).logabsdet)
    assert np.asarray(la.det(x)) == nla.det(x) != 0
    same("solve", x, np.array([1e-320, 1, 4]))
    same("solve", x, np.array([[1e-320, 0], [1, 2], [4, 2]]))
    x[1:, 0] = 0.5e-320  # which NumPy does not divide by the pivot
    close(la.solve(x.real, np.array([1e-320, 1.5, 4.5])), np.array([1, 1.5, 2.25]))


@pytest.mark.parametrize("dtype", DTYPES)
def test_solve(dtype):
    for a_shape, b_shape in [((3, 3), (3,)), ((3, 3), (3, 2)), ((2, 3, 3), (3,)), ((2, 3, 3), (3, 2)), ((3, 3), (4, 3, 2)),
                             ((2, 1, 3, 3), (4, 3, 2)), ((3, 3), (3, 0)), ((0, 0), (0,)), ((0, 0), (0, 2)), ((3, 3), ()),
                             ((3, 3), (2,)), ((3, 3), (2, 3)), ((2, 3, 3), (3, 3, 2)), ((0, 3, 3), (3, 2)), ((2, 3), (3,))]:
        same("solve", random(a_shape, dtype), random(b_shape, dtype, 1))
    same("solve", random((3, 3), dtype), np.arange(3))
    same("solve", random((3, 3), "float32"), random((3, 3), dtype))


@pytest.mark.parametrize("dtype", DTYPES)
def test_solve_triangular(dtype):
    a, b = random((2, 4, 4), dtype) + 4 * np.eye(4, dtype=dtype), random((2, 4, 3), dtype, 1)
    for lower, unit, trans in itertools.product((False, True), (False, True), (0, 1, 2, "N", "T", "C")):
        half = np.tril(a) if lower else np.triu(a)
        if unit:
            half = np.where(np.eye(4, dtype=bool), 1, half)
        turned = half if trans in (0, "N") else half.swapaxes(1, 2)
        turned = turned.conj() if trans in (2, "C") else turned
        close(la.solve_triangular(a, b, trans, lower, unit), nla.solve(turned, b).astype(dtype), f"{lower} {unit} {trans}")
    close(la.solve_triangular(a[0], b[0, :, 0]), nla.solve(np.triu(a[0]), b[0, :, 0]))
    with pytest.raises(nla.LinAlgError):
        la.solve_triangular(np.zeros((2, 2)), np.ones(2))
    with pytest.raises(ValueError):
        la.solve_triangular(np.eye(2), np.ones(2), trans=3)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("shape", SHAPES)
def test_lu(shape, dtype):
    x = random(shape, dtype)
    p, l, u = (np.asarray(part) for part in la.lu(x))
    k = min(shape[-2:])
    assert (p.shape, l.shape, u.shape) == (shape[:-1] + shape[-2:-1], shape[:-1] + (k,), shape[:-2] + (k, shape[-1]))
    assert (l.dtype, u.dtype) == (x.dtype, x.dtype)
    np.testing.assert_allclose(p @ l @ u, x, atol=tolerance(dtype))
    np.testing.assert_array_equal(p.sum(-1), 1)
    np.testing.assert_array_equal(np.triu(l, 1), 0)
    moved, again = la.lu(x, permute_l=True)
    np.testing.assert_array_equal(np.asarray(moved), p.astype(dtype) @ l)
    np.testing.assert_array_equal(np.asarray(again), u)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("shape", SHAPES)
def test_svd(shape, dtype):
    x = random(shape, dtype)
    same("svdvals", x)
    close(la.svd(x, compute_uv=False), nla.svd(x, compute_uv=False))
    for full in (False, True):
        expected, found = nla.svd(x, full_matrices=full), la.svd(x, full_matrices=full)
        assert found._fields == ("U", "S", "Vh") and type(found).__name__ == "SVDResult"
        for mine, other in zip(found, expected, strict=True):
            assert (mine.dtype, mine.shape) == (other.dtype, other.shape)
        u, s, vh = (np.asarray(part) for part in found)
        k = s.shape[-1]
        limit = tolerance(dtype)
        np.testing.assert_allclose((u[..., :k] * s[..., None, :]) @ vh[..., :k, :], x, atol=limit)
        np.testing.assert_allclose(u.conj().swapaxes(-1, -2) @ u, np.broadcast_to(np.eye(u.shape[-1]), u.shape[:-2] + (u.shape[-1],) * 2),
                                   atol=limit)
        np.testing.assert_allclose(vh @ vh.conj().swapaxes(-1, -2), np.broadcast_to(np.eye(vh.shape[-2]), vh.shape[:-2] + (vh.shape[-2],) * 2),
                                   atol=limit)


@pytest.mark.parametrize("dtype", DTYPES)
def test_svd_of_hermitian(dtype):
    for shape in [(4, 4), (2, 3, 3), (0, 0), (1, 1)]:
        x = hermitian(shape, dtype)
        u, s, vh = (np.asarray(part) for part in la.svd(x, hermitian=True))
        close(la.svd(x, compute_uv=False, hermitian=True), nla.svd(x, compute_uv=False, hermitian=True))
        np.testing.assert_allclose((u * s[..., None, :]) @ vh, x, atol=tolerance(dtype))
        close(la.svd(x, hermitian=True).S, nla.svd(x, hermitian=True).S)
    same("svd", np.ones((2, 3)), compute_uv=False, hermitian=True)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("shape", SHAPES)
def test_qr(shape, dtype):
    x = random(shape, dtype)
    for mode in ("reduced", "complete"):
        expected, found = nla.qr(x, mode), la.qr(x, mode)
        assert found._fields == ("Q", "R") and type(found).__name__ == "QRResult"
        close(found.Q, expected.Q, mode)
        close(found.R, expected.R, mode)
        np.testing.assert_allclose(np.asarray(found.Q) @ np.asarray(found.R), x, atol=tolerance(dtype))
    close(la.qr(x, "r"), nla.qr(x, "r"), "r")
    for mine, other in zip(la.qr(x, "raw"), nla.qr(x, "raw"), strict=True):
        close(mine, other, "raw")


@pytest.mark.parametrize("mode", ["full", "f", "economic", "e"])
def test_old_modes_of_qr(mode):
    x = random((5, 3))
    with pytest.warns(DeprecationWarning):
        expected = nla.qr(x, mode)
    with pytest.warns(DeprecationWarning):
        found = la.qr(x, mode)
    pairs = zip(found, expected, strict=True) if mode[0] == "f" else [(found, expected)]
    for mine, other in pairs:
        close(mine, other, mode)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("shape", SQUARE)
def test_eigh(shape, dtype):
    x = hermitian(shape, dtype)
    for uplo in "LUlu":
        half = np.tril(x) if uplo in "Ll" else np.triu(x)
        same("eigvalsh", half, uplo)
        found = la.eigh(half, uplo)
        close(found.eigenvalues, nla.eigh(half, uplo).eigenvalues)
        w, v = np.asarray(found.eigenvalues), np.asarray(found.eigenvectors)
        assert v.dtype == x.dtype and type(found).__name__ == "EighResult"
        np.testing.assert_allclose(x @ v, v * w[..., None, :], atol=100 * tolerance(dtype))


def by_size(values):
    return np.take_along_axis(values, np.lexsort((values.imag.round(3), values.real.round(3))), -1)


@pytest.mark.parametrize("dtype", DTYPES + ["int32"])
@pytest.mark.parametrize("shape", SQUARE)
def test_eig(shape, dtype):
    x = random(shape, dtype) if dtype != "int32" else (random(shape) * 5).astype(dtype)
    expected, found = nla.eig(x), la.eig(x)
    w, v = np.asarray(found.eigenvalues), np.asarray(found.eigenvectors)
    assert (w.dtype, v.dtype) == (expected.eigenvalues.dtype, expected.eigenvectors.dtype)
    assert found._fields == ("eigenvalues", "eigenvectors") and type(found).__name__ == "EigResult"
    np.testing.assert_allclose(by_size(w), by_size(expected.eigenvalues), atol=100 * tolerance(w.dtype))
    np.testing.assert_allclose(x @ v, v * w[..., None, :], atol=100 * tolerance(w.dtype))
    np.testing.assert_allclose(by_size(np.asarray(la.eigvals(x))), by_size(nla.eigvals(x)), atol=100 * tolerance(w.dtype))


def test_real_matrices_have_real_eigenvalues_where_all_are():
    for dtype, complex_dtype in [("float32", "complex64"), ("float64", "complex128")]:
        triangle, turn = np.triu(np.ones((2, 2), dtype)), np.array([[0, 1], [-1, 0]], dtype)
        assert la.eigvals(triangle).dtype == dtype and la.eig(triangle).eigenvectors.dtype == dtype
        assert la.eigvals(turn).dtype == complex_dtype and la.eig(turn).eigenvectors.dtype == complex_dtype
        assert la.eigvals(np.stack([triangle, turn])).dtype == complex_dtype


@pytest.mark.parametrize("dtype", DTYPES)
def test_lstsq(dtype):
    for m, n, columns in [(5, 3, 2), (3, 5, 2), (4, 4, 1), (5, 3, None), (3, 5, None), (5, 3, 0), (3, 0, 2), (0, 3, 2), (0, 0, 1),
                          (0, 3, None), (1, 1, 1)]:
        a, b = random((m, n), dtype), random((m,) if columns is None else (m, columns), dtype, 1)
        expected, found = nla.lstsq(a, b), la.lstsq(a, b)
        what = f"{m} {n} {columns}"
        close(found[0], expected[0], what)
        close(found[1], expected[1], what)
        assert found[2] == expected[2], what
        close(found[3], expected[3], what)
    a = np.outer(np.arange(5.0), np.ones(3)).astype(dtype)
    for rcond in (None, 1e-3, -1, 2):
        expected, found = nla.lstsq(a, np.ones(5, dtype), rcond), la.lstsq(a, np.ones(5, dtype), rcond)
        assert found[2] == expected[2]
        if rcond != -1:
            close(found[0], expected[0], f"rcond {rcond}")


def test_lstsq_errors():
    for a, b in [(np.ones((2, 2, 2)), np.ones(2)), (np.eye(2), np.ones(3)), (np.eye(2), np.ones((1, 2, 2))), (np.ones(2), np.ones(2)),
                 (np.eye(2), np.array(1.0)), ([[np.nan, 1], [1, 2]], [1, 2])]:
        with pytest.raises(nla.LinAlgError):
            la.lstsq(a, b)


@pytest.mark.parametrize("dtype", DTYPES + ["int64"])
@pytest.mark.parametrize("shape", SHAPES)
def test_pinv_and_rank(shape, dtype):
    x = random(shape, dtype) if dtype != "int64" else (random(shape) * 5).astype(dtype)
    same("pinv", x)
    same("matrix_rank", x)
    same("pinv", x, rcond=0.5)
    same("matrix_rank", x, 1.0)
    same("matrix_rank", x, rtol=0.5)
    if dtype != "int64":
        same("pinv", x, rtol=None)
    if len(shape) == 3 and shape[0]:
        limits = np.array([1e-15, 0.7])
        same("pinv", x, rtol=limits)
        same("matrix_rank", x, limits)
        same("matrix_rank", x, rtol=limits)


def test_rank():
    for x in (np.eye(4), np.zeros((3, 4)), np.ones((4, 3)), np.ones((2, 3, 3)), np.float32(np.outer(np.arange(5), np.arange(5))),
              np.diag([1, 1e-20, 0]), np.vander([1, 2, 3, 4, 5], 12)):
        same("matrix_rank", x)
        if x.shape[-1] == x.shape[-2]:
            same("matrix_rank", x, hermitian=True)
            same("pinv", x, hermitian=True)
    for x in (np.zeros(3), np.ones(3), 0, 2.5, [np.nan]):
        assert int(la.matrix_rank(x)) == nla.matrix_rank(x)


def test_limits_are_given_once():
    with pytest.raises(ValueError):
        la.matrix_rank(np.eye(2), 0.1, rtol=0.1)
    with pytest.raises(ValueError):
        la.pinv(np.eye(2), 0.1, rtol=0.1)


ORDERS = [None, "fro", "nuc", np.inf, -np.inf, 0, 1, -1, 2, -2, 3, 0.5, -3, "f", "other"]


@pytest.mark.parametrize("dtype", DTYPES + ["int32", "bool"])
@pytest.mark.parametrize("order", ORDERS)
def test_norm(order, dtype):
    for shape, axes in [((5,), [None, 0, -1, (0,)]), ((3, 4), [None, 0, 1, (0, 1), (1, 0), (-1, -2), (0, 0), 2, (0, 2)]),
                        ((2, 3, 4), [None, 1, (0, 2), (2, 0), (1, 2), (0, 1, 2), ()]), ((), [None, 0])]:
        x = (random(shape) * 3).astype(dtype) if np.dtype(dtype).kind in "bi" else random(shape, dtype)
        for axis, keepdims in itertools.product(axes, (False, True)):
            same("norm", x, order, axis, keepdims)


@pytest.mark.parametrize("order", ORDERS)
def test_norms_of_nothing(order):
    for shape, axis in [((0,), None), ((0, 3), None), ((3, 0), (0, 1)), ((2, 0), 1), ((2, 0), 0), ((0, 2, 3), (1, 2)), ((2, 0, 3), (1, 2)),
                        ((0, 0), None)]:
        same("norm", np.zeros(shape), order, axis)


@pytest.mark.parametrize("dtype", DTYPES + ["int8", "float16"])
@pytest.mark.parametrize("order", [np.inf, -np.inf, 0, 1, 2, 3, 2.5])
def test_vector_norm(order, dtype):
    x = random((2, 3, 4), dtype) if dtype not in ("int8", "float16") else (random((2, 3, 4)) * 5).astype(dtype)
    for axis, keepdims in itertools.product([None, 0, -1, (0, 2), (-1, 0), (0, 1, 2), (1,), 3, (0, 0)], (False, True)):
        if dtype != "float16":
            same("vector_norm", x, axis=axis, keepdims=keepdims, ord=order)
        elif axis != 3 and axis != (0, 0):
            found, expected = la.vector_norm(x, axis=axis, ord=order), nla.vector_norm(x, axis=axis, ord=order)
            assert found.dtype == "float16"
            np.testing.assert_allclose(np.asarray(found, "float32"), np.asarray(expected, "float32"), rtol=0.01)


@pytest.mark.parametrize("order", ["fro", "nuc", np.inf, -np.inf, 1, -1, 2, -2, 3])
def test_matrix_norm(order):
    for shape in [(3, 4), (2, 3, 4), (2, 2, 4, 3), (3,)]:
        for keepdims in (False, True):
            same("matrix_norm", random(shape), ord=order, keepdims=keepdims)


def test_axes_of_norms_are_numbers_or_tuples():
    for function, axis in itertools.product(("norm", "vector_norm"), ([0, 1], "x", None, 1.0, np.int64(1))):
        same(function, np.ones((2, 3)), axis=axis)


def test_norms_fuse():
    x = bl.asarray(random((300, 40)))
    assert bl.explain(la.vector_norm(bl.exp(x) - 1, axis=1)).count("kernel") == bl.explain(bl.sum(bl.exp(x), 1)).count("kernel")


@pytest.mark.parametrize("dtype", DTYPES + ["int16"])
@pytest.mark.parametrize("order", [None, 2, -2, 1, -1, np.inf, -np.inf, "fro", "nuc"])
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_cond(order, dtype):
    for shape in [(3, 3), (2, 4, 4), (4, 3), (0, 3), (3, 0), (3,), (0, 3, 3)]:
        x = (random(shape) * 9).astype(dtype) if dtype == "int16" else random(shape, dtype)
        same("cond", x, order)
    if dtype == "float64":
        for x in (np.zeros((2, 2)), np.diag([1.0, 0]), np.stack([np.eye(2), np.zeros((2, 2)), np.full((2, 2), np.inf)])):
            if not (order in (None, 2, -2, "nuc") and np.isinf(x).any()):
                same("cond", x, order)


@pytest.mark.parametrize("dtype", DTYPES + ["int64", "int8", "bool"])
@pytest.mark.parametrize("n", [0, 1, 2, 3, 5, 10, -1, -3])
def test_matrix_power(n, dtype):
    for shape in [(3, 3), (2, 2, 2), (0, 0)]:
        x = (positive(shape)).astype(dtype) if np.dtype(dtype).kind in "bi" else positive(shape, dtype) / 9
        if dtype == "bool" and n < 0:
            x = np.broadcast_to(np.eye(shape[-1], dtype=bool), shape)
        if n < 0 or np.dtype(dtype).kind in "bi":
            same("matrix_power", x, n)
        else:
            close(la.matrix_power(x, n), nla.matrix_power(x, n))


def test_matrix_power_errors():
    for x, n in [(np.eye(2), 1.5), (np.ones((2, 3)), 2), (np.ones((2, 2)), -1), (np.eye(2), np.int64(2)), (np.ones(3), 1), (np.eye(2), "1")]:
        same("matrix_power", x, n)


def test_multi_dot():
    for shapes in [[(3, 4), (4, 5)], [(3, 4), (4, 5), (5, 2)], [(4,), (4, 5), (5, 2)], [(3, 4), (4, 5), (5,)], [(4,), (4, 5), (5,)],
                   [(10, 2), (2, 30), (30, 3), (3, 7), (7, 1)], [(4,), (4,)], [(3, 4)], [], [(3, 4), (5, 6), (6, 2)], [(3, 4), (4,), (4, 2)],
                   [(2, 3, 4), (4, 5), (5, 2)], [(3, 4), (5, 4)]]:
        same("multi_dot", [random(shape, seed=i) for i, shape in enumerate(shapes)])


@pytest.mark.parametrize("dtype", DTYPES)
def test_expm(dtype):
    x = hermitian((3, 5, 5), dtype) * np.array([0.01, 1, 3]).reshape(3, 1, 1).astype(np.finfo(dtype).dtype)
    w, v = nla.eigh(x.astype("complex128"))
    expected = (v * np.exp(w)[..., None, :]) @ v.conj().swapaxes(-1, -2)
    found = np.asarray(la.expm(x))
    assert found.dtype == dtype
    scale = abs(expected).max((-2, -1), keepdims=True)
    np.testing.assert_allclose(found / scale, expected / scale, atol=tolerance(dtype) * 10)
    assert la.expm(np.zeros((2, 0, 0))).shape == (2, 0, 0)
    np.testing.assert_allclose(np.asarray(la.expm(np.zeros((3, 3)))), np.eye(3), rtol=1e-15)
    nilpotent = np.array([[0.0, 1e3], [0, 0]])
    np.testing.assert_allclose(np.asarray(la.expm(nilpotent)), [[1, 1e3], [0, 1]], rtol=1e-12)


def test_tensor_equations():
    a, b = random((2, 3, 6)), random((2, 3))
    same("tensorsolve", a, b)
    same("tensorsolve", random((4, 6, 8, 3)), random((4, 6)), None)
    same("tensorsolve", random((2, 6, 3)), random((2, 3)), (1,))
    same("tensorsolve", a, random((2, 2)))
    same("tensorinv", random((4, 6, 8, 3)))
    same("tensorinv", random((24, 8, 3)), ind=1)
    for ind in (0, -1, 5):
        same("tensorinv", random((2, 2, 4)), ind=ind)


def test_named_results():
    found = la.slogdet(np.eye(2))
    assert type(found).__name__ == "SlogdetResult" and found._fields == ("sign", "logabsdet")
    assert la.LinAlgError is nla.LinAlgError


ONE_MATRIX = ["inv", "det", "slogdet", "cholesky", "eig", "eigvals", "eigh", "eigvalsh", "svd", "svdvals", "qr", "pinv"]


@pytest.mark.parametrize("name", ONE_MATRIX)
def test_what_is_no_matrix(name):
    for x in (3.0, np.ones(3), np.ones((2, 3)), np.ones((2, 2, 3)), np.ones((2, 2), "float16"), np.ones((0, 2)), np.ones(3, "float16")):
        try:
            getattr(nla, name)(x)
        except Exception as error:  # noqa: BLE001
            with pytest.raises(type(error)):
                getattr(la, name)(x)
        else:
            getattr(la, name)(x)


@pytest.mark.parametrize("name", ONE_MATRIX)
def test_bfloat16_is_refused(name):
    with pytest.raises(TypeError):
        getattr(la, name)(bl.astype(bl.eye(2), "bfloat16"))


def test_where_methods_fail():
    for name, x in [("inv", [[1, 2], [2, 4]]), ("inv", np.stack([np.eye(2), np.ones((2, 2))])), ("cholesky", [[1, 2], [2, 1]]),
                    ("eig", [[np.nan, 1], [1, 2]]), ("eigvals", [[np.inf, 1], [1, 2]]), ("svdvals", [[np.nan, 1], [1, 2]]),
                    ("cholesky", -np.eye(3)), ("inv", np.zeros((2, 2)))]:
        with pytest.raises(nla.LinAlgError, match=name):
            getattr(la, name)(x)
        same(name, np.array(x))
    same("solve", np.ones((2, 2)), np.ones(2))
    same("eigvalsh", np.eye(2), "X")
    same("eigvalsh", np.eye(2), "lower")
    same("qr", np.eye(2), "other")


def test_many_matrices_in_several_threads():
    x = positive((500, 8, 8))
    expected, failures = nla.inv(x), []

    def work():
        for _ in range(3):
            if not np.allclose(np.asarray(la.inv(x)), expected) or not np.allclose(np.asarray(la.svdvals(x)), nla.svdvals(x)):
                failures.append(1)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures


def test_the_same_bits_whatever_the_threads():
    x, before, answers = random((300, 6, 6)), bl.get_num_threads(), []
    for threads in (1, 2, 3):
        bl.set_num_threads(threads)
        answers.append([np.asarray(part).tobytes() for part in (la.inv(x), la.svdvals(x), la.det(x), la.eigh(x)[1])])
    bl.set_num_threads(before)
    assert answers[0] == answers[1] == answers[2]


def test_scratch_memory_counts_against_the_budget():
    x = bl.asarray(random((400, 400)))
    with bl.memory_budget(2_000_000), pytest.raises(bl.MemoryBudgetError):
        la.svd(x)


def test_rank_of_least_squares_is_int32():
    for dtype in ("f4", "f8", "c16"):
        x, y = np.eye(4, 2, dtype=dtype), np.ones(4, dtype)
        assert la.lstsq(x, y)[2].dtype == nla.lstsq(x, y)[2].dtype and la.lstsq(x, y)[2] == 2
