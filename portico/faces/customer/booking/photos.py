"""Photos on the details step: added and taken back with the form."""

from __future__ import annotations

from django.http import Http404
from django.utils.translation import gettext as _

from portico.domain.booking.errors import MissingHold, TooManyPhotos
from portico.domain.booking.operations import photos
from portico.domain.booking.queries.portal import HeldWindow
from portico.domain.documents.errors import UnusableFile
from portico.domain.documents.rules import shown_name
from portico.domain.documents.uploads import Sent
from portico.faces.customer.booking.forms import DetailsForm
from portico.faces.customer.requests import PortalRequest, public_id
from portico.faces.ui.uploads import files_of
from portico.foundation.tenancy.files import StoreDown

REMOVE = "remove"


def change_photos(request: PortalRequest, found: HeldWindow, form: DetailsForm) -> HeldWindow:
    """Take back those that were checked, and keep what was sent: each that is refused is named, the others stay."""
    taken_back = [photo for one in request.POST.getlist(REMOVE) if (photo := public_id(one))]
    sent = files_of(form, "photos")
    for photo in taken_back:
        photos.remove(hold=found.id, customer_id=found.customer_key, photo=photo)
    for one in sent:
        fault = _added(found, Sent(one.name or "", one.file, one.size))
        if fault:
            form.add_error("photos", f"{shown_name(one.name or '')}: {fault}")
    return request.visitor.held_window(found.id) if sent or taken_back else found


def _added(found: HeldWindow, sent: Sent) -> str:
    """Why a photo was not added; empty when it was."""
    try:
        photos.add(hold=found.id, customer_id=found.customer_key, sent=sent)
    except (TooManyPhotos, UnusableFile) as refused:
        return refused.message
    except StoreDown:
        return _("Photos cannot be kept at this moment. Book without it, or try again in a few minutes.")
    except MissingHold as missing:
        raise Http404 from missing
    return ""
