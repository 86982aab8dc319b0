"""PyTorch's OpInfo samples through broadloom's backend: how many it computes, leaves to PyTorch, and gets wrong.

    python tests/doors/torch/opinfo.py [--kind view] [--only NAME] [--most 3] [--untimed]

Some 0.1 s a sample. It fails where a sample is wrong.
"""

import argparse
import collections
import sys
import warnings

from op_samples import DTYPES, listed, outcome_of, samples_of

WHATS = ("ours", "partly", "pytorch", "untraceable", "skipped", "wrong")


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--most", type=int, help="samples of each operation and dtype")
    parser.add_argument("--only", help="one operation")
    parser.add_argument("--kind", choices=("pointwise", "reduction", "view", "indexing", "matmul"), help="one kind of operation")
    parser.add_argument("--untimed", action="store_true", help="no share of eager time")
    return parser.parse_args()


class Table:
    """Counts by kind of operation."""

    def __init__(self):
        self.counts = collections.defaultdict(collections.Counter)
        self.reasons = collections.Counter()

    def add(self, kind, outcome):
        row = self.counts[kind]
        row[outcome.what] += 1
        for what in ("nodes", "our_nodes", "seconds", "our_seconds"):
            row[what] += getattr(outcome, what)
        self.reasons.update(outcome.reasons)

    def lines(self):
        yield f"{'':10}" + "".join(f"{what:>12}" for what in WHATS) + "   nodes, %    time, %"
        for kind, row in self.counts.items():
            shares = [100 * row["our_" + what] / row[what] if row[what] else float("nan") for what in ("nodes", "seconds")]
            yield f"{kind:10}" + "".join(f"{row[what]:12}" for what in WHATS) + "".join(f"{share:11.1f}" for share in shares)
        for reason, count in self.reasons.most_common():
            yield f"  with PyTorch: {reason} x {count}"


def main():
    args = arguments()
    warnings.simplefilter("ignore")
    table = Table()
    for kind, op in listed():
        if args.only not in (None, op.name) or args.kind not in (None, kind):
            continue
        for dtype in DTYPES:
            for sample in samples_of(op, dtype, args.most):
                outcome = outcome_of(op, sample, not args.untimed)
                table.add(kind, outcome)
                if outcome.message and outcome.what not in ("skipped", "untraceable"):
                    print(f"{outcome.what}: {op.full_name} {dtype} {sample.summary()}\n  {outcome.message}", flush=True)
    print("\n".join(table.lines()))
    return any(row["wrong"] for row in table.counts.values())


if __name__ == "__main__":
    sys.exit(main())
