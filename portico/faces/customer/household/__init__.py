"""Who else sees an account: inviting, changing, taking back, accepting and leaving."""
