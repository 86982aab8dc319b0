"""function.at: what is picked twice changes twice. In NumPy and in broadloom."""

import warnings

import numpy as np
import pytest

import broadloom as bl

PROGRAMS = """
x = m.zeros(3); m.add.at(x, [0, 0, 1], 1)
x = m.zeros(4); m.subtract.at(x, m.asarray([[0, 1], [1, 3]]), m.asarray([[1, 2], [3, 4]]))
x = m.zeros(4); m.subtract.at(x, m.asarray([-1, -1, 0], dtype='int32'), m.asarray([1, 2, 3], dtype='int16'))
x = m.ones(3, 'int64'); m.multiply.at(x, [1, 1, 1], [2, 3, 4])
x = m.ones(3); m.divide.at(x, [1, 1, 2], 4)
x = m.zeros(3); m.maximum.at(x, [0, 0, 1], [3, 2, -1]); m.minimum.at(x, [2, 2], [-1, -3])
x = m.asarray([m.nan, 1., 2]); m.fmax.at(x, [0, 1, 2], [1, m.nan, 3]); m.fmin.at(x, [0, 0], [m.nan, 0])
x = m.zeros(3, 'int64'); m.bitwise_or.at(x, [0, 0], [1, 2]); m.bitwise_xor.at(x, [0, 0, 1], [7, 1, 1]); m.bitwise_and.at(x, [0], 3)
x = m.asarray([True, False]); m.logical_or.at(x, [1, 1], [False, True]); m.logical_xor.at(x, [0, 0, 0], True)
x = m.zeros(3, 'bool'); m.add.at(x, [0, 0], True); m.multiply.at(x, [0, 1], True); m.add.at(x, [2, 2], 1)
x = m.asarray([2., 0.]); m.logical_and.at(x, [0, 0, 1], [0.5, 3, 1])
x = m.ones(3); m.less.at(x, [0, 0], 0.5); m.equal.at(x, [1], 1)
x = m.ones(3); m.negative.at(x, [0, 0, 1]); m.negative.at(x, [2])
x = m.asarray([16., 16, 4]); m.sqrt.at(x, [0, 0, 2])
x = m.asarray([1., 1, 2]); m.isnan.at(x, [0, 1])
x = m.asarray([1, 1, 2]); m.negative.at(x, slice(0, 2)); m.invert.at(x, [0]); m.absolute.at(x, [1])
x = m.asarray([1, 1, 2]); m.left_shift.at(x, [0, 0], 1); m.power.at(x, [2, 2, 2], 2); m.floor_divide.at(x, [2], 7)
x = m.asarray([1., 1, 2], dtype='float32'); m.arctan2.at(x, [0, 0, 1], 1)
x = m.zeros(3, 'int8'); m.add.at(x, [0, 0], 100); m.add.at(x, [1, 1], 300); m.maximum.at(x, [2, 2], 2**10 + 5)
x = m.zeros(3, 'uint8'); m.subtract.at(x, [0, 0], 1)
x = m.zeros(3, 'float32'); m.add.at(x, [0] * 3, 0.1)
x = m.zeros(3, 'float32'); m.add.at(x, [0] * 3, m.asarray([0.1] * 3))
x = m.zeros(3, 'float32'); m.add.at(x, [0] * 3, m.asarray([0.1] * 3, dtype='float32'))
x = m.ones(3, 'float16'); m.add.at(x, [0] * 3, 0.001); m.multiply.at(x, [1, 1], 1.1)
x = m.zeros(3, 'int32'); m.add.at(x, [0, 0], 1.5); m.divide.at(x, [0, 0], 2)
x = m.zeros(3, 'uint64'); m.add.at(x, [0, 0], m.asarray([1, 1])); m.add.at(x, [1], 2**63)
x = m.arange(3.) * (1 + 2j); m.multiply.at(x, [1, 1], 1 + 1j); m.subtract.at(x, [2, 2], [1, 1j])
x = m.zeros(3, 'complex64'); m.add.at(x, [0, 0], 1j)
x = m.zeros(3); m.add.at(x, [0, 0], 1j)
x = m.ones((2, 3)); m.add.at(x, [0, 1, 0], [1, 2, 3])
x = m.ones((2, 3)); m.add.at(x, ([0, 1, 0], slice(None)), [[1], [2], [3]])
x = m.zeros((2, 2)); m.add.at(x, ([[0], [1]], [0, 1]), [[1, 2], [3, 4]]); m.add.at(x, ([0, 0], [1, 1]), 1)
x = m.zeros((2, 2, 3)); m.add.at(x, (slice(0, 1), slice(None), [0, 1, 0]), [[1, 2, 3], [4, 5, 6]])
x = m.zeros((2, 2, 3)); m.add.at(x, ([0, 0], slice(None), [0, 1]), [[1, 2], [3, 4]]); m.power.at(x, ([0, 0], slice(None), [0, 0]), 2)
x = m.zeros((2, 2, 3)); m.add.at(x, (0, slice(None), [0, 1, 0]), [[1, 2], [4, 5], [6, 7]])
x = m.zeros((2, 4, 3)); m.add.at(x, (slice(None), [3, 3, 0]), m.arange(9).reshape(3, 3))
x = m.zeros((2, 2, 2, 3)); m.add.at(x, [1, 1, 0], m.arange(12).reshape(2, 2, 3))
x = m.zeros((3, 2)); m.add.at(x, (None, [0, 0]), 1); m.add.at(x, (Ellipsis, [1, 1]), m.arange(6).reshape(3, 2))
x = m.zeros((2, 3)); m.add.at(x, 1, [1, 2, 3]); m.add.at(x, (1, 2), 4); m.add.at(x, slice(None, None, -1), [[1], [2]])
x = m.zeros(()); m.add.at(x, (), 5); m.add.at(x, ..., 5)
x = m.ones(3); m.add.at(x, x > 0, [1, 2, 3]); m.add.at(x, x > 9, 1); m.negative.at(x, x > 2)
x = m.ones((2, 3)); m.add.at(x, (m.asarray([True, False]), [1, 1]), 5); m.add.at(x, m.ones((2, 3), dtype=bool), m.arange(6))
x = m.zeros(3); m.add.at(x, True, 1); m.add.at(x, False, 1); m.negative.at(x, True)
x = m.ones(3); m.add.at(x, [], []); m.add.at(x, [], 1); m.sqrt.at(x, [])
x = m.zeros((0, 3)); m.add.at(x, [], 1); y = m.zeros((3, 0)); m.add.at(y, [0, 0], 1)
x = m.arange(3); m.add.at(x, [0, 0, 1], x)
x = m.arange(3); m.add.at(x, x, x)
x = m.arange(3); m.add.at(x, x[::-1], 1); m.power.at(x, x[:1], 2)
x = m.arange(4.); m.add.at(x, [0, 1, 2, 3], x[::-1]); m.add.at(x[1:], [0, 0], x[:-2])
x = m.arange(5.) * 2; y = x + 1; v = x[1:]; m.add.at(v, [0, 0, -1], [1, 2, 3]); z = x + y
x = m.arange(5.) * 2; y = x + 1; m.arctan2.at(x, [0, 0, 1], 1); z = x + y
x = m.arange(12.).reshape(3, 4); m.add.at(x.T, [0, 0, 1], [1, 2, 3]); m.multiply.at(x[:, ::-2], [0, 0], 2)
x = m.arange(12).reshape(3, 4); m.power.at(x, ([0, 0, 2], [1, 1, 3]), 2); m.minimum.at(x, ([0, 0, 2], [1, 1, 3]), [5, 2, 7])
x = m.arange(4.) * (1 + 1j); m.add.at(x.imag, [0, 0], 1); y = x.real; m.add.at(y, [3, 3, 3], 2)
x = m.ones(3); m.divide.at(x, [0], 0)
x = m.full(3, 1e308); m.add.at(x, [0, 0], 1e308)
x = m.full(3, 60000, 'float16'); m.add.at(x, [0, 0], 1e4)
x = -m.ones(3); m.sqrt.at(x, [0])
x = m.zeros(3); m.divide.at(x, [0, 0], 0)
x = m.zeros(3, 'float32'); m.add.at(x, [0, 0], 1e40)
""".strip().split("\n")


