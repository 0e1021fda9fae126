"""What the days can still take."""
