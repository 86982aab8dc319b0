"""Corners that were found by comparison with NumPy: values, dtypes, shapes, strides, classes of warnings and errors."""

import warnings

import numpy as np
import pytest

import broadloom as bl

OUT = """
out=m.zeros((),'{o}'); m.{f}(m.asarray([1.5,2.7,3.1,4]),dtype='{d}',out=out); out
out=m.zeros(2,'{o}'); m.{f}(m.asarray([[1.5,2.7,3.1,4],[9,7,1,1]]),axis=1,dtype='{d}',out=out); out
out=m.zeros((),'{o}'); m.{f}(m.asarray([1.5,2.7,3.1]),dtype='{d}',out=out,where=m.asarray([True,False,True])); out
out=m.zeros((),'{o}'); m.nan{f}(m.asarray([1,2,4]),dtype='{d}',out=out); out
"""
AVERAGES = [line.format(f=f, d=d, o=o) for line in OUT.strip().split("\n") for f in ("mean", "var", "std")
            for d in ("i4", "u1", "?") for o in ("f8", "f2", "c16")]
# The sums are stored in `out` before they are divided there.
STORED = [f"out=m.zeros((),'{o}'); m.{f}(m.asarray([1.75,2.5,3,4.25],dtype='{x}'),dtype={d},out=out); out" for f in ("mean", "var")
          for x in ("f8", "f4", "i4", "?") for d in (None, "'f4'", "'f8'", "'i8'", "'?'") for o in ("f8", "f4", "i8", "u1")
          if not (f == "var" and x == "?")]

INITIAL = """
out=m.zeros((),'{o}'); m.{f}(m.asarray([1,2],dtype='{d}'),initial={i},out=out); out
out=m.zeros((),'{o}'); m.nan{f}(m.asarray([1,2],dtype='{d}'),initial={i},out=out); out
"""
INITIALS = [line.format(f=f, d=d, o=o, i=i) for line in INITIAL.strip().split("\n") for f in ("max", "min") for d in ("u1", "f4")
            for o in ("i2", "f8", "u1") for i in (300, -5, 2.5)]

