"""bl.evaluate: texts mean what NumPy's expressions mean; hostile ones are refused."""

import threading
import weakref

import numpy as np
import pytest

import broadloom as bl

RNG = np.random.default_rng(5)
NAMES = {
    "a": RNG.random(7), "b": RNG.random(7) - 0.5, "c": RNG.random(7, dtype=np.float32), "i": np.arange(7), "j": np.arange(-3, 4, dtype=np.int8),
    "u": np.arange(7, dtype=np.uint16), "p": RNG.random(7) > 0.5, "z": RNG.random(7) + 1j * RNG.random(7), "m": RNG.random((3, 7)),
    "s": 3, "r": 0.25,
}
FUNCTIONS = {name: getattr(np, name) for name in """where sin cos tan arcsin arctan arctan2 hypot sinh tanh arcsinh log1p exp expm1 sqrt
             abs conj real imag minimum maximum sum prod min max mean fmod floor ceil ones_like isnan arange clip einsum linalg
             float32 int8 pi concatenate""".split()}

TEXTS = """
2*a + 3*b | a**2 + b**2 | (((.25*a + .75)*a) - 1.5)*b - 2 | sin(a)**2 + cos(a)**2 | where(a > b, a, -b) | a*b - 4.1*a > 2.5*b
c*2 + 1 | c + a | i / 3 | i // 2 | -i % 3 | j ** 2 | j + u | i << 2 | (i & 3) | 4 | i ^ 1 | ~p | p & (a > .3) | p == True | sqrt(a**2 + b**2)
exp(-(a - r)**2 / (2*s)) | arctan2(a, b) | sum(a) | sum(m, axis=0) | max(m, axis=1) - min(m, axis=1) | mean(m * a, axis=(0, 1))
z * conj(z) | real(z) + imag(z) | z ** 2 | abs(z) | m - mean(m, axis=1, keepdims=True) | m[:, ::2] | m[1, None] | m[..., -1] | a[[0, 2, -1]]
m[p[:3]] | 1 | 2**10 | 1e-3 | 0x1f + 0b11 | 1 + 2j | 7 // 2 - 3.5 % 2 | -2**2 | (a, )[0] if False else a | clip(a, .2, .6) | a @ b | m @ a
einsum('ij,j->i', m, a) | linalg.norm(m) | concatenate((a, b)) | ones_like(c) | +a - -b | 3 > 2 | 1_000 * a | fmod(i, 3) | 2 * pi * r
"""
TEXTS = [text.strip() for line in TEXTS.strip().splitlines() for text in line.split(" | ") if " if " not in text]


@pytest.mark.parametrize("text", TEXTS)
def test_texts_mean_what_they_mean_in_numpy(text):
    with np.errstate(all="ignore"):
        want = np.asarray(eval(text, dict(FUNCTIONS), dict(NAMES)))  # noqa: S307: the judge, of texts from above
    got = np.asarray(bl.evaluate(text, NAMES, {}))
    assert got.dtype == want.dtype and got.shape == want.shape
    np.testing.assert_allclose(got, want, rtol=1e-6 if want.dtype == np.float32 else 1e-13, atol=1e-15)


HOSTILE = {
    "a.__class__": SyntaxError, "a.real": SyntaxError, "().__class__.__bases__": SyntaxError, "'{0.__class__}'.format(a)": SyntaxError,
    "__import__('os').system('true')": SyntaxError, "__import__('os')": ValueError, "eval('a')": ValueError, "open('x')": ValueError,
    "lambda: a": SyntaxError, "[x for x in a]": SyntaxError, "a if b else a": SyntaxError, "a and b": SyntaxError, "not a": SyntaxError,
    "a; b": SyntaxError, "a = 1": SyntaxError, "a := 1": SyntaxError, "a += 1": SyntaxError, "del a": SyntaxError, "f(x) = x": SyntaxError,
    "import os": SyntaxError, "yield a": SyntaxError, "*a": SyntaxError, "sum(*a)": SyntaxError, "{1: 2}": SyntaxError, "a$": SyntaxError,
    "": SyntaxError, "   ": SyntaxError, "#": SyntaxError, "a +": SyntaxError, "(a": SyntaxError, "a)": SyntaxError, "a b": SyntaxError,
    "a\x00": SyntaxError, "a\u200b+b": SyntaxError, "\u00e9 + 1": SyntaxError, "\uff41": SyntaxError, "a \u2212 b": SyntaxError,
    "\U0001d44e": SyntaxError, "'abc": SyntaxError, "'''a'''b": SyntaxError, "f'{a}'": SyntaxError, "0777": SyntaxError, "1__0": SyntaxError,
    "9**9**9**9": OverflowError, "a*10**400": OverflowError, "2**(2**70)": OverflowError, "1 << 10**10": OverflowError,
    "1 << -1": ValueError, "99999999999999999999999": OverflowError, "a << 1": TypeError, "a & b": TypeError, "1 / 0": ValueError,
    "(" * 1000 + "a" + ")" * 1000: SyntaxError, "-" * 100_000 + "a": SyntaxError, "[" * 5000: SyntaxError, "sum(" * 300 + "a" + ")" * 300: SyntaxError,
    "a" + "+a" * 200_000: SyntaxError, "a" * (1 << 21): SyntaxError, "a[" * 200 + "0" + "]" * 200: SyntaxError, "a < b < a": SyntaxError,
    "sum(a, axis=9)": np.exceptions.AxisError, "sum(a, axs=0)": TypeError, "sum()": TypeError, "a + m.T": SyntaxError, "a + m[:, :2]": ValueError,
    "a[99]": IndexError, "a['x']": TypeError, "no_such(a)": ValueError, "sum": NameError, "ones((10**6, 10**6, 10**3))": bl.MemoryBudgetError,
    "ones(10**18) + 1": Exception, "unstack(zeros((10**9,)))": Exception, "random.seed": Exception, "'a' * 10**9": TypeError, "a\ud800": SyntaxError,
}


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: text[:30].encode("unicode_escape").decode())
def test_hostile_texts_are_refused(text):
    with pytest.raises(HOSTILE[text]) as refused:
        bl.evaluate(text, NAMES, {})
    assert len(str(refused.value)) < 1000


