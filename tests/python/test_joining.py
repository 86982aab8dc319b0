"""Functions that join, take apart, pad and repeat: values, dtypes, orders in memory, and that results are fresh."""

import numpy as np
import pytest

import broadloom as bl
from comparing import check, outcome
from expressions import check_expression

KINDS = ["bool", "int8", "uint8", "int32", "float16", "float32", "float64", "complex64"]


def transposed_in_memory(x, rng):
    order = rng.permutation(x.ndim)
    return np.ascontiguousarray(x.transpose(order)).transpose(np.argsort(order))


def sliced(x):
    wide = np.zeros([2 * extent + 1 for extent in x.shape], x.dtype)
    view = wide[tuple(slice(0, 2 * extent, 2) for extent in x.shape)]
    view[...] = x
    return view


def array_of(rng, shape):
    """Random numbers of a random dtype that lie in memory in one way or another."""
    x = np.asarray(rng.integers(0, 5, shape)).astype(rng.choice(KINDS))
    if x.ndim == 0:
        return x
    return [x, np.asfortranarray(x), transposed_in_memory(x, rng), sliced(x), np.flip(x)][rng.integers(5)]


def arrays_in(arguments):
    for each in arguments:
        if isinstance(each, np.ndarray):
            yield each
        elif isinstance(each, list | tuple):
            yield from arrays_in(each)


def ours(x, pending=True):
    """Operands of two dtypes may be pending: the others would only take longer to compile."""
    if isinstance(x, np.ndarray):
        array = bl.asarray(x)
        return bl.where(True, array, array) if pending and x.dtype in ("int8", "float64") else array
    return [ours(each, pending) for each in x] if isinstance(x, list) else x


def steps(x):
    """Strides that mean something."""
    return [step for extent, step in zip(x.shape, x.strides) if extent > 1]


VIEWS = "split array_split hsplit vsplit dsplit rollaxis rot90 fliplr flipud atleast_1d atleast_2d atleast_3d".split()


def check_call(name, *arguments, **keywords):
    """The result, or each of several, is NumPy's, and lies in memory as NumPy's where no operand is empty.

    Views are taken of what is in memory.
    """
    what = f"{name} of {[(x.dtype.name, x.shape, x.strides) for x in arrays_in(arguments)]} {keywords}"
    expected, error = outcome(lambda: getattr(np, name)(*arguments, **keywords))
    if error is not None:
        with pytest.raises(error):
            getattr(bl, name)(*map(ours, arguments), **keywords)
        return
    pending = name not in VIEWS and keywords.get("copy", True)
    actual = getattr(bl, name)(*[ours(each, pending) for each in arguments], **keywords)
    if not isinstance(expected, list | tuple):
        expected, actual = [expected], [actual]
    assert len(actual) == len(expected), what
    for x, y in zip(actual, expected):
        check(x, y, what=what)  # evaluates
        if y.size and all(operand.size for operand in arrays_in(arguments)):
            assert steps(x) == steps(y), f"{what}: strides {x.strides}, NumPy's are {y.strides}"


def shapes_of(rng, count, axis=None, rank=None):
    """Shapes that agree but along an axis; one in five has no elements."""
    rank = int(rng.integers(1, 5)) if rank is None else rank
    shape = rng.integers(rng.integers(5) > 0, 5, rank)
    axis = int(rng.integers(-rank, rank)) if axis is None else axis
    shapes = [[*shape] for _ in range(count)]
    for each in shapes:
        each[axis] = int(rng.integers(0, 4))
    return shapes, axis


@pytest.mark.parametrize("seed", range(25))
def test_joins(seed):
    rng = np.random.default_rng(seed)
    for _ in range(10):
        shapes, axis = shapes_of(rng, int(rng.integers(1, 5)))
        parts = [array_of(rng, shape) for shape in shapes]
        check_call("concatenate", parts, axis=axis)
        check_call("concatenate", parts, axis=None)
        check_call("append", parts[0], parts[-1], axis=axis)
        check_call("append", parts[0], parts[-1])
        alike = [array_of(rng, shapes[0]) for _ in parts]
        check_call("stack", alike, axis=int(rng.integers(-len(shapes[0]) - 1, len(shapes[0]) + 1)))
        few = [array_of(rng, shape) for shape in shapes_of(rng, 2, 0, int(rng.integers(1, 4)))[0]]
        for name in ("vstack", "hstack", "dstack", "column_stack"):
            check_call(name, few)
            check_call(name, [array_of(rng, ()), array_of(rng, ())])


def blocks(rng, shape, depth):
    return array_of(rng, shape) if depth == 0 else [blocks(rng, shape, depth - 1) for _ in range(rng.integers(1, 4))]


