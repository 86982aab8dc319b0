"""Wrong calls, in NumPy and in broadloom: the same exception class, or both take it."""

import numpy as np
import pytest

import broadloom as bl
from expressions import check_expression, run

SHAPES = """
m.add(m.ones(3), m.ones(4))
m.add(m.ones((2,3)), m.ones((3,2)))
m.where(m.ones(3) > 0, m.ones(2), 1)
m.ones(3) + [1, 2]
m.matmul(m.ones((2,3)), m.ones((2,3)))
m.matmul(m.ones(3), 2)
m.ones(3) @ m.ones(4)
m.ones(()) @ m.ones(3)
m.reshape(m.ones(6), (4,))
m.reshape(m.ones(6), (-1, -1))
m.reshape(m.ones(6), (-1, 4))
m.reshape(m.ones(6), (-2, 3))
m.broadcast_to(m.ones(3), (2,))
m.broadcast_to(m.ones(3), (-1, 3))
m.broadcast_shapes((2,), (3,))
m.squeeze(m.ones((2,1)), 0)
m.stack([m.ones(2), m.ones(3)])
m.concat([m.ones((2,2)), m.ones(2)])
m.concat([m.ones((2,2)), m.ones((3,3))])
m.concat([m.ones(())])
m.tensordot(m.ones((2,3)), m.ones((2,3)))
m.vecdot(m.ones(3), m.ones(4))
m.inner(m.ones(3), m.ones(4))
m.dot(m.ones((2,3)), m.ones((2,3)))
m.cross(m.ones(4), m.ones(4))
m.einsum('ij,jk', m.ones((2,3)), m.ones((2,3)))
m.einsum('ij', m.ones(3))
m.einsum('ij->ik', m.ones((2,2)))
m.einsum('i,i', m.ones(3))
m.cov(m.ones((2,3)), m.ones((2,4)))
m.interp([1.5], [1,2,3], [1,2])
m.average([1.,2], weights=[1.,2,3])
m.bincount([[1,2],[3,4]])
m.trapezoid([1.,2,3], x=[1.,2])
m.convolve([], [1.])
m.linalg.inv(m.ones((2,3)))
m.linalg.inv(m.ones(3))
m.linalg.solve(m.ones((2,2)), m.ones(3))
m.linalg.det(m.ones((2,3)))
m.linalg.cholesky(m.ones((2,3)))
m.linalg.matrix_power(m.ones((4,3)), 1.5)
m.linalg.matrix_power(m.ones((3,3)), 1.5)
m.linalg.matrix_power(m.ones((4,3)), 2)
m.linalg.matrix_power(m.ones(3), 1.5)
m.linalg.tensorsolve(m.ones((2,3,5)), m.ones((2,3)))
m.linalg.tensorsolve(m.ones((2,3,6)), m.ones((2,2)))
m.linalg.tensorsolve(m.ones((2,3,6)), m.ones(7))
m.linalg.tensorsolve(m.ones((2,3,6)), m.ones((2,3)), axes=(5,))
m.linalg.tensorsolve(m.ones((2,3,6)), m.ones((2,3)), axes=(0,))
m.linalg.tensorsolve(m.eye(4), m.ones(5))
m.linalg.tensorsolve(m.eye(4), m.ones((4,1)))
m.linalg.tensorsolve(m.eye(4), 3.)
m.linalg.tensorsolve(3., 3.)
m.linalg.tensorinv(m.ones((2,3,5)))
m.linalg.tensorinv(m.ones((2,3,6)), ind=0)
m.linalg.tensorinv(m.ones((2,3,6)), ind=7)
m.ones((2,-1))
m.zeros(-3)
m.full((2,), [1,2,3])
m.linspace(0, 1, -1)
m.logspace(0, 1, -1)
m.geomspace(1, 2, -1)
m.geomspace(0, 1)
m.indices((2,-1))
m.vander(m.ones((2,2)))
m.matvec(m.ones((2,3)), m.ones(2))
m.matvec(m.ones(3), m.ones(3))
m.matvec(m.ones((2,3)), 1)
m.vecmat(m.ones(3), m.ones((2,3)))
m.vecmat(m.ones(3), m.ones(3))
m.matvec(m.ones((2,2,3)), m.ones((3,3)))
m.fromiter([1], int, 2)
"""

