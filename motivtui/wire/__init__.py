"""What the lines between the console and its child processes are made of: lines, errors in them, and the child's start.

Knows no command and no event of any process.
"""
