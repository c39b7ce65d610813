"""The only package that imports litellm: loads it without side effects, calls through it, asks what it knows."""
