"""Runs whose truth is known: what every analysis, screen and export can be tried on and checked against.

Owns the generator and the true values. Calls no model and computes no statistic; numbers are drawn by Python's own
generator, so that the same truth and seed give the same run everywhere.
"""
