"""Benchmarks that people can run: `make bench`. Figures are ratios within one run, since machines are noisy."""
