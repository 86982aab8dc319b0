"""Views of pending and of computed arrays that are more than slices: diagonals and windows, to read and to write through."""

import random

import numpy as np
import pytest

import broadloom as bl

HUGE = 10**7


def made(m, shape, how):
    x = np.arange(float(np.prod(shape))).reshape(shape)
    if m is np:
        return x
    return bl.array(x) if how == "ready" else bl.asarray(x) if how == "lent" else bl.array(x) + 0.0


BASES = {
    "itself": lambda m, x, order: x,
    "transposed": lambda m, x, order: m.permute_dims(x, order),
    "steps": lambda m, x, order: x[(slice(None), slice(0, None, 2)) * (x.ndim // 2)],
    "backwards": lambda m, x, order: x[::-1],
    "broadcast": lambda m, x, order: m.broadcast_to(x[:1], (3, *x.shape[1:])),
}


def check_as_numpys(facts, seed, count):
    for i in range(count):
        assert facts(bl, random.Random(f"{seed} {i}")) == facts(np, random.Random(f"{seed} {i}")), i


def steps(x):
    return [stride for stride, extent in zip(x.strides, x.shape, strict=True) if extent > 1]


def diagonal_facts(m, rng):
    ndim = rng.randint(2, 4)
    shape, how = tuple(rng.randint(1, 4) for _ in range(ndim)), rng.choice(["ready", "lent", "pending", "pending"])
    (first, second), offset, base = rng.sample(range(ndim), 2), rng.randint(-3, 3), rng.choice(sorted(BASES))
    order, more = rng.sample(range(ndim), ndim), rng.choice(["none", "flip", "T", "again"])
    value, evaluated = rng.choice(["number", "array", "pending"]), rng.random() < 0.4
    x = made(m, shape, how)
    pending = x * 2
    view = m.diagonal(BASES[base](m, x, order), offset, first, second)
    facts = [view.shape, steps(view), view.flags.writeable, view.flags.c_contiguous, bool(m.shares_memory(view, x))]
    seen = {"flip": lambda: view[..., ::-1], "T": lambda: view.T, "again": lambda: m.diagonal(view) if view.ndim > 1 else view}
    target = seen.get(more, lambda: view)()
    if evaluated:
        facts.append(np.asarray(target).tolist())
    if base != "broadcast":
        facts.append(float((target + 1).sum()))
        target.flags.writeable = True
        values = m.asarray(np.arange(float(target.size)).reshape(target.shape) * 10)
        target[...] = {"number": 7.0, "array": values, "pending": values + 0.5}[value]
    return [*facts, *(np.asarray(each).tolist() for each in (target, view, x, pending)), steps(view)]


class TestDiagonals:
    @pytest.mark.parametrize("seed", range(20))
    def test_as_numpys(self, seed):
        check_as_numpys(diagonal_facts, seed, 50)

    def test_base(self):
        x = bl.ones((3, 4, 5)) + 1
        assert bl.diagonal(x, 1, 0, 2).base is x

    def test_of_what_is_pending_no_more_is_computed(self):
        x = bl.zeros((HUGE, 1)) + bl.arange(HUGE)
        assert bl.diagonal(x)[5:8].tolist() == [5, 6, 7]
        assert bl.diagonal(x, 2).sum().item() == sum(range(2, HUGE))
        y = bl.ones((1000, 3, 1)) * bl.arange(1000)
        assert bl.diagonal(y, 0, 0, 2).shape == (3, 1000)
        assert bl.max(bl.diagonal((y + 1).sum(1), -1)).item() == 3 * 999

    def test_writes_evaluate_nothing(self):
        x = bl.ones((3, 4, 3)) + 1
        view = bl.diagonal(x, 0, 0, 2)
        view.flags.writeable = True
        view[...] = bl.arange(3) * 2
        assert not x._is_evaluated
        expected = np.full((3, 4, 3), 2.0)
        expected[range(3), :, range(3)] = np.array([0, 2, 4])[:, None]
        assert x.tolist() == expected.tolist()

    def test_an_owner_that_is_read_only_decides(self):
        for m in (np, bl):
            x = m.ones((3, 3))
            x.flags.writeable = False
            with pytest.raises(ValueError, match="WRITEABLE"):
                m.diagonal(x).flags.writeable = True
            n = np.ones((3, 3))
            n.flags.writeable = False
            with pytest.raises(ValueError, match="WRITEABLE"):
                m.diagonal(m.asarray(n)).flags.writeable = True

    def test_einsums(self):
        for m in (np, bl):
            x = m.zeros((3, 3, 2))
            view = m.einsum("iij->ij", x)
            assert m.shares_memory(view, x)
            view[...] = 5
            assert float(m.sum(x)) == 30


def window_facts(m, rng):
    ndim = rng.randint(1, 3)
    shape, how = tuple(rng.randint(3, 5) for _ in range(ndim)), rng.choice(["ready", "lent", "pending"])
    axes = [rng.randrange(ndim) for _ in range(rng.randint(1, 2))]
    windows = [rng.randint(1, 2) for _ in axes]
    backwards, order = rng.random() < 0.3, rng.sample(range(ndim + len(axes)), ndim + len(axes))
    turned, value = rng.random() < 0.4, rng.choice(["number", "array", "pending", "own", "add"])
    x = made(m, shape, how)
    pending = x * 2
    view = m.lib.stride_tricks.sliding_window_view(x[::-1] if backwards else x, windows, axes, writeable=True)
    target = m.permute_dims(view, order) if turned else view
    values = m.asarray(np.arange(float(target.size)).reshape(target.shape) * 10)
    if value == "add":
        target += values
    else:
        target[...] = {"number": 7.0, "array": values, "pending": values + 0.5, "own": target[::-1]}[value]
    return [view.flags.writeable, *(np.asarray(each).tolist() for each in (target, view, x, pending))]


class TestWindows:
    @pytest.mark.parametrize("seed", range(20))
    def test_of_what_is_stored_in_one_place_the_last_stays(self, seed):
        check_as_numpys(window_facts, seed, 30)

    def test_writeable_as_the_array_is(self):
        x = bl.arange(4)
        assert not bl.sliding_window_view(x, 2).flags.writeable
        assert bl.sliding_window_view(x, 2, writeable=True).flags.writeable
        x.flags.writeable = False
        assert not bl.sliding_window_view(x, 2, writeable=True).flags.writeable
        with pytest.raises(ValueError, match="WRITEABLE"):
            bl.sliding_window_view(bl.arange(4), 2).flags.writeable = True

    def test_repeated_elements(self):
        for m in (np, bl):
            x = m.zeros(3) + 0
            view = m.broadcast_to(x, (2, 3))
            view.flags.writeable = True
            view[...] = m.asarray([[1.0, 2, 3], [4, 5, 6]])
            assert x.tolist() == [4, 5, 6]


def test_strides_of_parts_do_not_depend_on_where_a_view_was_computed():
    def run(m):
        z = m.asarray(np.arange(24.0).reshape(4, 6) * 1j) * 2
        windows = m.lib.stride_tricks.sliding_window_view(z, 2, 0)
        turned = m.flip(z)
        if m is bl:
            bl.eval(windows)  # in memory of their own, as z is pending
            bl.eval(turned)
        views = [windows.real, turned.imag, m.lib.stride_tricks.sliding_window_view(turned, 3, 1)]
        views += [view.reshape(view.shape[0], -1) for view in views]
        strides = [view.strides for view in views]
        z[1] = 5
        return [(steps, np.asarray(view)) for steps, view in zip(strides, views, strict=True)]

    for (strides, numpys), (got, ours) in zip(run(np), run(bl), strict=True):
        assert got == strides
        np.testing.assert_array_equal(ours, numpys)


def test_windows_of_what_was_turned_in_place():
    """Stored in the order of NumPy's strides, not of those in which the turned elements happen to lie."""
    results = []
    for m in (np, bl):
        part = m.asarray(np.asfortranarray(np.arange(15).reshape(3, 5)))
        x = m.concat([part * 2, part[:1], m.flip(part)[:1]])
        x[...] = x[::-1, ::-1]
        windows = m.lib.stride_tricks.sliding_window_view(x, 2, 0, writeable=True)
        windows[...] = m.asarray(np.arange(40).reshape(windows.shape))
        results.append((np.asarray(x), x.strides))
    np.testing.assert_array_equal(results[1][0], results[0][0])
    assert results[0][1] == results[1][1]
