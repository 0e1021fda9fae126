from datetime import timedelta

import pytest
from django.db import transaction

from portico.domain.billing import errors, ports
from portico.domain.billing.enums import MethodKind, SetupState
from portico.domain.billing.models import MethodSetup, PaymentMethod
from portico.domain.billing.operations import adding, keeping, methods
from portico.domain.billing.operations.adding import Adding
from portico.domain.billing.queries import methods as queries
from portico.domain.customers.queries import Scope
from portico.foundation.audit.models import AuditEntry
from portico.foundation.people.throttling import TooManyTries
from portico.foundation.tenancy.scope import company_scope
from portico.kernel import clock, ids
from tests.sandbox.running import submit, verify
from tests.stripe_sandbox import Till


def add(till: Till, kind: MethodKind = MethodKind.CARD, *, token: str = "") -> Adding:
    with company_scope(till.company_id):
        return adding.add(customer_id=till.customer.pk, kind=kind, form_token=token or ids.new_secret(), by=till.actor)


def back(till: Till, added: Adding, *, is_leaving: bool = False) -> SetupState:
    with company_scope(till.company_id):
        return adding.come_back(setup=added.setup, is_leaving=is_leaving, by=till.actor)


def saved(till: Till) -> list[tuple[str, str, bool, str]]:
    """What the methods page lists: label, state, default, why not offered."""
    with company_scope(till.company_id):
        rows = queries.payment_methods(scope=Scope([till.customer.pk], [None]))
    return [(row.label, row.state.value, row.is_default, row.why_not) for row in rows]


def test_card_is_added_on_the_hosted_page_and_is_the_default(till: Till):
    added = add(till)
    assert saved(till) == []
    submit(added.url)
    assert back(till, added) == SetupState.SUCCEEDED
    assert saved(till) == [("Visa ending 4242", "active", True, "")]
    with company_scope(till.company_id), transaction.atomic():
        method = PaymentMethod.objects.get()
        trail = list(AuditEntry.objects.filter(verb="method.added").values_list("actor_name", flat=True))
    assert (method.added_by_name, method.expires_on.year, trail) == ("Ana Sample", 2034, ["Ana Sample"])
    assert (back(till, added), len(saved(till))) == (SetupState.SUCCEEDED, 1)


def test_same_form_opens_the_same_page(till: Till):
    first, second = add(till, token="one"), add(till, token="one")
    assert (first, len(till.open_pages())) == (second, 1)
    with pytest.raises(errors.FormReused):
        add(till, MethodKind.ACH, token="one")


def test_page_that_is_left_is_closed_and_nothing_is_saved(till: Till):
    added = add(till)
    assert back(till, added, is_leaving=True) == SetupState.EXPIRED
    assert (till.open_pages(), saved(till)) == ([], [])


def test_bank_account_is_added_with_its_mandate_and_charged(till: Till):
    added = add(till, MethodKind.ACH)
    till.pay_by_bank(added.url)
    assert back(till, added) == SetupState.SUCCEEDED
    assert saved(till) == [("Stripe Test Bank ending 6789", "active", True, "")]
    with company_scope(till.company_id), transaction.atomic():
        method = PaymentMethod.objects.get()
    assert method.mandate_ref.startswith("mandate_")
    invoice = till.owes()
    begun = till.pay((invoice, 6000), method=method.public_id)
    assert till.payment(begun).state == "processing"


def test_bank_account_to_be_verified_is_listed_and_not_offered_until_it_is(till: Till):
    added = add(till, MethodKind.ACH)
    till.pay_by_bank(added.url, way="manual")
    assert back(till, added) == SetupState.VERIFYING
    assert saved(till) == [("Stripe Test Bank ending 6789", "verifying", False, "It can be used once it is verified.")]
    with company_scope(till.company_id):
        (row,) = queries.payment_methods(scope=Scope([till.customer.pk], [None]))
    verify(row.verify_url, code="SM11AA")
    till.hear()
    assert saved(till) == [("Stripe Test Bank ending 6789", "active", True, "")]


def test_card_saved_by_the_payers_own_tick_is_listed_after_the_payment(till: Till):
    invoice = till.owes()
    begun = till.pay((invoice, 6000))
    till.tick_save(begun.url)
    till.come_back_to(begun)
    assert saved(till) == [("Visa ending 4242", "active", True, "")]


def test_card_paid_without_the_tick_is_not_saved(till: Till):
    invoice = till.owes()
    begun = till.pay((invoice, 6000))
    submit(begun.url)
    till.come_back_to(begun)
    assert saved(till) == []


def test_news_of_a_saved_method_is_enough(till: Till):
    invoice = till.owes()
    begun = till.pay((invoice, 6000))
    till.tick_save(begun.url)
    till.hear()
    assert [row[0] for row in saved(till)] == ["Visa ending 4242"]


def test_removed_method_is_gone_here_and_at_the_gateway(till: Till):
    card = till.saved()
    with company_scope(till.company_id):
        methods.remove(method_id=card.pk, by=till.actor)
        methods.remove(method_id=card.pk, by=till.actor)
    assert (saved(till), till.method(card).state) == ([], "detached")
    assert till.shop.api.payment_methods.retrieve(card.ref).customer is None
    till.hear()
    assert saved(till) == []


def test_method_stays_while_the_gateway_does_not_say_that_it_is_gone(till: Till):
    card = till.saved()
    till.fault("error_before", path=f"/v1/payment_methods/{card.ref}/detach", count=5)
    with company_scope(till.company_id), pytest.raises(errors.CannotPayOnline):
        methods.remove(method_id=card.pk, by=till.actor)
    assert [row[1] for row in saved(till)] == ["active"]


