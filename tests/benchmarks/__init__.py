"""How fast tui is, next to what it is built on: `uv run --group test python -m tests.benchmarks`."""
