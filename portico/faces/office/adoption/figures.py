"""The figures of the adoption page, each with the list of the records that it counts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from portico.domain.adoption import rules
from portico.domain.adoption.enums import KIND_OF_ACT, SHARED, Kind, Step, Via
from portico.domain.adoption.queries import Dashboard, Month
from portico.faces.office.adoption import words
from portico.faces.office.adoption.asked import Asked, List
from portico.faces.ui import charts
from portico.faces.ui.charts import Series


@dataclass(frozen=True, slots=True)
class Figure:
    """A number and the list of the records that it counts; nothing is listed where there are none."""

    count: int
    href: str

    @classmethod
    def of(cls, count: int, listed: List) -> Figure:
        return cls(count, listed.href if count else "")

    @property
    def shown(self) -> str:
        return f"{self.count:,}"


def funnel(asked: Asked, found: Dashboard) -> list[dict[str, Any]]:
    """Each step, and what part of those with an address got so far."""
    whole = found.steps[Step.ADDRESS]
    return [
        {
            "key": step.name.lower(),
            "label": str(words.STEPS[step]),
            "figure": Figure.of(many, List(asked, Kind.CUSTOMERS, step=step)),
            "share": words.share(rules.percent(many, whole)),
        }
        for step, many in found.steps.items()
    ]


def saved(asked: Asked, found: Dashboard) -> dict[str, Any]:
    """What was done here instead of a call, kind by kind, and what that comes to."""
    rows = [
        {
            "key": act.value,
            "label": str(words.ACTS[act]),
            "figure": Figure.of(many, List(asked, KIND_OF_ACT[act], via=Via.PORTAL)),
            "each": words.per_call(found.assumed.hundredths[act]),
            "calls": words.calls(rules.saved({act: many}, found.assumed).tenths),
        }
        for act, many in found.done.items()
    ]
    return {
        "rows": rows,
        "calls": words.calls(found.saved.tenths),
        "hours": words.hours(found.saved.minutes),
        "minutes_per_call": found.assumed.minutes_per_call,
    }


def months_of(asked: Asked, kind: Kind, months: list[Month]) -> list[dict[str, Any]]:
    """The newest month first, each number with its list."""
    return [_month_row(asked, kind, month, month.first) for month in reversed(months)]


def whole_of(asked: Asked, kind: Kind, found: Dashboard) -> dict[str, Any]:
    """All months together."""
    by = {via: found.total(kind, via) for via in Via}
    return _month_row(asked, kind, Month(found.months[kind][0].first, by), None)


def _month_row(asked: Asked, kind: Kind, month: Month, first: date | None) -> dict[str, Any]:
    return {
        "key": f"{kind}-{first:%Y-%m}" if first else f"{kind}-all",
        "label": words.month_name(first) if first else _("All together"),
        "by": {via.value: Figure.of(month.by.get(via, 0), List(asked, kind, month=first, via=via)) for via in Via},
        "all": Figure.of(month.all, List(asked, kind, month=first)),
        "share": words.share(rules.percent(month.portal, month.all)),
    }


def share_of(asked: Asked, found: Dashboard, kind: Kind) -> dict[str, Any]:
    months, whole = found.months[kind], whole_of(asked, kind, found)
    told = _("%(n)s in all, of them %(portal)s in the portal, %(office)s in the office and %(imported)s imported.") % {
        "n": whole["all"].shown,
        "portal": whole["by"]["portal"].shown,
        "office": whole["by"]["office"].shown,
        "imported": whole["by"]["import"].shown,
    }
    series = [Series(str(words.VIAS[via]), words.LOOKS[via], [month.by.get(via, 0) for month in months]) for via in Via]
    title = str(words.KINDS[kind])
    return {
        "kind": kind.value,
        "title": title,
        "means": str(words.MEANS[kind]),
        "whole": whole,
        "rows": [whole, *months_of(asked, kind, months)],
        "chart": _columns(kind, title, told, months, series),
    }


def users_of(asked: Asked, found: Dashboard) -> dict[str, Any]:
    months = found.months[Kind.USERS]
    most = max(months, key=lambda month: month.all)
    told = _("Most in %(month)s: %(n)s. This month so far: %(now)s.") % {
        "month": words.month_name(most.first),
        "n": most.all,
        "now": months[-1].all,
    }
    title = str(words.KINDS[Kind.USERS])
    series = [Series(title, "first", [month.all for month in months])]
    return {
        "kind": Kind.USERS.value,
        "title": title,
        "means": str(words.MEANS[Kind.USERS]),
        "is_any": any(month.all for month in months),
        "rows": months_of(asked, Kind.USERS, months),
        "chart": _columns(Kind.USERS, title, told, months, series),
    }


def _columns(kind: Kind, title: str, told: str, months: list[Month], series: list[Series]) -> charts.Chart:
    places = [words.short_month(month.first) for month in months]
    heading = _("%(what)s by month") % {"what": title}
    return charts.columns(name=f"chart-{kind}", title=heading, told=told, places=places, series=series)


def funnel_chart(found: Dashboard) -> charts.Chart:
    rows = [(str(words.STEPS[step]), many) for step, many in found.steps.items()]
    whole, active = found.steps[Step.ADDRESS], found.steps[Step.ACTIVE]
    told = _("Of %(whole)s customers with an email address, %(active)s signed in within 30 days.") % {
        "whole": whole,
        "active": active,
    }
    return charts.bars(name="chart-funnel", title=_("How far customers are"), told=told, rows=rows)


def head(asked: Asked, found: Dashboard) -> list[dict[str, Any]]:
    """What one looks for first: shares, each with what it is made of."""
    whole = found.steps[Step.ADDRESS]
    steps = [
        _shared(str(words.STEPS[step]), found.steps[step], whole, List(asked, Kind.CUSTOMERS, step=step))
        for step in (Step.REGISTERED, Step.ACTIVE)
    ]
    done = [
        _shared(
            str(words.HERE[kind]), found.total(kind, Via.PORTAL), found.total(kind), List(asked, kind, via=Via.PORTAL)
        )
        for kind in SHARED
    ]
    return steps + done


def _shared(label: str, part: int, whole: int, listed: List) -> dict[str, Any]:
    return {
        "label": label,
        "share": words.share(rules.percent(part, whole)),
        "figure": Figure.of(part, listed),
        "whole": f"{whole:,}",
    }
