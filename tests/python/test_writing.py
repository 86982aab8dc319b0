"""Writes to arrays and through their views, in NumPy and in broadloom."""

import gc
import warnings

import ml_dtypes
import numpy as np
import pytest

import broadloom as bl
from expressions import public_class

# Statements with m for the module; each array of theirs is compared at the end.
PROGRAMS = """
x = m.arange(6.).reshape(2, 3); v = x[:, 1]; v[...] = 9
x = m.arange(6.).reshape(2, 3); v = x[1]; x[1, ::-1] = [7, 8, 9]
x = m.zeros((3, 4)); x[1] = m.arange(4); x[:, 2] = 5; x[-1, -1] = -1
x = m.zeros((3, 4)); x[None, 1:, ..., ::2] = m.ones((1, 2, 2))
x = m.zeros((3, 4)); x[...] = m.arange(4.)
x = m.zeros((3, 4)); x[:] = 2
x = m.zeros((3, 4)); x[()] = 2
x = m.zeros(()); x[()] = 2; x[...] += 1
x = m.zeros((3, 4)); x[1:1] = 7
x = m.zeros((3, 4)); x[0:2] = m.ones((1, 1, 1, 4))
x = m.zeros((3, 1)); x[...] = m.ones((1, 3, 1)) * 2
x = m.arange(5); x[1:] = x[:-1]
x = m.arange(5); x[:-1] = x[1:]
x = m.arange(5); x[...] = x[::-1]
x = m.arange(16).reshape(4, 4); x += x.T
x = m.arange(16).reshape(4, 4); x.T[1] = 0; y = x.T.reshape(2, 8); y[0] = -1
x = m.arange(12); y = x.reshape(3, 4); z = y.ravel(); z[5] = 99; y[2] = 1
x = m.arange(12).reshape(3, 4); y = x.T.reshape(-1); y[0] = 99
x = m.arange(4); y = m.expand_dims(x, 1); y[2] = 7; z = m.squeeze(y); z[0] = 6
x = m.arange(8).reshape(2, 2, 2); m.flip(x, 0)[0] = 5; m.moveaxis(x, 0, 2)[0, 0] = 8; m.swapaxes(x, 0, 1)[1] += 1
x = m.arange(8).reshape(2, 4); m.diagonal(x.T)
x = m.arange(6); y = x; y[0] = 5; y += 1
x = m.arange(6); y = x + 1; x[0] = 100; z = x + 1
x = m.arange(6) * 1.5; y = x[::2]; x *= 2; z = y + 1; y[1] = 0
x = m.arange(6); e = x[2]; x[2] = 9; f = x[2]
x = m.ones(3); s = x.sum(); t = s; s += 1
x = m.ones(3); s = x.sum(); s += 1.5
x = m.arange(4, dtype='int8'); x += 100; x += 100
x = m.arange(4, dtype='float32'); x *= 1.1; x /= 3; x **= 2; x //= 2; x %= 2
x = m.arange(4); x <<= 2; x |= 1; x ^= 3; x &= 6; x >>= 1
x = m.eye(3); x @= x + 1
x = m.arange(5); x[1:3] += 10; x[::2] -= 1
x = m.arange(5.); x.fill(2.5)
x = m.arange(5); x.fill(2.5)
x = m.arange(5); m.copyto(x, [5, 6, 7, 8, 9], where=[True, False, True, False, True])
x = m.arange(6).reshape(2, 3); m.copyto(x, 7, where=[[True], [False]]); m.copyto(x[:, 1], x[:, 2])
x = m.arange(6.).reshape(2, 3); m.add(x, 1, out=x[::-1])
x = m.arange(6.); y = m.zeros(6); z = m.multiply(x, 2, out=y, where=x > 2); y[0] = 8
x = m.arange(6.); y = m.zeros(3); m.sum(x.reshape(3, 2), axis=1, out=y)
x = m.arange(6.); m.add(x[1:], x[:-1], out=x[1:])
x = m.arange(6); x[x > 2] = 0
x = m.arange(6).reshape(2, 3); x[x % 2 == 1] = -1; x[[True, False]] = 5
x = m.arange(6).reshape(2, 3); x[m.asarray([False, True])] = [7, 8, 9]
x = m.arange(6).reshape(2, 3); x[True] = 1
x = m.arange(6).reshape(2, 3); x[False] = 1
x = m.zeros(3, 'int16'); x[0] = 2.9; x[1:] = m.asarray([-1.5, 3.7])
x = m.zeros(3, bool); x[0] = 5; x[1] = 0.0
x = m.zeros(2, 'complex64'); x[0] = 1 + 2j; x[1] = 3
x = m.zeros(2, 'float16'); x[0] = 1 / 3; x[1:] = [2]
x = m.zeros((2, 3), order='F'); x[0] = 1; y = x.T; y[2] = 4
x = m.zeros((2, 3), order='F'); x += m.arange(6.).reshape(2, 3)
x = m.arange(10); x = x[1:]; x = x[1:]; x[0] = 7; x = x[::-1]; x[0] = 8
x = m.arange(3); x[0], x[1] = x[1], x[0]
x = m.zeros(4); y = x[1:3]; del x; y[0] = 3
x = m.arange(4.); y = x.copy(); z = m.asarray(x); y[0] = 9; z[1] = 8
x = m.arange(4.); y = x.astype('float64'); y[0] = 9
x = m.arange(4.); y = x.astype('float64', copy=False); y[0] = 9
x = m.arange(4.); y = x.flatten(); y[0] = 9; z = x.ravel(); z[1] = 8
x = m.arange(4); y = m.ceil(x); y[0] = 9; z = m.positive(x); z[1] = 8; r = m.round(x); r[2] = 7
x = m.arange(4.); y = m.repeat(x, 1); y[0] = 9; z = m.tile(x, 1); z[1] = 8; r = m.roll(x, 0); r[2] = 7
x = m.arange(12).reshape(3, 4); x[[0, 2]] = -1; x[:, [1, 1]] = [[5, 6]]
x = m.arange(12).reshape(3, 4); x[[0, 2], [1, -1]] = [7, 8]; x[[0, 0]] += 1
x = m.arange(12).reshape(3, 4); x[x > 5] = m.arange(6) * 10; x[x[:, 0] > 0, 1:3] = [[1, 2], [3, 4]]
x = m.arange(24).reshape(2, 3, 4); x[1, [0, 2], ::2] = [[1], [2]]; x[[0, 1], :, [1, 2]] = 9; x[:, None, [0, 1]] += 5
x = m.arange(6); x[m.asarray([], int)] = 3; x[[5, 0]] = x[[0, 5]]
x = m.arange(6); y = x[::-2]; y[[0, 1]] = [70, 80]; z = x + 1; y[y > 60] = 0
x = m.arange(6); y = x * 2; x[[1, 2]] = y[[3, 4]]; x[m.asarray([0, 0, 0])] = [1, 2, 3]
x = m.zeros((2, 3), 'int8'); x[[0, 1], [1, 2]] = 3.7; x[m.ones((2, 3), bool)] += 1
x = m.arange(6.).reshape(2, 3) + 1j; y = x.real; y[0] = 7; x.imag[:, 1] = 5; z = x.imag; x[1, 1] = 0
x = m.ones(3, 'complex64'); x.real = [1, 2, 3]; x.imag = 4; y = x.real[::2]; y += 1
x = m.asarray([1 + 2j, 3]); y = x.real; z = x.conj(); x.imag[0] = 9
x = m.asarray([3, 1, 2]); y = x[::-1]; x.sort(); z = x + 1; y.sort()
x = m.asarray([[3, 1, 2], [6, 5, 4]]); x.sort(axis=0); x.T.sort(); y = m.asarray([5., 4, 3, 2, 1]); y.partition(2); y[:2] = 0; y[3:] = 9
x = m.arange(6); m.put(x, [0.5, -1, 2], [10, 20]); m.putmask(x, x > 9, 1.5); m.put(x, 7, 5, mode='wrap'); m.put(x, -9, 6, mode='clip')
x = m.arange(6).reshape(2, 3); m.put(x.T, [1, 4], -1); m.put(x, [], 3); m.put(x, [99], [])
x = m.asarray([2, 0, 1, 3]); x[x] += 100
x = m.arange(6); y = m.asarray([m.may_share_memory(x, x[2:]), m.may_share_memory(x, x + 1), m.shares_memory(x[:2], x[2:])])
x = m.asarray([3, 2, 1, 0]); m.put_along_axis(x, x, m.asarray([7, 8, 9, 10]), 0)
x = m.asarray([3, 2, 1, 0]); m.put(x, x, [7, 8, 9, 10])
x = m.asarray([3, 2, 1, 0]); x[::-1][x] = 0
x = m.asarray([True, False, True, True] * 9); x[x] = m.asarray([False, True, False] * 9)
x = m.asarray([True, False, True, True] * 9); x[x[::-1].copy()] = False
x = m.arange(24).reshape(4, 6) % 4; x[x[0]] = 7; x[x[:, 0] % 4, x[:, 1] % 4] = m.arange(4)
x = m.arange(6).reshape(2, 3); m.putmask(x, x > 2, x ** 2); m.putmask(x, x < 2, [7, 8, 9, 10])
x = m.arange(6).reshape(2, 3); m.place(x, x > 2, [44, 55]); m.place(x, x < 0, [])
x = m.arange(6).reshape(2, 3); m.put_along_axis(x, m.asarray([[2], [0]]), 99, 1); m.put_along_axis(x, m.asarray([0, -1]), 8, None)
x = m.arange(12).reshape(4, 3); m.fill_diagonal(x, 5); y = m.zeros((7, 2)); m.fill_diagonal(y, [1, 2, 3], wrap=True)
x = m.zeros((3, 3, 3), int); m.fill_diagonal(x, 4); y = m.zeros((2, 5)); m.fill_diagonal(y.T, 3)
x = m.arange(6).reshape(2, 3); y = m.require(x, 'float32', ['F', 'W']); z = m.require(x, requirements='C'); y[0] = 1; z[0] = 5
x = m.arange(6).reshape(2, 3); y = m.ascontiguousarray(x.T); z = m.asfortranarray(x.T); y[0] = 1; z[0] = 5
""".strip().splitlines()


