"""A stand-in for Stripe on this machine: same API, test cards only, no money moves.

It stands for somebody else's computer, so it uses the standard library alone and imports nothing of Portico.
"""
