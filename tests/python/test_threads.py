"""Eight threads build and evaluate at once."""

import concurrent.futures
import threading
import time

import numpy as np
import pytest

import broadloom as bl

X = np.random.default_rng(0).standard_normal((64, 200))


def centred(x):
    return (x - x.mean(1)[:, None]) / x.std(1)[:, None]


def work(seed):
    rng = np.random.default_rng(seed)
    for turn in range(40):
        rows, columns = rng.integers(1, 200, 2)
        x = rng.standard_normal((rows, columns))
        y = bl.asarray(x)
        np.testing.assert_allclose(np.asarray(centred(y) if columns > 1 else y), centred(x) if columns > 1 else x, rtol=1e-9,
                                   atol=1e-9)
        assert float((y * seed).sum() - (x * seed).sum()) < 1e-6
        if turn % 10 == seed % 10:
            bl.cache_clear()
    return seed


def test_eight_threads():
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(work, range(8))) == list(range(8))


def test_one_pending_array_evaluated_by_all():
    expected = centred(X)
    for _ in range(20):
        shared = centred(bl.asarray(X))
        barrier = threading.Barrier(8)

        def demand():
            barrier.wait()
            return np.asarray(shared + 0)
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            for got in [f.result() for f in [pool.submit(demand) for _ in range(8)]]:
                np.testing.assert_allclose(got, expected, rtol=1e-12, atol=1e-12)


def test_python_runs_while_an_evaluation_does():
    x = bl.asarray(np.random.default_rng(1).standard_normal((3000, 64)))
    ticks, done = [0], threading.Event()

    def tick():
        while not done.wait(0.001):
            ticks[0] += 1
    thread = threading.Thread(target=tick)
    thread.start()
    for _ in range(3):
        bl.eval(((x[:, None] - x[None]) ** 2).sum(-1).min(1))
    done.set()
    thread.join()
    assert ticks[0] > 5


def test_views_that_die_on_another_thread_do_not_hide_who_holds_the_memory():
    def drop(begin, views):
        begin.wait()
        while views:
            views.pop()

    for _ in range(10):
        x = bl.array(np.arange(1000.0, 0, -1))
        bl.eval(x)
        views = [x[1:] for _ in range(50_000)][::-1]  # those that are looked at first die first
        wants_old = x[1:] * 2
        begin = threading.Event()
        thread = threading.Thread(target=drop, args=(begin, views))
        thread.start()
        begin.set()
        x.sort()
        thread.join()
        assert np.array_equal(wants_old, np.arange(999.0, 0, -1) * 2)


def test_parts_of_one_array_are_sorted_by_threads():
    parts, n = 4, 20_000
    for turn in range(150):
        values = np.random.default_rng(turn).random((parts, n))
        x = bl.array(values.ravel())
        views = [x[i * n:(i + 1) * n] for i in range(parts)]
        wants_old = x[1:] * 2 if turn % 2 else None
        barrier = threading.Barrier(parts)

        def sort(view):
            barrier.wait()
            view.sort()
        with concurrent.futures.ThreadPoolExecutor(parts) as pool:
            list(pool.map(sort, views))
        assert np.array_equal(np.asarray(x), np.sort(values, axis=1).ravel())
        if wants_old is not None:
            assert np.array_equal(wants_old, values.ravel()[1:] * 2)


def test_a_part_is_written_while_another_one_is_sorted():
    n = 300_000
    values = np.random.default_rng(3).random(2 * n)
    for turn in range(10):
        x = bl.array(values)
        bl.eval(x)
        held = x[n:] * 3 if turn % 2 else None
        first, second = x[:n], x[n:]
        thread = threading.Thread(target=first.sort)
        thread.start()
        second += turn
        bl.eval(second)
        thread.join()
        assert np.array_equal(np.asarray(x), np.concatenate([np.sort(values[:n]), values[n:] + turn]))
        assert held is None or np.array_equal(held, values[n:] * 3)


@pytest.mark.parametrize("name", ["var", "std"])
def test_a_variance_is_computed_while_a_plan_with_it_is_made(name):
    x, s = bl.asarray(np.random.default_rng(0).standard_normal(1 << 18)), bl.asarray(np.ones(4))
    expected = getattr(np, name)(np.asarray(x))
    for turn in range(20):
        v = getattr(bl, name)(x)
        w = s
        for i in range(300 + turn):  # a new plan each time
            w = w + 1.0 if i * turn % 3 else w * 1.0
        w = w + v
        barrier, answers = threading.Barrier(2), []

        def compute():
            barrier.wait()
            time.sleep(0.0002 * (turn % 12))
            answers.append(float(v))

        def plan():
            barrier.wait()
            answers.append(float(w[0] - w[1]))

        both = [threading.Thread(target=f) for f in (compute, plan)]
        for thread in both:
            thread.start()
        for thread in both:
            thread.join()
        assert sorted(answers) == pytest.approx([0, expected], rel=1e-14)
