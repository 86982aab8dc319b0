"""Arguments of Generator's methods: shapes, dtypes and errors as NumPy's; choices and permutations."""

import numpy as np
import pytest

import broadloom as bl
from comparing import outcome
from expressions import public_class


def shape_and_dtype(result):
    if isinstance(result, (bytes, list, type(None))):
        return type(result)
    array = np.asarray(result)
    return array.shape, array.dtype


def same_form(call):
    """The same shape and dtype, or the same class of error, as NumPy's Generator."""
    ours, numpys = bl.random.default_rng(1), np.random.default_rng(1)
    expected, error = outcome(lambda: shape_and_dtype(eval(call, {"g": numpys, "np": np})))
    if error is not None:
        with pytest.raises(error):
            eval(call, {"g": ours, "np": np})
    else:
        assert shape_and_dtype(eval(call, {"g": ours, "np": np})) == expected, call


METHODS = {
    "uniform": 2, "normal": 2, "exponential": 1, "standard_gamma": 1, "gamma": 2, "beta": 2, "poisson": 1, "lognormal": 2,
    "laplace": 2, "logistic": 2, "gumbel": 2, "pareto": 1, "power": 1, "rayleigh": 1, "weibull": 1, "chisquare": 1, "f": 2,
    "standard_t": 1, "vonmises": 2, "wald": 2, "noncentral_chisquare": 2, "noncentral_f": 3}


@pytest.mark.parametrize("name", METHODS)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_shapes(name):
    count = METHODS[name]
    first = {"uniform": "0"}.get(name, ".5")
    parameters = [first, f"[{first}]*3", f"np.full((2,1),{first})", f"np.full((2,1),{first},'f4')", "[]", "np.zeros((0,3))+1"]
    sizes = ["None", "()", "3", "(2,3)", "(4,2,3)", "0", "(2,0)", "[3]", "np.int64(3)", "np.array([2,3])", "-1", "2.0", "(2,-3)",
             "'a'"]
    for parameter in parameters:
        given = [parameter] + ["2", "3"][:count - 1]
        for size in sizes:
            same_form(f"g.{name}({','.join(given)},size={size})")


@pytest.mark.parametrize("name", METHODS)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_parameters(name):
    count = METHODS[name]
    good = ["1.5"] * count if name != "uniform" else ["1", "2"]
    wrong = ["-1", "0", "-0.0", "[1.,-1.]", "[0.,1.]", "np.nan", "[np.nan,1.]", "np.inf", "'a'", "'1'", "None", "1j", "[1j]",
             "10**400", "np.array([1],'c8')", "np.float32(1)", "True", "[[1,2],[3,4]]", "object()", "np.array(1)",
             "np.array([2],dtype=object)", "['a']"]
    for place in range(count):
        for value in wrong:
            if value in ("np.inf", "10**400") and name != "uniform":
                value = "2"  # NumPy's loops may not end
            same_form(f"g.{name}({','.join(good[:place] + [value] + good[place + 1:])})")
    same_form(f"g.{name}({','.join(good)}, 3, 4, 5)")
    same_form(f"g.{name}({','.join(good)}, nonsense=3)")


COUNTS = """
g.binomial(-1,.5)|g.binomial(3,1.1)|g.binomial(3,np.nan)|g.binomial([3],[.5,.6])|g.binomial(2**63,.5)
g.binomial(np.uint64(3),.5)|g.binomial(np.array([3],'u8'),.5)|g.binomial(True,.5)|g.binomial('3',.5)|g.binomial(None,.5)
g.binomial(2.5,.5)|g.binomial(5,.5,(2,2))|g.poisson(-1)|g.poisson(1e19)|g.poisson(9.2e18)|g.poisson(np.nan)|g.poisson([1,-1])
g.poisson()|g.geometric(0)|g.geometric(1)|g.geometric(1.1)|g.geometric([.5,np.nan])|g.geometric(.5,(2,3))|g.zipf(1)
g.zipf([2,1])|g.zipf(2,3)|g.logseries(1)|g.logseries(0)|g.logseries([.5,-.1])|g.negative_binomial(0,.5)
g.negative_binomial(1.5,.5,4)|g.negative_binomial(1,0)|g.negative_binomial(np.nan,.5)|g.negative_binomial(1e18,1e-18)
g.negative_binomial([1e18],1e-18)|g.hypergeometric(5,5,11)|g.hypergeometric(-1,5,1)|g.hypergeometric(5,5,-1)
g.hypergeometric(10**9,5,1)|g.hypergeometric(2.5,3,1)|g.hypergeometric([5],[5],[11])|g.hypergeometric([10**9],5,3)
g.hypergeometric(0,0,0)|g.hypergeometric([5,6],5,[[3],[4]])|g.triangular(1,0,2)|g.triangular(0,3,2)|g.triangular(1,1,1)
g.triangular([0],[1],[2])|g.triangular(0,[1,2],3,(3,2))|g.triangular([1],1,1)|g.standard_cauchy((2,))|g.standard_cauchy()
g.random()|g.random(3,'f4')|g.random(dtype='i8')|g.random(dtype='f2')|g.random(dtype='>f4')|g.random(dtype='x')|g.random(-1)
g.standard_normal((2,),dtype=np.float32)|g.standard_normal(dtype='i4')|g.standard_exponential(2,'f4')
g.standard_exponential(2,'f4','inv')|g.standard_exponential(dtype='i4')|g.standard_gamma(1,2,'f4')
g.standard_gamma(1,dtype='i4')|g.standard_gamma([1,2],(3,2),dtype='f4')|g.uniform(-1.7e308,1.7e308)|g.uniform([0.],np.inf)
g.uniform([0,1],[.5,.5])|g.random(None)
"""

