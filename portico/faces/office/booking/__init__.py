"""Bookings: what customers and the office booked, and booking, moving and canceling for them."""