@pytest.mark.parametrize("seed", range(25))
def test_blocks(seed):
    """The inner lists may have other lengths, which is an error where there are lists around them."""
    rng = np.random.default_rng(seed)
    check_call("block", blocks(rng, rng.integers(1, 4, rng.integers(0, 4)), int(rng.integers(4))))


@pytest.mark.parametrize("fortran", [False, True])
def test_large_blocks(fortran):
    """Joined at once, so that int16, uint16 and float32 are float32."""
    small, large = np.ones((400, 300), "int16"), np.ones((400, 1000), "uint16")
    rows = [[small, large], [np.ones((100, 300), "float32"), np.ones((100, 1000), "int16")]]
    check_call("block", [[np.asfortranarray(x) for x in row] for row in rows] if fortran else rows)
    check_call("block", [[x[:100, :100] for x in row] for row in rows])


@pytest.mark.parametrize("seed", range(25))
def test_moves(seed):
    rng = np.random.default_rng(seed)
    for _ in range(10):
        x = array_of(rng, shapes_of(rng, 1)[0][0])
        axis = int(rng.integers(-x.ndim, x.ndim))
        for shift in (0, int(rng.integers(-9, 9))):
            check_call("roll", x, shift)
            check_call("roll", x, shift, axis)
        several = [tuple(map(int, rng.integers(low, high, 3))) for low, high in [(-9, 9), (-x.ndim, x.ndim)]]
        check_call("roll", x, *several)
        check_call("roll", x, 2, ())
        check_call("repeat", x, int(rng.integers(3)), axis)
        check_call("repeat", x, int(rng.integers(3)))
        check_call("tile", x, tuple(map(int, rng.integers(3, size=rng.integers(1, 5)))))
        check_call("tile", x, (1,) * int(rng.integers(1, 5)))
        check_call("resize", x, tuple(map(int, rng.integers(5, size=2))))
        check_call("rollaxis", x, axis, int(rng.integers(-x.ndim, x.ndim + 1)))
        for name in ("atleast_1d", "atleast_2d", "atleast_3d"):
            check_call(name, x)
        if x.ndim > 1:
            axes = tuple(map(int, rng.permutation(x.ndim)[:2]))
            check_call("rot90", x, int(rng.integers(-9, 9)), axes)
            check_call("fliplr", x)
        check_call("flipud", x)


@pytest.mark.parametrize("indexing", ["xy", "ij"])
@pytest.mark.parametrize("sparse", [False, True])
def test_grids(indexing, sparse):
    vectors = [np.arange(3), np.arange(2.0), np.ones(4, "int8")]
    for count in range(4):
        for copy in (False, True):
            check_call("meshgrid", *vectors[:count], indexing=indexing, sparse=sparse, copy=copy)


LARGE = {
    "rows": lambda: np.arange(3_000_000.0).reshape(1000, 3000),
    "short rows": lambda: np.arange(3_000_000.0).reshape(-1, 3),
    "columns": lambda: np.arange(3_000_000.0).reshape(1000, 3000).T,
    "bytes": lambda: np.arange(3_000_000).astype("int8").reshape(1500, 2000),
    "reversed": lambda: np.arange(3_000_000.0).reshape(1000, 3000)[::-1, ::-1],
    "every other": lambda: np.arange(6_000_000.0).reshape(1000, 6000)[:, ::2],
    "three axes": lambda: np.arange(3_000_000).reshape(30, 1000, 100).transpose(0, 2, 1)}


@pytest.mark.parametrize("x", LARGE.values(), ids=LARGE.keys())
def test_large_parts(x):
    """Cut into pieces for the threads."""
    x = x()
    for axis in range(x.ndim):
        check_call("concatenate", [x, x[:, :2] if axis == 1 else x[:2] if axis == 0 else x], axis=axis)
        check_call("roll", x, 777, axis)
    check_call("concatenate", [x, x], axis=None)
    check_call("stack", [x, x], axis=-1)
    check_call("roll", x, (1, -1), (0, 1))


def test_shared_producers_run_once():
    x = bl.asarray(np.arange(100.0))
    shared = bl.exp(x)
    joined = bl.concat([shared + 1, shared * 2])
    np.testing.assert_array_equal(joined, np.concatenate([np.asarray(shared) + 1, np.asarray(shared) * 2]))


