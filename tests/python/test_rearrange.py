"""Functions that move or repeat elements, beside NumPy's; expressions in which `m` is either."""

import pytest

import broadloom as bl
from expressions import check_expression

TABLE = """
m.broadcast_arrays(m.ones(3), m.ones((2,1)))
m.meshgrid([1,2],[3,4,5])
m.meshgrid([1,2],[3,4,5],indexing='ij')
m.tril(m.ones((3,3)))
m.triu(m.ones((3,4)),1)
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


def test_counts_for_each_element_are_missing():
    with pytest.raises(NotImplementedError):
        bl.repeat([1, 2], [1, 2])
