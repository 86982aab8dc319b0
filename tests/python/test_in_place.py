"""Results that are written over what nobody can see any more: what is allocated."""

import numpy as np
import pytest

import broadloom as bl
from overwriting import N, allocated, bl_or_np, fresh


def add_one(x):
    x += 1


def mask(x):
    x[x < 5] = 0


def shift(x):
    x[1:] = x[:-1]


def part(x):
    x[5 : N // 2] *= 2


def column(x):
    x.reshape(-1, 64)[:, 3] += 1


def stencil(x):
    x[1:-1] = (x[:-2] + x[2:]) * 0.5


def stencil_2d(x):
    y = x.reshape(512, -1)
    y[1:-1, 1:-1] = 0.25 * (y[:-2, 1:-1] + y[2:, 1:-1] + y[1:-1, :-2] + y[1:-1, 2:])


def normalise(x):
    x -= x.mean()
    x /= x.std()


def accumulate(x):
    bl.cumsum(x, out=x)


def sort(x):
    x[:] = x[::-1].copy()
    x.sort()


def masked_values(x):
    x[x % 2 == 0] = np.arange(N / 2)


def reverse(x):
    x[:] = x[::-1]


def exchange(x):
    x[::2], x[1::2] = x[1::2].copy(), x[::2].copy()


def halves(x):
    x[: N // 2], x[N // 2 :] = x[N // 2 :] * 2, x[: N // 2][::-1] + 1


def transposed(x):
    x += x.T


def transposed_blocks(x):
    x[:] = x.swapaxes(1, 2)


def difference(x):
    x[1:] -= x[:-1]


def neighbours(x):
    x[7] += x[6]
    x[1:] -= x[0]
    x[:, 10:20] = x[:, 30:40] * x[:, 50:60]


def elementary(x):
    bl_or_np(x).exp(x * -0.01, out=x)
    bl_or_np(x).log1p(x, out=x)
    x **= 1.5


def centre_by_a_name(x):
    mu, sd = x.mean(), x.std()
    x -= mu
    x /= sd


def stretch(x):
    low, high = x.min(), x.max()
    x -= low
    x /= high - low


def mask_with_a_name(x):
    negative = x < 5
    x[negative] = 0


def cumulative_shares(x):
    bl_or_np(x).cumsum(x, out=x)
    x /= x[-1]


def rows_less_the_first(x):
    y = x.reshape(512, -1)
    y -= y[:1]
    y -= y[:, 3:4]


def one_part_then_another(x):
    a, b, c = x[: N // 2], x[N // 2 :], x[3:5]
    a += 1
    (bl.eval if isinstance(x, bl.Array) else len)(a)
    b *= 2
    (bl.eval if isinstance(x, bl.Array) else len)(b)
    c *= 3
    (bl.eval if isinstance(x, bl.Array) else len)(c)


def remainder(x):
    x //= 3
    x %= 7


def masked_by_a_mean(x):
    x[x > x.mean()] = 0


def where_not(x):
    bl_or_np(x).divide(1, x, out=x, where=x != 0)


def softmax_of_a_view(x):
    y = x.reshape(512, -1)
    y -= y.max(axis=1, keepdims=True)
    bl_or_np(x).exp(y, out=y)
    y /= y.sum(axis=1, keepdims=True)


SMALL = {reverse: (N,), exchange: (N,), halves: (N,), difference: (N,), transposed: (512, 512), transposed_blocks: (64, 64, 64),
         neighbours: (512, 512)}
IDIOMS = [reverse, exchange, halves, difference, add_one, mask, shift, part, column, stencil, stencil_2d, normalise, accumulate, masked_values,
          centre_by_a_name, stretch, mask_with_a_name, cumulative_shares, rows_less_the_first, one_part_then_another, elementary,
          remainder, masked_by_a_mean, where_not, softmax_of_a_view]


@pytest.mark.parametrize("statement", IDIOMS)
def test_less_than_an_array_is_allocated_and_the_result_is_numpys(statement):
    ours, numpys = fresh(), np.arange(float(N))

    def run():
        statement(ours)
        bl.eval(ours)

    assert allocated(run) < N * 8 * 0.7, statement.__name__
    statement(numpys)
    np.testing.assert_allclose(np.asarray(ours), numpys, rtol=1e-13, atol=1e-300)


@pytest.mark.parametrize("statement", SMALL)
def test_what_is_read_elsewhere_in_place_takes_no_more_for_more(statement):
    numpys = np.arange(float(N)).reshape(SMALL[statement])
    x = bl.array(numpys)
    statement(x)
    text = bl.explain(x)
    said, unit = text[text.index("beyond the inputs: ") :].split()[3:5]
    took = allocated(lambda: bl.eval(x))
    assert took <= float(said) * {"bytes": 1, "KiB": 1024}[unit] + (8 << 10)  # blocks are rounded up
    assert took <= bl.get_num_threads() * 24 << 10
    statement(numpys)
    assert np.array_equal(x, numpys)


def test_views_of_all_of_an_array_are_written_where_it_lies():
    for statement in ("x += 1", "x[1:] -= x[:-1]", "x += x.T", "x[2] = x[3]; x *= 2", "x[:] = x[::-1, ::-1]"):
        numpys = np.arange(float(N)).reshape(512, 512).T.copy()
        x = bl.array(numpys.ravel()).reshape(512, 512)
        y, z = x.T, x.reshape(-1)
        for _ in range(2):
            exec(statement, {"x": x})
            assert allocated(lambda x=x: bl.eval(x)) <= bl.get_num_threads() * 24 << 10, statement
            exec(statement, {"x": numpys})
            assert np.array_equal(x.copy(), numpys) and bl.shares_memory(x, z)
            assert np.array_equal(y.copy(), numpys.T) and np.array_equal(z.copy(), numpys.ravel())


def euler(x, v):
    v += -x * 0.01
    x += v * 0.01


def exchange_results(x, v):
    x[:], v[:] = x + v, x - v


@pytest.mark.parametrize("statement", [euler, exchange_results])
def test_results_over_one_anothers_operands(statement):
    x, v = fresh(), fresh() + 1
    bl.eval(v)
    numpys = np.arange(float(N)), np.arange(float(N)) + 1

    def run():
        statement(x, v)
        bl.eval(x, v)

    assert allocated(run) < 1 << 12
    statement(*numpys)
    assert np.array_equal(x, numpys[0]) and np.array_equal(v, numpys[1])


@pytest.mark.parametrize("dtype", ["float64", "float32", "float16", "int64", "int8", "uint16"])
@pytest.mark.parametrize("shape", [(400_003,), (3, 150_000), (500, 7), (1,), (0,), (2, 0)])
def test_sorting_where_it_lies(dtype, shape):
    values = np.random.default_rng(0).integers(-99, 99, shape).astype(dtype)
    for of in (values, -values, np.where(values == 3, np.nan, values) if values.dtype.kind == "f" else values):
        ours = bl.array(of)
        before = ours * 1
        ours.sort()
        numpys = np.sort(of.astype("f4") if dtype == "float16" else of)  # NumPy's own sort of halves fails with AVX-512
        assert np.array_equal(ours, numpys, equal_nan=True) and np.array_equal(before, of, equal_nan=True)
    held, lent = bl.array(values), values.copy()
    assert allocated(held.sort) < 1000 or values.size < 1000 or dtype == "int8"
    bl.asarray(lent).sort()
    assert np.array_equal(lent, np.sort(values.astype("f4") if dtype == "float16" else values))


def test_softmax_of_rows():
    x = bl.array(np.arange(float(N)).reshape(512, -1))
    expected = np.exp(np.asarray(x) - np.asarray(x).max(1, keepdims=True))

    def run():
        nonlocal x
        x -= x.max(1, keepdims=True)
        bl.exp(x, out=x)
        x /= x.sum(1, keepdims=True)
        bl.eval(x)

    assert allocated(run) < N
    np.testing.assert_allclose(np.asarray(x), expected / expected.sum(1, keepdims=True), rtol=1e-14)


@pytest.mark.parametrize("statement", IDIOMS)
def test_who_has_the_old_value_keeps_it(statement):
    x = fresh()
    pending, view, exported = x * 2, x[::2] + 0, bl.array(x)
    statement(x)
    bl.eval(x)
    expected = np.arange(float(N))
    assert np.array_equal(pending, expected * 2) and np.array_equal(view, expected[::2]) and np.array_equal(exported, expected)


@pytest.mark.parametrize("count", [1, 2, 3, 7, 16, 33, 100])
@pytest.mark.parametrize("distance", [-3, -2, -1, 1, 2, 3])
def test_stencils_in_place_of_any_size_and_distance(count, distance):
    if count <= abs(distance):
        return
    ours, numpys = (m.asarray(np.arange(10.0 * count)).reshape(count, 10) for m in (bl, np))
    ours = bl.array(ours)
    for x in (ours, numpys):
        inner = slice(max(0, -distance), count - max(0, distance))
        shifted = slice(max(0, distance), count - max(0, -distance))
        x[inner, 1:-1] = x[shifted, 2:] * 2 + x[inner, :-2]
        x[inner] += x[shifted]
    bl.eval(ours)
    assert np.array_equal(ours, numpys)


@pytest.mark.parametrize("shape", [(3, 30_001), (1, 9000), (5, 300, 600), (4000, 5, 3), (2, 3, 20_000)])
@pytest.mark.parametrize("turned", [False, True])
def test_writes_that_read_along_any_axis_take_a_few_rows(shape, turned):
    values = np.arange(np.prod(shape)).reshape(shape) % 97
    for axis, extent in enumerate(shape):
        ours, numpys = bl.array(values), values.copy()

        def write(x, axis=axis):
            x = x[(slice(None, None, -1),) * x.ndim] if turned else x
            at = lambda part: (slice(None),) * axis + (part,)
            x[at(slice(1, None))] -= x[at(slice(None, -1))]
            x[at(slice(None, None, 2))] += 1

        write(ours)
        assert allocated(lambda x=ours: bl.eval(x)) <= bl.get_num_threads() * 24 << 10, axis
        write(numpys)
        assert np.array_equal(ours, numpys), axis


def test_stencils_in_place_on_several_threads():
    ours, numpys = bl.array(np.random.default_rng(0).random((3000, 200))), np.random.default_rng(0).random((3000, 200))
    for x in (ours, numpys):
        for _ in range(3):
            x[3:-3, 1:-1] = 0.25 * (x[:-6, 1:-1] + x[6:, 1:-1] + x[3:-3, :-2] + x[3:-3, 2:])
        bl.eval(ours)
    assert np.array_equal(ours, numpys)


@pytest.mark.parametrize("count", [64, 1000, 100_000])
def test_indices_of_what_is_computed_row_by_row(count):
    """Rows that are computed in parts are not counted from the start of their part."""
    ours, numpys = fresh(count), np.arange(float(count))
    for m, x in ((bl, ours), (np, numpys)):
        x[::2] = x[::2] * 2 + m.arange(count // 2)
        bl.eval(ours)
        x[1:] = x[:-1] * 0.5 + m.arange(count - 1)
        bl.eval(ours)
    assert np.array_equal(ours, numpys)


def explained(*arrays):
    text = bl.explain(*arrays)
    return text[text.index("copies") :].splitlines()[1] if "copies" in text else ""


def test_explain_names_a_copy_that_remains():
    x = fresh()
    x[3:5] = bl.sqrt(x[5:7])
    assert explained(x) == ""
    x = fresh()
    held = x * 2
    x[3:5] = bl.sqrt(x[5:7])
    assert "2 MiB, what insert writes to" in explained(x) and "wanted by others" in explained(x)
    bl.eval(held)
    assert explained(x) == ""
    x = fresh()
    held = x * 3
    x += 1
    assert "2 MiB, what is written to" in explained(x) and "wanted by others" in explained(x)
    assert explained(held) == "" and explained(x, held) == ""
    x, y = fresh(9), fresh(9)
    x %= 7
    assert "floating-point error" in explained(x)
    y = y % 7
    assert explained(y) == ""


@pytest.mark.parametrize("dtype", ["int16", "float16", "int32", "float64"])
def test_partitions_where_it_lies(dtype):
    start = (np.random.default_rng(1).standard_normal((2, N)) * 1000).astype(dtype)
    sorted_ = np.sort(start.astype(np.float64))
    captured = bl.array(start)
    for x in (bl.array(start), captured):
        held = captured * 1
        assert allocated(lambda x=x: x.partition([5, -9])) < (64 << 10) + (x is captured) * 2 * x.nbytes
        got = np.asarray(x)
        assert np.array_equal(got[:, 5], sorted_[:, 5]) and np.array_equal(got[:, -9], sorted_[:, -9])
        assert np.all(got[:, :5].max(1) <= got[:, 5]) and np.all(got[:, -8:].min(1) >= got[:, -9])
        assert np.array_equal(np.sort(got.astype(np.float64)), sorted_) and np.array_equal(held, start)
    with pytest.raises(ValueError, match="out of bounds"):
        bl.array(start).partition(N)


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64", "complex64", "complex128", "int8", "int64", "uint32"])
def test_whatever_computes_in_place_allocates_nothing(dtype):
    dtype = np.dtype(dtype)
    start = (np.arange(8 * N // dtype.itemsize) % 100 + 1).astype(dtype)
    statements = ["x *= 2", "x //= 3", "x %= 7", "x **= 2", "x += x"]
    if dtype.kind in "fc":
        statements = ["x /= 3", "m.exp(x, out=x)", "m.log(x, out=x)", "m.sin(x, out=x)", "x *= x", "x **= 2"]
    for statement in statements:
        x, numpys = bl.array(start), start.copy()
        exec(statement, {"m": bl, "x": x})
        assert allocated(lambda x=x: bl.eval(x)) < 64 << 10, statement
        with np.errstate(all="ignore"):
            exec(statement, {"m": np, "x": numpys})
        np.testing.assert_allclose(np.asarray(x), numpys, rtol=8 * np.finfo(dtype).eps if dtype.kind in "fc" else 0)


def total_first(x):
    y = x.reshape(512, -1)
    total = y.sum()
    y += 1
    y /= total


def transposed_functions(x):
    y = x.reshape(512, -1).T
    bl_or_np(x).log1p(y, out=y)
    y %= 3


def halves_by_functions(x):
    bl_or_np(x).sqrt(x[: N // 2], out=x[: N // 2])
    bl_or_np(x).log1p(x[N // 2 :], out=x[N // 2 :])


def scan_and_function(x):
    bl_or_np(x).cumsum(x, out=x)
    bl_or_np(x).log1p(x, out=x)


def many_functions(x):
    for _ in range(16):
        bl_or_np(x).sin(x, out=x)


def function_and_row(x):
    y = x.reshape(512, -1)
    bl_or_np(x).log1p(y, out=y)
    y[0] += 1
    y %= y[3] + 1


@pytest.mark.parametrize("statement", [total_first, transposed_functions, halves_by_functions, scan_and_function, many_functions,
                                       function_and_row])
def test_errors_of_several_steps_are_found_without_an_array(statement):
    x, numpys = fresh(), np.arange(float(N))
    statement(x)
    assert allocated(lambda: bl.eval(x)) < 64 << 10
    statement(numpys)
    np.testing.assert_allclose(np.asarray(x), numpys, rtol=1e-12, atol=1e-13)


def test_what_lies_otherwise_is_sorted_in_one_copy():
    x = fresh()
    y = x[::-1]
    assert allocated(y.sort) < 1.1 * x.nbytes
    assert np.array_equal(x, np.arange(float(N))[::-1])


def test_parts_of_complex_numbers_are_written_where_they_lie():
    for statement in ("z.real *= 2", "z.imag -= z.real", "z.real = 1", "z.imag[::2] += 1", "z[3:].real += z[3:].imag"):
        numpys = np.arange(N / 2) * (1 + 2j)
        z = bl.array(numpys)
        exec(statement, {"z": z})
        assert allocated(lambda z=z: bl.eval(z)) < 64 << 10, statement
        exec(statement, {"z": numpys})
        assert np.array_equal(z, numpys)


def test_rows_that_are_written_one_by_one_make_one_array():
    x, rows = fresh(), bl.empty((1000, N // 1000))

    def run():
        for i in range(1000):
            rows[i] = x[i : i + N // 1000] * i
        bl.eval(rows)

    assert allocated(run) < rows.nbytes + (64 << 10)
    assert np.array_equal(rows, [np.arange(i, i + N // 1000) * i for i in range(1000)])


def test_readers_of_the_old_value_come_first():
    x = fresh()
    total = x.sum()
    x += 1
    assert allocated(lambda: bl.eval(x, total)) < 64 << 10
    assert float(total) == N * (N - 1) / 2 and float(x[0]) == 1
    y = fresh().reshape(512, -1)
    total, row = y.sum(), y[3] * 2
    y += 1
    assert allocated(lambda: bl.eval(y, total, row)) < 64 << 10
    assert float(total) == N * (N - 1) / 2 and float(row[0]) == 6 * 512 == 2 * float(y[3, 0]) - 2


@pytest.mark.parametrize("statement", ["s = x.sum(); x += 1", "s = x.mean(1); x *= 2", "s = (x > 9).sum(); x[x > 9] = 0",
                                       "s, t = x.min(), x.max(); x -= 1; t = t + x.sum(); x /= 2", "s = (x * 2 + 1).sum(); x[3] = 7",
                                       "s = m.linalg.norm(x); m.exp(x * -1, out=x)", "s = x[:99].sum(); t = x[::2].max(); x += 1"])  # fmt: skip
def test_reductions_of_what_is_overwritten_are_computed_along(statement):
    x, numpys = fresh().reshape(512, -1), np.arange(float(N)).reshape(512, -1)
    ours, theirs = {"x": x, "m": bl}, {"x": numpys, "m": np}
    exec(statement, ours)
    assert allocated(lambda: bl.eval(x)) < 64 << 10
    exec(statement, theirs)
    for name in ("x", "s", "t"):
        if name in theirs:
            np.testing.assert_allclose(np.asarray(ours[name]), theirs[name], rtol=1e-13)


def test_what_is_computed_along_is_not_in_the_way():
    x = bl.array(np.ones(N))
    large = bl.cumsum(x[:, None] * x[None, :], axis=0).max(), (x[:, None] * x[None, :]).max(), (x.reshape(512, -1) @ bl.ones(512)).sum()
    x += 1
    bl.eval(x)
    assert float(x[3]) == 2 and not any(each._is_evaluated for each in large)
    # Indices are looked at while the roots are claimed.
    x, base = bl.array(np.ones(N)), bl.array(np.arange(N).reshape(512, 512))
    total = (x.reshape(512, 512) * base).sum()
    x[base.T.reshape(-1)] = total
    bl.eval(x)
    assert float(x[7]) == float(total) == N * (N - 1) / 2


def test_reductions_that_are_of_no_use_wait():
    x = fresh()
    y, total = x * 2, x.sum()
    x += 1
    bl.eval(x)
    assert not total._is_evaluated  # y needs the old value anyway
    assert float(total) == N * (N - 1) / 2 and float(y[3]) == 6
    picked = x[bl.arange(3)].sum()
    x += 1
    bl.eval(x)
    assert float(picked) == 6 and float(x[0]) == 2


def test_a_value_that_is_repeated_has_numbers_only():
    for value in (0.0, np.nan):
        x = fresh()
        x[x > x.sum()] = value
        x[3] = value
        assert allocated(lambda x=x: bl.eval(x)) < 64 << 10
        assert np.array_equal(x[:5], [0, 1, 2, value, 4], equal_nan=True)


def test_needs_says_it():
    x = fresh()
    x += 1
    assert "beyond the inputs: 0 bytes at the peak" in bl.explain(x)


def test_kernels_that_count_elements_are_not_launched_in_parts():
    def run(m):
        x = m.asarray(np.arange(24.0).reshape(4, 3, 2)) + 0
        x[1:, :, 0] = m.arange(3)[:, None] * 10.0 + m.arange(3)
        return x.tolist()
    assert run(bl) == run(np)


def changed(m, part):
    """An array whose write waits, so that what comes next is a copy that begins elsewhere than its source."""
    x = part(m.array(np.arange(64.0).reshape(8, 8))).copy()
    x[0, 0] = 9
    return x


def turn(m, x):
    x[...] = x[::-1] * 1


def add_transposed(m, x):
    x += x.T


def turn_and_exchange(m, x):
    x[...] = m.transpose(x[::-1], (1, 0))
    x[:, :2], x[:, -1:-3:-1] = x[:, -1:-3:-1] + x[:, :2], x[:, :2].copy()
    x[...] = x[::-1].copy()
    x[:2, :4:2], x[:2, 1:4:2] = x[:2, 1:4:2].copy(), x[:2, :4:2] * 1
    x -= m.rot90(x, 3) * x


def exchange_beside_others(m, x):
    kept = x * 3
    x[0, 1] = 7
    x[:2], x[2:] = x[1:3] * 2, x[:2] * 1
    x += kept


@pytest.mark.parametrize("statement", [turn, add_transposed, turn_and_exchange, exchange_beside_others])
def test_writes_after_a_copy_of_a_part(statement):
    results = []
    for m in (np, bl):
        x = changed(m, lambda a: a[4:, 4:])
        statement(m, x)
        results.append(np.asarray(x))
    np.testing.assert_array_equal(*results)
