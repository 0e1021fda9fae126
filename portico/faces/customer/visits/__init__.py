"""Visits: those to come, and the page of the day."""