INTEGERS = """
g.integers(0)|g.integers(5)|g.integers(2.5)|g.integers([2.5,3.5])|g.integers(-1)|g.integers(0,256,dtype='u1')
g.integers(0,257,dtype='u1')|g.integers(-1,5,dtype='u1')|g.integers(0,2**64,dtype='u8')
g.integers(0,2**64-1,dtype='u8',endpoint=True)|g.integers(0,2**64,dtype='u8',endpoint=True)|g.integers(0,[1,2,3])
g.integers([0,5],[1,5])|g.integers([0,5],[1,5],endpoint=True)|g.integers(0,2,dtype=bool)|g.integers(0,2,3,dtype=bool)
g.integers(0,3,dtype=bool)|g.integers(3,dtype='f8')|g.integers(3,dtype='>i4')|g.integers([0],[2**64],dtype='u8')
g.integers(5,5)|g.integers(5,5,endpoint=True)|g.integers(np.nan)|g.integers('3')|g.integers(None)|g.integers(3,size=2.0)
g.integers([1,2],[3,4],size=3)|g.integers([1,2],[3,4],size=(3,2))|g.integers([0],[300],dtype='u1')
g.integers([-1],[30],dtype='u1')|g.integers(2.9,3.1)|g.integers(3,dtype=int)|g.integers(1j)|g.integers([])
g.integers(0,[],size=0)|g.integers(5,3,size=0)|g.integers(np.array(4))|g.integers([4])|g.integers(True)
g.integers([True,True])|g.integers(0,2**63)|g.integers(-2**63,2**63)|g.integers(-2**63-1,3)|g.integers(0,2**63+1)
g.integers(10**30)|g.integers(3,dtype='c16')|g.integers(-3.5,0)|g.integers(np.array([2**63],dtype='u8'))
g.integers(np.array([2**63],dtype='u8'),dtype='u8')|g.integers(0,np.array([10**30],dtype=object))
g.integers(-3,2,(2,2),'i1')|g.integers(0,5,3,endpoint=1)
g.integers(0,2**15,4,'i2')|g.integers(0,2**31,4,'i4')|g.integers(0,2**16,4,'u2')|g.integers(0,2**32,4,'u4')
"""

VECTORS = """
g.multinomial(5,[.5,.6])|g.multinomial(5,[.5,.5])|g.multinomial(-1,[.5,.5])|g.multinomial([5,6],[.5,.5])
g.multinomial([5,6],[[.5,.5],[.1,.9]])|g.multinomial([5,6],[.5,.5],size=3)|g.multinomial([5,6],[.5,.5],size=(3,2))
g.multinomial(5,[-.1,1.1])|g.multinomial(5,[])|g.multinomial(5,.5)|g.multinomial(5,[np.nan,1])
g.multinomial(5,[.5,.5],size=(2,2))|g.multinomial(5,[.7,.7,.1])|g.dirichlet([1,2])|g.dirichlet([-1,2])|g.dirichlet([])
g.dirichlet(3)|g.dirichlet([[1,2]])|g.dirichlet([1,2],size=(2,3))|g.dirichlet([0,2])|g.dirichlet([.01,.01],4)
g.multivariate_normal([0,0],np.eye(2))|g.multivariate_normal([0,0],np.eye(3))|g.multivariate_normal([[0,0]],np.eye(2))
g.multivariate_normal(0,1)|g.multivariate_normal([0,0],[[1,2],[2,1]],check_valid='raise')
g.multivariate_normal([0,0],[[1,2],[2,1]],check_valid='zz')|g.multivariate_normal([0,0],np.eye(2),method='qr')
g.multivariate_normal([0,0],[[1,2],[2,1]],method='cholesky')|g.multivariate_normal([0,0],[[1,.5],[.5,1]],method='eigh')
g.multivariate_normal([0,0],np.eye(2),size=(3,4))|g.multivariate_normal([0],[1])|g.multivariate_normal([0,0],np.eye(2)[:,:1])
g.multivariate_normal([0],[[1j]])|g.multivariate_normal([0,0],[[1,.5],[.2,1]],check_valid='raise')
g.multivariate_normal([0,0],np.eye(2),3,'ignore')
"""

