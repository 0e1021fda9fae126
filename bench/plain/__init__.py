"""What the pages are compared with: a Django project as `startproject` makes it, over PostgreSQL."""
