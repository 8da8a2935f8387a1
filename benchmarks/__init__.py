"""What is measured, against what it must reach. ``python -m benchmarks`` prints every line."""