def test_names_come_from_the_frame_that_calls():
    first = np.arange(3.0)

    def inner():
        second = 2
        return bl.evaluate("first_of_module * second")

    assert inner().tolist() == [0, 2, 4]
    assert bl.evaluate("first + 1").tolist() == [1, 2, 3]
    assert bl.evaluate("first + other", {"first": 1}, {"other": 2}) == 3
    with pytest.raises(NameError, match="'second' is not defined"):
        bl.evaluate("second + 1")


first_of_module = np.arange(3)


def test_variables_are_not_kept_alive():
    a = np.ones(3)
    alive = weakref.ref(a)
    assert bl.evaluate("a + 1")[0] == 2
    del a
    assert alive() is None
    b, held = 5, locals()
    assert bl.evaluate("b + 1") == 6 and held["b"] == b
    names = {"bl": bl, "c": 1}
    exec("d = bl.evaluate('c + 1')", names)  # a module's variables
    assert names["c"] == 1 and names["d"] == 2


def test_the_callers_names_come_before_constants():
    assert bl.evaluate("e * 1.0", {}, {}) == np.e
    e = np.arange(3)  # noqa: F841: in the text
    assert bl.evaluate("e + pi * 0").tolist() == [0, 1, 2]


def test_results_go_into_out():
    a = np.arange(4.0)
    out = np.zeros(4)
    assert bl.evaluate("2 * a", out=out) is out and out.tolist() == [0, 2, 4, 6]
    assert bl.evaluate("a > 1", out=np.zeros(4, bool)).tolist() == [False, False, True, True]
    ours = bl.zeros(4)
    assert bl.evaluate("a + 1", out=ours) is ours and ours.tolist() == [1, 2, 3, 4]
    narrow = np.zeros(4, np.float32)
    with pytest.raises(TypeError):
        bl.evaluate("2 * a", out=narrow, casting="safe")
    with pytest.raises(TypeError):
        bl.evaluate("2 * a", out=np.zeros(4, int))
    assert bl.evaluate("2 * a", out=narrow).tolist() == [0, 2, 4, 6]
    with pytest.raises(ValueError):
        bl.evaluate("2 * a", out=np.zeros(3))


def test_what_is_asked_for_wrongly():
    with pytest.raises(TypeError, match="a text is needed, not int"):
        bl.evaluate(1)
    with pytest.raises(ValueError, match="order must be"):
        bl.evaluate("1", order="Q")
    with pytest.raises(NotImplementedError, match="truediv"):
        bl.evaluate("1", truediv=False)


def test_results_are_what_functions_return():
    a = np.arange(6.0).reshape(2, 3)
    values, vectors = bl.evaluate("linalg.eigh(eye(2))")
    assert values.tolist() == [1, 1] and vectors.shape == (2, 2)
    assert [part.shape for part in bl.evaluate("array_split(a, 2, 1)")] == [(2, 2), (2, 1)]
    assert bl.evaluate("(a[0], (1, a))")[1][0] == 1
    assert bl.evaluate("result_type(a, float32)") == np.float64 and bl.evaluate("random.seed(1)") is None
    assert bl.evaluate("[1, 2]").tolist() == [1, 2]
    with pytest.raises(TypeError, match="`out` receives one array, not a tuple"):
        bl.evaluate("(a, a)", out=a)


