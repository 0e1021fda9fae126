"""The finders of visits: those to come, and one with who comes and how it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.http import Http404

from portico.domain.jobs.queries import visits
from portico.domain.jobs.queries.visits import ComingVisit, VisitPage
from portico.kernel import clock

if TYPE_CHECKING:
    from portico.domain.customers.queries import Scope


class VisitFinders:
    """What a visitor finds of visits, within what it may know the history of."""

    if TYPE_CHECKING:

        def service_scope(self, narrowed_to: UUID | None = None) -> Scope: ...

    def coming_visits(self, narrowed_to: UUID | None, *, after: UUID | None) -> list[ComingVisit]:
        """A page of visits to come, one more than a page where there are more."""
        return visits.coming_visits(scope=self.service_scope(narrowed_to), now=clock.now(), after=after)

    def visit(self, appointment: UUID) -> VisitPage:
        """One visit; 404 for one that this visitor may not see, as for one that does not exist."""
        found = visits.visit_page(scope=self.service_scope(), appointment=appointment)
        if found is None:
            raise Http404
        return found