REDUCTIONS = """
out=m.zeros((),'u1'); m.sum(m.asarray([.5,1]),initial=2.7,out=out); out
out=m.zeros((),'c8'); m.sum(m.ones(2),dtype='f4',out=out); out
out=m.zeros((),'c8'); m.nanprod(m.ones(2),dtype='i4',out=out); out
out=m.zeros(2,'c8'); m.cumsum(m.ones(2),dtype='f4',out=out); out
m.sum(m.ones(2),initial=...)
m.max(m.ones(2),initial=...)
m.asarray([1,2]).min(initial=...)
m.std(m.ones(2),correction=...)
m.median(m.zeros(0),axis=())
m.median(m.zeros((0,3)),axis=())
m.median(m.zeros((0,3,2)),axis=(1,2))
m.median(m.zeros((2,3)),axis=(),keepdims=True)
m.nanmedian(m.zeros((0,3)),axis=[0])
m.nanmedian(m.zeros((2,3)),axis=[0],keepdims=True)
m.quantile(m.zeros(0),.5,axis=())
m.quantile(m.zeros((0,3)),[.1,.5],axis=())
m.nanquantile(m.zeros((0,3)),.5,axis=[0])
m.nanquantile(m.asarray([[1.,2,3],[4,5,6]]),[.1,.5],axis=())
m.nanquantile(m.asarray([[1.,2,3],[4,5,6]]),[.1,.5],axis=0,keepdims=True)
m.nanquantile(m.asarray([[1.,2,3],[4,5,6]]),[[.1,.5]],axis=1)
m.nanquantile(m.asarray([1.,2,3]),[.1,.5],axis=0)
m.isclose(m.asarray([1,np.inf],dtype='f4'),1e300)
m.isclose(m.asarray([1,2],dtype='f2'),1e5)
m.isclose(m.asarray([.1],dtype='f4'),.1,rtol=0,atol=0)
m.isclose(m.asarray([1,2]),1)
m.isclose(3,m.asarray([3,4],dtype='f4'))
m.isclose(m.asarray([1+1j]),1+1j)
m.isclose(m.asarray([1.,2]),2,rtol=m.asarray([.5,0]))
m.isclose(1,1.)
m.isclose(m.asarray([1,2],dtype='f4'),m.asarray([1,2]),atol=m.asarray(1e-3))
m.nanmean(m.asarray([1,2,4]),dtype='i4',out=m.zeros((),'f4'))
m.mean(m.full(1000,100,dtype='f2'),out=m.zeros((),'f2'))
m.max(m.asarray([True]),initial=1j)
m.max(m.arange(3.),initial=1j,out=m.zeros((),dtype='f4'))
m.sum(m.arange(3.),initial=1j,dtype='f8',out=m.zeros((),dtype='c16'))
m.mean(m.asarray([1,2]),out=m.zeros((),dtype='c16'))
m.mean(m.asarray([1,2],dtype='f2'),out=m.zeros((),dtype='c8'))
m.var(m.asarray([1,2]),out=m.zeros((),dtype='c16'))
m.nanvar(m.asarray([1,2]),out=m.zeros((),dtype='c16'))
m.nanmean(m.asarray([1.,2]),out=m.zeros((),dtype='c16'))
m.nanmean(m.asarray([[6e4],[6e4]],dtype='f2'),axis=0,out=m.zeros(1))
m.nanvar(m.asarray([[1j,2],[0,0]]),axis=0,out=m.zeros(2))
m.nanstd(m.asarray([[1j,2],[0,0]]),axis=0,out=m.zeros(2,dtype='f4'))
m.var(m.asarray([[1j,2],[0,0]],dtype='c8'),axis=0,out=m.zeros(2))
m.var(m.asarray([1j],dtype='c8'),axis=0,ddof=1,out=m.zeros(()))
m.mean(m.asarray([3e38,3e38],dtype='f4'),out=m.zeros(()))
m.mean(m.zeros((0,2)),axis=0,out=m.zeros(2,dtype='f4'))
m.var(m.ones((1,2)),axis=0,ddof=1,out=m.zeros(2,dtype='f4'))
m.var(m.ones((1,2)),axis=0,ddof=1,where=m.asarray([True,False]),out=m.zeros(2,dtype='f4'))
m.mean(m.ones((1,2)),where=m.asarray([1,0]),out=m.zeros((),dtype='f4'))
m.digitize(m.asarray([1.,2]),m.asarray([1.,2]),right=0)
m.sum(m.asarray([True]),initial=1j,out=m.zeros((),'?'))
m.max(m.ones(2,dtype='f2'),out=m.zeros((),'i8'),initial=np.nan)
m.quantile(m.asarray([1,2,3,9.]),m.asarray(.3,dtype='f2'))
m.quantile(m.asarray([[1,2,3],[4,5,7]],dtype='f4'),m.asarray([.25,.3],dtype='f2'),axis=1,method='median_unbiased')
m.quantile(m.asarray([[1,2,3],[4,5,7]]),m.asarray([.25,.3],dtype='f2'),axis=1,method='midpoint')
m.quantile(m.asarray([[1,2,3],[4,5,7]]),m.asarray([.25,.3],dtype='f2'),axis=1,method='closest_observation')
m.histogramdd(m.asarray([[1.]]),bins=[m.asarray([-np.inf,-1,0,np.inf,np.nan])])[0]
m.histogramdd(m.asarray([[2.]]),bins=[m.asarray([np.nan,np.nan])])[0]
m.histogramdd(m.asarray([[1.]]),bins=[m.asarray([])])
m.histogram(m.asarray([1.]),m.asarray([0.,2]),weights=m.asarray([True]))
m.histogram(m.asarray([1.]),3,weights=m.asarray([True]))[0]
m.isclose(m.asarray([1,2]),2**70)
m.isclose(2**70,m.asarray([1,2]))
m.isclose(2**70,2**70)
m.digitize(m.asarray([0,1,np.nan,-1]),m.asarray([0,np.nan]))
m.digitize(m.asarray([0,1,np.nan,-1,5,3]),m.asarray([0,np.nan,3]))
m.digitize(m.asarray([0,1,np.nan,-1,5,3]),m.asarray([0,np.nan,3,np.nan,7]),right=True)
m.digitize(m.asarray([5,4,1,0,2]),m.asarray([3,np.nan,0]))
m.histogram(m.asarray([40,-30,63,0]),bins=m.asarray([0,np.nan,1]))[0]
m.histogram(m.asarray([40,-30,63,0,np.nan]),bins=m.asarray([np.nan,0,1]))[0]
m.histogram(m.asarray([40,-30,63,0]),bins=m.asarray([0,np.nan,1]),weights=m.asarray([1.5,2,3,4]))[0]
m.histogramdd(m.asarray([[40.],[-30],[63],[0],[.5]]),bins=[m.asarray([0,np.nan,1])])[0]
m.histogramdd(m.asarray(2.),bins=2)[0]
m.histogramdd(m.asarray([[1.,2,3],[3,4,5],[9,9,9]]),bins=(3,4,2))[0]
m.histogram2d(m.asarray([1.,2,3]),m.asarray([1.,2,3]),bins=(3,4),weights=m.asarray([1.,2,3]))[0]
m.histogram2d(m.asarray([1.,2,3]),m.asarray([1.,2,3]),bins=(3,4),density=True)[0]
"""

