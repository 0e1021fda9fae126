"""Who may sign in, and inviting many at once."""
