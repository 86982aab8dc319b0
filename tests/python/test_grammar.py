"""Random texts mean in bl.evaluate what they mean in Python over NumPy's arrays, or are errors in both."""

import random

import numpy as np
import pytest

import broadloom as bl

NAMES = {
    "a": np.array([0.5, -1.5, 2.0]), "c": np.array([1.5, 0.25, -3], np.float32), "i": np.arange(-1, 2), "j": np.array([1, 2, 3], np.int8),
    "p": np.array([True, False, True]), "m": np.arange(6.0).reshape(2, 3), "n": 3, "r": 0.5, "t": True, "w": 1 - 2j,
}
FUNCTIONS = {name: getattr(np, name) for name in "abs sqrt exp minimum maximum where sum clip stack".split()}
NUMBERS = "0 1 2 3 7 10 255 0.5 1.5e1 .25 2. 1e-3 2j 1.5J True False 0x1F 0b101 0o17 1_000".split()
BINARY = "+ - * / // % ** & | ^ << >> == != < <= > >= @".split()
ERRORS = (TypeError, ValueError, IndexError, OverflowError, ZeroDivisionError, SyntaxError)


class Writer:
    def __init__(self, seed):
        self.random = random.Random(seed)

    def pick(self, *things):
        return self.random.choice(things)

    def space(self):
        return self.pick("", "", " ", "  ", "\t")

    def expression(self, depth):
        if depth <= 0 or self.random.random() < 0.15:
            return self.pick(*NAMES, *NAMES, *NUMBERS)
        return self.pick(self.binary, self.binary, self.binary, self.signs, self.parenthesis, self.index, self.call)(depth - 1)

    def binary(self, depth):
        symbol, left = self.pick(*BINARY), self.expression(depth)
        if symbol in ("==", "!=", "<", "<=", ">", ">="):  # they do not chain
            return f"(({left}){self.space()}{symbol}{self.space()}({self.expression(depth)}))"
        if symbol in ("**", "<<"):  # no towers, which Python would compute
            right = self.pick("2", "3", "-1", "0.5", "a", "j", "n", "-2", "+j", "~p", "r")  # 2**i has 0 for negative integers
            return f"({left}){symbol}{right}" if "**" in left or "<<" in left else f"{left} {symbol}{self.space()}{right}"
        return f"{left} {symbol} {self.expression(depth)}"

    def signs(self, depth):
        return "".join(self.pick("-", "+", "~", "- ") for _ in range(self.random.randint(1, 3))) + self.expression(depth)

    def parenthesis(self, depth):
        return f"({self.space()}{self.expression(depth)}{self.pick('', ' ', chr(10))})"

    def index(self, depth):
        return f"{self.pick('a', 'm', 'i', 'm', '(a)', 'c', '(m + 1)')}[{', '.join(self.item(depth) for _ in range(self.pick(1, 1, 2)))}{self.pick('', '', ',')}]"

    def item(self, depth):
        def part():
            return self.pick("", "", "0", "1", "-1", "2", "9")

        return self.pick(part() or "0", f"{part()}:{part()}", f"{part()}:{part()}:{self.pick('', '1', '2', '-1')}", "None", "...", "p", "i", "[0, 1]", "[-1]",
                         "p[:2]", "t", self.expression(depth))

    def call(self, depth):
        one = self.expression(depth)
        return self.pick(f"abs({one})", f"sqrt( {one} )", f"minimum({one}, {self.expression(depth)})", f"where({one}, a, {self.expression(depth)},)",
                         f"sum({one})", f"sum(m * ({one}), axis={self.pick('0', '1', '(0, 1)', '-1', 'None')}, keepdims={self.pick('True', 'False')})",
                         f"clip({one}, -1, 1)", f"stack(({one}, {one}))")


