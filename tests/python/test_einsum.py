"""einsum against NumPy: subscripts, dtypes, orders of contraction, errors."""

import numpy as np
import pytest

import broadloom as bl

EXTENTS = {"a": 2, "b": 3, "c": 4, "d": 5, "e": 1, "i": 3, "j": 4, "k": 5, "l": 2, "m": 6, "A": 2, "Z": 4}
DOTS = (2, 3)  # what an ellipsis stands for

SUBSCRIPTS = [
    # one operand
    "i", "i->", "i->i", "ij", "ji", "ij->ji", "ij->", "ij->i", "ij->j", "ijk->kij", "ijk->k", "ii", "ii->i", "iij->ij", "iji->j",
    "iijj->ij", "ijij->ji", "iii->i", "iii", "...", "...->...", "i...", "...i->i...", "i...->...", "...ij->...ji", "i...i->...",
    "ii...->...i", "Ab", "bA", "aZb->Zab", " i j -> j i ",
    # two
    "i,i", "i,i->", "i,i->i", "i,j", "i,j->ij", "i,j->ji", "i,j->", "ij,jk", "ij,jk->ik", "ij,jk->ki", "ij,kj->ik", "ji,jk", "ij,ij",
    "ij,ij->ij", "ij,ij->i", "ij,ji->ij", "ij,j", "ij,j->i", "ij,i->j", "ij,k->", "ij,k->ijk", "aij,ajk->aik", "aij,bjk->abik",
    "aij,ajk->ik", "abij,abjk->abik", "ijk,jil->kl", "ijk,kjl->il", "ijkl,lk->ij", "ii,i->i", "ii,ij->j", "ij,jj->i", "ij,",
    ",ij->ji", ",", "...ij,...jk->...ik", "...ij,jk->...ik", "i...,i...->...", "i...,j...->ij...", "...,...", "...i,...i", "i...,j",
    "ij,...", "A,Z->ZA", "bA,AZ", "ij, jk -> ik",
    # more
    "i,i,i->i", "i,i,i", "i,j,k->kji", "ij,jk,kl", "ij,jk,kl->il", "ij,jk,kl->li", "ij,jk,ki->", "ab,bc,cd,da", "ab,bc,cd,de->ae",
    "ab,bc,cd,de,ea->", "i,j,k,l,m->", "ab,b,bc,c->a", "...a,...b,...->...ab", "ijk,ljm,iml->k", "ij,ik,il->jkl", "i,,j",
    "ab,bc,cd,de,ei,ij->aj",
]


def shape_of(term):
    return sum((DOTS if c == "." else (EXTENTS[c],) for c in term.replace("...", ".").replace(" ", "")), ())


def operands_of(subscripts, dtype, seed=0):
    rng = np.random.default_rng(seed)
    made = []
    for term in subscripts.split("->")[0].split(","):
        x = rng.standard_normal(shape_of(term)) * 2
        made.append((x > 0) if dtype == "bool" else np.asarray(x + 1j * x[..., ::-1] if dtype[0] == "c" and x.ndim else x).astype(dtype))
    return made


def compare(ours, numpys, tolerance, what):
    got, expected = np.asarray(ours), np.asarray(numpys)
    assert (got.dtype, got.shape) == (expected.dtype, expected.shape), what
    if expected.dtype.kind in "fc":
        scale = max(1, np.abs(expected).max(initial=0))
        np.testing.assert_allclose(got, expected, rtol=tolerance, atol=tolerance * scale, err_msg=what)
    else:
        np.testing.assert_array_equal(got, expected, err_msg=what)


TOLERANCES = {"bool": 0, "int8": 0, "int64": 0, "uint16": 0, "float32": 1e-5, "float64": 1e-12}


@pytest.mark.parametrize("subscripts", SUBSCRIPTS)
@pytest.mark.parametrize("dtype", TOLERANCES)
def test_subscripts(subscripts, dtype):
    arrays = operands_of(subscripts, dtype)
    ours = bl.einsum(subscripts, *[bl.asarray(x) for x in arrays])
    compare(ours, np.einsum(subscripts, *arrays), TOLERANCES[dtype], subscripts)


@pytest.mark.parametrize("subscripts", ["i->", "ij->i", "i,i", "ij,jk", "ij,ij->i", "ij,jk,kl->il"])
def test_half_precision_sums_in_single(subscripts):
    arrays = operands_of(subscripts, "float16")
    compare(bl.einsum(subscripts, *arrays), np.einsum(subscripts, *arrays), 4e-3, subscripts)


