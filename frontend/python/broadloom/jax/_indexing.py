"""Primitives that pick windows of elements at computed places."""

import numpy as np

import broadloom as bl

from ._rules import rule


def clamped(start, extent, size):
    """Where a window begins so that it ends within the extent."""
    return bl.clip(start.astype("int64"), 0, extent - size)


def counted(size, axis, rank):
    """0, 1, ... along one of `rank` axes."""
    return bl.reshape(bl.arange(size), (1,) * axis + (size,) + (1,) * (rank - axis - 1))


def window(x_shape, starts, sizes):
    """The index of one window: slices where it begins at zero, index arrays of the window's rank elsewhere."""
    moving = [axis for axis, start in enumerate(starts) if sizes[axis] != x_shape[axis]]
    index = [slice(None)] * len(x_shape)
    for place, axis in enumerate(moving):
        index[axis] = clamped(starts[axis], x_shape[axis], sizes[axis]) + counted(sizes[axis], place, len(moving))
    return index, moving


@rule("dynamic_slice")
def dynamic_slice(equation, x, *starts):
    sizes = equation.params["slice_sizes"]
    index, moving = window(x.shape, starts, sizes)
    if not moving:
        return x
    still = [axis for axis in range(x.ndim) if axis not in moving]
    picked = bl.permute_dims(x, (*moving, *still))[tuple(index[axis] for axis in moving)]
    return bl.permute_dims(picked, tuple(np.argsort([*moving, *still]).tolist()))


@rule("dynamic_update_slice")
def dynamic_update_slice(equation, x, update, *starts):
    """The window is a place and an extent along each axis: elements inside come from `update`."""
    inside, index = None, [slice(None)] * x.ndim
    for axis, (start, extent, size) in enumerate(zip(starts, x.shape, update.shape)):
        if size == extent:
            continue
        place = counted(extent, axis, x.ndim) - clamped(start, extent, size)
        here = (place >= 0) & (place < size)
        inside = here if inside is None else inside & here
        index[axis] = bl.reshape(bl.clip(place, 0, max(size - 1, 0)), (extent,))
    if inside is None:
        return update
    if update.size == 0:
        return x
    for axis, places in enumerate(index):
        if not isinstance(places, slice):
            update = update[(slice(None),) * axis + (places,)]
    return bl.where(inside, update, x)


class Windows:
    """Where the windows of a gather or a scatter are: one for each index, along all axes of the operand.

    `picked` are the axes along which windows begin somewhere, `whole` the other ones. What `index` picks along the former has the
    axes of the indices, then those of the windows.
    """

    def __init__(self, shape, indices, sizes, axes_of_starts, dropped, x_batch, index_batch):
        self.shape, self.sizes = shape, sizes
        self.batch = indices.shape[:-1]
        self.picked = sorted({*axes_of_starts, *x_batch})
        self.whole = [axis for axis in range(len(shape)) if axis not in self.picked]
        self.kept = [axis for axis in self.picked if axis not in dropped and axis not in x_batch]
        self.window_axes = self.kept + [axis for axis in self.whole if axis not in dropped]
        self.starts = {axis: indices[..., place].astype("int64") for place, axis in enumerate(axes_of_starts)}
        for axis, place in zip(x_batch, index_batch):
            self.starts[axis] = bl.broadcast_to(counted(shape[axis], place, len(self.batch)), self.batch)

    def are_inside(self):
        """For each window, whether all of it is inside of the operand."""
        inside = bl.ones(self.batch, dtype=bool)
        for axis, start in self.starts.items():
            inside = inside & (start >= 0) & (start <= self.shape[axis] - self.sizes[axis])
        return inside

    def index(self):
        """One array for each picked axis. Numbers stand in an axis of their own: bl looks at them when an index is written."""
        rank = len(self.batch) + len(self.kept)
        places = [self._places(axis, rank) for axis in self.picked]
        return tuple(place[None] if rank == 0 else place for place in places)

    def _places(self, axis, rank):
        start = clamped(self.starts[axis], self.shape[axis], self.sizes[axis])
        start = bl.reshape(start, self.batch + (1,) * len(self.kept))
        if axis not in self.kept:
            return start
        return start + counted(self.sizes[axis], len(self.batch) + self.kept.index(axis), rank)

    def arrange(self, x):
        """A view of the operand with the picked axes in front."""
        x = x[tuple(slice(0, self.sizes[axis]) if axis in self.whole else slice(None) for axis in range(len(self.shape)))]
        return bl.permute_dims(x, (*self.picked, *self.whole))


def order_of_result(rank, window_places, windows):
    """For each axis of the result, which one it is of those of the indices followed by those of the windows."""
    of_window = dict(zip(window_places, sorted(windows.window_axes)))
    batch = iter(range(len(windows.batch)))
    return tuple(len(windows.batch) + windows.window_axes.index(of_window[place]) if place in of_window else next(batch)
                 for place in range(rank))


@rule("gather")
def gather(equation, x, indices):
    numbers, sizes = equation.params["dimension_numbers"], equation.params["slice_sizes"]
    shape, dtype = equation.result_types[0]
    windows = Windows(x.shape, indices, sizes, numbers.start_index_map, numbers.collapsed_slice_dims,
                      numbers.operand_batching_dims, numbers.start_indices_batching_dims)
    if x.size == 0 or 0 in shape:
        return bl.zeros(shape, dtype=dtype)
    order = order_of_result(len(shape), numbers.offset_dims, windows)
    moved = windows.arrange(x)
    picked = moved[windows.index()] if windows.picked else bl.broadcast_to(moved, windows.batch + moved.shape)
    result = bl.permute_dims(bl.reshape(picked, tuple(np.array(shape)[np.argsort(order)].tolist())), order)
    if equation.params["mode"].name != "FILL_OR_DROP":
        return result
    inside = bl.reshape(windows.are_inside(), windows.batch + (1,) * len(windows.window_axes))
    return bl.where(bl.permute_dims(inside, order), result, _fill_value(equation.params["fill_value"], dtype))


def _fill_value(given, dtype):
    if given is not None:
        return np.asarray(given).astype(dtype).item()
    if dtype.kind in "iu":
        limits = np.iinfo(dtype)
        return int(limits.min if dtype.kind == "i" else limits.max)
    return True if dtype.kind == "b" else float("nan")
