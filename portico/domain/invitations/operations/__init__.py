"""What is done with lists of people to invite."""

from portico.domain.invitations.operations.lists import add_list, confirm_list
from portico.domain.invitations.operations.steps import catch_up, finish, step
from portico.domain.invitations.operations.sweeping import remove_strays

__all__ = ["add_list", "catch_up", "confirm_list", "finish", "remove_strays", "step"]
