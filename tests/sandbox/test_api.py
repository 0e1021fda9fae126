import pytest
import requests
import stripe

from portico.sandbox.stripe.call import API_VERSION
from tests.sandbox.running import Shop


def test_customer_is_created_found_and_updated(shop: Shop):
    created = shop.api.customers.create(
        {"name": "Ana Sample", "email": "ana@example.com", "metadata": {"portico": "1", "old": "2"}}
    )
    shop.api.customers.update(created.id, {"phone": "+16025550100", "metadata": {"old": "", "new": "3"}})
    found = shop.api.customers.retrieve(created.id)
    assert (found.name, found.email, found.phone) == ("Ana Sample", "ana@example.com", "+16025550100")
    assert (found.metadata.to_dict(), found.livemode) == ({"portico": "1", "new": "3"}, False)
    assert [one.id for one in shop.api.customers.list({"email": "ana@example.com"}).data] == [created.id]


def test_customer_with_a_wrong_address_is_refused(shop: Shop):
    with pytest.raises(stripe.InvalidRequestError) as refused:
        shop.api.customers.create({"email": "ana"})
    assert (refused.value.code, refused.value.param) == ("email_invalid", "email")


def test_unknown_id_is_missing(shop: Shop):
    for retrieve in (shop.api.customers.retrieve, shop.api.payment_intents.retrieve, shop.api.events.retrieve):
        with pytest.raises(stripe.InvalidRequestError) as refused:
            retrieve("xx_unknown")
        assert (refused.value.http_status, refused.value.code) == (404, "resource_missing")


def test_accounts_do_not_know_each_other(shop: Shop, other_shop: Shop):
    customer = shop.api.customers.create({"name": "Ana Sample"})
    session = shop.session(customer=customer.id)
    intent = shop.intent()
    shop.api.webhook_endpoints.create({"url": "http://localhost:9/", "enabled_events": ["*"]})
    for retrieve, ident in (
        (other_shop.api.customers.retrieve, customer.id),
        (other_shop.api.checkout.sessions.retrieve, session.id),
        (other_shop.api.payment_intents.retrieve, intent.id),
        (other_shop.api.charges.retrieve, intent.latest_charge),
        (other_shop.api.events.retrieve, shop.api.events.list().data[0].id),
    ):
        with pytest.raises(stripe.InvalidRequestError, match="No such"):
            retrieve(ident)
    with pytest.raises(stripe.InvalidRequestError, match="No such customer"):
        other_shop.session(customer=customer.id)
    api = other_shop.api
    lists = (api.customers, api.checkout.sessions, api.payment_intents, api.charges, api.events, api.webhook_endpoints)
    assert [service.list().data for service in lists] == [[]] * 6
    assert other_shop.stats()["cash"] == {}


@pytest.mark.parametrize("key", ("sk_live_abc", "pk_test_abc", "nonsense", "sk_test_"))
def test_other_keys_than_test_keys_are_refused(shop: Shop, key):
    shop.key = key
    with pytest.raises(stripe.AuthenticationError):
        shop.api.balance.retrieve()


def test_request_without_a_key_is_refused(shop: Shop):
    assert requests.get(f"{shop.sandbox.base}/v1/balance", timeout=9).status_code == 401


def test_a_key_can_be_tried_with_account_and_balance(shop: Shop):
    shop.intent(amount=10000)
    account, balance = shop.api.accounts.retrieve_current(), shop.api.balance.retrieve()
    assert (account.charges_enabled, account.country) == (True, "US")
    assert [(funds.amount, funds.currency) for funds in balance.pending] == [(10000 - 320, "usd")]


def test_answers_carry_request_id_and_version(shop: Shop):
    customer = shop.api.customers.create({})
    headers = customer.last_response.headers
    assert (headers["request-id"][:4], headers["stripe-version"]) == ("req_", API_VERSION)
    assert stripe.api_version == API_VERSION


def test_lists_are_newest_first_and_paged(shop: Shop):
    created = [shop.api.customers.create({"name": str(n)}).id for n in range(5)]
    first = shop.api.customers.list({"limit": 2})
    assert ([one.id for one in first.data], first.has_more) == (created[:2:-1], True)
    second = shop.api.customers.list({"limit": 3, "starting_after": created[3]})
    assert ([one.id for one in second.data], second.has_more) == (created[2::-1], False)
    before = shop.api.customers.list({"limit": 2, "ending_before": created[1]})
    assert ([one.id for one in before.data], before.has_more) == ([created[3], created[2]], True)
    assert [one.id for one in first.auto_paging_iter()] == created[::-1]


def test_lists_filter_by_time_of_creation(shop: Shop):
    customer = shop.api.customers.create({})
    assert [one.id for one in shop.api.customers.list({"created": {"gte": customer.created}}).data] == [customer.id]
    assert shop.api.customers.list({"created": {"gt": customer.created}}).data == []
    assert [one.id for one in shop.api.customers.list({"created": customer.created}).data] == [customer.id]


@pytest.mark.parametrize(
    ("params", "param"),
    (({"limit": 0}, "limit"), ({"limit": "x"}, "limit"), ({"starting_after": "cus_x"}, "starting_after")),
)
def test_list_with_a_wrong_parameter_is_refused(shop: Shop, params, param):
    with pytest.raises(stripe.InvalidRequestError) as refused:
        shop.api.customers.list(params)
    assert refused.value.param == param


def test_unknown_and_nested_unknown_parameters_are_refused(shop: Shop):
    for given, param in (({"nmae": "Ana"}, "nmae"), ({"address": {"zip": "1"}}, "address[zip]")):
        with pytest.raises(stripe.InvalidRequestError) as refused:
            shop.api.customers.create(given)
        assert (refused.value.code, refused.value.param) == ("parameter_unknown", param)


def test_unknown_address_is_not_found(shop: Shop):
    answer = requests.get(f"{shop.sandbox.base}/v1/coupons", auth=(shop.key, ""), timeout=9)
    assert (answer.status_code, answer.json()["error"]["type"]) == (404, "invalid_request_error")


def test_other_host_names_are_refused(shop: Shop):
    answer = requests.get(f"{shop.sandbox.base}/", headers={"Host": "evil.example.com"}, timeout=9)
    assert answer.status_code == 421


def test_expand_shows_the_object_in_place_of_its_id(shop: Shop):
    customer = shop.api.customers.create({"name": "Ana Sample"})
    shop.intent(customer=customer.id)
    paths = ["data.customer", "data.latest_charge.balance_transaction"]
    intent = shop.api.payment_intents.list({"expand": paths}).data[0]
    assert (intent.customer.name, intent.latest_charge.balance_transaction.fee) == ("Ana Sample", 175)
    with pytest.raises(stripe.InvalidRequestError, match="cannot be expanded"):
        shop.api.payment_intents.list({"expand": ["data.colour"]})
