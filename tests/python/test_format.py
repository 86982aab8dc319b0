"""Arrays as text: the same letters as NumPy's, for arrays, options and numbers of every kind."""

import threading

import ml_dtypes
import numpy as np
import pytest

import broadloom as bl

BFLOAT16 = np.dtype(ml_dtypes.bfloat16)
INTEGERS = [np.dtype(name) for name in "int8 int16 int32 int64 uint8 uint16 uint32 uint64".split()]
FLOATS = [np.dtype(name) for name in "float16 float32 float64".split()]
COMPLEX = [np.dtype(name) for name in "complex64 complex128".split()]
DTYPES = [np.dtype(bool), *INTEGERS, *FLOATS, BFLOAT16, *COMPLEX]
SHAPES = [(), (0,), (1,), (2,), (3,), (7,), (40,), (0, 3), (3, 0), (1, 1), (2, 3), (3, 14), (2, 1, 3), (2, 2, 2, 2), (1, 0, 2), (5, 5),
          (1, 1, 1, 1, 1)]
LONG = [(1001,), (2000,), (10, 101), (501, 2), (2, 501), (11, 10, 10), (7, 6, 6, 6), (6, 7, 5, 6), (1, 1001, 1), (2, 0, 600)]
SPECIAL = np.array([np.nan, np.inf, -np.inf, 0.0, -0.0])


def numpys(function, *args, **keywords):
    text = function(*args, **keywords)
    return "A" + text[1:] if text.startswith("array(") else text


def bits(rng, dtype, count):
    """Any numbers of a float dtype: NaNs, subnormals and large ones, too."""
    return rng.integers(0, 256, count * dtype.itemsize, "uint8").view(dtype)


def magnitudes(rng, count):
    low, high = sorted(rng.uniform(-12, 12, 2))
    return 10 ** rng.uniform(low, high, count) * rng.choice([1, -1], count)


