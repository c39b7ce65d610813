"""`python -m bench`: start-up times, then throughput, each beside a bare peer in the same run."""

from __future__ import annotations

from bench import startup, throughput

if __name__ == "__main__":
    startup.main()
    throughput.main()