CHOICES = """
g.choice(5)|g.choice([1,2,3])|g.choice(0)|g.choice(0,size=0)|g.choice([],size=0)|g.choice([])|g.choice(-1)
g.choice(5,3,False)|g.choice(5,6,False)|g.choice(5,p=[.2]*5)|g.choice(5,p=[.2]*4)|g.choice(5,p=[.3]*5)
g.choice(2,p=[-.5,1.5])|g.choice(2,p=[np.nan,1])|g.choice(2.5)|g.choice(np.array(5))|g.choice('abc')|g.choice([[1,2],[3,4]])
g.choice([[1,2],[3,4]],axis=1,size=(2,3))|g.choice([[1,2],[3,4]],axis=2)|g.choice(3,2,False,p=[1,0,0])
g.choice(3,1,False,p=[1,0,0])|g.choice(5,size=(2,2),replace=False)|g.choice(5,p=np.eye(5))|g.choice(5,p=.5)|g.choice(3,-1)
g.choice(3,-1,False)|g.choice(None)|g.choice([1.5,2.5],1,False)|g.choice(10,3,False,shuffle=False)|g.choice(True)
g.choice([1,2],axis=-1)|g.choice(1e3)|g.choice(3,size=2.0)|g.choice(3,(2,3),p=[.5,.5,0])|g.choice(5,replace=False)
g.choice(np.zeros((4,3),'c8'),2,False)|g.choice(np.zeros((2,0,3)),2,axis=2)|g.choice(range(5),2)|g.permutation(5)
g.permutation([1,2,3])|g.permutation(-1)|g.permutation(2.5)|g.permutation([[1,2],[3,4]],axis=1)
g.permutation([[1,2],[3,4]],axis=2)|g.permutation(0)|g.permutation('abc')|g.permutation(np.array(5))|g.permutation(True)
g.permutation(None)|g.permutation(np.int32(4))|g.permutation(np.zeros((3,0)))|g.permutation(5,axis=3)|g.permuted(5)
g.permuted([1,2,3])|g.permuted([[1,2],[3,4]],axis=1)|g.permuted([[1,2],[3,4]],axis=2)|g.permuted([[1,2],[3,4]],axis=1.0)
g.permuted(np.zeros((0,3)),axis=0)|g.permuted(np.zeros((2,3,4),'f4'),axis=-2)|g.shuffle([1,2,3])|g.shuffle(5)
g.shuffle((1,2))|g.shuffle('ab')|g.shuffle(np.array(3))|g.shuffle([1,2],axis=0)|g.shuffle(np.zeros((2,2)),axis=2)
g.shuffle(None)|g.shuffle(np.broadcast_to(np.zeros(3),(2,3)))|g.bytes(3)|g.bytes(0)|g.bytes(2.5)|g.bytes(None)|g.spawn(2)
g.spawn(0)
"""


@pytest.mark.parametrize("calls", [COUNTS, INTEGERS, VECTORS, CHOICES], ids=["counts", "integers", "vectors", "choices"])
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_calls(calls):
    for call in calls.strip().replace("\n", "|").split("|"):
        same_form(call)


def test_not_there():
    g = bl.random.default_rng(1)
    with pytest.raises(NotImplementedError):
        g.shuffle([[1, 2]], axis=1)