def outcome(module, program):
    names = {"m": module}
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        exec(program, names)
        values = {name: np.array(each) for name, each in names.items() if isinstance(each, bl.Array | np.ndarray)}
    return values, {each.category for each in caught}


@pytest.mark.parametrize("program", PROGRAMS)
def test_programs(program):
    (ours, our_warnings), (expected, warned) = outcome(bl, program), outcome(np, program)
    assert ours.keys() == expected.keys() and our_warnings == warned
    for name, value in expected.items():
        assert ours[name].dtype == value.dtype
        np.testing.assert_array_equal(ours[name], value, err_msg=name)


def test_nan_stays_the_extreme_without_a_word():  # NumPy's `at`, unlike its function, warns of invalid values
    x = bl.asarray([1.0, 1, 2])
    bl.maximum.at(x, [0, 0], [np.nan, 3])
    bl.minimum.at(x, [1, 1], [np.nan, 0])
    np.testing.assert_array_equal(np.asarray(x), [np.nan, np.nan, 2])


FUNCTIONS = "add subtract multiply divide maximum minimum fmax fmin bitwise_and bitwise_or bitwise_xor logical_and".split()
DTYPES = "bool int8 int16 int32 int64 uint8 uint16 uint32 uint64 float16 float32 float64 complex64 complex128".split()