def arrays_of(module, program):
    names = {"m": module}
    exec(program, names)
    return {name: x for name, x in names.items() if name not in ("m", "__builtins__")}


@pytest.mark.parametrize("program", PROGRAMS)
def test_like_numpy(program):
    expected = arrays_of(np, program)
    for name, x in arrays_of(bl, program).items():
        got = np.asarray(x)
        assert got.dtype == expected[name].dtype and got.shape == expected[name].shape, name
        assert np.array_equal(got, expected[name]), (name, got, expected[name])
        assert x.strides == expected[name].strides, name


@pytest.mark.parametrize("program", PROGRAMS)
def test_arrays_share_what_they_share_in_numpy(program):
    ours, numpys = arrays_of(bl, program), arrays_of(np, program)
    for a in ours:
        for b in ours:
            assert bl.shares_memory(ours[a], ours[b]) == (np.shares_memory(numpys[a], numpys[b]) or
                                                          (a == b and np.ndim(numpys[a]) == 0)), (a, b)
        if np.ndim(numpys[a]):
            flags = "c_contiguous f_contiguous owndata writeable aligned fnc forc carray farray behaved".split()
            assert {f: getattr(ours[a].flags, f) for f in flags} == {f: getattr(numpys[a].flags, f) for f in flags}, a


