"""Mailing statements, one or many."""

from portico.domain.statements.operations.mailing import mail_statement
from portico.domain.statements.operations.runs import begin_run, start_run, stop_run
from portico.domain.statements.operations.steps import catch_up, finish, step

__all__ = ["begin_run", "catch_up", "finish", "mail_statement", "start_run", "step", "stop_run"]
