"""Functions that move or repeat elements, beside NumPy's; expressions in which `m` is either."""

import numpy as np
import pytest

import broadloom as bl
from expressions import check_expression

TABLE = """
m.lib.stride_tricks.sliding_window_view(m.arange(10), 3)
m.lib.stride_tricks.sliding_window_view(m.arange(10) * 1.5, 3).mean(-1)
m.lib.stride_tricks.sliding_window_view(m.arange(10) * 1.5, 3).strides
m.lib.stride_tricks.sliding_window_view(m.arange(12).reshape(3, 4), (2, 3))
m.lib.stride_tricks.sliding_window_view(m.arange(12).reshape(3, 4) + 1, (2, 3)).strides
m.lib.stride_tricks.sliding_window_view(m.arange(12).reshape(3, 4) + 1, (2, 3)).max((-1, -2))
m.lib.stride_tricks.sliding_window_view(m.arange(12).reshape(3, 4) + 1, 2, 0)[::2, 1:].T
m.lib.stride_tricks.sliding_window_view(m.arange(12).reshape(3, 4) + 1, (2, 2), (1, 1)).sum(-1)
m.lib.stride_tricks.sliding_window_view(m.arange(12).reshape(3, 4) * 1, (3, 2), (-1, 0))
m.lib.stride_tricks.sliding_window_view(m.arange(12).reshape(3, 4).T[::-1], [2], [0]) + 1
m.lib.stride_tricks.sliding_window_view(m.arange(3), 3) * 2
m.lib.stride_tricks.sliding_window_view(m.arange(3) * 2, 0).shape
m.lib.stride_tricks.sliding_window_view(m.zeros((0, 3)), (1, 2)).shape
m.lib.stride_tricks.sliding_window_view(m.asarray(5.0), ()) + 1
m.lib.stride_tricks.sliding_window_view([1, 2, 3, 4], 2) * 1j
m.lib.stride_tricks.sliding_window_view(m.arange(3), 3).flags.writeable
m.lib.stride_tricks.sliding_window_view(m.arange(3), 4)
m.lib.stride_tricks.sliding_window_view(m.arange(3), -1)
m.lib.stride_tricks.sliding_window_view(m.arange(3), (1, 2))
m.lib.stride_tricks.sliding_window_view(m.arange(12).reshape(3, 4), 2)
m.lib.stride_tricks.sliding_window_view(m.arange(12).reshape(3, 4), (2, 2), 0)
m.lib.stride_tricks.sliding_window_view(m.arange(12).reshape(3, 4), 2, 2)
m.lib.stride_tricks.sliding_window_view(m.arange(3), 1.5)
m.lib.stride_tricks.sliding_window_view(m.arange(3), 'a')
m.lib.stride_tricks.sliding_window_view(m.zeros((1,) * 40), (1,) * 40)
m.arange(12).reshape(3, 4)[::2].T.ravel('K')
m.arange(12).reshape(3, 4)[:, ::2].ravel('K')
m.arange(24).reshape(2, 3, 4).transpose(1, 2, 0)[::2].flatten('K')
m.arange(12).reshape(3, 4)[::-1].T.ravel('A')
m.broadcast_to(m.arange(3), (2, 3)).ravel('K')
m.broadcast_to(m.arange(3), (2, 3)).copy('K').strides
m.copy(m.broadcast_to(m.arange(3).reshape(3, 1), (3, 2)).T).strides
m.arange(12).reshape(3, 4)[:, ::2].T.copy('A').strides
m.arange(12).reshape(3, 4)[:, ::2].T.astype('float32', order='A').strides
m.ravel(m.arange(12).reshape(3, 4)[:, ::2]).strides
m.rot90(m.ones((2, 3)), 1, (0., 1.))
m.rot90(m.ones((2, 3)), 2, (0., 1.))
m.broadcast_arrays(m.ones(3), m.ones((2,1)))
m.broadcast_shapes((2,1),(3,),())
m.broadcast_shapes(4,(1,4),(0,1,1))
m.meshgrid([1,2],[3,4,5])
m.meshgrid([1,2],[3,4,5],indexing='ij')
m.tril(m.ones((3,3)))
m.triu(m.ones((3,4)),1)
m.tri(3,k=2**63-1)
m.tri(3,4,-2**62)
m.tril(m.ones((3,3)),-2**62)
m.asarray([1.,2,3,4])[::2].ravel('K')
m.asarray([1.,2,3,4])[::-1].flatten('K')
m.asarray(m.zeros((0,3)),order='F',copy=False)
m.array(m.ones((3,2,4)).transpose(1,0,2),order='A').strides
m.moveaxis(m.ones((2,3,4)),0,-1)
m.swapaxes(m.ones((2,3,4)),0,-1)
m.unstack(m.asarray([[1,2],[3,4]]))
m.ones(2).device
m.ones(2).to_device('cpu')
m.ones(2).__array_namespace__().__name__.replace('broadloom', 'numpy')
list(m.__array_namespace_info__().devices())
m.__array_namespace_info__().default_device()
sorted(m.__array_namespace_info__().dtypes().items())
sorted(m.__array_namespace_info__().dtypes(kind=('bool', 'integral')).items())
sorted(m.__array_namespace_info__().default_dtypes().items())
m.flip(m.asarray([[1,2],[3,4]]))
m.flip(m.asarray([[1,2],[3,4]]), axis=0)
m.roll(m.asarray([1,2,3]),1)
m.roll(m.asarray([[1,2,3],[4,5,6]]),1,axis=1)
m.repeat(m.asarray([1,2,3]),2)
m.repeat([1,2,3],[1,0,3])
m.repeat([1,2,3],m.asarray([1,2,3]))
m.repeat([1,2,3],np.array([1,2,3],'u1'))
m.repeat([1,2,3],np.array([1,2,3],'f4'))
m.repeat([1,2,3],np.array([1,2,3],'u8'))
m.repeat([[1,2],[3,4]],[1,2],axis=0)
m.repeat([[1,2],[3,4]],[1,2],axis=-1)
m.repeat([[1,2],[3,4]],[1,2,3,4])
m.repeat([[1,2],[3,4]],[1,2],axis=2)
m.repeat([1,2,3],[1,2])
m.repeat([1,2,3],[-1,2,1])
m.repeat([1,2,3],[1.,2,3])
m.repeat([1,2,3],2.)
m.repeat([1,2,3],[True,False,True])
m.repeat([1,2,3],[[1,2,3]])
m.repeat(3,[2])
m.repeat(3,[2,3])
m.repeat([],[])
m.asarray([1,2,3]).repeat([1,2,0])
m.roll(m.asarray([1,2,3]),1.5)
m.roll(m.asarray([1,2,3]),-1.5)
m.roll(m.arange(5),-2**63)
m.roll(m.arange(5),np.int64(-2**63))
m.roll(m.arange(5),2**70)
m.roll(m.arange(5),1e20)
m.roll(m.arange(5),[2**63-1]*3,axis=(0,0,0))
m.roll(m.ones((2,3)).cumsum().reshape(2,3),(-2**70,2**65),axis=(0,1))
m.roll(m.zeros((0,3)),(-2**70,2**65),axis=(0,1))
m.roll(m.asarray([[1,2],[3,4],[5,6]]),(1.5,1),(0,1))
m.roll(m.asarray([1,2,3]),m.asarray([1,2]),0)
m.repeat(m.asarray([[1,2,3]]),2,axis=0)
m.tile(m.asarray([1,2]),(2,3))
m.asarray([1,2]).dot([3,4])
m.asarray([[1,2],[3,4]]).trace()
m.asarray([[1,2],[3,4]]).diagonal()
m.asarray([[1,2],[3,4]]).mT
m.asarray([[1,2],[3,4]]).cumsum()
m.asarray([1.25]).round(1)
m.asarray([1,5]).clip(2,3)
m.asarray([1,5]).repeat(2)
m.asarray([[1,5]]).swapaxes(0,1)
m.asarray([[1,5]]).ravel()
m.asarray([[1,5]]).flatten()
m.asarray([[1,5]]).squeeze()
m.count_nonzero(m.asarray([0,1]))
m.eye(3,k=1)
m.cbrt(-8.)
m.astype(m.asarray([1,2]), 'f4')
m.permute_dims(m.ones((2,3)), (1,0))
m.full_like(m.ones(2), 3)
m.fmod(7,3)
m.tri(3)
m.identity(2)
m.ediff1d([1,2,4])
m.digitize([1.5],[1,2])
m.moveaxis(m.ones((2,3,4)),[0,1],[-1,0])
m.moveaxis(m.ones((2,3,4)),[0,1],[0])
m.moveaxis(m.ones((2,3,4)),[0,0],[0,1])
m.moveaxis(m.ones((2,3,4)),3,0)
m.swapaxes(m.ones((2,3,4)),0,3)
m.unstack(m.asarray([[1,2],[3,4]]), axis=1)
m.unstack(m.asarray(3))
m.broadcast_arrays(m.ones(3), m.ones(2))
m.broadcast_arrays()
m.meshgrid()
m.meshgrid([1,2])
m.meshgrid([1,2],[3,4,5],[6,7],sparse=True)
m.meshgrid([1,2],[3,4,5],[6.,7],indexing='ij',sparse=True)
m.meshgrid([[1,2],[3,4]],[5,6])
m.meshgrid([1,2],indexing='ab')
m.tril(m.ones((2,3,4)),-1)
m.tril(m.asarray([[1,2],[3,4]],dtype='i1'),1)
m.triu(m.asarray([[1,2],[3,np.nan]]),1)
m.triu(m.asarray([1,2,3]))
m.tril(m.asarray([True,True]))
m.tril(3)
m.tri(3)
m.tri(2,4,-1,dtype=int)
m.tri(2,4,1,dtype=bool)
m.identity(3)
m.identity(2,dtype='i2')
m.identity(0)
m.roll(m.asarray([[1,2,3],[4,5,6]]),1)
m.roll(m.asarray([[1,2,3],[4,5,6]]),-4,axis=1)
m.roll(m.asarray([[1,2,3],[4,5,6]]),(1,2),axis=(0,1))
m.roll(m.asarray([[1,2,3],[4,5,6]]),1,axis=(0,1))
m.roll(m.asarray([[1,2,3],[4,5,6]]),(1,2),axis=0)
m.roll(m.asarray([[1,2,3],[4,5,6]]),(1,2))
m.roll(m.asarray([[1,2,3],[4,5,6]]),(1,2,3),axis=(0,1))
m.roll(m.zeros((0,3)),1,axis=0)
m.roll(m.asarray(5),1)
m.roll(m.ones(3),1,axis=1)
m.repeat(m.asarray([[1,2],[3,4]]),3,axis=1)
m.repeat(m.asarray([[1,2],[3,4]]),3)
m.repeat(m.asarray([[1,2],[3,4]]),[2])
m.repeat(m.asarray([1,2]),0)
m.repeat(m.asarray([1,2]),-1)
m.repeat(m.asarray([1,2]),2,axis=1)
m.repeat(3,4)
m.tile(m.asarray([[1,2],[3,4]]),2)
m.tile(m.asarray([[1,2],[3,4]]),(2,1,2))
m.tile(m.asarray(5),3)
m.tile(m.asarray([1,2]),())
m.tile(m.asarray([1,2]),0)
m.tile(m.asarray([1,2]),-1)
m.asarray([[1,2],[3,4]]).dot([[1,0],[0,1]])
m.asarray([[1,2],[3,4]]).trace(1)
m.asarray([[1,2],[3,4]]).diagonal(-1)
m.asarray([1,2]).mT
m.ones((2,3,4)).mT
m.linspace(1j,2,3,endpoint=False)
m.linspace(1j,2,3,dtype='c8')
m.empty((2,3)).shape + m.empty(3,dtype='i2').shape
m.empty_like(m.ones((2,3))).shape
"""


