"""The rooms of the console, one module a screen."""
