"""The command line: thin commands, one module a noun. Stdout is data, stderr is narration.

The only place that wires the parts together. Every heavy import stands inside the function that needs it, so that
`--help`, `runs` and `export` start at once.
"""
