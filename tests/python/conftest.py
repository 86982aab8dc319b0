"""The module under test comes from PYTHONPATH (ctest sets it), else from the release build."""

import importlib.util
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))  # comparing.py
if importlib.util.find_spec("broadloom") is None:
    sys.path.insert(0, str(HERE.parent.parent / "build" / "release" / "python"))
