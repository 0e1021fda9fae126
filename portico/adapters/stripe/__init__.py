"""Stripe, behind `billing.ports.Gateway`. No type of its library leaves this folder."""