@pytest.mark.parametrize("text", [line for line in TABLE.splitlines() if line])
def test_expression(text):
    check_expression(text, bl)


def test_triangles_and_moved_axes_fuse():
    x = bl.asarray([[1.0, 2.0], [3.0, 4.0]])
    plan = bl.explain(bl.tril(bl.moveaxis(x + 1, 0, 1)) * 2)
    assert "map over" in plan and "stored between" not in plan


LAYOUTS = """
m.arange(24).reshape(4, 6)
m.arange(24).reshape(4, 6).T
m.arange(24).reshape(4, 6)[::2].T
m.arange(24).reshape(4, 6)[:, ::2]
m.arange(24).reshape(4, 6)[::-1]
m.arange(24).reshape(4, 6)[:, ::-1].T
m.arange(24).reshape(2, 2, 6).transpose(1, 0, 2)
m.arange(24).reshape(2, 2, 6).transpose(2, 0, 1)[::2]
m.broadcast_to(m.arange(6), (3, 6))
m.broadcast_to(m.arange(4).reshape(4, 1), (4, 6)).T
m.arange(24)[::3]
m.asarray(3.0)
""".strip().split("\n")


@pytest.mark.parametrize("order", "CFAK")
@pytest.mark.parametrize("layout", LAYOUTS)
def test_orders(layout, order):
    ours, theirs = (eval(layout, {"m": m}) for m in (bl, np))
    calls = [lambda x: x.ravel(order), lambda x: x.flatten(order), lambda x: x.copy(order), lambda x: (x + 1).ravel(order)]
    if order != "K":
        calls.append(lambda x: x.reshape(-1, order=order))
    for call in calls:
        x, y = call(ours), call(theirs)
        np.testing.assert_array_equal(np.asarray(x), y)
        assert x.strides == y.strides and np.shares_memory(np.asarray(x), np.asarray(ours)) == np.shares_memory(y, theirs)


