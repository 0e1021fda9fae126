"""What every page of a record does with a form: save it, ask once, or say at its field what cannot be."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.http import Http404
from django.utils.translation import gettext as _

from portico.domain.customers.errors import AsksFirst, Changed, LooksAlike, Missing, RecordRefused
from portico.domain.customers.record_queries import Opened
from portico.kernel import errors


@dataclass(slots=True)
class Saved:
    """What became of a form. `question` waits for a tick; `now` is what somebody else wrote meanwhile."""

    status: int = 303
    question: str = ""
    now: list[list[str]] = field(default_factory=list)
    edition: str = ""

    @property
    def is_done(self) -> bool:
        return self.status == 303

    def context(self) -> dict[str, Any]:
        """For the macros of `_meanwhile.html`."""
        return {"question": self.question, "now": self.now, "edition": self.edition}


def saved(
    form: forms.Form,
    save: Callable[[], Any],
    *,
    found: Callable[[], Opened] | None = None,
    typed: Callable[[], Mapping[str, Any]] | None = None,
) -> Saved:
    """Carry a valid form out. `found` reads what stands now, `typed` what was typed, both by field."""
    try:
        save()
    except AsksFirst as asked:
        return Saved(422, question=asked.message)
    except Changed as changed:
        form.add_error(None, changed.message)
        if found is None or typed is None:
            return Saved(409)
        now = found()
        return Saved(409, now=differing(form, typed(), now), edition=now.edition)
    except LooksAlike:
        raise
    except Missing as missing:
        raise Http404(missing.message) from missing
    except errors.PorticoError as refused:
        at = refused.field if isinstance(refused, RecordRefused) else None
        form.add_error(at if at in form.fields else None, refused.message)
        return Saved(409 if isinstance(refused, errors.Conflict) else 422)
    return Saved()


def differing(form: forms.Form, typed: Mapping[str, Any], now: Opened) -> list[list[str]]:
    """What stands now and is not what was typed, under the names of the fields."""
    names = [name for name in typed if name in form.fields and typed[name] != now.columns[name]]
    return [[str(form.fields[name].label), _said(form.fields[name], now.columns[name])] for name in names]


def _said(one: forms.Field, value: Any) -> str:
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    return str(dict(getattr(one, "choices", ())).get(value, value)) or "–"