def test_variables_may_be_arguments_of_all_kinds():
    a, shape, axis, kind, dtype, mode = np.arange(6), (2, 3), None, np.float32, np.dtype("int8"), "F"
    assert bl.evaluate("sum(reshape(a, shape), axis=axis, dtype=kind)").dtype == np.float32
    assert bl.evaluate("astype(a, dtype)").dtype == np.int8
    assert bl.evaluate("ravel_multi_index((1, 1), shape, order=mode)") == 3


def test_many_names_are_no_trouble():
    count = 20_000
    names = {f"a{i}": 1 for i in range(count)}
    assert bl.evaluate("+".join(names), names, {}) == count
    with pytest.raises(TypeError, match="has no argument `a0`"):
        bl.evaluate(f"sum(1, {'=1, '.join(names)}=1)", {}, {})


def test_results_are_computed_and_nothing_is_stored_on_the_way():
    a = bl.ones(1 << 20)
    bl.eval(a)
    bl.reset_peak()
    before = bl.memory_info().live
    result = bl.evaluate("exp(a) + sqrt(a) * a - 2")
    assert bl.memory_info().peak - before <= a.nbytes + 4096
    assert bl.memory_info().live - before >= result.nbytes == a.nbytes  # it is there


def test_what_numexpr_takes_besides():
    assert bl.evaluate("1 + 1", optimization="none", sanitize=False) == 2
    with pytest.raises(SyntaxError):
        bl.evaluate("().__class__", sanitize=False)


def test_many_threads_evaluate_at_once():
    a, failures = np.arange(1000.0), []

    def run(k):
        for n in range(50):
            if not np.array_equal(bl.evaluate("a * k + n"), a * k + n):
                failures.append((k, n))

    threads = [threading.Thread(target=run, args=(k,)) for k in range(4)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert failures == []


def test_errors_show_where_in_the_text():
    with pytest.raises(ValueError) as error:
        bl.evaluate("1 + a + m[:, :2]", NAMES, {})
    assert "1 + a + m[:, :2]\n^^^^^^^^^^^^^^^^\n" in str(error.value)


def test_validate_returns_what_evaluate_raises():
    for text in ["a + m[:, :2]", "no_such(a)", "nothing", "a.real", "a << 1", "sum(a, axis=9)", "("]:
        with pytest.raises(Exception) as raised:
            bl.evaluate(text, NAMES, {})
        error = bl.validate(text, NAMES, {})
        assert type(error) is raised.type and str(error) == str(raised.value)
    for arguments in [{"out": np.zeros(7, int)}, {"out": np.zeros(3)}, {"order": "Q"}, {"truediv": False}]:
        with pytest.raises(Exception) as raised:
            bl.evaluate("2 * a", NAMES, {}, **arguments)
        error = bl.validate("2 * a", NAMES, {}, **arguments)
        assert type(error) is raised.type and str(error) == str(raised.value)
    assert isinstance(bl.validate("(a, a)", NAMES, {}, np.zeros(7)), TypeError) and isinstance(bl.validate(3), TypeError)


def test_validate_computes_nothing():
    a, out = bl.ones(1 << 20), np.zeros(1 << 20)
    bl.eval(a)
    compiles = bl.cache_info()
    bl.reset_peak()
    before = bl.memory_info().live
    assert bl.validate("log(a + 1.75) * 2", out=out) is None
    assert bl.cache_info() == compiles and bl.memory_info().peak == before and not out.any()
    assert bl.re_evaluate() is out and out[0] == pytest.approx(2 * np.log(2.75))


def test_re_evaluate_repeats_with_the_values_of_now():
    a = np.arange(3)
    assert bl.evaluate("a * 2").tolist() == [0, 2, 4]
    a = np.ones((2, 2), np.float32)
    assert np.asarray(bl.re_evaluate()).dtype == np.float32 and bl.re_evaluate().shape == (2, 2)
    assert bl.re_evaluate({"a": 5}) == 10 and bl.re_evaluate({}, {"a": 6}) == 12
    with pytest.raises(NameError, match="'a' is not defined"):
        bl.re_evaluate({}, {})
    narrow = np.zeros((2, 2), np.float32)
    bl.evaluate("a / 3.5", {"a": np.ones((2, 2))}, out=narrow, casting="same_kind")
    assert bl.re_evaluate({"a": np.full((2, 2), 7.0)}) is narrow and narrow[0, 0] == 2
    del narrow
    assert bl.re_evaluate().dtype == np.float32  # `out` is gone


def test_re_evaluate_knows_its_threads_expressions_only():
    bl.evaluate("1 + 1")
    errors = []

    def run():
        try:
            bl.re_evaluate()
        except RuntimeError as error:
            errors.append(str(error))

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    assert len(errors) == 1 and "call evaluate or validate first" in errors[0]
    assert bl.re_evaluate() == 2
