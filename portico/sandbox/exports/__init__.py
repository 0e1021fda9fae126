"""Branch exports written by the project: the demo company and a small dirty one for the import's tests."""

from portico.sandbox.exports.demo import write_demo
from portico.sandbox.exports.planted import CustomerMoney, Difference, Planted, Refusal
from portico.sandbox.exports.small import write_small

__all__ = ["CustomerMoney", "Difference", "Planted", "Refusal", "write_demo", "write_small"]