ERRORS = """
m.arange(3)[5] = 1
m.arange(3)[0, 0] = 1
m.arange(3)['a'] = 1
m.arange(3)[1.5] = 1
m.arange(3)[:] = [1, 2]
m.arange(3)[0] = m.asarray([1, 2])
m.zeros((2, 3))[...] = m.ones((3, 2))
m.zeros((2, 3))[...] = m.ones((2, 1, 3))
m.arange(3, dtype='int8')[0] = 300
m.arange(3, dtype='uint8')[:] = -1
m.arange(3)[0] = float('inf')
m.arange(3)[0] = float('nan')
m.arange(3)[0] = 'a'
m.arange(3)[0] = None
m.broadcast_to(m.arange(3), (2, 3))[0, 0] = 1
m.broadcast_to(m.arange(3), (2, 3)).fill(1)
m.broadcast_to(m.arange(3), (2, 3)).T[0] = 1
m.arange(3).__iadd__(1.5)
m.arange(3).__iadd__(m.ones((2, 3)))
m.arange(3).__itruediv__(2)
m.copyto(m.arange(3), [1.5, 2, 3])
m.copyto(m.arange(3), 1.5)
m.copyto(m.arange(3), [1, 2])
m.arange(3.)[0] = 1j
m.arange(3)[:2] = 1j
m.arange(3.)[[0, 1]] = 1j
m.arange(3.)[m.arange(3) > 1] = 1j
m.arange(3.).fill(1j)
m.arange(3.).put([0], 1j)
m.put(m.arange(3), [0], 1j)
m.putmask(m.arange(3.), m.arange(3) > 1, 1j)
m.putmask(m.arange(3.), m.arange(3) > 1, m.asarray([1j]))
m.putmask(m.arange(3), m.arange(3) > 1, m.asarray([1.5]))
m.place(m.arange(3.), m.arange(3) > 1, m.asarray([1j]))
m.put_along_axis(m.arange(3.), m.asarray([0]), 1j, 0)
m.fill_diagonal(m.zeros((3, 3)), 1j)
m.copyto(m.zeros(3, dtype=bool), 1j)
m.arange(4.).imag = 2.5
m.place(m.zeros(3, dtype='uint8'), m.zeros(3, dtype=bool), m.arange(3))
m.zeros((0, 3)).put([0], [])
m.zeros(())[m.asarray(True)] = m.ones((1, 1))
m.arange(4)[m.arange(4) > 1] = m.ones((2, 1))
m.arange(4)[m.arange(4) > 1] = m.ones((1, 2))
m.ones((2, 2))[m.ones((2, 2)) > 0] = m.ones((2, 2))
m.copyto([1, 2], 3)
m.copyto(m.arange(3), 1, where=[True, False])
m.copyto(m.arange(3), 1, casting='safest')
m.add(1, 2, out=m.broadcast_to(m.zeros(3), (2, 3)))
m.add(m.ones(4), 1, out=m.zeros(3))
m.add(m.ones(3), 1.5, out=m.zeros(3, int))
m.arange(3)[m.asarray([True, False])] = 1
m.arange(3)[m.asarray([[True, False, True]])] = 1
m.arange(3)[[0, 3]] = 1
m.arange(3)[[0, 1]] = [1, 2, 3]
m.arange(3)[[0.5]] = 1
m.arange(3)[m.asarray([True, False, True])] = [1, 2, 3]
m.zeros((2, 3))[[0, 1], [0, 1, 2]] = 1
m.broadcast_to(m.arange(3), (2, 3))[[0], [0]] = 1
m.put(m.arange(3), 3, 1)
m.arange(3).sort(1)
m.arange(3).sort(axis=None)
m.broadcast_to(m.arange(3), (2, 3)).sort()
m.arange(3).partition(3)
m.put([1, 2], 0, 1)
m.put(m.broadcast_to(m.zeros(3), (2, 3)), [], 1)
m.place(m.broadcast_to(m.zeros(3), (2, 3)), m.zeros((2, 3), bool), 1)
m.putmask(m.arange(3), [True, False], 1)
m.place(m.arange(3), [True, False, True], [])
m.place([1], [True], 1)
m.put_along_axis(m.arange(3), m.asarray([[0]]), 1, 0)
m.put_along_axis(m.arange(3), m.asarray([0.5]), 1, 0)
m.put_along_axis(m.arange(3), m.asarray([0]), 1, 1)
m.put_along_axis(m.arange(3), m.asarray([5]), 1, 0)
m.fill_diagonal(m.arange(3), 1)
m.fill_diagonal(m.zeros((2, 3, 2)), 1)
m.require([1, 2], None, ['C', 'F'])
m.require([1, 2], None, ['bogus'])
m.diagonal(m.zeros((3, 3)))[0] = 1
m.arange(3.).imag[0] = 1
m.arange(3).fill([1, 2])
m.arange(3).fill(m.ones(2))
m.arange(3).setflags(write=True, bogus=1)
m.arange(3).flags['bogus']
m.arange(3).sum()[...] = 1
m.arange(3)[1][()] = 1
m.shares_memory(m.arange(3))
m.zeros(3, 'i1')[0] = np.int64(400)
m.zeros(3, 'i8')[:] = np.uint64(2**63)
m.zeros(3, 'i4')[1:] = np.float64(np.nan)
m.zeros(3, 'i2')[...] = np.float32(1e10)
m.zeros(3, 'i4').fill(np.float64(np.inf))
m.zeros(3, 'i4').fill(range(1))
m.zeros(3)[5] = [1, 2]
m.zeros((2, 3))[2, 0] = (1,)
m.zeros(3, 'i4')[3] = np.int64(2**40)
m.zeros(3)[1] = memoryview(np.ones(1))
a = []; a.append(a); m.zeros(2)[:] = a
a = []; a.append(a); m.zeros(2)[0] = a
""".strip().splitlines()


