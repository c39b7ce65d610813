"""Plots: descriptions without a library (`figure`), drawn for a terminal (`terminal`) or saved as a file (`files`)."""
