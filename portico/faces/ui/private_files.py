"""Answering with a file of the private store, behind a view that knows who is looking."""

from __future__ import annotations

import logging

from django.http import Http404, HttpResponseRedirect, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header

from portico.domain.documents import rules
from portico.foundation.tenancy import files

log = logging.getLogger("portico.documents")

POLICY = "sandbox; default-src 'none'; frame-ancestors 'none'"


def answer_with_file(*, stored_as: str, content_type: str, name: str, size: int, is_download: bool) -> HttpResponseBase:
    """The file itself: pictures are shown unless a download is asked for, everything else is a download.

    A download from an S3 store is a redirect to an address of five minutes; pictures always come from here, because
    a page shows pictures of its own host only.
    """
    is_inline = rules.is_inline(content_type) and not is_download
    sent_type = content_type if rules.is_inline(content_type) or content_type == rules.PDF else rules.UNKNOWN
    file_name = rules.download_name(name, content_type)
    if not is_inline:
        elsewhere = files.signed_url(stored_as, content_type=sent_type, file_name=file_name)
        if elsewhere:
            return HttpResponseRedirect(elsewhere)
    answer = _streamed(stored_as, sent_type)
    answer.headers["Content-Length"] = str(size)
    answer.headers["Content-Disposition"] = str(content_disposition_header(not is_inline, file_name))
    return answer


def answer_with_thumbnail(stored_as: str) -> HttpResponseBase:
    """The small picture."""
    return _streamed(stored_as, "image/jpeg")


def _streamed(stored_as: str, content_type: str) -> StreamingHttpResponse:
    try:
        answer = StreamingHttpResponse(files.stream(stored_as), content_type=content_type)
    except FileNotFoundError as missing:
        log.exception("documents.file_missing", extra={"file": stored_as})
        raise Http404("no such file") from missing
    answer.headers["Content-Security-Policy"] = POLICY
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer
