"""numexpr's expressions run unchanged in bl.evaluate, with numexpr's values, from the caller's names."""

import numexpr
import numpy as np
import pytest

import broadloom as bl
from texts_of_numexpr import ELEMENTWISE, REDUCTIONS, arrays

@pytest.mark.parametrize("text", ELEMENTWISE + REDUCTIONS)
def test_values_are_numexprs(text):
    named = arrays(10_007)
    want = numexpr.evaluate(text, named, {})
    got = np.asarray(bl.evaluate(text, named, {}))
    assert got.shape == want.shape and (got.dtype.kind == want.dtype.kind or want.dtype.kind == "f")
    rtol = 1e-5 if "f3" in text else 1e-11
    np.testing.assert_allclose(got, want, rtol=rtol, atol=1e-12)


def test_numexprs_own_tests_of_expressions_run():
    from numexpr.tests import test_numexpr  # its lists of texts: operators, comparisons, functions, powers

    named = {name: np.arange(1, 8) * k * 0.3 for k, name in enumerate("abcde", 1)} | {"a2": np.ones((7, 3))}
    texts = [text for _, group in test_numexpr.tests for text in group if ".real" not in text]
    assert len(texts) > 100
    for text in texts:
        with np.errstate(all="ignore"):
            got, want = np.asarray(bl.evaluate(text, named, {})), numexpr.evaluate(text, named, {})
        np.testing.assert_allclose(got, want, rtol=1e-12, atol=1e-14, err_msg=text)


def test_the_callers_names_are_found_as_numexpr_finds_them():
    local = np.arange(5.0)
    assert np.array_equal(numexpr.evaluate("2*local + module_level"), bl.evaluate("2*local + module_level"))


module_level = np.full(5, 3.0)


def test_out_and_casting():
    a = np.arange(6.0)  # noqa: F841: in the texts
    for evaluate in (numexpr.evaluate, bl.evaluate):
        out, narrow = np.empty(6), np.empty(6, np.float32)
        assert evaluate("a*a", out=out) is out and out[5] == 25
        evaluate("a*a", out=narrow)
        assert narrow[5] == 25
        with pytest.raises(TypeError):
            evaluate("a*a", out=np.empty(6, int))


@pytest.mark.parametrize("module", [numexpr, bl])
def test_validation_and_repetition(module):
    a = np.arange(4.0)
    assert module.validate("2*a") is None
    a = a + 1
    assert module.re_evaluate().tolist() == [2, 4, 6, 8]
    out = np.zeros(4)
    module.evaluate("a*a", out=out)
    a = np.full(4, 3.0)
    assert module.re_evaluate() is out and out.tolist() == [9] * 4
    del out
    assert module.re_evaluate({"a": np.ones(2)}).tolist() == [1, 1]
    assert isinstance(module.validate("a +"), SyntaxError) and isinstance(module.validate("a + 'x'"), Exception)
    assert isinstance(module.validate("a + nothing"), (KeyError, NameError))
    assert module.re_evaluate().tolist() == [9] * 4  # still the last one that was right


def test_axes_of_reductions():
    m = np.random.default_rng(1).random((50, 60))
    for text in ("sum(m, 1)", "sum(m*2, axis=0)", "prod(m, 1)", "max(m, axis=1)"):
        np.testing.assert_allclose(np.asarray(bl.evaluate(text)), numexpr.evaluate(text), rtol=1e-12)