FRESH = """
m.concat([x])
m.concat([x.T])
m.stack([x])[0]
m.vstack([x])
m.append(x, m.zeros((0,4)), 0)
m.block([x])
m.block(x)
m.roll(x, 0)
m.roll(x, 0, 0)
m.roll(x.ravel(), 0)
m.repeat(x, 1)
m.repeat(x, 1, 0)
m.tile(x, 1)
m.tile(x, (1,1))
m.tile(x, (1,1,1))
m.resize(x, (3,4))
m.meshgrid(x[0], x[1])[0]
m.meshgrid(x[0], x[1], sparse=True)[1]
m.meshgrid(x[0])[0]
"""


@pytest.mark.parametrize("text", FRESH.split("\n")[1:-1])
def test_results_are_fresh(text):
    memory = np.arange(12.0).reshape(3, 4)
    result = eval(text, {"m": bl, "x": bl.asarray(memory)})  # noqa: S307: our own table
    assert not np.shares_memory(np.asarray(result), memory)


TABLE = """
m.concat([m.arange(2, dtype='i2'), m.arange(2, dtype='u2'), m.arange(2, dtype='f4')])
m.hstack([1, 2.5])
m.hstack([m.ones(2, dtype='f4'), 1.5])
m.column_stack([1, 2])
m.append([1, 2], 3)
m.append(m.ones(2, dtype='f4'), 1.5)
m.append(3, 4)
m.append([[1,2]], [3], axis=0)
m.append(m.ones(()), 1, axis=0)
m.vstack([m.ones(2), m.ones((2,2))], dtype='f4')
m.vstack([m.ones(2), m.ones((2,2))], dtype='i4')
m.hstack([m.ones(2)], dtype='i4', casting='unsafe')
m.hstack(m.ones((2,3)))
m.vstack(m.ones((2,3)))
m.vstack(x for x in [m.ones(2)])
m.hstack({1: 2})
m.vstack({1, 2})
m.vstack(3)
m.dstack(3)
m.column_stack(3)
m.stack(3)
m.hstack([])
m.dstack([])
m.vstack([])
m.column_stack([])
m.hstack([m.ones(2), m.ones((2,2))])
m.hstack([m.ones((2,2)), m.ones(2)])
m.vstack([m.ones(2), m.ones(3)])
m.dstack([m.ones((2,2)), m.ones((2,3))])
m.stack([m.ones(2), m.ones(2)], out=m.zeros((2,2)))
m.stack([m.ones(2), m.ones(2)], out=m.zeros((2,2), dtype='i4'))
m.stack([m.ones(2), m.ones(2)], out=m.zeros((2,2), dtype='i4'), casting='unsafe')
m.concat([m.ones(2), m.ones(2)], out=m.zeros(3))
m.concat([m.ones(2), m.ones(2)], out=m.zeros(4), dtype='f4')
m.block([1, 2, 3])
m.block([[1, 2], [3, 4.5]])
m.block([[m.eye(2), m.zeros((2,1))], [m.ones((1,2)), 5]])
m.block(m.ones(3))
m.block(5)
m.block([])
m.block([[], [1]])
m.block([[[]], [[1]]])
m.block([1, [2]])
m.block([[1, 2], [3]])
m.block([(1, 2)])
m.block((1, 2))
m.block([m.ones(3), m.ones((1,3))])
m.block([m.ones((2,3)), m.ones((3,3))])
m.roll(m.ones((2,3)), (1,2,3), (0,1))
m.roll(m.arange(6).reshape(2,3), 1, (0,0))
m.roll(m.arange(6).reshape(2,3), (1,2,3), 1)
m.roll(m.arange(6).reshape(2,3), [], 1)
m.roll(m.ones(()), 1)
m.roll(m.ones(()), 1, 0)
m.rot90(m.ones(2))
m.rot90(m.ones((2,3)), axes=(0,0))
m.rot90(m.ones((2,3)), axes=(0,-2))
m.rot90(m.ones((2,3)), axes=(0,2))
m.rot90(m.ones((2,3)), axes=(0,1,2))
m.rot90(m.arange(6).reshape(2,3), 2**70 + 1)
m.fliplr(m.ones(3))
m.flipud(m.ones(()))
m.flipud(m.arange(3))
m.rollaxis(m.ones((2,3)), 2)
m.rollaxis(m.ones((2,3)), 0, 3)
m.rollaxis(m.ones((2,3)), 0, -3)
m.rollaxis(m.ones((2,3,4)), -1, -1)
m.atleast_1d(3)
m.atleast_2d(3, [1,2], m.ones((1,2,3)))
m.atleast_3d(3, [1,2], m.ones((2,3)), m.ones((1,2,3,4)))
m.atleast_1d()
m.resize([1,2,3], 7)
m.resize([1,2,3], (2,2))
m.resize([[1,2],[3,4]], (3,3))
m.resize([], 3)
m.resize([1,2], 0)
m.resize([1,2], -1)
m.resize(m.ones(3, dtype='i1'), ())
m.meshgrid([1,2], [3], indexing='zz')
m.meshgrid([1,2], [3], indexing=3)
m.tile(m.ones((2,0)), (2,3))
m.tile(5, 3)
m.repeat(m.ones((2,3)).T, 1, 0).strides
m.tile(m.ones((2,3)).T, 1).strides
m.tile(m.ones((2,3)).T, (2,1,1)).strides
"""


