"""Matrix products."""

import string

import broadloom as bl

from .lowering import aten, axis_of, lowers, number, result_dtype


@lowers(aten.mm.default, aten.bmm.default, aten.mv.default, aten.dot.default)
def product(node, x, y):
    return bl.matmul(x, y)


def times(factor, x, dtype):
    return x if factor == 1 else x * number(factor, dtype)


@lowers(aten.addmm.default, aten.baddbmm.default, aten.addmv.default)
def product_and_sum(node, bias, x, y, *, beta=1, alpha=1):
    """beta * bias + alpha * (x @ y); NaN in a bias that counts 0 times does not count."""
    return weighted(node, bias, bl.matmul(x, y), beta, alpha)


def weighted(node, bias, product, beta, alpha):
    dtype = result_dtype(node)
    scaled = times(alpha, product, dtype)
    return scaled if beta == 0 else times(beta, bias, dtype) + scaled


@lowers(aten.addbmm.default)
def sum_of_products(node, bias, x, y, *, beta=1, alpha=1):
    return weighted(node, bias, bl.sum(bl.matmul(x, y), axis=0), beta, alpha)


@lowers(aten._trilinear.default)
def trilinear(node, x, y, z, x_new, y_new, z_new, summed, unroll=1):
    """The sums over some dimensions of x * y * z, each of which lacks the dimensions that are new to it."""
    letters = string.ascii_lowercase[:x.ndim + len(x_new)]
    terms = ",".join(without(letters, dims) for dims in (x_new, y_new, z_new))
    return bl.einsum(f"{terms}->{without(letters, summed)}", x, y, z)


def without(letters, dims):
    left_out = {axis_of(d, len(letters)) for d in dims}
    return "".join(letter for i, letter in enumerate(letters) if i not in left_out)
