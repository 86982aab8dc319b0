"""What a block is: one kernel of a fused task, computed when the task ends, and known to Dask's registries."""

import pickle
import threading

import dask
import dask.array as da
import numpy as np
import pytest
from dask.sizeof import sizeof
from distributed.protocol import deserialize, serialize

import broadloom as bl
import broadloom.dask
from dask_blocks import chain, blocks, evaluations, kernels, pending_kernels

VALUES = np.random.default_rng(1).normal(size=(64, 48))


def test_a_fused_block_is_one_kernel():
    x = broadloom.dask.from_array(VALUES, chunks=(16, 48))
    for y in (chain(x), chain(x) * x, chain(x).astype("float32"), x.map_blocks(lambda b: (b - b.mean(1, keepdims=True)) ** 2)):
        counts = y.map_blocks(pending_kernels, chunks=(1, 1), dtype=int, meta=np.zeros((0, 0), int)).compute(scheduler="threads")
        np.testing.assert_array_equal(counts, np.ones((4, 1)))


def test_a_fused_block_is_one_evaluation():
    y = chain(broadloom.dask.from_array(VALUES, chunks=(16, 48)))
    y.persist(scheduler="threads")
    before = evaluations()
    y.persist(scheduler="threads")
    assert evaluations() - before == 4


def test_the_chunk_of_a_reduction_is_one_kernel_with_what_comes_before():
    x = broadloom.dask.from_array(VALUES, chunks=(16, 48))
    total = chain(x).sum(0)
    total.persist(scheduler="threads")
    before = evaluations()
    total.persist(scheduler="threads")
    assert evaluations() - before == 4 + 1


def test_tasks_return_what_is_computed():
    x = broadloom.dask.from_array(VALUES, chunks=(16, 48))
    for scheduler in ("threads", "synchronous"):
        for y in (chain(x), x.rechunk((64, 12)) + 1, x.sum(0), x.T):
            assert [kernels(block) for block in blocks(y.persist(scheduler=scheduler))] == [0] * y.npartitions


def test_results_in_dicts_and_lists_are_computed_together():
    x = bl.asarray(VALUES)
    result = broadloom.dask.computed({"n": 3, "parts": [x + 1, (x * 2, "text")]})
    assert result["n"] == 3 and kernels(result["parts"][0]) == kernels(result["parts"][1][0]) == 0
    assert broadloom.dask.computed(None) is None


def test_many_steps_do_not_grow_from_task_to_task():
    x = broadloom.dask.from_array(np.ones((8, 8)), chunks=4)
    for i in range(60):
        x = (x * 0.5 + 1).rechunk((8, 4) if i % 2 else (4, 8))
    np.testing.assert_allclose(np.asarray(x.compute(scheduler="threads")), 2.0, rtol=1e-12)


def test_memory_of_blocks_is_shared():
    theirs = da.from_array(VALUES, chunks=(16, 48)).persist(scheduler="threads")
    x = broadloom.dask.from_dask(theirs)
    back = broadloom.dask.to_dask(x)
    for ours, again, block in zip(*(blocks(each.persist(scheduler="threads")) for each in (x, back)), blocks(theirs)):
        assert np.shares_memory(np.asarray(ours), block) and np.shares_memory(again, block)
    assert isinstance(back._meta, np.ndarray) and isinstance(back.compute(), np.ndarray)
    assert broadloom.dask.from_dask(x) is x and broadloom.dask.to_dask(back) is back


def test_arrays_of_ours_are_sources():
    x = bl.asarray(VALUES) * 2
    y = da.from_array(x, chunks=(16, 48))
    assert isinstance(y._meta, bl.Array)
    np.testing.assert_array_equal(np.asarray((y + 1).compute()), VALUES * 2 + 1)
    for z in (y + x, x + y, y * bl.asarray(VALUES[0]), np.add(x, y)):
        assert isinstance(z, da.Array) and isinstance(z.compute(), bl.Array)
    np.testing.assert_array_equal(np.asarray((x + y).compute()), VALUES * 4)


def test_the_backend_makes_blocks():
    with dask.config.set({"array.backend": "broadloom"}):
        made = {"ones": da.ones((6, 4), chunks=3), "zeros": da.zeros(5), "full": da.full((4, 4), 2.5, chunks=2),
                "arange": da.arange(2, 20, 3, chunks=4), "empty": da.empty((3, 3))}
    for name, x in made.items():
        assert isinstance(x._meta, bl.Array) and isinstance(x.compute(), bl.Array), name
    np.testing.assert_array_equal(np.asarray(made["full"].compute()), np.full((4, 4), 2.5))
    np.testing.assert_array_equal(np.asarray(made["arange"].compute()), np.arange(2, 20, 3))
    assert isinstance(da.ones(3)._meta, np.ndarray)
    assert isinstance(da.ones(3).to_backend("broadloom")._meta, bl.Array)


def test_random_numbers_by_map_blocks():
    x = da.map_blocks(lambda block_info=None: bl.random.default_rng(block_info[None]["chunk-location"]).random((4, 3)),
                      chunks=((4, 4), (3,)), dtype="float64", meta=bl.zeros((0, 0)))
    assert isinstance(x._meta, bl.Array)
    np.testing.assert_array_equal(np.asarray(x.compute()), np.asarray(x.compute()))


def test_tokens_are_those_of_values():
    x, same, other = bl.asarray(VALUES), bl.asarray(VALUES.copy()) * 1.0, bl.asarray(VALUES + 1)
    assert dask.base.tokenize(x) == dask.base.tokenize(same) != dask.base.tokenize(other)
    assert dask.base.tokenize(x) != dask.base.tokenize(x.astype("float32"))
    assert broadloom.dask.from_array(VALUES).name == broadloom.dask.from_array(VALUES.copy()).name
    with dask.config.set({"tokenize.ensure-deterministic": True}):
        dask.base.tokenize(x, bl.asarray, bl.exp)


def test_sizes_are_those_of_elements():
    assert sizeof(bl.asarray(VALUES) + 1) == VALUES.nbytes


LAYOUTS = {
    "C": lambda x: x,
    "F": lambda x: x.T,
    "steps": lambda x: x[::2, ::-3],
    "scalar": lambda x: x[0, 0],
    "none": lambda x: x[:0],
    "broadcast": lambda x: bl.broadcast_to(x[0], (3, 48)),
    "pending": lambda x: x * 2 + 1,
}


@pytest.mark.parametrize("dtype", ["bool", "int8", "uint64", "float16", "float32", "float64", "complex128", "bfloat16"])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_pickles_keep_values_and_orders(layout, dtype):
    if dtype == "bfloat16":
        pytest.importorskip("ml_dtypes")
    x = LAYOUTS[layout](bl.asarray(VALUES).astype(dtype))
    for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1):
        again = pickle.loads(pickle.dumps(x, protocol=protocol))
        assert again.dtype == x.dtype and again.shape == x.shape
        assert np.asarray(again).tobytes() == np.asarray(x).tobytes()
        if x.ndim:
            again[...] = 0
    np.testing.assert_array_equal(np.asarray(deserialize(*serialize(x))), np.asarray(x))


def test_frames_are_the_elements_themselves():
    for x in (bl.array(VALUES), bl.array(VALUES).T):
        header, frames = serialize(x)
        (elements,) = [frame for frame in frames if memoryview(frame).nbytes == VALUES.nbytes]
        assert np.shares_memory(np.frombuffer(elements), np.asarray(x))
        again = deserialize(header, frames)
        assert np.shares_memory(np.asarray(again), np.asarray(x)) and again.strides == x.strides


def test_another_optimisation_is_left_and_can_call_ours():
    x = chain(broadloom.dask.from_array(VALUES, chunks=(16, 48)))
    with dask.config.set({"optimization.fuse.active": False}):
        np.testing.assert_array_equal(np.asarray(x.compute()), np.asarray(chain(da.from_array(VALUES)).compute()))
    with dask.config.set(array_optimize=lambda graph, keys, **keywords: dict(graph)):
        assert kernels(x.persist(scheduler="threads").blocks[0].compute(optimize_graph=False)) >= 0
    again = broadloom.dask.optimize(broadloom.dask.optimize(x.dask, x.__dask_keys__()), x.__dask_keys__())
    assert all(node.args[0].func is not broadloom.dask.computed for node in again.values()
               if getattr(node, "func", None) is broadloom.dask.computed)


def test_what_is_missing_raises():
    x = broadloom.dask.from_array(VALUES, chunks=(16, 48))
    with pytest.raises(TypeError, match="no implementation found for 'numpy.piecewise'"):
        da.piecewise(x, [x > 0], [1.0]).compute()
    with pytest.raises(AttributeError, match="view"):
        x.view("int64").compute()
    with pytest.raises(ValueError, match="shapes"):
        x.map_blocks(lambda block: block + np.ones(5), dtype="float64", meta=x._meta).compute()
    with pytest.raises(MemoryError):
        with bl.memory_budget(1 << 10):
            (x + 1).compute()


def test_many_evaluations_at_once():
    """More tasks at a time than there are threads of the pool: each is computed, with the bits of one thread."""
    x = broadloom.dask.from_array(np.random.default_rng(2).normal(size=(640, 500)), chunks=(10, 500))
    expected = np.asarray(chain(x).sum(1).compute(scheduler="synchronous"))
    results = []

    def compute():
        results.append(np.asarray(chain(x).sum(1).compute(scheduler="threads", num_workers=8)))

    threads = [threading.Thread(target=compute) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(results) == 4
    for result in results:
        np.testing.assert_array_equal(result, expected)
