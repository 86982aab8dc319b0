"""Dask arrays whose blocks are broadloom arrays.

>>> import broadloom.dask
>>> x = broadloom.dask.from_array(numpy_array, chunks=(1000, 1000))    # or da.from_array(...).to_backend("broadloom")
>>> ((x - x.mean(0)) / x.std(0)).sum(1).compute()                      # a broadloom array

Importing this module registers broadloom with Dask: as the array backend "broadloom", with the functions that Dask looks up by
the kind of a block, for the sizes and tokens of arrays, and with `optimize` in the place of Dask's own optimisation of arrays.
Workers import it by themselves, with the first task or block that reaches them. docs/doors/dask.md has the rest.
"""

import copyreg
import pickle

import dask
import dask.array as da
import numpy
from dask._task_spec import Alias, DataNode, Task, convert_legacy_graph
from dask.array import backends, dispatch
from dask.array.optimization import optimize as _optimize_arrays
from dask.base import dont_optimize
from dask.context import globalmethod
from dask.highlevelgraph import HighLevelGraph, MaterializedLayer
from dask.sizeof import sizeof
from dask.tokenize import normalize_token
from dask.utils import ensure_dict

import broadloom

from . import _protocols
from ._core import Array


def from_array(x, chunks="auto", **keywords):
    """dask.array.from_array with broadloom blocks. x: whatever that takes; blocks that it makes are not copied."""
    return from_dask(da.from_array(x, chunks, **keywords))


def from_dask(x):
    """The Dask array x with broadloom blocks; x itself where it has them. Blocks of NumPy's are not copied."""
    return BroadloomBackend.to_backend(x)


def to_dask(x):
    """The Dask array x with NumPy blocks; x itself where it has them. Blocks of broadloom's are not copied."""
    return x.to_backend("numpy")


# --- Evaluation at the end of a task ---------------------------------------------------------------------------------


def _arrays_in(result):
    if isinstance(result, Array):
        yield result
    elif isinstance(result, (list, tuple, dict)):
        for part in result.values() if isinstance(result, dict) else result:
            yield from _arrays_in(part)


def computed(result):
    """What a task returns, with the broadloom arrays in it computed, together."""
    arrays = list(_arrays_in(result))
    if arrays:
        broadloom.eval(*arrays)
    return result


def _computing(node):
    is_done = isinstance(node, (Alias, DataNode)) or node.func is computed
    return node if is_done else Task(node.key, computed, node, _data_producer=node.data_producer)


def _computing_graph(graph):
    return {key: _computing(node) for key, node in convert_legacy_graph(ensure_dict(graph)).items()}


def optimize(graph, keys, **keywords):
    """Dask's optimisation of array graphs, and then each task that is left computes its broadloom arrays before it ends.

    What Dask fused into one task is one lazy expression, and none grows from task to task. `compute` and `persist` of all arrays
    do this once this module is imported, unless Dask's setting `array_optimize` names another function, which can call this one.
    """
    graph = _optimize_arrays(graph, keys, **keywords)
    if not isinstance(graph, HighLevelGraph):
        return _computing_graph(graph)
    layers = {name: MaterializedLayer(_computing_graph(layer), annotations=layer.annotations)
              for name, layer in graph.layers.items()}
    return HighLevelGraph(layers, graph.dependencies)


# --- Blocks on their way to other processes --------------------------------------------------------------------------


def _unpickled(buffer, dtype, shape, order):
    flat = broadloom.frombuffer(buffer, dtype)
    return flat.reshape(shape) if order == "C" else flat.reshape(shape[::-1]).T


def _reduce(self, protocol):
    """Pickles with protocol 5 refer to the elements, which so go to another process without a copy."""
    if protocol < 5:
        return self.__reduce__()
    values = numpy.asarray(self)
    order = "F" if values.flags.f_contiguous and not values.flags.c_contiguous else "C"
    elements = values.ravel(order).view("u1")
    return _unpickled, (pickle.PickleBuffer(elements), self.dtype.name, self.shape, order)


# --- What Dask asks of a kind of arrays ------------------------------------------------------------------------------


class BroadloomBackend(backends.ArrayBackendEntrypoint):
    """dask.config.set({"array.backend": "broadloom"}): da.ones and its like make broadloom blocks."""

    @classmethod
    def to_backend_dispatch(cls):
        return broadloom.asarray

    @classmethod
    def to_backend(cls, data, **keywords):
        if isinstance(data._meta, Array):
            return data
        return data.map_blocks(broadloom.asarray, dtype=data.dtype, meta=broadloom.asarray(data._meta), **keywords)


def _creating(name):
    def create(*arguments, **keywords):
        with dask.config.set({"array.backend": "numpy"}):
            return from_dask(getattr(da, name)(*arguments, **keywords))
    return staticmethod(create)


for _name in ("arange", "empty", "full", "ones", "zeros"):
    setattr(BroadloomBackend, _name, _creating(_name))


def _divide(x, y, dtype=None):
    with broadloom.errstate(**numpy.geterr()):  # Dask divides by the sizes of empty blocks
        return broadloom.divide(x, y, dtype=dtype)


def _count_numbers(x, dtype=None, **keywords):
    """Elements that are not NaN. Moments, which ask for no dtype, write to what they count, so it has to be NumPy's."""
    counts = broadloom.sum(~broadloom.isnan(x), dtype=dtype, **keywords)
    return counts if dtype is not None else numpy.asarray(counts)


def _token(x):
    values = numpy.asarray(x) if x.size else (str(x.dtype), x.shape)  # of no elements nothing is computed
    return "broadloom.Array", normalize_token(values)


def _register():
    _protocols.install()
    Array.__reduce_ex__ = _reduce
    copyreg.pickle(type(broadloom.asarray), lambda function: function.__qualname__)  # found in its module by name
    da.register_chunk_type(Array)
    for lookup, function in ((dispatch.concatenate_lookup, broadloom.concat), (dispatch.take_lookup, broadloom.take),
                             (dispatch.tensordot_lookup, broadloom.tensordot), (dispatch.einsum_lookup, broadloom.einsum),
                             (dispatch.empty_lookup, broadloom.empty), (dispatch.divide_lookup, _divide),
                             (dispatch.percentile_lookup, backends.percentile), (dispatch.nannumel_lookup, _count_numbers),
                             (dispatch.to_numpy_dispatch, numpy.asarray)):
        lookup.register(Array, function)
    backends.array_creation_dispatch.register_backend("broadloom", BroadloomBackend())
    sizeof.register(Array, lambda x: int(x.nbytes))
    normalize_token.register(Array, _token)
    da.Array.__dask_optimize__ = globalmethod(optimize, key="array_optimize", falsey=dont_optimize)


_register()