HYPERGEOMETRIC = """
g.multivariate_hypergeometric([3,4,5],4)|g.multivariate_hypergeometric([3,4,5],4,size=3)|g.multivariate_hypergeometric([3,4,5],0)
g.multivariate_hypergeometric([3,0,5],8,(2,3),method='count')|g.multivariate_hypergeometric([3],2)|g.multivariate_hypergeometric([],0)
g.multivariate_hypergeometric([0,0],0)|g.multivariate_hypergeometric([3,4],8)|g.multivariate_hypergeometric([3,4],-1)
g.multivariate_hypergeometric([3,-4],1)|g.multivariate_hypergeometric([3,4.5],1)|g.multivariate_hypergeometric(3,1)
g.multivariate_hypergeometric([3,4],1,method='foo')|g.multivariate_hypergeometric([10**9,4],1)|g.multivariate_hypergeometric([[3]],1)
"""


def test_multivariate_hypergeometric():
    for call in HYPERGEOMETRIC.strip().replace("\n", "|").split("|"):
        same_form(call)
    with pytest.raises(NotImplementedError):
        bl.random.default_rng(1).multivariate_hypergeometric([10**9, 4], 1, method="count")
    drawn = np.asarray(bl.random.default_rng(1).multivariate_hypergeometric([30, 20, 50], 40, size=20_000))
    assert (drawn.sum(1) == 40).all() and drawn.min() >= 0
    np.testing.assert_allclose(drawn.mean(0), [12, 8, 20], atol=0.1)
    expected = 40 * 60 / 99 * np.array([0.3 * 0.7, 0.2 * 0.8, 0.5 * 0.5])
    np.testing.assert_allclose(drawn.var(0), expected, rtol=0.05)


SIZES = """
g.integers(1,[3],size=())|g.integers([1],3,size=())|g.integers([1],[3],size=())|g.integers(1,[[3]],size=())
g.integers(1,[3],size=(1,))|g.integers(1,[3],size=(2,))|g.integers(1,[[3]],size=(2,))|g.integers([3],size=())
g.integers(1,np.array([3],'u1'),size=(),dtype='u1')|g.integers(1,[3],size=(),dtype='i4')|g.integers([1],[3,4],size=(3,2))
g.integers(1,[3])|g.integers(1,[[3]])|g.integers([5],[3],size=())
"""


def test_bounds_of_one_element():
    for call in SIZES.strip().replace("\n", "|").split("|"):
        same_form(call)


OUT = """
g.random(out=m.zeros(3))|g.random(3,out=m.zeros(3))|g.random((),out=m.zeros(3))|g.random((1,3),out=m.zeros(3))
g.random(out=m.zeros(3,'f4'))|g.random(dtype='f4',out=m.zeros(3,'f4'))|g.random(out=m.zeros(()))|g.random(out=[1.])
g.random(out=(m.zeros(3),))|g.random(out=m.zeros(3,int))|g.random(out=np.zeros((2,3)))
g.standard_normal(out=m.zeros((3,2)))|g.standard_exponential(out=m.zeros((3,2)),method='inv')
g.standard_gamma(2.,out=m.zeros((3,2)))|g.standard_gamma([2.,3],out=m.zeros((3,2)))|g.standard_gamma([2.,3],out=m.zeros(3))
g.standard_gamma([2.,3],(2,),out=m.zeros((3,2)))|g.standard_gamma([[2.],[3]],out=m.zeros((3,2)))
g.standard_gamma(2.,out=m.zeros(3,'f4'))|g.standard_gamma(2.,out=m.zeros(3,'f4'),dtype='f4')
g.permuted(np.arange(6),out=m.zeros(6,int))|g.permuted(np.arange(6),out=m.zeros(6))|g.permuted(np.arange(6.),out=m.zeros(6,int))
g.permuted(np.arange(6),out=m.zeros((1,6),int))|g.permuted(np.ones((2,3)),axis=1,out=m.zeros((2,3)))|g.permuted([1],out='text')
g.permuted([1,2],out=[0,0])|g.permuted([1,2,3],out=m.zeros(3,'f4'))|g.shuffle(m.arange(3))|g.shuffle(m.ones(()))
g.shuffle(m.ones((2,3)),axis=1)|g.shuffle(m.ones(3),axis=1)
"""


@pytest.mark.parametrize("call", OUT.strip().replace("\n", "|").split("|"))
def test_out(call):
    def outcome(module):
        try:
            return eval(call, {"g": module.random.default_rng(1), "m": module, "np": np}), None  # noqa: S307
        except Exception as error:
            return None, public_class(error)

    expected, error = outcome(np)
    actual, our_error = outcome(bl)
    assert our_error == error
    if expected is not None:
        assert actual.dtype == expected.dtype and actual.shape == expected.shape
        assert np.any(np.asarray(actual) != 0) and isinstance(actual, np.ndarray) == ("out=np" in call)