def floats(rng, dtype, count):
    kind = rng.integers(9)
    if kind == 0:
        return bits(rng, dtype, count)
    if kind == 1:
        values = rng.integers(-1000, 1000, count).astype(float)
    elif kind == 2:
        values = np.round(rng.normal(0, 10, count), rng.integers(0, 6))
    elif kind == 3:
        values = np.ldexp(1.0, rng.integers(-160, 160, count))
    elif kind == 4:
        values = np.full(count, rng.normal())
    elif kind == 5:
        values = np.sort(magnitudes(rng, 6))[rng.integers(0, 6, count)]
    elif kind == 6:
        values = np.abs(magnitudes(rng, count))
    else:
        values = magnitudes(rng, count)
    if rng.integers(3) == 0 and count:
        values[rng.integers(0, count, 1 + count // 4)] = rng.choice(SPECIAL[:rng.integers(1, 6)])
    with np.errstate(all="ignore"):
        return values.astype(dtype)


def integers(rng, dtype, count):
    info = np.iinfo(dtype)
    if rng.integers(2):
        return rng.integers(info.min, info.max, count, dtype, endpoint=True)
    return rng.integers(max(info.min, -rng.integers(1, 120)), rng.integers(1, 120), count).astype(dtype)


def elements(rng, dtype, count):
    if dtype.kind == "b":
        return rng.integers(0, 2, count).astype(bool)
    if dtype.kind in "iu":
        return integers(rng, dtype, count)
    if dtype.kind != "c":
        return floats(rng, dtype, count)
    values = np.empty(count, dtype)
    values.real, values.imag = (floats(rng, values.real.dtype, count) for _ in range(2))
    return values


def an_array(rng, shapes):
    shape = shapes[rng.integers(len(shapes))]
    values = elements(rng, DTYPES[rng.integers(len(DTYPES))], int(np.prod(shape))).reshape(shape)
    values = values.T if rng.integers(3) == 0 else values
    return values[..., ::-1] if rng.integers(5) == 0 and values.ndim else values


def some_options(rng):
    options = {
        "precision": int(rng.integers(0, 20)), "threshold": int(rng.choice([0, 3, 10, 1000])),
        "edgeitems": int(rng.choice([0, 1, 2, 3, 5])), "linewidth": int(rng.choice([1, 10, 20, 33, 75, 200])),
        "suppress": bool(rng.integers(2)), "nanstr": str(rng.choice(["nan", "", "missing", "·"])),
        "infstr": str(rng.choice(["inf", "∞", "endless"])), "sign": str(rng.choice(["-", "+", " "])),
        "floatmode": str(rng.choice(["fixed", "unique", "maxprec", "maxprec_equal"])),
    }
    return {name: value for name, value in options.items() if rng.integers(2)}


def check(x, **keywords):
    y = bl.asarray(x)
    assert bl.array_repr(y, **keywords) == numpys(np.array_repr, x, **keywords)
    assert bl.array_str(y, **keywords) == np.array_str(x, **keywords)


@pytest.mark.parametrize("seed", range(8))
def test_by_default(seed):
    rng = np.random.default_rng(seed)
    for _ in range(1000):
        x = an_array(rng, SHAPES)
        y = bl.asarray(x)
        assert repr(y) == numpys(repr, x) and str(y) == str(x), x.tolist()


@pytest.mark.parametrize("seed", range(4))
def test_long_arrays(seed):
    rng = np.random.default_rng(seed)
    for _ in range(250):
        check(an_array(rng, LONG))


@pytest.mark.parametrize("seed", range(10))
def test_options(seed):
    rng = np.random.default_rng(seed)
    for _ in range(1000):
        x, options = an_array(rng, SHAPES), some_options(rng)
        with np.printoptions(**options):
            expected = numpys(np.array_repr, x), np.array_str(x)
        with bl.printoptions(**options):
            assert (repr(bl.asarray(x)), str(bl.asarray(x))) == expected, (x.tolist(), options)


@pytest.mark.parametrize("seed", range(4))
def test_array2string(seed):
    rng = np.random.default_rng(seed)
    for _ in range(1000):
        x, options = an_array(rng, SHAPES), some_options(rng)
        options.update(separator=str(rng.choice([" ", ", ", ",", " | ", ""])), prefix=str(rng.choice(["", "name = "])),
                       suffix=str(rng.choice(["", ");"])))
        for ours, other in {"linewidth": "max_line_width", "suppress": "suppress_small"}.items():
            if ours in options:
                options[other] = options.pop(ours)
        options.pop("nanstr", 0), options.pop("infstr", 0)
        assert bl.array2string(bl.asarray(x), **options) == np.array2string(x, **options), (x.tolist(), options)


def test_all_of_float16():
    every = np.arange(2**16, dtype="uint16").view("float16")
    for x in every.reshape(-1, 64):
        check(x)
    for x in every[::3]:
        assert str(bl.asarray(x)) == str(x)


@pytest.mark.parametrize("dtype", FLOATS, ids=str)
def test_powers_of_two(dtype):
    """There is less space below them than above."""
    info = np.finfo(dtype)
    powers = np.ldexp(dtype.type(1), np.arange(info.minexp - info.nmant, info.maxexp))
    for options in [{"suppress": True}, {"floatmode": "unique"}, {"floatmode": "maxprec_equal"}]:
        for precision in range(1, 22):
            with np.printoptions(precision=precision, **options):
                for x in np.array_split(powers, len(powers) // 3):
                    check(x)
                    check(x[:1])


def test_numbers():
    rng = np.random.default_rng(0)
    for dtype in DTYPES:
        for x in elements(rng, dtype, 400):
            assert str(bl.asarray(x)) == str(x)
            assert repr(bl.asarray(x)) == numpys(repr, np.asarray(x))


def test_only_the_edges_are_computed():
    row = bl.arange(20000.0)
    x = bl.sqrt(row[:, None] * 20000 + row)  # 3.2 GB
    edges = np.r_[:3.0, 19997:20000]
    with bl.memory_budget(2**20):
        text = repr(x)
    with np.printoptions(threshold=10, edgeitems=2):  # the same digits, of 6 x 6
        corners = numpys(repr, np.sqrt(edges[:, None] * 20000 + edges)[[0, 1, 4, 5]][:, [0, 1, 4, 5]])
    with bl.printoptions(edgeitems=2), bl.memory_budget(2**20):
        assert repr(x) == corners.replace("(4, 4)", "(20000, 20000)")
    assert text.count("...") == 7 and text.endswith("\n      shape=(20000, 20000))")
    assert "2.98 GiB" in bl.explain(x)  # it is as pending as before


def test_settings():
    with bl.printoptions():  # and all is as before
        set_and_shown()


def set_and_shown():
    x = bl.asarray([1 / 3, 1e-9])
    bl.set_printoptions(precision=2, suppress=True)
    assert str(x) == "[0.33 0.  ]" and bl.get_printoptions()["precision"] == 2
    with bl.printoptions(precision=3) as options:
        assert str(x) == "[0.333 0.   ]" and options["precision"] == 3 and options["suppress"] is True
    with np.printoptions(precision=5, linewidth=9):
        assert str(x) == "[0.33\n 0.  ]"
    seen = []
    thread = threading.Thread(target=lambda: seen.append(str(x)))
    thread.start()
    thread.join()
    assert seen == ["[3.33333333e-01 1.00000000e-09]"]  # another thread has its own
    assert bl.get_printoptions().keys() == np.get_printoptions().keys()


def test_numpys_settings():
    x = bl.asarray([1 / 3, 2])
    with np.printoptions(precision=2):
        assert repr(x) == "Array([0.33, 2.  ])"
    with np.printoptions(formatter={"float": "{:.1f}!".format}):
        assert repr(x) == "Array([0.3!, 2.0!])" and str(x) == "[0.3! 2.0!]"


def test_mistakes():
    x = bl.asarray([1.5])
    for wrong, error in [({"floatmode": "short"}, ValueError), ({"sign": "*"}, ValueError), ({"precision": 1.5}, TypeError),
                         ({"threshold": "x"}, TypeError), ({"threshold": float("nan")}, ValueError), ({"edgeitems": 1.5}, TypeError),
                         ({"formatter": {"all": str}}, NotImplementedError), ({"legacy": "1.13"}, NotImplementedError)]:
        before = bl.get_printoptions()
        with pytest.raises(error):
            bl.set_printoptions(**wrong)
        assert bl.get_printoptions() == before
    with pytest.raises(ValueError, match="precision must be >= 0"):
        bl.array_repr(x, precision=-1)
    with pytest.raises(ValueError, match="edgeitems must be >= 0"):
        bl.array2string(bl.asarray([1.5, 2]), threshold=0, edgeitems=-1)
    with pytest.raises(TypeError, match="unsupported format string"):
        format(x, ".2f")
    assert format(x) == "[1.5]" and f"{x[0]:.2f}" == "1.50"
    assert bl.array_repr(bl.arange(5), precision=-1) == "Array([0, 1, 2, 3, 4])"
    assert bl.array2string(bl.arange(3000), threshold=float("inf"), max_line_width=np.inf).count("\n") == 0
