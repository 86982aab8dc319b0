"""Blocks on two worker processes: what runs there, what goes between them, and that they need no preparation."""

import dask.array as da
import numpy as np
import pytest
from distributed import wait

import broadloom as bl
import broadloom.dask
from dask_blocks import chain, evaluations, pending_kernels, too_much

VALUES = np.random.default_rng(3).normal(size=(400, 300))


@pytest.fixture
def x(client):
    return broadloom.dask.from_array(VALUES, chunks=(100, 300))


def imported(client):
    """Whether each worker has imported broadloom.dask; asked without a function of this file, which would import it."""
    return set(client.run(eval, "'broadloom.dask' in __import__('sys').modules").values())


def test_workers_import_what_they_need(client):
    client.restart()
    assert imported(client) == {False}
    x = da.from_array(VALUES, chunks=(100, 300)).map_blocks(bl.asarray, meta=bl.zeros((0, 0)))
    np.testing.assert_allclose(np.asarray(da.exp(x).sum(0).compute()), np.exp(VALUES).sum(0), rtol=1e-12)
    assert imported(client) == {True}


def test_a_block_that_comes_first_brings_what_it_needs(client):
    client.restart()
    block = client.scatter(bl.asarray(VALUES) * 2)
    total = client.submit(np.sum, block)
    np.testing.assert_allclose(float(total.result()), 2 * VALUES.sum(), rtol=1e-12)


def test_a_fused_block_is_one_kernel_on_a_worker(client, x):
    counts = chain(x).map_blocks(pending_kernels, chunks=(1, 1), dtype=int, meta=np.zeros((0, 0), int)).compute(scheduler=client)
    np.testing.assert_array_equal(counts, np.ones((4, 1)))


def test_a_fused_block_is_one_evaluation_on_a_worker(client, x):
    def evaluated(array):
        before = sum(client.run(evaluations).values())
        wait(array.persist(scheduler=client))
        return sum(client.run(evaluations).values()) - before

    evaluated(chain(x) + 1)
    assert evaluated(chain(x) + 1) == 4  # the blocks of before are gone
    evaluated((chain(x) + 1).sum(0))
    assert evaluated((chain(x) + 1).sum(0)) == 4 + 1


def test_blocks_go_between_workers(client, x):
    product = x @ x.T
    np.testing.assert_allclose(np.asarray(product.compute()), VALUES @ VALUES.T, rtol=1e-11, atol=1e-11)
    turned = x.rechunk((400, 75)).T.rechunk((300, 100)) + 1
    np.testing.assert_array_equal(np.asarray(turned.compute()), VALUES.T + 1)


def test_results_are_those_of_threads(client, x):
    for formula in (chain, lambda x: x.sum(1), lambda x: (x - x.mean(0)) / x.std(0), lambda x: x.var()):
        ours = np.asarray(formula(x).compute(scheduler=client))
        np.testing.assert_array_equal(ours, np.asarray(formula(x).compute(scheduler="threads")))  # the same bits


def test_workers_say_how_large_blocks_are(client, x):
    y = (x * 2).persist(scheduler=client)
    wait(y)
    name = y.name
    sizes = client.run_on_scheduler(
        lambda dask_scheduler: [task.nbytes for key, task in dask_scheduler.tasks.items() if key[0] == name])
    assert sizes == [100 * 300 * 8] * 4


def test_errors_come_back(client, x):
    with pytest.raises(ValueError, match="shapes"):
        x.map_blocks(lambda block: block + np.ones(7), dtype="float64", meta=x._meta).compute()
    with pytest.raises(bl.MemoryBudgetError):
        x.map_blocks(too_much, dtype="float64", meta=x._meta).compute()