def outcome(run):
    try:
        return run(), None
    except ERRORS as error:
        return None, error


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("seed", range(300))
def test_random_texts_mean_what_they_mean_in_python(seed):
    text = Writer(seed).expression(5)
    with np.errstate(all="ignore"), bl.errstate(all="ignore"):
        got, our_error = outcome(lambda: bl.evaluate(text, NAMES, {}))
        if isinstance(our_error, OverflowError) and "beyond 64 bits" in str(our_error):
            return
        want, their_error = outcome(lambda: np.asarray(eval(text, dict(FUNCTIONS), dict(NAMES))))  # noqa: S307: the judge, of texts from above
    assert (our_error is None) == (their_error is None), (text, our_error or their_error, want)
    if their_error is None:
        got = np.asarray(got)
        assert (got.dtype, got.shape) == (want.dtype, want.shape), text
        tolerance = 1e-4 if np.result_type(want.dtype, np.float16) in (np.float16, np.float32, np.complex64) else 1e-9
        np.testing.assert_allclose(got, want, rtol=tolerance, atol=tolerance, err_msg=text)


NUMBERS = """
+True | -True | ~True | True + True | True / True | True // True | True << 2 | True ** True | True - True | True | 5 | True & True | 2 ** -1 | -2 ** 2 | 2 ** -2 ** 2 | --~+1
1j ** 2 | (1j) ** 2 | (2 + 1j) ** 3 | (2 + 1j) ** -2 | (2 + 1j) ** 0.5 | 2 ** (1 + 1j) | 0j ** 0 | 0j ** 2 | 0j ** -1 | 0j ** 1j | (1e200 + 0j) ** 2 | (1 + 1j) ** 101 | (-8) ** (1 / 3) | (-2.0) ** 0.5
1e200 ** 2 | 2.0 ** 10000 | 0 ** -1 | 0.0 ** -1 | 0 ** 0 | 2 ** 1e400 | 1e400 ** -1 | (-1e400) ** 0.5 | 2 ** -1074 | 1e300 * 1e300
5 // -2 | -5 % 3 | 5.5 // -2 | -5.5 % 3 | 7.5 % -2 | 1e20 // 3 | 1 // 1e400 | -1 // 1e400 | -1 % 1e400 | 1e400 // 1 | 1.0 // 0.1 | 5.0 // 0.1 | 1 // 0 | 1 % 0.0 | 5 % -0.0 | 0.0 // -3
1 << 63 | -1 >> 70 | 1 >> 200 | 3 & 5.0 | ~0.5 | 3 == 3.0 | 3 == 3 + 0j | 1j < 2 | 0xffffffffffffffff | 9007199254740993 == 9007199254740992.0 | 9007199254740993 < 9007199254740992.5
18446744073709551615 == 1.8446744073709552e19 | 1e400 > 3 | 9.5 >= 9 | -1.5 < -1 | 2 <= 2.0 | 3 != 3.5 | 0.0 == -0.0 | (2 ** 62 + 1) / 3 | 1_0.5 | 00 | 0_7 | 1e5_0 | 0x_1f | 1.e5 | 1E5J | 0xe+1 | 1__0 | 0b2 | 0x | 1e | 1.2.3
(1, 2, 3)[1:] [0] | (1, 2, 3)[::-1][0] | (1, 2, 3)[-9:9:2][1] | (1, 2)[::0] | (1, 2)[9223372036854775807::9223372036854775807] | (1, 2, 3)[::-9223372036854775807][0] | (1, 2)[-1] | (1, 2)[2]
""".strip().replace("\n", " | ").split(" | ")


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("text", NUMBERS)
def test_numbers_are_pythons(text):
    want, their_error = outcome(lambda: eval(text))  # noqa: S307: the judge, of texts from above
    got, our_error = outcome(lambda: bl.evaluate(text, {}, {}))
    assert (our_error is None) == (their_error is None), our_error or their_error
    if their_error is None and not isinstance(want, tuple):
        assert np.asarray(got).dtype == np.asarray(want).dtype and repr(np.asarray(got).item()) == repr(want)
