"""What all tests have in common."""

from __future__ import annotations

import signal

# Started in the background by a shell, a program and all its children ignore these keys; tests press them.
for number, handler in ((signal.SIGINT, signal.default_int_handler), (signal.SIGQUIT, signal.SIG_DFL)):
    if signal.getsignal(number) is signal.SIG_IGN:
        signal.signal(number, handler)
