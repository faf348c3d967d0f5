"""Benchmarks: speed, memory and agreement with other solvers; run ``python -m benchmarks``."""