@pytest.mark.parametrize("subscripts", ["ij,jk->ik", "ii->i", "ij->", "i,j,k->kji"])
def test_pending_and_strided_operands(subscripts):
    arrays = operands_of(subscripts, "float64")
    pending = [bl.asarray(x) * 2 + 1 for x in arrays]
    compare(bl.einsum(subscripts, *pending), np.einsum(subscripts, *[x * 2 + 1 for x in arrays]), 1e-12, subscripts)
    strided = [np.repeat(x, 2, -1)[..., ::2].T.copy().T for x in arrays]
    compare(bl.einsum(subscripts, *strided), np.einsum(subscripts, *arrays), 1e-12, subscripts)


def test_diagonals_keep_signed_zeros_and_nans():
    x = np.array([[-0.0, np.nan, 1], [np.inf, np.nan, 2], [3, 4, -np.inf]])
    for y in (bl.asarray(x), bl.asarray(x) + 0, bl.asarray(x[::-1, ::-1])):
        expected = np.diagonal(np.asarray(y))
        got = np.asarray(bl.einsum("ii->i", y))
        np.testing.assert_array_equal(got, expected)
        np.testing.assert_array_equal(np.signbit(got), np.signbit(expected))


def random_subscripts(rng):
    letters, count = list("abcdij"), rng.integers(1, 5)
    terms = ["".join(rng.choice(letters, rng.integers(0, 4))) for _ in range(count)]
    used = sorted(set("".join(terms)))
    output = list(rng.permutation(used)[:rng.integers(0, len(used) + 1)])
    return ",".join(terms) + ("->" + "".join(output) if rng.integers(2) else "")


@pytest.mark.parametrize("seed", range(60))
def test_random(seed):
    rng = np.random.default_rng(seed)
    subscripts = random_subscripts(rng)
    for dtype in ("float64", "int64"):
        arrays = operands_of(subscripts, dtype, seed)
        expected = np.einsum(subscripts, *arrays)
        for optimize in (False, True, "optimal"):
            compare(bl.einsum(subscripts, *arrays, optimize=optimize), expected, 1e-11, subscripts)


def test_mixed_dtypes_follow_numpy():
    names = ["bool", "int8", "uint8", "int32", "uint64", "float16", "float32", "float64"]
    for a in names:
        for b in names:
            x, y = np.ones((2, 3), a), np.ones((3, 2), b)
            compare(bl.einsum("ij,jk", x, y), np.einsum("ij,jk", x, y), 0, f"{a} {b}")


@pytest.mark.parametrize("subscripts, shapes", [
    ("ij,jk", [(2, 1), (3, 4)]), ("ij,jk", [(2, 3), (1, 4)]), ("i,i->i", [(3,), (1,)]), ("ij,jk,kl", [(2, 1), (3, 4), (4, 1)]),
    ("...i,...i", [(2, 1, 3), (4, 3)]), ("...,i...", [(2, 3), (5, 2, 3)]), ("i...,i...", [(2, 3), (2, 1)]), ("ij,jk", [(0, 3), (3, 2)]),
    ("ij,jk", [(2, 0), (0, 4)]), ("ij->j", [(0, 3)]), ("ii->i", [(0, 0)]), ("ij,ij", [(2, 0), (1, 0)]), ("i,i", [(1,), (0,)]),
])
def test_extents_of_one_and_none(subscripts, shapes):
    arrays = [np.arange(np.prod(shape), dtype=float).reshape(shape) for shape in shapes]
    for optimize in (False, True):
        compare(bl.einsum(subscripts, *arrays, optimize=optimize), np.einsum(subscripts, *arrays), 1e-13, subscripts)


@pytest.mark.parametrize("subscripts, shapes", [
    ("ij,jk", [(2, 5), (3, 4)]), ("ii", [(1, 3)]), ("ii->i", [(3, 1)]), ("i...,i...", [(2, 3), (2, 4)]), ("i...->i", [(2, 3)]),
    ("i...j...", [(2, 3)]), ("ij->ii", [(2, 3)]), ("ij->k", [(2, 3)]), ("ij", [(3,)]), ("i", [(3, 3)]), ("i,j", [(3,)]),
    ("i", [(3,), (3,)]), ("i-j", [(3,)]), ("i->j->k", [(3,)]), ("i>", [(3,)]), ("i1", [(3, 2)]), ("i.j", [(3, 2)]), ("..ij", [(3, 2)]),
    ("i .. .", [(2, 3)]), ("...ij->ij", [(4, 3, 2)]), ("->i", [()]), ("i", []), ("i,i->i", [(3,), ()]), ("i-", [(3,)]), ("i->j", [(3,)]),
    ("ij->...i...", [(2, 3)]), ("i$", [(3, 2)]), ("i->>", [(3,)]), ("é", [(3,)]),
])
def test_wrong_subscripts(subscripts, shapes):
    arrays = [np.ones(shape) for shape in shapes]
    with pytest.raises(ValueError):
        np.einsum(subscripts, *arrays)
    with pytest.raises(ValueError):
        bl.einsum(subscripts, *arrays)
    with pytest.raises(ValueError):
        bl.einsum_path(subscripts, *arrays)


