"""Times of bl.evaluate beside numexpr.evaluate, both with two threads, rounds interleaved.

    compare.py [--rounds 9] [--sizes 100000,1000000,10000000] [parts of texts ...]
"""

import argparse
import math
import statistics
import time

import numexpr
import numpy as np

import broadloom as bl
from texts_of_numexpr import ELEMENTWISE, REDUCTIONS, arrays


def medians(text, named, rounds):
    """Seconds of a call: ours, numexpr's."""
    times = {bl.evaluate: [], numexpr.evaluate: []}
    turns = max(1, int(2e5 // named["a"].size))
    for _ in range(rounds + 1):
        for evaluate, taken in times.items():
            begin = time.perf_counter()
            for _ in range(turns):
                evaluate(text, named, {})
            taken.append((time.perf_counter() - begin) / turns)
    return [statistics.median(taken[1:]) for taken in times.values()]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--sizes", default="100000,1000000,10000000")
    parser.add_argument("parts", nargs="*", help="only texts with one of these in them")
    options = parser.parse_args()
    texts = [text for text in ELEMENTWISE + REDUCTIONS if not options.parts or any(part in text for part in options.parts)]
    numexpr.set_num_threads(2)
    for size in map(int, options.sizes.split(",")):
        named, ratios = arrays(size), {}
        for text in texts:
            ours, theirs = medians(text, named, options.rounds)
            ratios[text] = theirs / ours
            print(f"{size:>9} {text:<48} {1e6 * ours:10.0f} us {1e6 * theirs:10.0f} us  {ratios[text]:6.2f}", flush=True)
        mean = math.exp(np.mean(np.log(list(ratios.values()))))
        worst = min(ratios, key=ratios.get)
        print(f"{size:>9} numexpr takes {mean:.2f} times as long in the geometric mean; least {ratios[worst]:.2f}: {worst}", flush=True)


if __name__ == "__main__":
    main()
