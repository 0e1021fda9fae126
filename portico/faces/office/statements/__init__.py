"""Mailing statements to many at once."""
