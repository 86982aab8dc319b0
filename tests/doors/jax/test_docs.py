"""docs/doors/jax.md lists the primitives that there are."""

import pathlib
import re

from broadloom.jax._equations import EXPANSIONS
from broadloom.jax._rules import RULES
from primitives import OWN

PAGE = pathlib.Path(__file__).resolve().parents[3] / "docs" / "doors" / "jax.md"


def test_the_page_lists_all_primitives():
    rows = re.findall(r"^\| [a-z ]+ \| ([^|]+) \|$", PAGE.read_text(), re.MULTILINE)[1:]
    listed = [name for row in rows for name in row.split()]
    assert len(listed) == len(set(listed))
    assert set(listed) == {*RULES, *EXPANSIONS} - OWN
