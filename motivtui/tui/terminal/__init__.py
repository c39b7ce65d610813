"""The terminal itself: what may reach it, and that it comes back whole.

`boundary` makes text of a model harmless before it is laid out and again before it is drawn, `guarded_app` puts both
under every screen, `driver` is the last line, `guard` runs an app and gives the terminal back on every way out.
"""