def test_out_is_drawn_into():
    out = bl.zeros(4)
    assert bl.random.default_rng(1).random(out=out) is out
    assert out.tolist() == bl.random.default_rng(1).random(4).tolist()


def test_shuffle_in_place():
    x, rows = bl.arange(100), bl.reshape(bl.arange(60), (3, 20))
    old = x
    bl.random.default_rng(1).shuffle(x)
    assert x is old and x.tolist() != list(range(100)) and sorted(x.tolist()) == list(range(100))
    bl.random.default_rng(1).shuffle(rows, axis=1)
    assert rows[0].tolist() != list(range(20)) and (rows[1] - rows[0]).tolist() == [20] * 20


def test_vectors():
    g = bl.random.default_rng(4)
    counts = np.asarray(g.multinomial([10, 1000], [[.2, .3, .5], [0, 1, 0]], (3000, 2)))
    assert (counts.sum(-1) == [10, 1000]).all() and (counts[:, 1] == [0, 1000, 0]).all()
    np.testing.assert_allclose(counts[:, 0].mean(0), [2, 3, 5], atol=.2)
    for alpha in ([1, 2, 3], [.01, .02, .03], [.02, 0, .05]):
        parts = np.asarray(g.dirichlet(alpha, 5000))
        np.testing.assert_allclose(parts.sum(-1), 1, rtol=1e-12)
        np.testing.assert_allclose(parts.mean(0), np.array(alpha) / sum(alpha), atol=.03)
    cov = [[2, .5, 0], [.5, 1, -.3], [0, -.3, .5]]
    for method in ("svd", "eigh", "cholesky"):
        x = np.asarray(g.multivariate_normal([1, 2, 3], cov, 20000, method=method))
        np.testing.assert_allclose(x.mean(0), [1, 2, 3], atol=.06)
        np.testing.assert_allclose(np.cov(x.T), cov, atol=.08)
    with pytest.warns(RuntimeWarning, match="positive-semidefinite"):
        g.multivariate_normal([0, 0], [[1, 2], [2, 1]])


def test_choice_and_permutation():
    g = bl.random.default_rng(5)
    x = np.arange(24.0).reshape(4, 6)
    chosen = np.asarray(g.choice(x, (2, 5), axis=1))
    assert chosen.shape == (4, 2, 5) and (chosen == chosen[0] + 6 * np.arange(4)[:, None, None]).all()
    for axis in (0, 1, -1):
        permuted = np.asarray(g.permutation(bl.asarray(x), axis))
        assert (np.sort(permuted, axis) == x).all()
        assert (np.sort(np.asarray(g.permuted(x, axis=axis)), axis) == x).all()
    assert (np.sort(np.asarray(g.permuted(x.T)), None) == x.ravel()).all()
    for dtype in ("bool", "int16", "float32", "complex128"):
        assert np.asarray(g.permuted(np.arange(9).astype(dtype))).dtype == dtype
    for size in (5, 900, 1000):
        once = np.asarray(g.choice(1000, size, replace=False))
        assert len(set(once.tolist())) == size and 0 <= once.min() and once.max() < 1000
    assert len(set(np.asarray(g.choice(10**12, 50, replace=False)).tolist())) == 50
    order = np.array([np.asarray(g.permutation(3)) for _ in range(1200)]) @ [9, 3, 1]
    assert set(order.tolist()) == {5, 7, 11, 15, 19, 21} and min(np.unique(order, return_counts=True)[1]) > 140


def test_weights():
    g, p = bl.random.default_rng(6), np.array([.1, 0, .6, .3])
    assert abs(np.bincount(np.asarray(g.choice(4, 20000, p=p)), minlength=4) / 20000 - p).max() < .015
    pairs = np.array([np.asarray(g.choice(4, 2, False, p)) for _ in range(4000)])
    assert (pairs[:, 0] != pairs[:, 1]).all() and not (pairs == 1).any()
    assert abs(np.bincount(pairs[:, 0], minlength=4) / 4000 - p).max() < .04
    second = pairs[pairs[:, 0] == 2][:, 1]
    assert abs((second == 3).mean() - .75) < .04


def test_shuffle_in_place():
    g = bl.random.default_rng(7)
    x = np.arange(12).reshape(3, 4)
    g.shuffle(x, axis=1)
    assert (np.sort(x, 1) == np.arange(12).reshape(3, 4)).all()
    items = list("abcdefgh")
    g.shuffle(items)
    assert sorted(items) == list("abcdefgh") and items != list("abcdefgh")
