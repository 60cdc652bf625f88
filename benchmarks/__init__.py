"""How fast Koe is: ``python -m benchmarks``, or ``make bench``, measures and writes docs/performance.md."""