@pytest.mark.parametrize("text", [line for line in TABLE.splitlines() if line])
def test_table(text):
    check_expression(text, bl)


def test_the_same_object_comes_back():
    x = bl.ones((1, 2, 3))
    assert bl.atleast_1d(x) is x and bl.atleast_2d(x) is x and bl.atleast_3d(x) is x


# --- Pending parts -------------------------------------------------------------------------------

COUNT = 1 << 18
PENDING = {
    "concat": lambda m, x, y: m.concat([x * 2, y + 1]),
    "concat, one part is there": lambda m, x, y: m.concat([x * 2, y, x[5:9]]),
    "concat of one operand": lambda m, x, y: m.concat([x * 2, y, x + 1]),
    "concat, columns": lambda m, x, y: m.concat([x.reshape(512, -1) * 2, y.reshape(512, -1) + 1], axis=1),
    "concat, Fortran's order": lambda m, x, y: m.concat([x.reshape(512, -1).T * 2, y.reshape(512, -1).T + 1]),
    "concat, flat": lambda m, x, y: m.concat([x.reshape(512, -1) * 2, y + 1], axis=None),
    "concat, reduced": lambda m, x, y: m.concat([x.reshape(512, -1) * 2, m.sum(y.reshape(512, -1), axis=1, keepdims=True)], axis=1),
    "concat, dtypes": lambda m, x, y: m.concat([m.astype(x, "float32"), y + 1]),
    "concat, dtype": lambda m, x, y: m.concat([x * 2, y + 1], dtype="complex128"),
    "stack": lambda m, x, y: m.stack([x * 2, y + 1]),
    "stack, last axis": lambda m, x, y: m.stack([x * 2, y + 1], axis=-1),
    "stack, last axis, one operand": lambda m, x, y: m.stack([x * 2, x + 1], axis=-1),
    "vstack": lambda m, x, y: m.vstack([x * 2, y + 1]),
    "hstack": lambda m, x, y: m.hstack([x * 2, y + 1]),
    "dstack": lambda m, x, y: m.dstack([x.reshape(512, -1) * 2, y.reshape(512, -1) + 1]),
    "column_stack": lambda m, x, y: m.column_stack([x * 2, y + 1, x]),
    "block": lambda m, x, y: m.block([[x * 2, y], [y + x, x]]),
    "append": lambda m, x, y: m.append(x * 2, y[:3]),
    "insert": lambda m, x, y: m.insert(x * 2, 7, 5.0),
    "roll": lambda m, x, y: m.roll(x * 2, 3),
    "roll, rows": lambda m, x, y: m.roll(x.reshape(512, -1) * 2, (3, -5), axis=(0, 1)),
    "tile": lambda m, x, y: m.tile(x * 2, 2),
    "repeat": lambda m, x, y: m.repeat(x * 2, 2),
}


@pytest.mark.parametrize("case", PENDING)
def test_pending_parts_are_computed_where_they_belong(case):
    join = PENDING[case]
    values = [np.arange(float(COUNT)), np.arange(float(COUNT))[::-1].copy()]
    x, y = map(bl.array, values)
    expected = join(np, *values)
    for _ in range(2):  # then all kernels are there
        before = bl.memory_info().live
        joined = join(bl, x, y)
        assert not joined._is_evaluated and bl.memory_info().live - before < 1000
        assert "copies" not in bl.explain(joined)
        bl.reset_peak()
        check(joined, expected, what=case)
        assert bl.memory_info().peak - before < 1.35 * expected.nbytes
        assert steps(joined) == steps(expected)


def test_parts_that_are_there_are_joined_at_once():
    x = bl.array(np.arange(1000.0))
    for joined in (bl.concat([x, x]), bl.stack([x, x], axis=1), bl.pad(x, 2), bl.roll(x, 1), bl.block([x, x])):
        assert joined._is_evaluated


