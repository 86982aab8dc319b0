"""Two small models, each with a batch, whose training steps are compared."""

import torch
from torch import nn
from torch.nn import functional


class MLP(nn.Module):
    def __init__(self, features=64, hidden=256, classes=10):
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(features, hidden), nn.ReLU(), nn.Linear(hidden, hidden), nn.GELU(),
                                    nn.Linear(hidden, classes))

    def forward(self, x, target):
        return functional.cross_entropy(self.layers(x), target)


class Block(nn.Module):
    """A transformer's block: attention and a feed-forward layer, each behind a layer norm and around a shortcut."""

    def __init__(self, width=64, heads=4):
        super().__init__()
        self.heads = heads
        self.before_attention, self.before_mlp = nn.LayerNorm(width), nn.LayerNorm(width)
        self.project, self.join = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.mlp = nn.Sequential(nn.Linear(width, 4 * width), nn.GELU(), nn.Linear(4 * width, width))

    def attention(self, x):
        batch, length, width = x.shape
        parts = self.project(x).chunk(3, dim=-1)
        query, key, value = (part.reshape(batch, length, self.heads, -1).transpose(1, 2) for part in parts)
        weights = (query @ key.transpose(-1, -2)) * (width // self.heads) ** -0.5
        future = torch.ones(length, length, dtype=torch.bool).triu(1)
        weights = weights.masked_fill(future, float("-inf")).softmax(-1)
        return self.join((weights @ value).transpose(1, 2).reshape(batch, length, width))

    def forward(self, x, target):
        x = x + self.attention(self.before_attention(x))
        x = x + self.mlp(self.before_mlp(x))
        return functional.mse_loss(x, target)


def mlp(batch=128):
    torch.manual_seed(0)
    model = MLP()
    return model, (torch.randn(batch, 64), torch.randint(10, (batch,)))


def block(batch=8, length=64):
    torch.manual_seed(0)
    model = Block()
    return model, (torch.randn(batch, length, 64), torch.randn(batch, length, 64))


MODELS = {"mlp": mlp, "block": block}
