"""``python -m benchmarks``."""

from benchmarks.suite import main

main()
