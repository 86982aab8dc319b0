"""Random programs run in NumPy and in broadloom; BROADLOOM_PROGRAMS=10000 runs more of them, from BROADLOOM_SEED on."""

import gc
import os
import subprocess
import sys
import warnings
from collections import Counter

import numpy as np
import pytest

import broadloom as bl
import programs

COUNT, SEED = int(os.environ.get("BROADLOOM_PROGRAMS", "120")), int(os.environ.get("BROADLOOM_SEED", "0"))


def run(seeds):
    kinds = Counter()
    with warnings.catch_warnings(), np.errstate(all="ignore"), bl.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        for seed in seeds:
            kinds += programs.program(seed)
    return kinds


def test_compiled():
    gc.collect()
    before = bl.memory_info().live
    kinds = run(range(SEED, SEED + COUNT))
    print(dict(kinds))
    writes = kinds["write"]
    assert kinds["through a view while something is pending"] > 0.3 * writes
    assert kinds["overlap"] > 0.2 * writes and kinds["to lent memory"] > 0.1 * writes
    assert kinds["scattered"] > 0.2 * writes and kinds["put"] > 0.05 * writes and kinds["picked"] > 0.1 * writes
    assert kinds["joined"] > 0.1 * writes and kinds["joined later"] > 0.5 * kinds["joined"]
    assert kinds["sorted"] > 0 and kinds["refused"] > 0 and kinds["exported"] > 0.03 * writes and kinds["written outside"] > 0
    assert bl.memory_info().live == before


def test_by_the_reference_evaluator():
    code = "import test_random_programs as t; t.run(range(t.SEED, t.SEED + 3 * t.COUNT))"
    environment = {**os.environ, "BROADLOOM_INTERPRET": "1", "PYTHONPATH": os.pathsep.join(sys.path)}
    subprocess.run([sys.executable, "-c", code], check=True, env=environment)


class Forgetful(programs.Write):
    """A write that pending expressions see, as if one were elided that must not be."""

    def run(self, world):
        before = {name: np.copy(x) for name, x in world.numpys.items()}
        super().run(world)
        for name, x in world.ours.items():
            if x._is_evaluated or name == self.source or np.array_equal(before[name], world.numpys[name]):
                continue
            world.ours[name] = bl.asarray(before[name])


def run_elsewhere(seeds, **variables):
    code = f"import test_random_programs as t; t.run({seeds})"
    environment = {**os.environ, **variables, "PYTHONPATH": os.pathsep.join(sys.path)}
    return subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False)


def test_errors_that_are_found_before_operands_are_overwritten():
    """However few they are."""
    ended = run_elsewhere(range(7000, 7150), BROADLOOM_JUDGE_FROM="0")
    assert ended.returncode == 0, ended.stderr


def test_copies_that_are_elided_wrongly_are_found():
    """As if no input were wanted by anybody else."""
    ended = run_elsewhere(range(200), BROADLOOM_DONATE="2")
    assert ended.returncode != 0 and "programs.Failed: seed" in ended.stderr, ended.stderr
    statements = ended.stderr[ended.stderr.rindex("programs.Failed: seed") :].partition("\nAssertionError:")[0]
    assert len(statements.splitlines()) < 12, statements


def test_a_planted_bug_is_found_and_shrunk(monkeypatch):
    monkeypatch.setattr(programs, "KINDS", [kind if kind is not programs.Write else Forgetful for kind in programs.KINDS])
    with pytest.raises(programs.Failed) as failed:
        run(range(200))
    assert len(failed.value.statements) < 10, failed.value
