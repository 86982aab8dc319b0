"""Very long chains: built, computed and freed without recursion."""

import numpy as np
import pytest

import broadloom as bl


def test_a_chain_of_100_000_nodes():
    x = bl.asarray(np.arange(10.0))
    y = x
    for _ in range(100_000):
        y = y + 1
    np.testing.assert_array_equal(np.asarray(y), np.arange(10.0) + 100_000)


def test_a_long_chain_that_is_never_computed():
    y = bl.zeros(10)
    for _ in range(100_000):
        y = y * 0.5
    del y


def test_a_recurrence_with_another_array():
    a = bl.asarray(np.ones(1000))
    x, expected = bl.zeros(1000), 0.0
    for _ in range(20_000):
        x = x * 0.5 + a
        expected = expected * 0.5 + 1
    np.testing.assert_array_equal(np.asarray(x), np.full(1000, expected))


def test_a_tree_whose_paths_double():
    x = bl.asarray(np.ones(5))
    for _ in range(60):
        x = x + x
    np.testing.assert_array_equal(np.asarray(x), np.full(5, 2.0**60))


def test_intermediate_values_stay_readable():
    x, held = bl.asarray(np.arange(4.0)), []
    for i in range(3000):
        x = x + 1
        if i % 1000 == 0:
            held.append((i + 1, x))
    np.testing.assert_array_equal(np.asarray(x), np.arange(4.0) + 3000)
    for added, y in held:
        np.testing.assert_array_equal(np.asarray(y), np.arange(4.0) + added)


@pytest.mark.parametrize("turn", [lambda x, y: (x + x * 0.5, x), lambda x, y: (x * x, x), lambda x, y: (x + y, x)],
                         ids=["sibling", "twice", "fibonacci"])
def test_a_chain_of_shared_nodes_that_is_dropped(turn):
    """Each node has two holders, of which neither is the last one until all above it are gone."""
    x = y = bl.asarray(np.ones(8))
    for _ in range(100_000):
        x, y = turn(x, y)
    del x, y
