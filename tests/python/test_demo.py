"""The demo on small arrays ends well."""

import os
import pathlib
import subprocess
import sys

import broadloom as bl

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent


def test_quick_demo():
    environment = {**os.environ, "PYTHONPATH": str(pathlib.Path(bl.__file__).parent.parent)}
    done = subprocess.run([sys.executable, str(ROOT / "frontend" / "examples" / "demo.py"), "--quick"], env=environment,
                          capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "every check holds" in done.stdout