@pytest.mark.parametrize("statement", ERRORS)
def test_errors_are_numpys(statement):
    with pytest.raises(Exception) as numpys:
        exec(statement, {"m": np})
    with pytest.raises(Exception) as ours:
        exec(statement, {"m": bl})
    assert ours.type is public_class(numpys.value), (ours.value, numpys.value)


@pytest.mark.parametrize("dtype", ["f8", "i1", "u2", "c16", "?"])
@pytest.mark.parametrize("shape", [(), (3,), (2, 3)])
def test_elements_are_no_sequences(dtype, shape):
    """An element takes a number; what a slice selects takes no list with more axes than it has."""
    values = [[5.0], (5.0,), [], [1, 2], [[5.0]], range(1), np.float64(5), np.array(5.0), np.array([5.0]), np.zeros((1, 0))]
    keys = [1, (1,), ..., (1, ...), slice(1, 2), (None, 1), (), np.int64(1), np.array(1), [0], (0, 1), True]
    for key in keys:
        for value in values:
            outcomes = []
            for module in (np, bl):
                x = module.zeros(shape, dtype)
                try:
                    x[key] = module.asarray(value) if isinstance(value, np.ndarray) else value
                    outcomes.append(np.asarray(x).tolist())
                except (TypeError, ValueError, IndexError) as error:
                    outcomes.append(public_class(error))
            assert outcomes[0] == outcomes[1], (dtype, shape, key, value)