AXES = """
m.sum(m.ones(3), axis=1)
m.sum(m.ones(3), axis=-2)
m.sum(m.ones((2,3)), axis=(0,0))
m.sum(m.ones((2,3)), axis=(0,2))
m.sum(m.ones(3), axis='a')
m.sum(m.ones(3), axis=0.5)
m.mean(m.ones(()), axis=0)
m.sum(m.ones(()), axis=0)
m.sum(m.ones(()), axis=1)
m.max(m.ones(3), axis=3)
m.argmax(m.ones(3), axis=(0,))
m.argmin(m.ones((2,2)), axis=2)
m.cumsum(m.ones(3), axis=1)
m.cumulative_sum(m.ones((2,2)))
m.expand_dims(m.ones(3), 5)
m.expand_dims(m.ones(3), (0, 0))
m.squeeze(m.ones((1,2)), 2)
m.flip(m.ones(3), 1)
m.permute_dims(m.ones((2,3)), (0,))
m.permute_dims(m.ones((2,3)), (0, 0))
m.transpose(m.ones((2,3)), (0, 2))
m.median(m.ones(3), axis=1)
m.quantile(m.ones(3), 0.5, axis=2)
m.diff(m.ones(()))
m.diff(m.ones(3), axis=1)
m.gradient(m.ones((2,2)), axis=2)
m.diagonal(m.ones(3))
m.trace(m.ones((2,2)), axis1=0, axis2=0)
m.fft.fft(m.ones(3), axis=1)
m.fft.fft(m.ones(()))
m.linalg.norm(m.ones((2,2)), axis=(0,0))
m.linalg.norm(m.ones((2,2)), axis=2)
m.stack([m.ones(2)], axis=2)
"""

DTYPES = """
-m.ones(2, dtype=bool)
m.ones(2, dtype=bool) - m.ones(2, dtype=bool)
~m.ones(2)
m.ones(2) & 1
m.ones(2) << 1
m.bitwise_count(m.ones(2))
m.gcd(m.ones(2), 1)
m.lcm(2.5, 1)
m.ldexp(1.0, 1.5)
m.floor(m.ones(2, complex))
m.remainder(m.ones(2, complex), 1)
m.positive(m.asarray([True]))
m.sign(m.asarray([True]))
m.isposinf(m.ones(2, complex))
m.heaviside(m.ones(2, complex), 1)
m.nextafter(m.ones(2, complex), 1)
m.arctan2(m.ones(2, complex), 1)
m.logaddexp(m.ones(2, complex), 1)
m.ones(2, 'i1') + 300
m.ones(2, 'u1') - 300
m.ones(2, 'u1') * -1
m.ones(2, 'i1') == 300
m.ones(2, 'u8') < -1
m.asarray([300], dtype='i1')
m.asarray([-1], dtype='u1')
m.full(2, 300, dtype='u1')
m.arange(2**64)
m.zeros(2, dtype='nonsense')
m.zeros(2, dtype=3)
m.astype(m.ones(2), 'nonsense')
m.ones(2).astype(int, casting='safe')
m.ones(2).astype(int, casting='same_kind')
m.ones(2).astype('f4', casting='same_kind')
m.ones(2).astype('f4', casting='nonsense')
m.power(m.asarray([2]), -1)
m.asarray([2]) ** -2
m.bincount(np.array([1.5]))
m.bincount([-1])
m.linalg.inv(m.ones((2,2), 'f2'))
m.fft.rfft(m.ones(3, complex))
m.digitize([1+1j], [1.])
m.finfo(int)
m.iinfo(float)
m.can_cast(3, 'i1')
m.can_cast('i4', 'f4', 'nonsense')
m.isdtype('float32', 'bool')
m.isdtype(m.float32, 'nonsense')
m.result_type()
"""