def test_lists_of_labels():
    x, y = np.arange(6.0).reshape(2, 3), np.arange(12.0).reshape(3, 4)
    for args in [(x, [0, 1]), (x, [1, 0]), (x, [0, 1], [1, 0]), (x, [0, 1], y, [1, 2], [0, 2]), (x, (0, 1), y, (1, 2)), (x, [51, 26]),
                 (x, [0, Ellipsis], [Ellipsis]), (x, [Ellipsis, 0], y, [0, 1]), (x, [0, 1], [])]:
        compare(bl.einsum(*args), np.einsum(*args), 1e-13, str(args[1:]))
    for args, error in [((x, [0, 52]), ValueError), ((x, [0, -1]), ValueError), ((x, [0, "a"]), TypeError), ((x, [0, 1.0]), TypeError),
                        ((x,), ValueError), ((), ValueError), ((5, x), TypeError)]:
        with pytest.raises(error):
            np.einsum(*args)
        with pytest.raises(error):
            bl.einsum(*args)


@pytest.mark.parametrize("how", [
    {"dtype": "f4"}, {"dtype": "f4", "casting": "same_kind"}, {"dtype": "i4", "casting": "same_kind"}, {"dtype": "i4", "casting": "unsafe"},
    {"dtype": "f8"}, {"casting": "foo"}, {"order": "X"}, {"order": "F"}, {"foo": 3}, {"casting": "no"},
])
def test_dtype_and_casting(how):
    x = np.array([1.5, 2.25, 3.0])
    for subscripts in ("i->", "i,i->i", "i"):
        try:
            expected = np.einsum(subscripts, *[x] * (1 + subscripts.count(",")), **how)
        except (TypeError, ValueError) as error:
            with pytest.raises(type(error)):
                bl.einsum(subscripts, *[x] * (1 + subscripts.count(",")), **how)
        else:
            compare(bl.einsum(subscripts, *[x] * (1 + subscripts.count(",")), **how), expected, 1e-6, f"{subscripts} {how}")


@pytest.mark.parametrize("optimize", [
    False, True, None, "greedy", "optimal", "foo", 3, 0, [], ["einsum_path", (0, 1)], ["einsum_path", (0, 1), (0, 1)], ("greedy", 100),
    ["einsum_path", (0, 5), (0, 1)], ["einsum_path", (0, 1, 2)], ["einsum_path", (1, 2), (0, 1)], ["foo", (0, 1)],
])
def test_optimize(optimize):
    x = np.array([1.5, 2.25, 3.0])
    errors = (KeyError, TypeError, RuntimeError, IndexError)
    try:
        expected = np.einsum("i,i,i->", x, x, x, optimize=optimize)
    except errors as error:
        with pytest.raises(type(error)):
            bl.einsum("i,i,i->", x, x, x, optimize=optimize)
    else:
        compare(bl.einsum("i,i,i->", x, x, x, optimize=optimize), expected, 1e-13, str(optimize))


def test_paths():
    shapes = [(2, 30), (30, 4), (4, 50), (50, 2)]
    arrays = [np.ones(shape) for shape in shapes]
    for optimize in (True, "greedy", "optimal", False):
        path, text = bl.einsum_path("ab,bc,cd,de->ae", *arrays, optimize=optimize)
        expected = np.einsum_path("ab,bc,cd,de->ae", *arrays, optimize=optimize)
        assert path[0] == "einsum_path" and all(isinstance(step, tuple) for step in path[1:])
        assert path == expected[0], optimize
        assert "Complete contraction:  ab,bc,cd,de->ae" in text
        compare(bl.einsum("ab,bc,cd,de->ae", *arrays, optimize=path), np.einsum("ab,bc,cd,de->ae", *arrays), 1e-13, "with its path")
    assert bl.einsum_path("ij,jk", np.ones((2, 3)), np.ones((3, 4)))[0] == ["einsum_path", (0, 1)]


def test_nothing_is_computed_before_it_is_asked_for():
    x = bl.asarray(np.ones((100, 100)))
    y = bl.einsum("ij,jk,kl->il", x, x, x)
    assert "matmul" in bl.explain(y)
    assert np.asarray(y)[0, 0] == 1e4