NUMBERS = """
m.full(2,2**63,dtype='?')
m.full((0,2),np.nan,dtype='u1')
m.full((1,2),np.nan,dtype='u1')
m.full_like(m.ones(2,dtype='i4'),np.nan,shape=(0,))
m.full((0,),1+2j,dtype='i8')
x=m.ones(2); x.flags.writeable=False; x+='a'
m.lexsort(m.asarray([1,0]),1)
m.lexsort(m.asarray([1,0]),-1)
m.interp(m.asarray([1+0j]),[1.,2],[3.,4])
m.lexsort(m.asarray([[1,0],[0,1]]),1)
m.array([4],dtype='i8').flags.owndata
m.array([[4,5]],dtype='f4').base is None
m.asarray([4],dtype='i8').flags.owndata
m.asarray([[1,2],[3,4]]).tobytes('F')
m.asarray([[1,2],[3,4]]).T.tobytes('A')
m.asarray([[1,2],[3,4]]).T.tobytes()
m.asarray([[1,2],[3,4]])[:,::-1].tobytes(order='A')
x=m.broadcast_to(m.asarray([1]),(2,)); m.nan_to_num(x,copy=False)
o=m.zeros(2,'c16'); m.multiply(m.asarray([1,2]),2,out=o,where=m.asarray([True,False])); o
o=m.zeros(2,'c16'); m.sqrt(m.asarray([1.,2]),out=o,where=m.asarray(True)); o
o=m.zeros(2,'c16'); m.less(m.asarray([1.,2]),2,out=o,where=m.asarray([True,False])); o
o=m.zeros(2,'c16'); m.sqrt(m.asarray([1.,2]),out=o); o
m.full(2,2**64,dtype='?')
m.full(2,2**62,dtype='?')
m.asarray([True])==2**63
2**63!=m.asarray([True])
m.asarray([True])<2**63
m.asarray([1])<2**63
x=m.zeros(2,'?'); x.fill(2**64); x
x=m.zeros(2,'?'); x[0]=-2**70; x
x=m.zeros(2,'?'); x[:1]=2**63; x
x=m.zeros(2,'?'); x.fill([1,2]); x
x=m.zeros(2,'?'); x.fill([]); x
x=m.zeros(2,'?'); x.fill(m.asarray([1.])); x
x=m.zeros(2,'?'); x.fill(m.asarray([1.,2])); x
x=m.zeros(2,'c8'); x.fill([1.]); x
x=m.zeros(2,'i4'); x.fill([1,2]); x
m.full((),m.asarray([5.]))
m.full((),[5.])
m.full(2,m.asarray([[5.]]))
m.full((),m.asarray([5.,6]))
m.full_like(m.asarray(1.),m.asarray([[5.]]))
m.pad(m.asarray(1.),-1)
m.pad(m.asarray(1.),(1,-1))
m.pad(m.asarray(1.),1)
m.pad(m.zeros(0),0,'mean',stat_length=-1)
m.pad(m.zeros(2),0,'mean',stat_length=-1)
m.add(m.asarray([1.]),1e300,dtype='f4')
m.add(1e6,1,dtype='f2')
m.asarray([1+1j,2])<np.nan
m.asarray([1+1j])>=m.asarray([complex(1,np.nan)])
m.asarray([1+1j])>=m.asarray([complex(2,np.nan)])
m.asarray([1+1j])==m.asarray([complex(1,np.nan)])
m.asarray([1.])<np.nan
m.isnan(m.asarray([np.nan]*40).astype('i4'))
m.isnan(m.asarray([1.,3e9]*20).astype('i1'))
m.isnan(m.asarray([1.,3e19]*20,dtype='f4').astype('i8'))
m.isnan(m.asarray([1.,3e9]*20).astype('i8'))
o=m.zeros(3,'i4'); m.add(m.asarray([np.nan,1,2]),1.,where=m.asarray([False,True,True]),casting='unsafe',out=o); o
o=m.zeros(3,'i4'); m.add(m.asarray([np.nan,1,2]),1.,where=m.asarray([True,True,False]),casting='unsafe',out=o); o[1:]
o=m.zeros(3,'f4'); m.add(m.asarray([1e300,1,2]),1.,where=m.asarray([False,True,True]),casting='unsafe',out=o); o
m.isin(m.asarray([0,2**63-1]),m.asarray([-2**63,5]),kind='table')
m.isin(m.asarray([1,2]),m.asarray([0,2**63-1]),kind='table')
m.isin(m.asarray([1,2],dtype='i1'),m.asarray([-100,100],dtype='i1'),kind='table')
m.isin(m.asarray([1,2],dtype='i1'),m.asarray([0,2],dtype='i1'),kind='table')
m.isin(m.asarray([1,0]),m.asarray([True]),kind='table')
"""

