"""What all tests have in common."""

from __future__ import annotations

import os
import signal

# Started in the background by a shell, a program and all its children ignore these keys; tests press them.
for number, handler in ((signal.SIGINT, signal.default_int_handler), (signal.SIGQUIT, signal.SIG_DFL)):
    if signal.getsignal(number) is signal.SIG_IGN:
        signal.signal(number, handler)


def pytest_xdist_auto_num_workers() -> int:
    """One more than processors: many tests wait for processes of their own."""
    return (os.cpu_count() or 1) + 1
