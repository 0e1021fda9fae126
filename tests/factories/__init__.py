"""What tests make their world from, and how they look at it."""

from tests.counting import statements
from tests.reading import Form, Page, read
from tests.worker import drain, waiting

__all__ = ["Form", "Page", "drain", "read", "statements", "waiting"]
