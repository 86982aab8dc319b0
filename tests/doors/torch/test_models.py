"""Modules of which some operations stay with PyTorch: results, gradients and statistics are eager's."""

import pytest
import torch
from comparing import compiled
from torch import nn
from torch.nn import functional

import broadloom.torch


def convolutional():
    return nn.Sequential(nn.Conv2d(3, 8, 3, padding=1), nn.BatchNorm2d(8), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(8, 4, 3),
                         nn.GroupNorm(2, 4), nn.SiLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(4, 5))


class Language(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding, self.head = nn.Embedding(30, 16, padding_idx=0), nn.Linear(16, 30)
        self.layer = nn.TransformerEncoderLayer(16, 2, 32, dropout=0.1, batch_first=True, norm_first=True)

    def forward(self, tokens):
        x = self.layer(self.embedding(tokens))
        return functional.log_softmax(self.head(x), -1).gather(-1, tokens[..., None])


def recurrent():
    class Last(nn.Module):
        def __init__(self):
            super().__init__()
            self.cell, self.head = nn.GRUCell(6, 8), nn.Linear(8, 2)

        def forward(self, x):
            state = torch.zeros(x.shape[1], 8)
            for step in x:
                state = self.cell(step, state)
            return self.head(state)
    return Last()


CASES = {"convolutional": (convolutional, lambda: torch.randn(4, 3, 10, 10)),
         "language": (Language, lambda: torch.randint(30, (3, 7))), "recurrent": (recurrent, lambda: torch.randn(5, 3, 6))}


def trained(name, wrap):
    make, batch = CASES[name]
    torch.manual_seed(0)
    model = make()
    function, outputs = wrap(model), []
    for _ in range(2):
        output = function(batch())
        (output * torch.linspace(-1, 1, output.numel()).reshape(output.shape)).sum().backward()
        outputs.append(output.detach())
    return outputs, [parameter.grad for parameter in model.parameters()], list(model.buffers())


@pytest.mark.parametrize("name", CASES)
def test_training(name):
    torch.testing.assert_close(trained(name, compiled), trained(name, lambda model: model), rtol=1e-4, atol=1e-5)
    for graph in broadloom.torch.last_report().graphs:
        assert graph.ours.total() > graph.pytorchs.total()


def test_attention_of_pytorchs_own():
    def f(query, key, value):
        return functional.scaled_dot_product_attention(query * 2, key, value, is_causal=True).exp()
    arguments = [torch.randn(2, 2, 5, 8, requires_grad=True) for _ in range(3)]
    expected = torch.autograd.grad(f(*arguments).sum(), arguments)
    torch.testing.assert_close(torch.autograd.grad(compiled(f)(*arguments).sum(), arguments), expected)
    forward, _ = broadloom.torch.last_report().graphs
    assert any("scaled_dot_product" in operation for operation, _ in forward.pytorchs)
