"""Tidy rows in, typed results out: no database, no screen, nothing dropped at load.

A missing value is None with a reason, never 0; every result shows n and exclusions. The analyses take a `ScoreTable`
(`score_table` makes one of a run's rows, also of a run that is still going on) and give frozen values without numpy
in them; each has a `sentence` that claims no more than its scope.
"""
