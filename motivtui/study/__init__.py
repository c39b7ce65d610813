"""The study's own words as frozen values: no I/O, no model, no screen, no database.

A psychologist reads this package as the Methods section: tasks and manipulations (`task`, `manipulation`), what is
asked (`instrument`), how the two become a prompt (`prompt`), the seeded plan of trials (`design`, `trial`), and what
comes back (`response`, `score`).
"""