def test_diagonals_of_what_repeats_share_it():
    x = bl.broadcast_to(bl.arange(2) + 1, (2, 2))
    assert bl.may_share_memory(bl.diagonal(x), x) and bl.shares_memory(bl.diagonal(x), x)
    assert bl.diagonal(x).tolist() == [1, 2]


def test_nothing_is_changed_where_a_write_fails():
    x = bl.arange(3)
    for wrong in ("x[:] = [1, 2]", "x[7] = 1", "x += 0.5", "bl.copyto(x, [1.5, 2, 3])"):
        with pytest.raises((ValueError, IndexError, TypeError)):
            exec(wrong, {"x": x, "bl": bl})
    assert x.tolist() == [0, 1, 2]


class TestMemoryOfNumPy:
    def test_a_write_is_seen_at_once_by_its_owner_and_by_every_view(self):
        n = np.arange(6.0)
        x, odd = bl.asarray(n), bl.asarray(n[1::2])
        x += 1
        assert n.tolist() == [1, 2, 3, 4, 5, 6] and odd.tolist() == [2, 4, 6]
        odd[...] = 0
        assert n.tolist() == x.tolist() == [1, 0, 3, 0, 5, 0]

    def test_expressions_keep_what_they_were_written_with(self):
        n = np.arange(6.0)
        x = bl.asarray(n)
        doubled, halves = x * 2, bl.asarray(n[::2]) * 2
        tail = x[3:]
        sums = tail.sum()
        x[...] = 9
        assert doubled.tolist() == [0, 2, 4, 6, 8, 10] and halves.tolist() == [0, 4, 8] and sums.item() == 12
        assert tail.tolist() == [9, 9, 9] and n.tolist() == [9] * 6

    def test_overlap(self):
        n = np.arange(6)
        x = bl.asarray(n)
        x[1:] = x[:-1]
        assert n.tolist() == [0, 0, 1, 2, 3, 4]
        x[...] = x[::-1]
        assert n.tolist() == [4, 3, 2, 1, 0, 0]

    def test_read_only_memory(self):
        n = np.arange(3)
        n.flags.writeable = False
        x = bl.asarray(n)
        assert not x.flags.writeable
        for write in ("x[0] = 1", "x += 1", "x.fill(0)", "bl.add(x, 1, out=x)", "x[1:][0] = 1"):
            with pytest.raises(ValueError, match="read-only"):
                exec(write, {"x": x, "bl": bl})
        with pytest.raises(ValueError, match="WRITEABLE"):
            x.flags.writeable = True
        assert n.tolist() == [0, 1, 2]

    def test_out_is_written_where_it_lies(self):
        n, m = np.zeros(3), np.zeros((2, 3))
        assert bl.add([1, 2, 3], 1, out=n) is n and n.tolist() == [2, 3, 4]
        bl.add(n, 1, out=m[:, ::-1])
        assert m.tolist() == [[5, 4, 3]] * 2
        pending = bl.asarray(n) + 1
        bl.multiply(n, 0, out=n)
        assert pending.tolist() == [3, 4, 5] and n.tolist() == [0, 0, 0]

    def test_memory_that_is_not_read_as_it_lies(self):
        swapped = np.arange(3, dtype=">f8")
        assert bl.add(swapped, 1, out=swapped) is swapped and swapped.tolist() == [1, 2, 3]
        unaligned = np.zeros(25, "u1")[1:].view("f8")
        bl.add([1, 2, 3], 1, out=unaligned)
        assert unaligned.tolist() == [2, 3, 4]

    def test_lists_are_nobodys_memory(self):
        x = bl.asarray([1.0, 2, 3])
        y = x + 1
        x[0] = 9  # no evaluation
        assert not y._is_evaluated and y.tolist() == [2, 3, 4]

    def test_it_is_given_back(self):
        n = np.arange(3.0)
        before = [id(o) for o in gc.get_referrers(n)]
        x = bl.asarray(n[1:])
        y = x + 1
        x[0] = 5
        del x
        assert y.tolist() == [2, 3] and n.tolist() == [0, 5, 2]
        del y
        gc.collect()
        assert [id(o) for o in gc.get_referrers(n)] == before

    def test_dlpack_says_what_is_read_only(self):
        x = bl.arange(3)
        y = bl.from_dlpack(np.from_dlpack(x))
        y[0] = 7
        assert x.tolist() == [7, 1, 2]
        x.flags.writeable = False
        assert not np.from_dlpack(x).flags.writeable and not bl.from_dlpack(np.from_dlpack(x)).flags.writeable
        n = np.arange(3)
        z = bl.from_dlpack(n)
        z[0] = 7
        assert n[0] == 7

    def test_bfloat16(self):
        n = np.zeros(3, ml_dtypes.bfloat16)
        x = bl.asarray(n[1:])
        x += 1
        assert n.tolist() == [0, 1, 1]


