"""A company with a payment account at the bundled sandbox, reached by the real library over a socket."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

import pytest
from django.db import connection, transaction
from django.test import Client

from portico.adapters.stripe.kind import Stripe
from portico.domain.billing import invariants, ports
from portico.domain.billing.enums import MethodKind
from portico.domain.billing.models import Deposit, Invoice, LedgerEntry, Payment, PaymentAttempt, PaymentMethod
from portico.domain.billing.operations import (
    accounts,
    deposits,
    keeping,
    payers,
    payments,
    reconcile,
    returning,
    webhooks,
)
from portico.domain.billing.operations.payments import Begun
from portico.domain.billing.operations.returning import Returned
from portico.domain.billing.operations.starting import Wanted
from portico.domain.billing.queries import credit as credit_queries
from portico.domain.billing.queries import deposits as deposit_queries
from portico.domain.billing.queries.deposits import DepositRow
from portico.domain.billing.rules import Part
from portico.domain.customers.models import Customer
from portico.domain.customers.queries import Scope
from portico.domain.jobs.models import Job
from portico.foundation.audit.enums import ActorKind
from portico.foundation.audit.operations import SHELL, Actor
from portico.foundation.people.models import Login
from portico.foundation.tenancy.invariants import Violation
from portico.foundation.tenancy.scope import company_scope
from portico.kernel import clock, ids
from portico.sandbox.stripe.server import Sandbox
from tests.factories import people
from tests.factories.billing import make_credit, make_invoice
from tests.factories.customers import make_customer
from tests.factories.visits import make_job
from tests.sandbox.running import TOKEN, Shop, bank_answer, pay_by_bank, submit

T = TypeVar("T")

READ_TIMEOUT = 1.5
PHOENIX = "America/Phoenix"  # where the tests' branch is: its day begins seven hours after UTC's


@dataclass
class Till:
    """A company, a customer, and what the gateway knows of its money."""

    company_id: int
    host: str
    shop: Shop
    customer: Customer
    login: Login

    @property
    def actor(self) -> Actor:
        return Actor(ActorKind.CUSTOMER, ref=str(self.login.public_id), name="Ana Sample", ip_prefix="192.0.2.0/24")

    def browser(self, login: Login | None = None) -> Client:
        """A signed-in browser on the portal."""
        return people.sign_in(people.portal(self.host), login or self.login)

    # --- our side ---

    def owes(self, total: int = 10000, **more: Any) -> Invoice:
        with company_scope(self.company_id), transaction.atomic():
            return make_invoice(self.customer, total, **more)

    def wants(
        self,
        *parts: tuple[Invoice, int],
        token: str = "",
        email: str = "ana@example.com",
        method: MethodKind | UUID = MethodKind.CARD,
        credit: int = 0,
    ) -> Wanted:
        return Wanted(
            customer_id=self.customer.pk,
            parts=tuple(Part(invoice.pk, amount) for invoice, amount in parts),
            currency="USD",
            form_token=token or ids.new_secret(),
            receipt_email=email,
            method=method,
            credit_minor=credit,
        )

    def pay(self, *parts: tuple[Invoice, int], by: Actor | None = None, **more: Any) -> Begun:
        """Begin a payment, as a form would."""
        with company_scope(self.company_id):
            return payments.pay(wanted=self.wants(*parts, **more), by=by or self.actor)

    def asks(self, amount: int = 5000, *, job: Job | None = None) -> Deposit:
        """A deposit that is asked for because something was approved."""
        with company_scope(self.company_id), transaction.atomic():
            work = job or make_job(self.customer)
            asked = deposits.ask(
                approval_ref=ids.new_public_id(),
                customer_id=self.customer.pk,
                job_id=work.pk,
                title="New furnace",
                amount_minor=amount,
                currency="USD",
                by=self.actor,
            )
            return Deposit.objects.get(public_id=asked)

    def pay_deposit(self, deposit: Deposit, *, by: Actor | None = None, **more: Any) -> Begun:
        """Begin to pay a deposit, as its form would."""
        wanted = replace(self.wants(**more), deposit_id=deposit.pk, deposit_minor=deposit.amount_minor)
        with company_scope(self.company_id):
            return payments.pay(wanted=wanted, by=by or self.actor)

    def deposit(self, deposit: Deposit) -> Deposit:
        with company_scope(self.company_id), transaction.atomic():
            return Deposit.objects.get(pk=deposit.pk)

    def word(self, deposit: Deposit) -> str:
        """How the deposit stands, as its page says it."""
        return str(self.shown(deposit).word.value)

    def shown(self, deposit: Deposit) -> DepositRow:
        scope = Scope([self.customer.pk], [None])
        with company_scope(self.company_id):
            row = deposit_queries.deposit(scope=scope, login=self.login.public_id, deposit=deposit.public_id)
        assert row is not None
        return row

    def usable(self) -> int:
        """What of the customer's credit can be put to use."""
        with company_scope(self.company_id):
            rows = credit_queries.usable_credit(scope=Scope([self.customer.pk], [None]))
        return sum(row.amount.minor for row in rows)

    def come_back_to(self, begun: Begun, *, is_leaving: bool = False) -> Returned:
        """The payer is back from the gateway's page."""
        with company_scope(self.company_id):
            return returning.come_back(payment=self.payment(begun).public_id, is_leaving=is_leaving, by=self.actor)

    def saved(self, test_method: str = "pm_card_visa") -> PaymentMethod:
        """What the customer has saved, at the gateway and here; `pm_usBankAccount_success` is a bank account."""
        with company_scope(self.company_id):
            account = accounts.require_account()
            ref = payers.gateway_customer(customer_id=self.customer.pk, email="ana@example.com", account=account)
            made = self.shop.saved(test_method, customer=ref)
            snapshot, _customer = account.gateway.method(made.id)
            return keeping.keep(customer_id=self.customer.pk, account_id=account.id, snapshot=snapshot, by=self.actor)

    def method(self, method: PaymentMethod) -> PaymentMethod:
        with company_scope(self.company_id), transaction.atomic():
            return PaymentMethod.objects.get(pk=method.pk)

    def has_credit(self, amount: int, **columns: Any) -> Payment:
        """Money of an earlier payment that lies on no invoice."""
        with company_scope(self.company_id), transaction.atomic():
            return make_credit(self.customer, amount, **columns)

    def credit(self) -> int:
        """What the customer's credit is by the ledger."""
        return sum(amount for _kind, amount in self.ledger())

    def hear(self) -> None:
        """Take in everything that the gateway would have told."""
        with company_scope(self.company_id):
            webhooks.catch_up()

    def payment(self, begun: Begun | UUID) -> Payment:
        public_id = begun.payment if isinstance(begun, Begun) else begun
        with company_scope(self.company_id), transaction.atomic():
            return Payment.objects.get(public_id=public_id)

    def payments(self) -> list[Payment]:
        with company_scope(self.company_id), transaction.atomic():
            return list(Payment.objects.order_by("pk"))

    def attempt(self, begun: Begun) -> PaymentAttempt:
        with company_scope(self.company_id), transaction.atomic():
            return PaymentAttempt.objects.get(payment__public_id=begun.payment)

    def invoice(self, invoice: Invoice) -> Invoice:
        with company_scope(self.company_id), transaction.atomic():
            return Invoice.objects.get(pk=invoice.pk)

    def balance(self, invoice: Invoice) -> tuple[int, int]:
        """What is paid and what is reserved."""
        now = self.invoice(invoice)
        return now.paid_minor, now.reserved_minor

    def ledger(self) -> list[tuple[str, int]]:
        with company_scope(self.company_id), transaction.atomic():
            return list(LedgerEntry.objects.order_by("pk").values_list("kind", "amount_minor"))

    def ledger_cash(self) -> int:
        return sum(amount for kind, amount in self.ledger() if kind == "payment_in")

    def reconcile(self, *, times: int = 1) -> None:
        """Let the task run as if its time had come."""
        for _ in range(times):
            with company_scope(self.company_id):
                with transaction.atomic():
                    rows = PaymentAttempt.objects.filter(next_check_at__isnull=False)
                    rows.update(next_check_at=clock.real_now())
                reconcile.reconcile_due()

    # --- the gateway's side ---

    def cash(self) -> int:
        return int(self.shop.stats()["cash"].get("usd", 0))

    def open_pages(self) -> list[str]:
        """Every hosted page that somebody could still pay on."""
        sessions = self.shop.api.checkout.sessions.list({"limit": 100}).data
        return [session.url for session in sessions if session.status == "open"]

    def pay_every_page(self, **typed: str) -> int:
        """Pay on all of them; how many there were."""
        pages = self.open_pages()
        for url in pages:
            submit(url, **typed)
        return len(pages)

    def settle(self, intent: str) -> None:
        """A bank debit arrives now."""
        self.shop.settle(intent)

    def fail(self, intent: str, code: str = "insufficient_funds") -> None:
        """A bank debit fails before it arrives."""
        self.shop.fail(intent, code)

    def come_back(self, intent: str, reason: str = "insufficient_funds") -> None:
        """The bank takes a settled debit back: a dispute that is lost at once."""
        self.shop.come_back(intent, reason)

    def advance(self, **time: int) -> None:
        """Put this account's clock at the gateway forward: seconds=, days=, business_days=."""
        self.shop.advance(**time)

    def tick_save(self, url: str, **typed: str) -> None:
        """Pay a page by card and tick the box that saves it."""
        submit(url, save="on", **typed)

    def pay_by_bank(self, url: str, account: str = "000123456789", **typed: str) -> None:
        """Pay a page from a bank account; way="manual" asks for micro-deposits."""
        pay_by_bank(url, account, **typed)

    def authenticate(self, url: str, answer: str = "complete") -> str:
        """Press a button on the bank's page of a card; where it leads."""
        return bank_answer(url, answer).headers["location"]

    def last_intent(self) -> str:
        """The newest payment intent of the account."""
        return str(self.shop.api.payment_intents.list({"limit": 1}).data[0].id)

    def fault(self, kind: str, *, path: str = "/v1/checkout/sessions", method: str = "POST", **more: Any) -> None:
        self.shop.control("POST", "faults", kind=kind, path=path, method=method, **more)


