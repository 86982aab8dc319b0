"""The tables of expressions of other tests, in which `m` is either module."""

import importlib
import re

from stored.case import either, family, np

TABLES = {"test_complex": ["EXPRESSIONS"], "test_creation": ["LINES", "SHAPES"],
          "test_keywords": ["ELEMENTWISE", "REDUCTIONS", "FOUND", "ORDERS", "NAMES", "AXES"],
          "test_indices": ["TABLE"], "test_insertion": ["TABLE"], "test_joining": ["TABLE"],
          "test_padding": ["TABLE"], "test_rearrange": ["TABLE"], "test_sorting": ["TABLE"], "test_statistics": ["COMPLEX", "EDGES"],
          "test_wrong_calls": ["SHAPES", "AXES", "DTYPES", "EMPTY", "ARGUMENTS"]}
# NumPy's types as functions, what has no name in broadloom, what tells Python's types apart, and what docs/numerics.md lists.
NOT_OURS = re.compile(r"np\.(?!(array|zeros|ones|arange|full|inf|nan|float32|float64|int64|complex64)\b)|np\.\w+\d+\("
                      r"|__array_namespace|empty|descending|np\.array\(np\.")


@family
def of_other_tests():
    for module, names in TABLES.items():
        for name in names:
            for text in getattr(importlib.import_module(module), name).splitlines():
                if text and not NOT_OURS.search(text):
                    either("expression", text.replace("np.", "m."), by=lambda text: eval(text, {"m": np}), norm=16)
