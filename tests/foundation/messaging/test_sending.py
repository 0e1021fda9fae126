"""Sending against a real SMTP server on loopback that misbehaves in all the usual ways."""

import os
import signal
import socket
import subprocess
import sys
from datetime import UTC, datetime
from email import message_from_bytes, policy

import pytest
from aiosmtpd.controller import Controller
from django.db import connection, transaction
from procrastinate.jobs import Job

from portico.config import env
from portico.foundation.messaging import outgoing
from portico.foundation.messaging.enums import MessageKind
from portico.foundation.messaging.letter import Letter, Link
from portico.foundation.messaging.models import Message
from portico.foundation.messaging.operations import queue_letter
from portico.foundation.messaging.outgoing import MailServerDown, send_message
from portico.foundation.tenancy.models import Branch
from portico.foundation.tenancy.scope import company_scope
from tests import database
from tests.factories import drain, people

pytestmark = pytest.mark.django_db(transaction=True)


class Server:
    """Keeps what it was given. `refuse` answers recipients, `data` is what to do in the middle of DATA."""

    def __init__(self):
        self.received, self.refuse, self.in_data = [], {}, []

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802 - aiosmtpd names it
        if address in self.refuse:
            return self.refuse[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 - as above
        if self.in_data:
            act = self.in_data.pop(0)
            if act == "hang up":
                server.transport.abort()
                return "451 never heard"
            self.received.append(message_from_bytes(envelope.content, policy=policy.default))
            if isinstance(act, int):
                os.kill(act, signal.SIGKILL)
                return "250 OK"
            return act
        self.received.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 OK"


@pytest.fixture
def smtp(settings):
    handler = Server()
    controller = Controller(handler, hostname="127.0.0.1", port=free_port())
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", controller.port
    yield handler
    controller.stop()


@pytest.fixture
def company():
    found = people.make_company()
    with company_scope(found.id):
        yield found


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def queued(email="ana@example.com", **more):
    letter = Letter(
        subject="Your visit,\nMonday",
        heading="Hello",
        paragraphs=("A <b>line</b>.",),
        action=Link("Open", "/invoices/"),
    )
    with transaction.atomic():
        branch = Branch.objects.get(is_main=True)
        return queue_letter(kind=MessageKind.INVOICE, to_email=email, branch_id=branch.pk, letter=letter, **more)


def state_of(message):
    with transaction.atomic():
        return Message.objects.values_list("state", "tries", "error").get(pk=message.pk)


def test_mail_arrives_once_with_brand_text_and_html(company, smtp):
    message = queued()
    drain()
    (mail,) = smtp.received
    assert (mail["To"], mail["From"], mail["Subject"]) == (
        "ana@example.com",
        "Brightwater Home <portal@example.com>",
        "Your visit, Monday",
    )
    assert mail["Message-ID"] == f"<{message.public_id}@demo.localhost>"
    assert "http://demo.localhost:8000/invoices/" in mail.get_body(("plain",)).get_content()
    assert "A &lt;b&gt;line&lt;/b&gt;." in mail.get_body(("html",)).get_content()
    assert state_of(message) == ("sent", 1, "")


def test_rolled_back_fact_sends_nothing(company, smtp):
    with transaction.atomic():
        queued()
        transaction.set_rollback(True)
    drain()
    assert smtp.received == []


def test_mail_with_a_used_key_is_not_queued_again(company, smtp):
    assert (queued(key="receipt-1") is None, queued(key="receipt-1") is None) == (False, True)


def test_server_that_is_down_gets_the_mail_when_it_is_back(company, smtp, settings):
    message, port = queued(), settings.EMAIL_PORT
    settings.EMAIL_PORT = free_port()
    for _ in range(2):
        with pytest.raises(MailServerDown):
            send_message(message_id=message.public_id)
    state, tries, error = state_of(message)
    assert (state, tries, "refused" in error) == ("queued", 2, True)
    settings.EMAIL_PORT = port
    send_message(message_id=message.public_id)
    assert (len(smtp.received), state_of(message)) == (1, ("sent", 3, ""))


def test_queue_asks_again_within_two_minutes_for_as_long_as_it_takes():
    job = Job(id=1, queue="mail", lock=None, queueing_lock=None, task_name="messaging.send")
    now, waits = datetime.now(UTC), []
    for attempts in (0, 1, 2, 3, 10, 500):
        decision = outgoing.Patience().get_retry_decision(exception=OSError(), job=job.evolve(attempts=attempts))
        waits.append(round((decision.retry_at - now).total_seconds()))
    assert waits == [5, 10, 20, 40, 110, 110]


def test_server_that_stays_down_for_a_day_fails_the_mail(company, smtp, settings):
    message = queued()
    settings.EMAIL_PORT = free_port()
    with transaction.atomic():
        Message.objects.update(queued_at="2026-01-01T00:00:00Z")
    send_message(message_id=message.public_id)
    assert state_of(message)[0] == "failed"


def test_refused_recipient_fails_with_the_servers_words_and_the_others_arrive(company, smtp):
    smtp.refuse["gone@example.com"] = "550 5.1.1 No such mailbox"
    gone, fine = queued("gone@example.com"), queued("fine@example.com")
    drain()
    assert state_of(gone) == ("failed", 1, "550 5.1.1 No such mailbox")
    assert ([mail["To"] for mail in smtp.received], state_of(fine)[0]) == (["fine@example.com"], "sent")


def test_recipient_that_is_busy_is_tried_again(company, smtp):
    smtp.refuse["busy@example.com"] = "450 4.2.1 Try later"
    message = queued("busy@example.com")
    with pytest.raises(MailServerDown):
        send_message(message_id=message.public_id)
    smtp.refuse.clear()
    send_message(message_id=message.public_id)
    assert (len(smtp.received), state_of(message)) == (1, ("sent", 2, ""))


def test_connection_lost_in_the_middle_of_the_mail_sends_it_once(company, smtp):
    smtp.in_data.append("hang up")
    message = queued()
    with pytest.raises(MailServerDown):
        send_message(message_id=message.public_id)
    send_message(message_id=message.public_id)
    assert (len(smtp.received), state_of(message)) == (1, ("sent", 2, ""))


def test_mail_refused_after_its_content_fails(company, smtp):
    smtp.in_data.append("554 5.7.1 Looks like spam")
    message = queued()
    send_message(message_id=message.public_id)
    assert state_of(message) == ("failed", 1, "554 5.7.1 Looks like spam")


def test_worker_killed_between_sending_and_noting_makes_one_duplicate_with_the_same_id(company, smtp, settings):
    message = queued()
    worker = _worker(company.id, message.public_id, settings.EMAIL_PORT)
    smtp.in_data.append(worker.pid)
    with worker.stdin as start:
        start.write(b"go\n")
    assert worker.wait(30) == -signal.SIGKILL
    assert (len(smtp.received), state_of(message)[:2]) == (1, ("queued", 1))
    drain()
    assert [mail["Message-ID"] for mail in smtp.received] == [f"<{message.public_id}@demo.localhost>"] * 2
    assert state_of(message) == ("sent", 2, "")


WORKER = """
import sys, uuid, django
django.setup()
from portico.foundation.messaging.outgoing import send_message
from portico.foundation.tenancy.scope import company_scope
sys.stdin.readline()
with company_scope({company}):
    send_message(message_id=uuid.UUID("{message}"))
"""


def _worker(company, message, port):
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "portico.config.settings",
        "DATABASE_URL": database.app_url(connection.settings_dict["NAME"]),
        "EMAIL_URL": f"smtp://127.0.0.1:{port}",
    }
    program = WORKER.format(company=company, message=message)
    return subprocess.Popen([sys.executable, "-c", program], cwd=env.PROJECT, env=environment, stdin=subprocess.PIPE)
