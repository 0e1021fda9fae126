"""Invoices written by hand."""
