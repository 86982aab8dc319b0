"""Training steps of a multilayer perceptron and of a transformer's block are eager's."""

import pytest
import torch
from comparing import compiled
from models import MODELS

import broadloom.torch


def trained(name, wrap):
    model, batch = MODELS[name]()
    optimizer, function, losses = torch.optim.SGD(model.parameters(), lr=0.05), wrap(model), []
    for _ in range(4):
        optimizer.zero_grad()
        loss = function(*batch)
        loss.backward()
        optimizer.step()
        losses.append(loss.detach())
    return losses, [parameter.grad for parameter in model.parameters()], [parameter.detach() for parameter in model.parameters()]


@pytest.mark.parametrize("name", MODELS)
def test_steps_are_eagers(name):
    torch.testing.assert_close(trained(name, compiled), trained(name, lambda model: model))
    forward, backward = broadloom.torch.last_report().graphs
    assert not forward.pytorchs and not backward.pytorchs and forward.kernels == backward.kernels == 1
