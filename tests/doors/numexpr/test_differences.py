"""The tables of docs/doors/numexpr.md are what broadloom, NumPy and numexpr compute."""

import pathlib
import re
import warnings

import numexpr
import numpy as np
import pytest

import broadloom as bl

PAGE = (pathlib.Path(__file__).resolve().parents[3] / "docs" / "doors" / "numexpr.md").read_text()
ROWS = [[cell.strip() for cell in line.strip("|").split("|")] for line in PAGE.splitlines() if line.startswith("| `")]
FUNCTIONS = {name: getattr(np, name) for name in ("sum", "abs", "floor", "where", "minimum", "sqrt", "real")}


def array(text):
    """`int8([1, 2])`, of a dtype and elements."""
    dtype, elements = re.fullmatch(r"`?(\w+)\((.*)\)`?", text).groups()
    return np.array(eval(elements, {}), dtype.removesuffix("_"))  # noqa: S307: of our own page


def check(compute, text, operands, want):
    error = re.match(r"\w+Error", want)
    if error:
        with pytest.raises(Exception) as raised:
            compute(text, operands, {})
        assert type(raised.value).__name__ == error.group()
        return
    got, want = np.asarray(compute(text, operands, {})), array(want)
    assert got.dtype == want.dtype
    np.testing.assert_array_equal(got, want, strict=True)


def by_numpy(text, operands, _):
    with warnings.catch_warnings(action="ignore"):
        return eval(text, dict(FUNCTIONS), operands)  # noqa: S307: of our own page


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_row(row):
    text, ours, theirs = row[0].strip("`"), row[2], row[-1]
    operands = dict(re.findall(r"(\w+) = (\w+\(\[.*?\]\))", row[1]))
    operands = {name: array(value) for name, value in operands.items()}
    check(bl.evaluate, text, operands, ours)
    if "Error" not in ours:
        check(by_numpy, text, operands, ours)
    check(numexpr.evaluate, text, operands, theirs)


def test_rows_are_found():
    assert {len(row) for row in ROWS} == {3, 4} and len(ROWS) > 25
