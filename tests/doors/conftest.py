"""The module under test is the one on PYTHONPATH, or the installed one (`make test-doors`), or else the release build's."""

import importlib.util
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
if importlib.util.find_spec("broadloom") is None:
    sys.path.insert(0, str(ROOT / "build" / "release" / "python"))
