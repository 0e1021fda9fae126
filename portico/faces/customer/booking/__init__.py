"""Booking a visit, step by step; moving and canceling one."""
