"""Visits by day, and how they stand."""
