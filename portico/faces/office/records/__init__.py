"""Records entered and changed by hand."""
