"""Products, einsum, linear algebra and Fourier transforms."""

import mpmath

from stored.case import ALL, COMPLEX, case, either, fails, family, np, of

DTYPES = ["float32", "float64", *COMPLEX]
NLA, EINSUM = np.linalg, ["ij,jk->ik", "ii->i", "ij->ji", "ij,ij->", "i...->...", "ij,kj", "ij,jk,kl->il"]


def hermitian(dtype, *shape):
    x = of(dtype, *shape)
    return x + x.swapaxes(-1, -2).conj()


def positive(dtype, *shape):
    x = of(dtype, *shape)
    return x @ x.swapaxes(-1, -2).conj() + np.eye(shape[-1], dtype=dtype)


@family
def vectors_and_matrices():
    for dtype in ("bool", "int16", "float32", "float64", "complex128"):
        case("matvec", of(dtype, 2, 3, 4), of(dtype, 4), norm=16)
        case("vecmat", of(dtype, 3), of(dtype, 2, 3, 4), norm=16)
    fails("matvec", of("float64", 3, 4), of("float64", 3))


@family
def products():
    for dtype in ALL:
        for name in ("dot", "inner", "vdot", "outer", "kron", "matmul", "vecdot", "tensordot"):
            x, y = of(dtype, 4, 4), of(dtype, 4, 4, seed=1)
            norm = 1024 if dtype == "float16" else 32
            case(name, x, y, norm=norm)
            case(name, x[0], y[0], norm=norm, **({"axes": 1} if name == "tensordot" else {}))
        either("cross", of(dtype, 4, 3), of(dtype, 4, 3, seed=1), norm=32)
    case("matmul", of("float64", 2, 3, 4), of("float64", 4, 5), norm=16)
    case("matmul", of("int8", 3, 4), of("int16", 4, 2), out=np.zeros((3, 2)))
    case("tensordot", of("float64", 3, 4, 5), of("float64", 4, 3, 2), axes=([1, 0], [0, 1]), norm=16)
    fails("matmul", np.ones((2, 3)), np.ones((2, 3)))
    fails("dot", np.ones((2, 3)), np.ones((2, 3)))


@family
def sums_of_products():
    for subscripts in EINSUM:
        for dtype in ("bool", "int8", "float32", "complex128"):
            operands = [of(dtype, 4, 4, seed=i) for i in range(subscripts.count(",") + 1)]
            case("einsum", subscripts, *operands, norm=64)
    case("einsum", of("float64", 2, 3), [0, 1], of("float64", 3, 2), [1, 2], [0, 2], norm=16)
    case("einsum", "ij,jk->ik", of("int8", 2, 3), of("int8", 3, 2), dtype="float64")
    fails("einsum", "ij,jk", np.ones((2, 3)), np.ones((2, 3)))
    case("einsum_path", "ij,jk->ik", np.ones((2, 3)), np.ones((3, 4)))
    case("einsum_path", "ij,jk,k->i", np.ones((2, 3)), np.ones((3, 4)), np.ones(4))


@family
def square_matrices():
    for dtype in [*DTYPES, "int64"]:
        for shape in ((3, 3), (2, 4, 4)):
            x = positive(dtype, *shape)
            for name in ("inv", "det", "slogdet", "cholesky", "eigvalsh", "tensorinv", "matrix_rank", "pinv", "svdvals", "cond"):
                if name != "tensorinv" or len(shape) == 2:
                    case("linalg." + name, x, norm=4096, **({"ind": 1} if name == "tensorinv" else {}))
            case("linalg.matrix_power", x, 3, norm=64)
            case("linalg.matrix_power", x, -2, norm=4096)
    for name in ("inv", "cholesky"):
        fails("linalg." + name, np.zeros((2, 2)))
        fails("linalg." + name, np.ones((2, 3)))


@family
def decompositions():
    """Vectors up to signs and phases."""
    for dtype in DTYPES:
        x = of(dtype, 5, 3)
        case("linalg.svd", x, full_matrices=False, norm=256, absolute=True)
        case("linalg.svd", x, compute_uv=False, norm=256)
        for mode in ("reduced", "complete", "r"):
            case("linalg.qr", x, mode, norm=256)
        case("linalg.eigh", hermitian(dtype, 4, 4), norm=256, absolute=True)
        case("linalg.eigh", hermitian(dtype, 2, 3, 3), "U", norm=256, absolute=True)
        triangle = np.triu(of(dtype, 4, 4)) + np.diag([40, 30, 20, 10]).astype(dtype)
        case("linalg.eig", triangle, norm=256, absolute=True)
        case("linalg.eigvals", triangle, norm=256)
        case("linalg.lu", x, by=lu, norm=256)
        case("linalg.lu", x, permute_l=True, by=lu, norm=256)
    case("linalg.eigvals", np.array([[0.0, 1], [-1, 0]]), norm=16)


