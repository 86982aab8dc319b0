"""docs/doors/jax.md lists the primitives that there are."""

import pathlib
import re

from broadloom.jax._equations import EXPANSIONS
from broadloom.jax._rules import RULES

PAGE = pathlib.Path(__file__).resolve().parents[3] / "docs" / "doors" / "jax.md"
OWN = {"element", "rows_of_windows", "updates_of_rows", "write_rows", "accumulate_rows", "write_slice",
       "bitcast_convert_type_of_words"}


def test_the_page_lists_all_primitives():
    rows = re.findall(r"^\| [a-z ]+ \| ([^|]+) \|$", PAGE.read_text(), re.MULTILINE)[1:]
    listed = [name for row in rows for name in row.split()]
    assert len(listed) == len(set(listed))
    assert set(listed) == {*RULES, *EXPANSIONS} - OWN
