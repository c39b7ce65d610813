"""`python -m bench`: start-up and throughput beside bare peers in the same run, then extraction."""

from __future__ import annotations

from bench import extraction, startup, throughput

if __name__ == "__main__":
    startup.main()
    throughput.main()
    extraction.main()
