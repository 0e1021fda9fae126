"""The worker's side of mail: render, hand to the server, note what it said.

A server that does not answer is asked again for a day, at least every two minutes; what it refuses for good is
marked failed with its words. The mail is sent outside any transaction. A worker killed
between sending and noting sends it once more, with the same Message-ID, so that mail systems can drop the copy.
"""

from __future__ import annotations

import smtplib
from datetime import timedelta
from email.utils import format_datetime, formataddr
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.db.models import F
from procrastinate import BaseRetryStrategy, RetryDecision
from procrastinate.jobs import Job

from portico.foundation.messaging import links, ports, render, wording
from portico.foundation.messaging.models import Message, MessageState
from portico.foundation.tenancy.models import Branch
from portico.foundation.tenancy.scope import reading
from portico.foundation.tenancy.tasks import company_task
from portico.kernel import clock, errors

GIVE_UP_AFTER = timedelta(hours=24)
LONGEST_WAIT = 110
CALENDAR = "text/calendar"
FOR_GOOD = (smtplib.SMTPRecipientsRefused, smtplib.SMTPSenderRefused, smtplib.SMTPDataError)


class MailServerDown(errors.Unavailable):
    """The server did not take the mail now; the queue tries again."""

    code = "mail_server_down"


class Patience(BaseRetryStrategy):
    """Soon again at first, then every two minutes; `send_message` itself gives up after a day."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        return RetryDecision(retry_in={"seconds": min(5 * 2 ** min(job.attempts, 8), LONGEST_WAIT)})


def _send(*, message: str) -> None:
    send_message(message_id=UUID(message))


SEND = company_task(name="messaging.send", queue="mail", retry=Patience())(_send)


def send_message(*, message_id: UUID) -> None:
    """Send one queued mail and note the outcome; MailServerDown when the queue should try again."""
    message = _queued(message_id)
    if message is None:
        return
    mail = _mail(message)
    _note(message, tries=F("tries") + 1)
    try:
        mail.send()
    except FOR_GOOD as refused:
        _after_refusal(message, *_said(refused))
    except (smtplib.SMTPException, OSError) as down:
        _try_again(message, f"{type(down).__name__}: {down}")
    else:
        _note(message, state=MessageState.SENT, sent_at=clock.real_now(), error="")


def _said(refused: smtplib.SMTPRecipientsRefused | smtplib.SMTPResponseException) -> tuple[int, str]:
    """The server's number and words about this mail."""
    words: bytes | str
    if isinstance(refused, smtplib.SMTPRecipientsRefused):
        code, words = next(iter(refused.recipients.values()))
    else:
        code, words = refused.smtp_code, refused.smtp_error
    return code, f"{code} {words.decode(errors='replace') if isinstance(words, bytes) else words}"


def _after_refusal(message: Message, code: int, said: str) -> None:
    if 500 <= code < 600:
        _note(message, state=MessageState.FAILED, error=said[:2000])
    else:
        _try_again(message, said)


def _try_again(message: Message, said: str) -> None:
    if clock.real_now() - message.queued_at > GIVE_UP_AFTER:
        _note(message, state=MessageState.FAILED, error=said[:2000])
        return
    _note(message, error=said[:2000])
    raise MailServerDown(said)


@reading
def _queued(message_id: UUID) -> Message | None:
    rows = Message.objects.filter(public_id=message_id, state=MessageState.QUEUED).select_related("branch")
    return rows.first()


@transaction.atomic
def _note(message: Message, **columns: Any) -> None:
    Message.objects.filter(pk=message.pk).update(**columns)


@reading
def _mail(message: Message) -> EmailMultiAlternatives:
    brand = _brand(message.branch)
    letter = wording.in_own_words(_with_urls(_with_code(message.letter)), message, brand)
    rendered = render.render(letter, brand)
    mail = EmailMultiAlternatives(
        subject=rendered.subject,
        body=rendered.text,
        from_email=_sender(message.branch),
        to=[message.to_email],
        reply_to=[message.branch.support_email] if message.branch.support_email else None,
        headers={
            "Message-ID": f"<{message.public_id}@{links.mail_domain()}>",
            "Date": format_datetime(message.queued_at),
            "Auto-Submitted": "auto-generated",
            "X-Portico-Message": str(message.public_id),
        },
    )
    mail.attach_alternative(rendered.html, "text/html")
    for enclosure in message.attachments:
        made = ports.ENCLOSURES[enclosure["kind"]](UUID(enclosure["of"]), enclosure["options"])
        if made.content_type.startswith(CALENDAR):  # beside the texts, where mail programs look for invitations
            mail.attach_alternative(made.content.decode(), made.content_type)
        mail.attach(made.file_name, made.content, made.content_type)
    return mail


def _sender(branch: Branch) -> str:
    return formataddr((branch.display_name, settings.DEFAULT_FROM_EMAIL))


def _brand(branch: Branch) -> dict[str, Any]:
    return {
        "name": branch.display_name,
        "phone": branch.phone,
        "color": branch.color,
        "logo_url": links.portal_url(f"/logo/{branch.logo_digest}.png") if branch.logo_digest else None,
        "address": branch.address,
        "support_email": branch.support_email,
    }


def _with_code(letter: dict[str, Any]) -> dict[str, Any]:
    if not letter.get("code"):
        return letter
    digits = links.mailed_code(UUID(letter["code"]))
    texts = {name: letter[name].replace(links.CODE, digits) for name in ("heading", "preheader")}
    return letter | texts | {"paragraphs": [text.replace(links.CODE, digits) for text in letter["paragraphs"]]}


def _with_urls(letter: dict[str, Any]) -> dict[str, Any]:
    action = letter["action"]
    return letter | {
        "action": _with_url(action) if action else None,
        "secondary": [_with_url(link) for link in letter["secondary"]],
    }


def _with_url(link: dict[str, Any]) -> dict[str, str]:
    one_time = link["one_time"]
    path = links.with_token(link["path"], UUID(one_time)) if one_time else link["path"]
    absolute = links.office_url if link.get("is_office") else links.portal_url
    return {"label": link["label"], "url": absolute(path)}
