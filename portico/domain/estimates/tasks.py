"""What the worker does for estimates: making proofs and mailing them, telling that an approval was taken back."""

from __future__ import annotations

from portico.domain.estimates.operations.proof import PAPER, UNDONE

__all__ = ["PAPER", "UNDONE"]