def test_windows_are_views():
    x = bl.arange(6.0) * 2
    w = bl.sliding_window_view(x, 3)
    assert not x._is_evaluated and w.base is x and bl.shares_memory(w, x[2:]) and not bl.shares_memory(w[:, 0], x[4:])
    total = w.sum(1)
    x[0] = 100  # seen by the windows, not by what was written before
    assert w[0].tolist() == [100, 2, 4] and total.tolist() == [6, 12, 18, 24]
    bl.eval(x)
    x[1] = 50
    assert w.tolist() == [[100, 50, 4], [50, 4, 6], [4, 6, 8], [6, 8, 10]] and w[1:, ::2].tolist()[0] == [50, 6]
    n = np.arange(4.0)
    w = bl.sliding_window_view(n, 2)
    n[1] = 9
    assert w.tolist() == [[0, 9], [9, 2], [2, 3]]


def test_sums_over_windows_store_no_windows():
    for is_there in (False, True):
        x = bl.arange(200_000.0) * 1
        if is_there:
            bl.eval(x)
        bl.reset_peak()
        before = bl.memory_info().live
        mean = bl.sliding_window_view(x, 200).mean(1)
        assert float(mean[1]) == 100.5
        bl.eval(mean)
        assert bl.memory_info().peak - before < 16 * 2**20  # the windows would take 320 MB


def test_writing_to_windows():
    with pytest.raises(ValueError, match="read-only"):
        bl.sliding_window_view(bl.arange(3), 2)[0] = 1


def test_the_module_of_numpys_name():
    from broadloom.lib.stride_tricks import sliding_window_view
    assert sliding_window_view(bl.arange(3), 2).tolist() == [[0, 1], [1, 2]]
