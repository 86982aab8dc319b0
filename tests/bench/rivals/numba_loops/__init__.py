"""The formulas as Numba loops, fused as a user would write them: LOOPS[formula](*outputs, *inputs). Compiled when
first called."""
from rivals.numba_loops import pairs, products, rows, shapes, streams
from rivals.numba_loops.loop import LOOPS