EMPTY = """
m.max(m.zeros(0))
m.min(m.zeros((0,3)), axis=0)
m.max(m.zeros((0,3)), axis=1)
m.argmax(m.zeros(0))
m.argmin(m.zeros((2,0)), axis=1)
m.argmin(m.zeros((2,0)), axis=0)
m.sum(m.zeros(0))
m.prod(m.zeros((0,2)), axis=0)
m.ptp(m.zeros(0))
m.nanargmax(m.asarray([np.nan]))
m.nanmax(m.zeros(0))
m.fft.fft(m.zeros(0))
m.linalg.norm(m.zeros(0))
m.linalg.norm(m.zeros(0), np.inf)
m.linalg.det(m.zeros((0,0)))
m.linalg.eig(m.asarray([[np.inf]]))
m.linalg.inv(m.zeros((2,2)))
m.linalg.cholesky(m.zeros((2,2)))
m.linalg.solve(m.zeros((2,2)), m.ones(2))
m.concat([])
m.stack([])
m.histogram([1.], bins=0)
m.histogram([1.], bins=[2.,1.])
m.histogram([np.nan])
m.quantile([1.,2], 1.5)
m.histogramdd(np.zeros((2,3)), bins=(2**22,2**22,2**22))
m.random.default_rng(1).spawn(-1)
m.percentile([1.,2], -1)
m.quantile([1.,2], 0.5, method='nonsense')
"""

# Arguments that are looked at in an order, or only by some functions.
ARGUMENTS = """
m.squeeze(m.ones((1,3)), True)
m.squeeze(m.ones((1,3)), [0])
m.ones((1,3)).squeeze((True,))
m.ones(3, int).__iadd__(m.ones((2,3)))
m.ones(3).__iadd__(m.ones((2,3)))
m.add(1, 300, dtype='u1')
m.add(1.5, 300, dtype='u1')
m.add(m.ones(2), 300, dtype='u1', casting='unsafe')
m.add(1, 2, dtype='u1')
m.add(1, 1.5, dtype='u1')
m.ldexp(m.ones(2), 2**70)
m.isdtype(np.dtype('f4'), complex)
m.isdtype(np.dtype('f4'), bool)
m.isdtype(float, 'real floating')
m.isdtype(np.float32, (np.float32, 'foo'))
m.isdtype(np.float32, ('integral', 'real floating'))
m.iinfo(True)
m.result_type('bool', 2**64)
m.result_type('f4', -2**64)
m.average(m.zeros((0,2)), axis=1)
m.average(m.zeros((0,2)), axis=0)
m.nan_to_num(m.asarray([1.,np.inf]), posinf=1j)
m.nan_to_num(m.asarray([1.,np.nan]), nan=m.asarray([1j,2]))
m.nan_to_num(m.asarray([1.,np.nan]), nan=m.asarray([5.,6]))
m.nan_to_num(m.asarray([1.,np.nan]), nan=m.ones(3))
m.nan_to_num(m.asarray([np.nan+1j,np.inf]), nan=np.array([5,6]), posinf=7)
m.add([None], 1)
m.add('a', 1)
m.add(m.ones(2), np.array(['a','b']))
m.sum('a')
m.mean([None])
m.sqrt({})
m.sum(np.zeros(2,[('a','f8')]))
m.asarray([1,2]) < ['a','b']
m.asarray([1,2]) + ['a','b']
m.ones(2, m.asarray([1.]))
m.ones(2, dtype=np.array([1.]))
m.concat(m.ones(2) for _ in range(2))
m.stack(map(m.ones, [2,2]))
m.concat({1: m.ones(2)})
m.eye(True)
m.eye(2, True)
m.identity(True)
m.zeros(True)
m.zeros((True,2))
m.reshape(m.ones(2), (True,2))
m.broadcast_to(m.ones(2), (True,2))
m.bincount([1], minlength=True)
m.fft.fft(m.ones(2), True)
m.moveaxis(m.ones((2,3)), 5, (-1,-2))
m.asarray([1,2]) == {}
m.asarray([1,2]) != {1}
m.asarray([1,2]) == object
m.asarray([[1],[2]]) != object()
m.asarray([1,2]) == slice(1)
m.asarray([1,2]) < {}
m.asarray([1,2]) == len
m.asarray([1,2]) + range(2)
range(3) < m.asarray([1,2])
m.asarray([1,2]) < 2**64
m.asarray([1,2**64-1]) == 2**64
m.asarray([True,False]) != -2**70
2**64 > m.asarray([1,2**64-1])
m.asarray([1,2**64-1]) <= 2**64-1
m.asarray([1.,2.**64]) == 2**64
m.asarray([1,2], dtype='u1') ** -1
m.asarray([1,2]) ** -1
m.astype([1,2], 'f4')
m.astype(np.float64(3.5), 'i4', device='cpu')
m.astype(m.ones(2), 'i4', device='gpu')
m.ones(3).astype('i4', 'K', 'unsafe')
m.ones(3).astype('i4', 'C')
m.ones(3).astype('i4', 'K', 'safe')
m.ones(3).astype('i4', order='Q', casting='foo')
m.ones(3).astype('foo', order='Q')
m.ones(3).astype('f4', 'K', 'unsafe', True, False)
m.add([1], [2], order=None)
m.digitize([1.], [1j,2])
m.histogramdd(np.ones((2,2)), weights=[1j,2])
m.histogramdd(np.ones((2,2)), weights=[1,2,3])
m.ones(2).to_device('gpu')
m.ones(2).to_device('cpu', stream=1)
m.__array_namespace_info__().dtypes(kind='foo')
m.__array_namespace_info__().dtypes(device='gpu')
"""