def test_a_write_to_memory_of_our_own_evaluates_nothing():
    x, y = bl.arange(6) + 1, bl.arange(3) * 2
    x[::2] = y
    x += 1
    x[x > 3] = 0
    assert not x._is_evaluated and not y._is_evaluated


def test_numbers_are_stored_at_once_where_nobody_can_tell():
    x = bl.zeros(1000).copy()
    x.tolist()
    for i in range(1000):
        x[i] = i
    assert x._is_evaluated and x.tolist() == list(range(1000))


def test_many_writes():
    x, n = bl.zeros(50), np.zeros(50)
    for i in range(1, 1000):
        x[i % 50] = x[(i - 1) % 50] + i
        n[i % 50] = n[(i - 1) % 50] + i
    assert np.array_equal(x, n)


def test_numbers_on_their_way_in():
    for m in (np, bl):
        x, flags = m.arange(4), m.zeros(2, dtype=bool)
        x.put([3, 0], [1.5, 7])
        m.put(x, [1], 2.5)
        flags[0] = 1j
        assert x.tolist() == [7, 2, 2, 1] and flags.tolist() == [True, False]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            z, real = m.arange(3) * 1j, m.arange(3.0)
            z.real, real.real = 2 + 1j, 3j
        assert z.tolist() == [2, 2 + 1j, 2 + 2j] and real.tolist() == [0, 0, 0]
        real.put([0], None)
        assert np.isnan(float(real[0]))


