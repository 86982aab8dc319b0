"""The module under test comes from PYTHONPATH, else from the release build. Without PyTorch there is nothing to test."""

import importlib.util
import pathlib
import sys

import pytest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
if importlib.util.find_spec("broadloom") is None:
    sys.path.insert(0, str(HERE.parents[2] / "build" / "release" / "python"))
if importlib.util.find_spec("torch") is None:
    collect_ignore_glob = ["*"]


@pytest.fixture(autouse=True)
def nothing_compiled():
    import torch
    torch._dynamo.reset()
    torch.manual_seed(0)
