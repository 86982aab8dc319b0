"""Importing this fills WORKLOADS."""
from workloads import pairs, products, rows, shapes, streams
from workloads.table import WORKLOADS, Workload
