"""Parts of screens. They know neither database nor engine: they are given values and announce what the user does."""
