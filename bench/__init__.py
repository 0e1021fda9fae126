"""Measurements, side by side with a plain Django project; docs/performance.md tells how and why."""
