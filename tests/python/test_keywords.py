"""NumPy's keyword arguments: out, where, dtype, casting, order, initial, keepdims; and its complaints about them."""

import pytest

import broadloom as bl
from expressions import check_expression

ELEMENTWISE = """
m.add([1,2],[3,4],where=np.array([True,False]),out=m.zeros(2,int))
m.add([1,2],[3,4],out=m.zeros((3,2)))
m.add([1,2],[3,4],m.zeros(2))
m.add([1,2],[3,4],out=(m.zeros(2),))
m.add([1,2],[3,4],out=(m.zeros(2),m.zeros(2)))
m.add([1,2],[3,4],out=m.zeros(3))
m.add([1.5,2],[3,4],out=m.zeros(2,int))
m.add([1.5,2],[3,4],out=m.zeros(2,int),casting='unsafe')
m.add([1,2],[3,4],out=m.zeros(2,'f4'))
m.add([1,2],[3,4],out='text')
m.add([1,2],[3,4],out=np.zeros((3,2)))
m.add([1.5,2],[3,4],out=np.zeros(2,int))
m.sqrt([4,9],out=m.zeros(2))
m.sqrt([4,9],out=m.zeros(2,int))
m.sqrt([4,9],where=[True,False],out=m.ones(2))
m.add(np.ones(3),1,where=np.array([1,0,1]),out=m.zeros(3))
m.add(np.ones(3),1,where=np.array([1.,0,1]),out=m.zeros(3))
m.add(1,2,dtype='f4')
m.add(1.5,2,dtype=int)
m.add(1.5,2,dtype=int,casting='unsafe')
m.add(np.float64(1.5),2,dtype='f4')
m.add(np.ones(2),2,dtype='f4',casting='safe')
m.add(np.ones(2,'f4'),2,dtype='f8',casting='safe')
m.add(np.ones(2,complex),2,dtype=float)
m.add(np.ones(2),2,dtype=complex)
m.less(1,2,dtype=int)
m.less(1,2,dtype=bool)
m.sin(1,dtype=int)
m.sin(1,dtype='f4')
m.floor(3,dtype='f4')
m.add(1,2,casting='foo')
m.add(1,2,casting=3)
m.add([1,2],[3,4],order='Q')
m.add([1,2],[3,4],order='K')
m.add([1,2],[3,4],foo=1)
m.add(np.ones(2,'i1'),np.ones(2,'f4'),casting='no')
m.add(np.ones(2,'i1'),np.ones(2,'f4'),casting='safe')
m.add(np.ones(2,'f4'),np.ones(2,'f4'),casting='no')
m.sqrt(np.arange(3),casting='equiv')
m.add([1,2])
m.sqrt()
"""

REDUCTIONS = """
m.sum(m.ones((2,3)),initial=1.5,dtype=int)
m.sum(m.ones(0),initial=3)
m.sum([1,2],where=[1,0])
m.sum([1,2,3],initial=5,where=[True,False,True])
m.sum(m.ones((2,3)),axis=0,out=m.zeros(3,int))
m.sum(m.ones((2,3)),axis=0,out=np.zeros(3,int))
m.sum(m.ones((2,3)),0,None,None,True)
m.sum([1.5,2],out=m.zeros((),int))
m.sum([True,True],where=np.array([[True],[False]]))
m.sum(m.ones((2,3)),where=np.array([[True],[False]]),axis=1)
m.prod([2,3],initial=0.5)
m.prod([2.,3],initial=0.5)
m.prod([2,3,4],where=[True,False,True])
m.max([1,2,3],initial=5)
m.max([1,2],where=[True,False])
m.max(m.zeros((0,3)),axis=0,initial=2)
m.max(m.zeros((0,3),int),axis=0,initial=2.5)
m.max([1,np.nan],initial=5.)
m.min([3,4.],where=[True,False],initial=10)
m.max([1,2],out=m.zeros((2,)))
m.max([1,2],dtype=float)
m.any([1,0],where=[False,True])
m.all([1,0],where=[True,False])
m.any([1],initial=True)
m.any([1,2],axis=0,out=m.zeros((),int))
m.mean([1,2,3],where=[True,False,True])
m.mean(m.ones((2,3)),axis=1,where=[True,False,True],keepdims=True)
m.mean([1,2],out=m.zeros((),int))
m.var([1,2,3.],where=[True,True,False],ddof=1)
m.std([1,2,3.],where=[True,True,False])
m.var([1.,2,4],0,None,None,1)
m.argmax([1,2],out=m.zeros((),int))
m.argmax([1,2],where=[True,False])
m.argmin([[1,2],[3,0]],1,keepdims=True)
m.sum(m.asarray([True,True]), dtype=bool)
m.prod(m.asarray([True,False]), dtype=bool)
m.mean(m.full(1000, 100, 'f2'), where=m.ones(1000, bool))
m.mean([1,2,3],dtype=int,where=[True,False,True])
m.max(m.asarray([1,2],dtype='u1'), initial=300)
m.sum(m.asarray([1,2],dtype='u8'), initial=-5)
m.max([1,2], initial=float('nan'))
m.max([1.,2], initial=1j)
m.sum([1,2],axis=1)
m.sum([1,2],axis=(0,0))
m.sum([1,2],axis=1.5)
"""


@pytest.mark.parametrize("text", [line for line in (ELEMENTWISE + REDUCTIONS).splitlines() if line])
def test_expression(text):
    check_expression(text, bl, most_ulps=1)


def test_out_is_what_is_returned():
    out = bl.zeros(3)
    assert bl.add([1, 2, 3], 1, out=out) is out
    assert out.tolist() == [2, 3, 4]
    assert bl.sum([[1, 2]], axis=0, out=(total := bl.zeros(2))) is total


@pytest.mark.parametrize("order", ["C", "F"])
def test_other_orders_are_missing(order):
    with pytest.raises(NotImplementedError):
        bl.add([1], [2], order=order)