WRITES = """
x=m.asarray([1,2]).copy(); x.flags.writeable=False; x+=1.5
x=m.ones((2,2)); x.flags.writeable=False; x@=m.ones((2,2),dtype='c16')
o=m.zeros((2,2)); m.einsum('ij->ji',m.ones((1,2)),out=o); o
o=m.zeros((3,2)); m.einsum('ij,jk->ik',m.ones((1,2)),m.ones((2,2)),out=o); o
o=m.zeros((2,2)); m.einsum('ij->i',m.ones((1,2)),out=o); o
o=m.zeros((1,2)); m.einsum('ij->ij',m.ones((2,2)),out=o); o
x=m.arange(6.); m.concatenate([x[3:],x[:3]],out=x); x
x=m.arange(6.); m.concatenate([x[1:4],x[:3]],out=x); x
x=m.arange(8.); y=x[::-1]; m.concatenate([x[4:],x[:4]],out=y); y
x=m.arange(6); m.concatenate([x[3:].astype('f4'),x[:3]],out=x,casting='unsafe'); x
x=m.arange(6.); m.stack([x[3:],x[:3]],out=x.reshape(2,3)); x
x=m.arange(6.); m.stack([x[3:],x[:3]],axis=1,out=x.reshape(3,2)); x
x=m.arange(6.); m.stack([x[3:],x[:3]],axis=-1,out=x.reshape(3,2)); x
x=m.arange(8.).reshape(4,2); m.concatenate([x[2:],x[:2]],axis=None,out=x.reshape(-1)); x
x=m.zeros((2,3)); x[m.asarray([False,False])]=m.ones((2,0,3)); x
x=m.zeros((2,3)); x[m.asarray([False,False])]=m.ones((2,1,3)); x
x=m.zeros((0,3)); x[m.asarray([],dtype='?')]=m.ones((2,0,1)); x
x=m.zeros((2,3)); x[m.asarray([],dtype='i8')]=m.ones((2,2,0,3)); x
x=m.zeros((2,3)); x[(m.asarray([1]),[])]=m.ones((3,0)); x
x=m.zeros((2,3)); x[(m.asarray([1]),[])]=m.ones((0,3)); x
x=m.zeros((2,3)); x[:,m.asarray([],dtype='i8')]=m.ones((7,2,0)); x
x=m.zeros((2,3)); x[m.zeros((1,0),dtype='i8')]=m.ones((7,1,0,3)); x
x=m.zeros(4); x[m.asarray([False]*4)]=m.ones((2,0)); x
v=m.broadcast_to(m.ones(2),(2,2))[1:]; v.setflags(write=True)
v=m.ones(3).imag[1:]; v.setflags(write=True)
x=m.ones(3); x.flags.writeable=False; v=x[1:]; del x; v.setflags(write=True)
x=m.ones(3); x.flags.writeable=False; x.flags.writeable=True; v=x[1:]; v.flags.writeable=False; del x; v.setflags(write=True); v
x=m.ones(3); v=x[1:]; v.flags.writeable=False; v.setflags(write=True); v
"""