def test_a_join_that_does_not_fit_is_refused_when_it_is_computed():
    x = bl.array(np.arange(float(COUNT)))
    with bl.memory_budget(bl.memory_info().live + COUNT * 12):
        for name, join in (("concat", lambda: bl.concat([x * 2, x + 1])), ("stack", lambda: bl.stack([x * 2, x + 1], axis=1)),
                           ("pad", lambda: bl.pad(x * 2, COUNT))):
            joined, before = join(), bl.memory_info().live
            bl.reset_peak()
            with pytest.raises(MemoryError, match=rf"{name} \(.*test_joining.py:\d+\): the result float64"):
                bl.eval(joined)
            assert bl.memory_info().peak == before


@pytest.mark.parametrize("count", [1, 63, 64, 65, 200, 1000])
def test_many_pending_parts(count):
    x = bl.array(np.arange(6.0))
    expected = np.stack([np.arange(6.0) * i for i in range(count)], axis=1)
    assert np.array_equal(bl.stack([x * i for i in range(count)], axis=1), expected)


def test_joins_of_joins():
    """Long chains are computed on the way."""
    x, y = np.arange(5.0), bl.array(np.arange(5.0)) + 0
    for _ in range(700):
        x, y = (m.concat([v[1:], v[:1] * 0.5 + 1]) for m, v in ((np, x), (bl, y)))
    assert np.array_equal(x, y)


@pytest.mark.parametrize("write", ["b[[3]] = 0", "b[3:4] -= 5", "b[[3]] -= b[[3]][::-1]", "b += 1"])
def test_a_part_that_is_asked_for_is_not_where_the_joined_is_written_to(write):
    found = []
    for m in (np, bl):
        d = m.array([4, 5, -1]) + m.array(1)
        b = m.concatenate([d * 2, d])
        exec(write, {"b": b})
        if m is bl:
            bl.eval(b, d)
        found.append((np.asarray(b).tolist(), np.asarray(d).tolist()))
    assert found[0] == found[1]


def test_pending_joins_keep_what_they_were_written_of():
    x = bl.array(np.arange(5.0))
    joined = bl.concat([x * 2, x, x[::-1]])
    x += 100
    x[1] = 7
    expected = np.arange(5.0)
    assert np.array_equal(joined, np.concatenate([expected * 2, expected, expected[::-1]]))


def test_pending_parts_warn_when_they_are_computed():
    x = bl.array([1e308, 1.0])
    joined = bl.concat([x * 10, x])
    with pytest.warns(RuntimeWarning, match="overflow encountered in multiply"):
        bl.eval(joined)
    with bl.errstate(over="raise"), pytest.raises(FloatingPointError):
        bl.concat([x * 10, x])


# --- Rolls of what nobody sees any more ----------------------------------------------------------

@pytest.mark.parametrize("dtype", ["int8", "float16", "float32", "float64", "complex128"])
@pytest.mark.parametrize("axis", [None, 0, 1])
def test_rolls_in_place(dtype, axis):
    values = (np.arange(512 * 600) % 113).astype(dtype).reshape(512, 600)
    for shift in (1, -1, 5, 200, -250, 511, 600, 0):
        x = bl.array(values)
        before = bl.memory_info().live
        bl.reset_peak()
        x = bl.roll(x, shift, axis)
        bl.eval(x)
        moves = shift % {None: values.size, 0: 512, 1: 600}[axis] != 0
        assert bl.memory_info().peak - before < 100 or not moves, shift
        check(x, np.roll(values, shift, axis), what=shift)


def test_rolls_leave_what_others_see():
    values = np.arange(float(COUNT))
    for hold in (lambda m, x: x, lambda m, x: x[3:], lambda m, x: x * 2, lambda m, x: m.roll(x, 2)):
        x = bl.array(values)
        held = hold(bl, x)
        x = bl.roll(x, 1)
        bl.eval(x)
        assert np.array_equal(x, np.roll(values, 1)) and np.array_equal(held, hold(np, values))
    lent = values.copy()
    rolled = bl.roll(bl.asarray(lent), 1)
    lent[:] = 0
    assert np.array_equal(rolled, np.roll(values, 1))


def by_hand(m, x, cut, first, second):
    """Two slices of x, which may overlap or leave out something, one behind the other."""
    result = m.zeros_like(x)
    result[cut:] = x[first : first + len(x) - cut]
    result[:cut] = x[second : second + cut]
    return result


@pytest.mark.parametrize("cut", [1, 3, 7])
def test_what_is_no_roll_is_not_taken_for_one(cut):
    for first in range(cut + 1):
        for second in range(8 - cut + 1):
            x = bl.array(np.arange(8.0))
            x = by_hand(bl, x, cut, first, second)
            assert np.array_equal(x, by_hand(np, np.arange(8.0), cut, first, second)), (first, second)
