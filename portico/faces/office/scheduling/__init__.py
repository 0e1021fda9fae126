"""The rules of booking, and why nothing is offered."""
