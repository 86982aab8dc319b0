"""The module under test comes from PYTHONPATH (`make test-doors` sets it), else from the release build."""

import importlib.util
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
if importlib.util.find_spec("broadloom") is None:
    sys.path.insert(0, str(ROOT / "build" / "release" / "python"))