def test_method_of_an_undecided_payment_cannot_be_removed(till: Till):
    invoice, card = till.owes(), till.saved("pm_card_authenticationRequired")
    begun = till.pay((invoice, 6000), method=card.public_id)
    with company_scope(till.company_id), pytest.raises(errors.MethodInUse):
        methods.remove(method_id=card.pk, by=till.actor)
    till.authenticate(begun.url)
    till.come_back_to(begun)
    with company_scope(till.company_id):
        methods.remove(method_id=card.pk, by=till.actor)
    assert saved(till) == []


def test_default_is_one_and_can_be_changed(till: Till):
    first, second = till.saved(), till.saved("pm_usBankAccount_success")
    assert (till.method(first).is_default, till.method(second).is_default) == (True, False)
    with company_scope(till.company_id):
        methods.make_default(method_id=second.pk, by=till.actor)
    assert (till.method(first).is_default, till.method(second).is_default) == (False, True)


def test_expired_card_is_marked_and_cannot_be_the_default(till: Till):
    card = till.saved()
    till.shop.control("POST", "methods/update", method=card.ref, exp_month=1, exp_year=2025)
    till.hear()
    assert [row[3] for row in saved(till)] == ["The card has expired. Remove it and add the new one."]
    with company_scope(till.company_id), pytest.raises(errors.MethodNotOffered):
        methods.make_default(method_id=card.pk, by=till.actor)


def test_card_that_its_bank_renewed_is_offered_again(till: Till):
    card = till.saved()
    till.shop.control("POST", "methods/update", method=card.ref, exp_month=1, exp_year=2025)
    till.hear()
    till.shop.control("POST", "methods/update", method=card.ref, exp_month=1, exp_year=2040)
    till.hear()
    assert [row[3] for row in saved(till)] == [""]


def test_mandate_that_ends_disables_the_account(till: Till):
    account = till.saved("pm_usBankAccount_success")
    till.shop.control("POST", "methods/disable", method=account.ref, reason="bank_account_closed")
    till.hear()
    assert [row[1:3] for row in saved(till)] == [("disabled", False)]
    with company_scope(till.company_id):
        methods.sync(customer_id=till.customer.pk)
    assert [row[1] for row in saved(till)] == ["disabled"]


def test_what_its_owner_removed_does_not_come_back_by_older_news(till: Till):
    card = till.saved()
    with company_scope(till.company_id):
        keeping.mark_detached(account_id=card.account_id, method_ref=card.ref, by=till.actor)
        methods.sync(customer_id=till.customer.pk)
    assert (saved(till), till.method(card).state) == ([], "detached")


def test_account_without_a_mandate_stays_disabled_although_it_is_there(till: Till):
    account = till.saved("pm_usBankAccount_success")
    with company_scope(till.company_id):
        keeping.disable(account_id=account.account_id, method_ref=account.ref, why="mandate_inactive")
        methods.sync(customer_id=till.customer.pk)
    assert [row[1:3] for row in saved(till)] == [("disabled", False)]


def test_method_removed_at_the_gateway_is_gone_here(till: Till):
    card = till.saved()
    till.shop.api.payment_methods.detach(card.ref)
    with company_scope(till.company_id):
        assert methods.sync(customer_id=till.customer.pk)
    assert (saved(till), till.method(card).state) == ([], "detached")


def test_sixth_visit_of_a_day_and_eleventh_method_are_refused(till: Till):
    for _ in range(5):
        add(till)
    with pytest.raises(TooManyTries):
        add(till)
    with company_scope(till.company_id), transaction.atomic():
        card = PaymentMethod.objects.all()
        assert card.count() == 0
    for _ in range(10):
        till.saved()
    with pytest.raises(errors.TooManyMethods):
        add(till)


def test_visit_whose_answer_was_lost_ends_with_its_page(till: Till):
    till.fault("drop_before", count=3)
    added = add(till)
    assert added.url == ""
    with company_scope(till.company_id):
        assert adding.look_after_open() == 0
        with transaction.atomic():
            MethodSetup.objects.update(expires_at=clock.real_now() - timedelta(minutes=2))
        adding.look_after_open()
    assert back(till, added) == SetupState.EXPIRED


def test_declined_card_is_not_saved(till: Till):
    added = add(till)
    submit(added.url, number="4000000000000002")
    assert (back(till, added), saved(till)) == (SetupState.SENT, [])


def test_methods_are_out_of_reach_for_others(till: Till):
    card = till.saved()
    with company_scope(till.company_id):
        for scope in (Scope([till.customer.pk], [4711]), Scope([till.customer.pk + 1], [None])):
            assert queries.payment_methods(scope=scope) == []
            assert queries.method(scope=scope, method=card.public_id) is None
        assert queries.method(scope=Scope([till.customer.pk], [None]), method=card.public_id) is not None


def test_gateway_is_asked_what_a_page_of_adding_is(till: Till):
    """The webhook does not know of which kind a page is: a page that charges nothing says so."""
    added = add(till)
    with company_scope(till.company_id), transaction.atomic():
        ref = MethodSetup.objects.get(public_id=added.setup).session_ref
    with company_scope(till.company_id):
        gateway = adding.accounts.require_account().gateway
        with pytest.raises(ports.NotAPayment):
            gateway.fetch(ref)