def test_any_order_will_do_and_copies_lie_in_c_order():
    for m in (np, bl):
        a = m.arange(10.0).copy()[::2]
        m.asarray(a, order="A")[0] = 9
        m.array(a, order="A", copy=False)[1] = 8
        assert a.tolist() == [9, 8, 4, 6, 8] and m.array(a, order="A", copy=True).strides == (8,)
        assert m.ones((3, 4)).T.reshape((4, 3), copy=True).strides == (24, 8)


def test_grids_that_share_memory_are_written_through():
    for m in (np, bl):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            x = m.arange(3.0)
            grid, _ = m.meshgrid(x, m.arange(2.0), copy=False)
            grid[0] = 5
            wide = m.broadcast_arrays(x, m.zeros((2, 3)))[0]
            wide[1, 1] = 6
        assert x.tolist() == [5, 6, 5] and grid.tolist() == [[5, 6, 5]] * 2


def test_base():
    x = bl.arange(6).reshape(2, 3).copy()
    assert x.base is None and x[1].base.shape == (2, 3)
    x[1].base[0, 0] = 7
    assert x[0, 0].item() == 7


def test_numbers_are_no_arrays():
    x = bl.arange(3.0)
    for number in (x[1], x.sum(), x.max(), x[()].mean()):
        assert not number.flags.writeable
    assert bl.zeros(()).flags.writeable and bl.asarray(2.0).flags.writeable and x[..., 1].flags.writeable


def test_warnings_of_casts():
    for module in (np, bl):
        x = module.zeros(2, "int8") if module is np else bl.zeros(2, "int8")
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            x[...] = module.asarray([float("nan"), 1])
            np.asarray(x)
        assert [w.category for w in caught] == [RuntimeWarning]