NUMBERS = """
m.arange(0, 1, 0)
m.arange(0, 1, np.nan)
m.arange('a')
m.eye(-1)
m.eye(2.5)
bool(m.ones(2))
bool(m.zeros(0))
float(m.ones(2))
int(m.ones(2))
complex(m.ones(2))
float(m.ones((), complex))
m.ones(2).item()
m.ones(2).item(5)
m.ones((2,2)).item(0, 5)
m.ones((2,2)).item(1, 2, 3)
len(m.ones(()))
iter(m.ones(()))
hash(m.ones(2))
range(3)[m.ones(())]
m.ones(3)[5]
m.ones(3)[-4]
m.ones(3)[0, 0]
m.ones(3)[1.5]
m.ones(3)['a']
m.ones(3)[::0]
m.ones(3)[..., ...]
m.asarray([[1], [2, 3]])
m.round(m.ones(2), 1.5)
m.clip(m.ones(2))
m.where(m.ones(2) > 0, 1)
m.linspace(0, 1, 2.5)
m.add(1)
m.add(1, 2, 3, 4)
m.sum()
m.sin(1, 2, 3)
m.ones(2) + None
m.ones(2) + 'a'
m.ones(2) + {}
m.random.default_rng(-1)
m.random.default_rng(1).integers(5, 2)
m.random.default_rng(1).normal(scale=-1)
m.random.default_rng(1).choice(5, 6, replace=False)
m.random.default_rng(1).poisson(-1)
m.random.default_rng(1).binomial(5, 1.5)
"""

# What NumPy itself compares.
TEXTS = """
m.asarray([1,2]) == ['a']
m.asarray([1,2]) != ['a','b']
m.asarray([1,2]) == ['a','b','c']
m.asarray([1,2]) == [None,1]
m.ones(2) == np.array(['a','b'])
m.ones((2,1)) != ['a','b']
"""

TABLE = [line for table in (SHAPES, AXES, DTYPES, EMPTY, ARGUMENTS, NUMBERS, TEXTS) for line in table.splitlines() if line]


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("text", TABLE)
def test_class(text):
    if run(text, np)[1] is None:
        check_expression(text, bl, most_ulps=4)
    else:
        ours, numpys = run(text, bl)[1], run(text, np)[1]
        assert ours is not None and issubclass(ours, numpys), f"{text}: raises {ours}, NumPy {numpys}"


def test_counts_beyond_memory():
    with pytest.raises(ValueError):  # where NumPy 2.4 writes outside of its array
        bl.bincount([2**63 - 1])