LAYOUTS = """
m.correlate([1.,2],[1.,2,3],'{mode}')
m.correlate([1.,2j],[1.,2,3],'{mode}')
m.vander(m.asarray([1.,2,3]))
m.full_like(f,[1,0,2])
m.full_like(f,7,shape=(3,2))
m.full_like(f,[1,2],shape=(3,2))
m.zeros_like(f,shape=(3,2))
m.ones_like(t,shape=(3,2))
m.zeros_like(t,shape=(3,2,1),order='F')
m.full(({b}.shape),{b})
m.add(t,1,order='A')
m.add(t.T,1,dtype='f4',order='A')
m.add(f,f,order='A')
m.add(f[:,::-1],1,order='A')
m.modf(f,order='A')[0]
m.round({b}.astype('i4').astype('i4'),2)
m.round(m.broadcast_to(m.asarray([1,2,3]),(2,3)),2)
m.round({b}.astype('c16'),1)
m.round(m.broadcast_to(m.ones((2,3),dtype='c8'),(2,2,3)))
m.zeros_like({x},order='A')
m.ones_like(f[:,::-1],order='A')
m.zeros_like(f,shape=(2,2,2),order='A')
m.full_like(f,[1,0,2],order='A')
m.dot(m.broadcast_to(m.zeros((1,4,2),dtype='f4'),(3,4,2)),3)
m.inner(m.broadcast_to(m.ones(4,dtype='u1'),(2,4)),3)
m.add(m.broadcast_to(m.asarray([[1,2,3]],dtype='c16'),(2,3)),f.astype('c16'))
m.less(m.broadcast_to(m.asarray([[1,2,3]],dtype='c16'),(2,3)),f.astype('c16'))
m.divide(f,m.broadcast_to(m.asarray([[1,2,3]],dtype='c16'),(2,3)))
m.median(f,axis=())
m.nanmedian({x},axis=())
m.nan_to_num({b})
m.nan_to_num({x})
m.ldexp(m.broadcast_to(m.asarray([1,2,3],dtype='i4'),(2,3)),-1)
m.float_power(2,m.broadcast_to(m.asarray([1,2,3],dtype='i1'),(2,3)))
m.modf(m.broadcast_to(m.asarray([1,2,3],dtype='i1'),(2,3)))[0]
m.divmod({w},f)[1]
m.iscomplex({x})
m.iscomplex({b}.astype('c8'))
m.nansum({b},axis=0)
m.nansum({b},axis=1)
m.nanmean({b},axis=-1)
m.nanstd({b},axis=-1)
m.nancumsum({b},axis=0)
m.nanmax({b},axis=-1)
m.median({x},axis=0)
m.median({x},axis=1,keepdims=True)
m.median({x},axis=2)
m.median({x},axis=(0,2))
m.median({b},axis=1)
m.nanmedian({x},axis=1)
m.argwhere({x})
m.argwhere({b})
m.where(m.asarray([0,1,1]))[0]
m.vander(m.asarray([1,2,3]),2)
m.vander(m.asarray([1,2,3]),0)
m.vander(m.asarray([1j,2,3]),4)
m.dot(f,m.asarray(2.))
m.dot(m.asarray(2),f)
m.inner(f,2.)
m.dot(f.astype('i4'),2)
m.dot(t,2.)
m.add({b},1,dtype='f4')
m.add({w},f,dtype='f4')
m.cumsum({b},axis=0,dtype='f4')
m.sum({b},axis=-1,dtype='i4')
m.sum({b},axis=0,dtype='c16')
m.mean({b},axis=0,dtype='c16')
{b}.astype('c8')
m.sqrt({b}.astype('c8'))
m.mean({x},axis=0,where=m.asarray([True,False]*9)[:{x}.shape[-1]])
m.var({x},axis=1,where=m.asarray([True]*{x}.shape[-1]))
m.std({x},axis=2,where=m.asarray([True]*{x}.shape[-1]))
"""
LIES = sorted({line.format(mode=mode, b=b, w=w, x=x) for line in LAYOUTS.strip().split("\n") for mode in ("full", "same", "valid")
               for b in ("b1", "b2", "b3", "b4", "b5") for w in ("b2", "b3", "b5") for x in ("t", "t.T", "t[::-1,:,::2].swapaxes(0,1)")})