@pytest.fixture(scope="session")
def stripe_sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    folder: Path = tmp_path_factory.mktemp("stripe")
    running = Sandbox(port=0, folder=folder, control_token=TOKEN).start()
    yield running
    running.stop()


@pytest.fixture
def wired_sandbox(stripe_sandbox: Sandbox) -> Iterator[Sandbox]:
    """Payments go to the sandbox, with short time-outs."""
    before = dict(ports.GATEWAYS)
    ports.GATEWAYS.clear()
    ports.GATEWAYS["sandbox"] = Stripe(api_base=stripe_sandbox.base, timeout=(3, READ_TIMEOUT))
    yield stripe_sandbox
    ports.GATEWAYS.clear()
    ports.GATEWAYS.update(before)
    clear = Shop(stripe_sandbox)
    clear.control("DELETE", "faults")


def open_till(sandbox: Sandbox, *, host: str = "demo") -> Till:
    """A company whose account is a fresh one of the sandbox, with one customer who signs in."""
    company = people.make_company(host)
    shop = Shop(sandbox)
    with people.inside(company):
        accounts.save_account(code="sandbox", secret_key=shop.key, webhook_secrets=(), webhook_url="", by=SHELL)
        customer = make_customer("Ana Sample", "ana@example.com")
        login = people.make_login("ana@example.com")
    return Till(company.id, host, shop, customer, login)


@pytest.fixture
def till(db: None, wired_sandbox: Sandbox) -> Till:
    return open_till(wired_sandbox)


@pytest.fixture
def shared_till(transactional_db: None, wired_sandbox: Sandbox) -> Till:
    """The same, committed: for several threads."""
    return open_till(wired_sandbox)


def together(count: int, work: Callable[[int], T]) -> list[T | Exception]:
    """Run `work(0)` … at the same moment, each in a thread with a connection of its own; results or errors in order."""
    gate = threading.Barrier(count)
    results: list[Any] = [None] * count

    def one(number: int) -> None:
        gate.wait()
        try:
            results[number] = work(number)
        except Exception as error:  # the caller looks at it
            results[number] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=one, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def violations(till: Till) -> list[Violation]:
    """The rules of money that are broken."""
    with company_scope(till.company_id):
        return invariants.check()
