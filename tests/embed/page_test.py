"""docs/embedding.md: its code is that of the programs beside this file."""

import re

from installed import HERE

PAGE = HERE.parents[1] / "docs" / "embedding.md"


def test_code_of_the_page_is_code_of_the_programs():
    programs = "".join(path.read_text() for path in sorted(HERE.rglob("*")) if path.suffix in (".c", ".cc", ".txt"))
    one_line = " ".join(programs.split())
    blocks = re.findall(r"```(?:c|cpp|cmake)\n(.*?)```", PAGE.read_text(), re.DOTALL)
    assert len(blocks) >= 5
    assert [block for block in blocks if " ".join(block.split()) not in one_line] == []
