"""`python -m bench [PART …]`: every part, or those named, each beside bare peers in the same run."""

from __future__ import annotations

import sys

from bench import call_processes, console, endurance, extraction, slots, startup, statistics, throughput

PARTS = {
    "startup": startup.main,
    "throughput": throughput.main,
    "call_processes": call_processes.main,
    "endurance": endurance.main,
    "console": console.main,
    "slots": slots.main,
    "extraction": extraction.main,
    "statistics": statistics.main,
}

if __name__ == "__main__":
    for part in sys.argv[1:] or PARTS:
        if part not in PARTS:
            sys.exit(f"{part!r} is no part; there are: {', '.join(PARTS)}")
        PARTS[part]()
