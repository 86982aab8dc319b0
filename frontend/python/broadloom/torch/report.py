"""What ran where: torch.compile's option `report`, and last_report()."""

import collections
import dataclasses


@dataclasses.dataclass
class Graph:
    """One compiled graph: its operations, each with how often, those left to PyTorch with the reason."""

    name: str  # "inference", "forward" or "backward"
    kernels: int = 0  # parts of the graph that broadloom computes, each by as few loops as it can
    ours: collections.Counter = dataclasses.field(default_factory=collections.Counter)
    pytorchs: collections.Counter = dataclasses.field(default_factory=collections.Counter)  # (operation, reason)

    def __str__(self):
        ours, theirs = self.ours.total(), self.pytorchs.total()
        parts = f"{self.kernels} part{'s' * (self.kernels != 1)}"
        lines = [f"{self.name}: {ours} of {ours + theirs} operations in broadloom, in {parts}"]
        lines += [f"  with PyTorch: {operation} x {count} ({reason})" for (operation, reason), count in self.pytorchs.items()]
        return "\n".join(lines)


@dataclasses.dataclass
class Report:
    """Of one call of the backend: its graphs in the order in which they were compiled."""

    graphs: list = dataclasses.field(default_factory=list)

    def __str__(self):
        return "\n".join(map(str, self.graphs)) or "nothing compiled"