def lu(a, permute_l=False):
    """By elimination with the largest pivot of each column."""
    m, n = a.shape
    u, order = a.astype("complex128" if a.dtype.kind == "c" else "float64"), np.arange(m)
    lower = np.zeros((m, n), u.dtype)
    for k in range(n):
        swap = [k, k + int(np.argmax(abs(u[k:, k].real) + abs(u[k:, k].imag)))]
        for x in (u, order, lower):
            x[swap] = x[swap[::-1]]
        lower[k, k], lower[k + 1:, k] = 1, u[k + 1:, k] / u[k, k]
        u[k + 1:] -= lower[k + 1:, k, None] * u[k]
    p, lower, u = np.eye(m)[:, order].astype(abs(a).dtype), lower.astype(a.dtype), np.triu(u[:n]).astype(a.dtype)
    return (p.astype(a.dtype) @ lower, u) if permute_l else (p, lower, u)


def triangular(a, b, lower=False):
    return NLA.solve(np.tril(a) if lower else np.triu(a), b)


def expm(a):
    found = mpmath.expm(mpmath.matrix(a.tolist()))
    return np.array(found.tolist(), "complex128").reshape(a.shape).astype(a.dtype)


@family
def equations():
    for dtype in DTYPES:
        a, b = positive(dtype, 4, 4), of(dtype, 4, 2, seed=7)
        case("linalg.solve", a, b, norm=4096)
        case("linalg.solve", a, b[:, 0], norm=4096)
        case("linalg.solve_triangular", a, b, by=triangular, norm=256)
        case("linalg.solve_triangular", a, b, lower=True, by=triangular, norm=256)
        case("linalg.lstsq", of(dtype, 5, 3), of(dtype, 5, 2, seed=1), norm=1024)
        case("linalg.expm", of(dtype, 3, 3) / 4, by=expm, norm=256)
    case("linalg.tensorsolve", of("float64", 2, 3, 6), of("float64", 2, 3), norm=4096)
    case("linalg.multi_dot", [of("float64", 3, 4), of("float64", 4, 5), of("float64", 5)], norm=64)
    fails("linalg.solve", np.ones((2, 2)), np.ones(2))
    fails("linalg.solve_triangular", np.zeros((2, 2)), np.ones(2), by=triangular)


@family
def norms():
    for dtype in [*DTYPES, "int16"]:
        x = of(dtype, 3, 4)
        for order in (None, "fro", "nuc", np.inf, -np.inf, 1, 2, -2):
            case("linalg.norm", x, order, norm=64)
            if order is not None:
                case("linalg.matrix_norm", x, ord=order, keepdims=True, norm=64)
        for order in (np.inf, 0, 1, 2, 2.5):
            case("linalg.vector_norm", x, ord=order, axis=1, norm=64)
    case("linalg.cond", of("float64", 3, 3), "fro", norm=64)
    case("linalg.norm", of("float64", 2, 3, 4), 1, (0, 2), True, norm=64)
    fails("linalg.norm", of("float64", 2, 3, 4), "fro")


@family
def spellings_of_linalg():
    x, y = of("complex64", 3, 3), of("complex64", 3, 3, seed=5)
    for name in ("matmul", "cross", "outer", "vecdot", "tensordot"):
        case("linalg." + name, *((x[0], y[0]) if name == "outer" else (x, y)), norm=32)
    for name in ("diagonal", "trace", "matrix_transpose"):
        case("linalg." + name, x, norm=16)
    case("linalg.trace", x, offset=1, dtype="complex128", norm=16)


@family
def transforms():
    for dtype in ("bool", "int16", "float16", "float32", "float64", *COMPLEX):
        x, norm = of(dtype, 6, 8), 64 if dtype != "float16" else 4096
        for name in ("fft", "ifft", "rfft", "irfft", "hfft", "ihfft"):
            either("fft." + name, x, norm=norm)
        for name in ("fftn", "ifftn", "rfftn", "irfftn", "fft2", "ifft2", "rfft2", "irfft2"):
            either("fft." + name, x, norm=norm)
    for name in ("fft", "ifft", "rfft", "irfft", "hfft", "ihfft"):
        case("fft." + name, of("float64", 6, 8), 5, 0, "ortho", norm=64)
    case("fft.fftn", of("float64", 2, 3, 4), s=(5, 2), axes=(0, 2), norm=64)


@family
def frequencies():
    for n in (1, 8, 9):
        case("fft.fftfreq", n, 0.1)
        case("fft.rfftfreq", n)
    fails("fft.fftfreq", 2.5)
    for name in ("fft.fftshift", "fft.ifftshift"):
        for axes in (None, 0, (1, 0), [1]):
            case(name, of("float64", 3, 4), axes=axes)