class Convertible:
    """Neither a number nor a sequence, but NumPy makes an array of it."""

    def __init__(self, value):
        self.value = value

    def __array__(self, dtype=None, copy=None):
        return np.array(self.value, dtype=dtype)


class Float(Convertible):
    def __float__(self):
        return 2.0

    def __int__(self):
        return 2


ELEMENTS = [f"x=m.zeros(3,'{d}'); {store}; x" for d in ("f8", "i4", "?", "c16", "f2") for value in
            ("Convertible(1.)", "Convertible([1.])", "Convertible([1.,2])", "Float(1.)", "Float([1.])", "memoryview(b'1')", "bytearray(b'1')",
             "b'1'", "'1'", "range(1)", "{1}", "None", "np.float32(3)") for store in (f"x[1]={value}", f"x.fill({value})")]


def steps(x):
    """Strides, of axes that have any steps."""
    return [stride for stride, extent in zip(x.strides, x.shape, strict=True) if extent > 1] if x.size else []


def facts(x):
    if isinstance(x, list | tuple):
        return [facts(each) for each in x]
    return (str(x.dtype), x.shape, steps(x), np.asarray(x).tolist()) if hasattr(x, "dtype") else x


def outcome(m, program):
    """What the last expression is, or the error; and the warnings."""
    names = {"m": m, "np": np, "Convertible": Convertible, "Float": Float, "f": m.asarray(np.arange(6.).reshape(3, 2)).T,
             "t": m.asarray(np.arange(24.).reshape(2, 3, 4)).transpose(2, 0, 1)}
    for name, shape, to in (("b1", (3, 1), (2, 3, 4)), ("b2", (3,), (2, 3)), ("b3", (2, 1), (2, 3)), ("b4", (4,), (2, 3, 4)), ("b5", (), (2, 3))):
        names[name] = m.broadcast_to(m.asarray(np.arange(1., 1 + np.prod(shape)).reshape(shape)), to)
    *statements, last = program.split("; ")
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            for statement in statements:
                exec(statement, names)
            if last.startswith(("x+", "x@", "v.")):
                exec(last, names)
                result = None
            else:
                x = eval(last, names)
                result = facts(x)
        except Exception as error:
            result = next(c for c in type(error).__mro__ if c.__module__ == "builtins")
    return repr(result), {w.category for w in caught}


@pytest.mark.parametrize("program", [*AVERAGES, *STORED, *INITIALS, *(line for text in (REDUCTIONS, NUMBERS, WRITES) for line in text.strip().split("\n")),
                                     *LIES, *ELEMENTS])
def test_like_numpy(program):
    assert outcome(bl, program) == outcome(np, program)
