"""A function compiled by broadloom's backend beside the same function in eager mode."""

import torch

import broadloom.torch


def compiled(function, dynamic=False, **options):
    return torch.compile(function, backend=broadloom.torch.backend, dynamic=dynamic, fullgraph=True, options=options or None)


def copies(arguments):
    return [x.detach().clone().requires_grad_(x.requires_grad) if isinstance(x, torch.Tensor) else x for x in arguments]


def run(function, arguments):
    """Results, and gradients of their sum."""
    torch.manual_seed(1)
    results = function(*arguments)
    results = results if isinstance(results, (tuple, list)) else [results]
    asking = [x for x in arguments if isinstance(x, torch.Tensor) and x.requires_grad]
    if asking:
        sum(result.sum() for result in results if result.requires_grad).backward()
    return [result.detach() for result in results], [x.grad for x in asking]


def check(function, *arguments, times=1, **options):
    """The same results, strides and gradients, `times` times. Returns the backend's report."""
    fast = compiled(function, **options)
    for _ in range(times):
        expected = run(function, copies(arguments))
        got = run(fast, copies(arguments))
        torch.testing.assert_close(got, expected, equal_nan=True, check_stride=True)
    return broadloom.torch.last_report()
