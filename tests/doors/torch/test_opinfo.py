"""A few of PyTorch's own samples of each listed operation; opinfo.py runs all of them."""

import pytest
import torch

op_samples = pytest.importorskip("op_samples", reason="torch.testing needs the package expecttest")

MOST_SAMPLES = {torch.float32: 2, torch.int64: 1}
CASES = [(op, dtype) for _, op in op_samples.listed() for dtype in MOST_SAMPLES if dtype in op.supported_dtypes("cpu")]


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("op, dtype", CASES, ids=lambda value: getattr(value, "formatted_name", str(value)))
def test_samples(op, dtype):
    for sample in op_samples.samples_of(op, dtype, MOST_SAMPLES[dtype]):
        outcome = op_samples.outcome_of(op, sample)
        assert outcome.what != "wrong", f"{sample.summary()}\n{outcome.message}"
