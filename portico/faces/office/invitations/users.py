"""Portal users: who may sign in, how far each is, and what the mail server said."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from portico.domain.customers import search
from portico.domain.invitations import people
from portico.domain.invitations.people import UserRow, UserState
from portico.faces.office.requests import OfficeRequest, public_id
from portico.faces.office.staff import staff_only
from portico.faces.ui.minijinja import url
from portico.faces.ui.pages import page
from portico.foundation.people.permissions import Action
from portico.kernel import text

LABEL = {
    UserState.NEVER: gettext_lazy("Never invited"),
    UserState.QUEUED: gettext_lazy("Queued"),
    UserState.SENT: gettext_lazy("Sent"),
    UserState.BOUNCED: gettext_lazy("Came back"),
    UserState.OPENED: gettext_lazy("Opened"),
    UserState.REGISTERED: gettext_lazy("Registered"),
    UserState.ACTIVE: gettext_lazy("Active"),
    UserState.DORMANT: gettext_lazy("Dormant"),
    UserState.REVOKED: gettext_lazy("Revoked"),
    UserState.NOBODY: gettext_lazy("Placeholder"),
}
MEANS = {
    UserState.NEVER: gettext_lazy("On a record, and never invited."),
    UserState.QUEUED: gettext_lazy("The invitation waits to be sent, or is tried again."),
    UserState.SENT: gettext_lazy("The mail server took the invitation. Nobody has opened its link yet."),
    UserState.BOUNCED: gettext_lazy("The invitation came back or was refused. Correct the address on the record."),
    UserState.OPENED: gettext_lazy("The link was opened, and no account made yet."),
    UserState.REGISTERED: gettext_lazy("Made an account, and has not come back since."),
    UserState.ACTIVE: gettext_lazy("Signed in within the last 90 days."),
    UserState.DORMANT: gettext_lazy("Has an account, and did not sign in for 90 days."),
    UserState.REVOKED: gettext_lazy("The office took the access away."),
    UserState.NOBODY: gettext_lazy("Looks like nobody’s address, or stands on many customers. Never invited."),
}
TONE = {
    UserState.QUEUED: "info",
    UserState.SENT: "info",
    UserState.OPENED: "brand",
    UserState.REGISTERED: "ok",
    UserState.ACTIVE: "ok",
    UserState.BOUNCED: "bad",
    UserState.REVOKED: "bad",
    UserState.NOBODY: "warn",
}
INVITED = frozenset({UserState.QUEUED, UserState.SENT, UserState.OPENED, UserState.BOUNCED})
SAID = {
    "queued": gettext_lazy("Waiting to be sent"),
    "sent": gettext_lazy("Taken by the mail server"),
    "failed": gettext_lazy("Refused by the mail server"),
    "bounced": gettext_lazy("Came back"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """A row with its words, and what this member of staff may do: addresses to post to, empty where not."""

    row: UserRow
    label: str
    tone: str
    said: str
    went_wrong: bool
    invite: str
    resend: str
    revoke: str
    restore: str


@staff_only(Action.VIEW_CUSTOMERS)
@require_safe
def portal_users(request: OfficeRequest) -> HttpResponse:
    """One state, the latest first; or, where something is typed, all on the records that fit."""
    asked = request.GET.get("state", "")
    state = UserState(asked) if asked in list(UserState) else UserState.NEVER
    typed = text.squeeze(request.GET.get("text", ""))[: search.LONGEST]
    found = (
        people.users_found(typed) if typed else people.users_in(state, after=public_id(request.GET.get("after", "")))
    )
    shown, counts = found[: people.PAGE], people.counts()
    further = {"state": state.value, "after": shown[-1].id} if len(found) > people.PAGE else None
    context = {
        "typed": typed,
        "longest": search.LONGEST,
        "state": state.value,
        "title": _("Found") if typed else str(LABEL[state]),
        "means": "" if typed else str(MEANS[state]),
        "states": [
            {
                "label": f"{LABEL[one]} ({_counted(counts[one])})",
                "href": url("portal_users", query={"state": one.value}),
                "is_current": one == state and not typed,
            }
            for one in UserState
        ],
        "lines": [_line(request, row) for row in shown],
        "back": request.get_full_path(),
        "further": url("portal_users", query=further) if further else "",
        "zone": request.brand.time_zone,
        "may_invite_many": request.staff.may(Action.INVITE_MANY),
    }
    return page(request, "office/invitations/users.html", context)


def _counted(count: int) -> str:
    return f"{count}+" if count >= people.MOST_COUNTED else str(count)


def _line(request: OfficeRequest, row: UserRow) -> Line:
    may_invite, may_revoke = request.staff.may(Action.INVITE), request.staff.may(Action.REVOKE_ACCESS)
    delivery, is_revoked = row.delivery, row.state == UserState.REVOKED
    return Line(
        row=row,
        label=str(LABEL[row.state]),
        tone=TONE.get(row.state, "mute"),
        said=str(SAID[delivery.state]) if delivery else "",
        went_wrong=row.state == UserState.BOUNCED,
        invite=_act("address_invite", row) if may_invite and row.state == UserState.NEVER else "",
        resend=_act("address_resend", row) if may_invite and row.state in INVITED else "",
        revoke=_act("address_revoke", row) if may_revoke and not is_revoked else "",
        restore=_act("address_restore", row) if may_revoke and is_revoked else "",
    )


def _act(name: str, row: UserRow) -> str:
    return reverse(name, args=[row.customer, row.id])
