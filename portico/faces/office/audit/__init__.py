"""The whole audit trail: who did what, when."""