@pytest.mark.filterwarnings("ignore::RuntimeWarning", "ignore::numpy.exceptions.ComplexWarning")
@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", FUNCTIONS)
def test_dtypes(name, dtype):
    rng = np.random.default_rng(1)
    where = rng.integers(-20, 20, 60)
    for other in ("bool", "int16", "uint64", "float32", "float64", "complex128", dtype):
        x, values = rng.integers(0, 9, 20).astype(dtype), rng.integers(1, 9, 60).astype(other)
        if np.dtype(dtype).kind in "iub" and np.dtype(other).kind in "fc":
            values = np.round(values)
        ours, expected = bl.asarray(x) + bl.zeros(20, dtype=dtype) if dtype != "bool" else bl.asarray(x.copy()), x.copy()
        try:
            getattr(np, name).at(expected, where, values)
        except TypeError:
            with pytest.raises(TypeError):
                getattr(bl, name).at(ours, bl.asarray(where), bl.asarray(values))
            continue
        getattr(bl, name).at(ours, bl.asarray(where), bl.asarray(values))
        np.testing.assert_array_equal(np.asarray(ours), expected, err_msg=f"{name} {dtype} {other}")


def test_many_indices():
    rng = np.random.default_rng(2)
    where, values = rng.integers(-500, 500, 100_000), rng.standard_normal(100_000)
    for name in ("add", "hypot", "maximum"):
        expected, ours = np.zeros(500), bl.zeros(500) * 1
        getattr(np, name).at(expected, where, values)
        getattr(bl, name).at(ours, where, values)
        if name == "hypot":
            np.testing.assert_allclose(np.asarray(ours), expected, rtol=1e-14)
        else:
            np.testing.assert_array_equal(np.asarray(ours), expected)


class TestMemoryOfNumPy:
    def test_is_written_at_once(self):
        n = np.zeros(4)
        assert bl.add.at(n, [0, 0, 1], 1) is None
        bl.add.at(bl.asarray(n)[2:], [0, 0], bl.asarray([1, 2]))
        assert n.tolist() == [2, 1, 3, 0]

    def test_of_another_byte_order(self):
        n = np.zeros(3, ">f8")
        bl.add.at(n, [1, 1], 2)
        assert n.tolist() == [0, 4, 0]

    def test_expressions_keep_what_they_were_written_with(self):
        n = np.zeros(3)
        x = bl.asarray(n)
        y = x + 1
        bl.add.at(x, [0, 0], 1)
        bl.arctan2.at(x, [1, 1], 1)
        assert y.tolist() == [1, 1, 1] and n[0] == 2

    def test_indices_in_it(self):
        n, m = np.arange(3), np.arange(3)
        bl.add.at(n, n, 1)
        np.add.at(m, m.copy(), 1)
        assert n.tolist() == m.tolist()


class TestErrors:
    @pytest.mark.parametrize("call", """
m.add.at([1, 2], [0], 1)
m.add.at(5, [0], 1)
m.add.at(m.zeros(3), [0])
m.add.at(m.zeros(3), [0], None)
m.negative.at(m.zeros(3), [0], 1)
m.add.at(m.zeros(3), [0, 3], 1)
m.add.at(m.zeros(3), [0, -4], 1)
m.hypot.at(m.zeros(3), [0, 3], 1)
m.add.at(m.zeros((3, 2)), ([0, 0], [0, 2]), 1)
m.add.at(m.zeros(3), 5, 1)
m.add.at(m.zeros(3), (0, 0), 1)
m.add.at(m.zeros(3), [0.5], 1)
m.add.at(m.zeros(3), 'a', 1)
m.add.at(m.zeros(3), [0, 1], [1, 2, 3])
m.add.at(m.zeros((2, 3)), [0, 1], [1, 2])
m.add.at(m.zeros((2, 3)), [0, 1], m.ones((1, 1, 2, 3)))
m.add.at(m.zeros(3), 0, [5])
m.add.at(m.zeros(3), m.zeros(3) > 2, [1, 2, 3])
m.add.at(m.zeros(3), m.asarray([True, False]), 1)
m.add.at(m.zeros((0, 3)), [0], 1)
m.add.at(m.zeros(3), [0], 'a')
m.add.at(m.zeros(3), [0], [5], 7)
m.add.at(m.zeros(3, 'bool'), [0], 1, 2)
m.subtract.at(m.zeros(3, 'bool'), [0, 0], True)
m.bitwise_and.at(m.zeros(3), [0], 1)
m.bitwise_and.at(m.zeros(3), [], 1)
m.invert.at(m.zeros(3), [])
m.clip.at(m.zeros(3), [0], 1)
m.concat.at
""".strip().split("\n"))  # fmt: skip
    def test_are_numpys(self, call):
        with pytest.raises(Exception) as expected:
            exec(call, {"m": np})
        kinds = tuple(kind for kind in (TypeError, ValueError, IndexError, AttributeError) if issubclass(expected.type, kind))
        with pytest.raises(kinds):
            exec(call, {"m": bl})

    def test_nothing_is_written_before_indices_are_checked(self):
        x = bl.zeros(3) * 1
        for function in (bl.add, bl.hypot):
            with pytest.raises(IndexError, match="index 7 is out of bounds for axis 0 with size 3"):
                function.at(x, [0, 0, 7], 1)
        assert x.tolist() == [0, 0, 0]

    def test_read_only_memory_stays(self):  # NumPy's `at` writes to it
        n = np.zeros(3)
        n.flags.writeable = False
        for x in (n, bl.broadcast_to(bl.zeros(1), 3), bl.sliding_window_view(bl.zeros(3), 2)):
            with pytest.raises(ValueError, match="read-only"):
                bl.add.at(x, [0], 1)
        with pytest.raises(TypeError, match="number"):
            bl.add.at(bl.zeros(3).sum(), (), 1)

    def test_errstate(self):
        x = bl.ones(2) * 1
        with bl.errstate(divide="raise"), pytest.raises(FloatingPointError, match="divide by zero encountered in divide"):
            bl.divide.at(x, [0], 0)
        with bl.errstate(all="ignore"):
            bl.divide.at(x, [1], 0)


class TestUfunc:
    def test_facts(self):
        assert (bl.add.nin, bl.add.nout, bl.add.nargs) == (2, 1, 3) and (bl.exp.nin, bl.exp.nargs) == (1, 2)
        assert bl.add.__name__ == "add" and "x + y" in bl.add.__doc__ and repr(bl.add) == "<ufunc 'add'>"
        assert bl.power is bl.pow and bl.add.at.__doc__
        with pytest.raises(AttributeError):
            bl.add.nothing  # noqa: B018

    def test_pickling(self):
        import copy
        import pickle
        assert pickle.loads(pickle.dumps(bl.add)) is bl.add and copy.deepcopy(bl.exp) is bl.exp

    def test_no_others_are_made(self):
        with pytest.raises(TypeError):
            type(bl.add)()

    def test_hashes(self):
        assert {bl.add: 1}[bl.add] == 1 and bl.add != bl.subtract
