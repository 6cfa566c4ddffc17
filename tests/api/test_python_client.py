"""A Python client that nobody wrote: generated from the committed schema, it shops over HTTP."""

import importlib
import json
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from django.utils import timezone
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from orders.models import Order
from shop.core.outbox import deliver_due
from tests.api.contract import check
from tests.api.live_shop import bank_beside
from tests.factories.accounts import PASSWORD, make_customer
from tests.factories.checkout import FEE, PRICE, stock_product
from tests.factories.shopping import make_sold_product
from tests.sandbox import SandboxBank

pytestmark = pytest.mark.django_db(transaction=True)

SCHEMA = Path(__file__).resolve().parents[2] / "docs" / "api" / "openapi.json"
PACKAGE = "parcelwise_client"
ADDRESS = {
    "full_name": "Ada Park",
    "line1": "500 Howard Street",
    "city": "San Francisco",
    "region": "CA",
    "postal_code": "94105",
}
Sdk = Callable[[str], Any]


@pytest.fixture(scope="module")
def sdk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sdk]:
    """Generate the client, and give its modules by name."""
    folder = tmp_path_factory.mktemp("sdk")
    # Nothing of it is kept, so nobody formats it.
    (folder / "config.yml").write_text("post_hooks: []\n")
    command = [sys.executable, "-m", "openapi_python_client", "generate", "--path", str(SCHEMA)]
    command += ["--meta", "none", "--config", "config.yml", "--output-path", PACKAGE]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    # It warns of each operation and each answer that it leaves out.
    assert "arning" not in done.stdout + done.stderr, done.stdout
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(folder)
        yield lambda name: importlib.import_module(f"{PACKAGE}.{name}")


@pytest.fixture
def bank(live_server: LiveServer, tmp_path: Path) -> Iterator[SandboxBank]:
    with bank_beside(live_server.url, tmp_path) as bank:
        yield bank


@pytest.fixture
def http(live_server: LiveServer) -> Iterator[httpx.Client]:
    """What the generated client sends by; each answer must be one that the schema tells of."""

    def is_told_of(answer: httpx.Response) -> None:
        answer.read()
        check(answer.request.method, answer.request.url.path, answer)

    with httpx.Client(
        base_url=live_server.url, timeout=20, event_hooks={"response": [is_told_of]}
    ) as client:
        yield client


def test_a_customer_orders_and_pays(sdk: Sdk, http: httpx.Client, bank: SandboxBank) -> None:
    stock_product("LAMP", 5)
    make_customer(email="ada@example.com")
    models = sdk("models")
    client = sdk("client").Client(base_url=str(http.base_url)).set_httpx_client(http)

    token = sdk("api.cart.create_cart_token").sync(client=client).cart_token
    http.headers["X-Cart-Token"] = token
    line = models.LineRequest(sku="LAMP", quantity=2)
    added = sdk("api.cart.add_to_cart").sync_detailed(
        client=client, body=line, idempotency_key=uuid.uuid4().hex, postal_code="94105"
    )
    assert (added.status_code, added.parsed.count) == (201, 2)
    changed = sdk("api.cart.set_cart_quantity").sync(
        "LAMP",
        client=client,
        body=models.QuantityRequest(quantity=1),
        if_match=added.headers["ETag"],
    )
    assert (changed.count, changed.items_total.minor) == (1, PRICE)

    login = models.AuthLogin.from_dict({"email": "ada@example.com", "password": PASSWORD})
    meta = sdk("api.authentication_account.sign_in").sync(client=client, body=login).meta
    http.headers["Authorization"] = f"Bearer {meta.access_token}"
    assert sdk("api.account.read_account").sync(client=client).email == "ada@example.com"
    saved = sdk("api.addresses.add_address").sync(
        client=client, body=models.SavedAddressRequest.from_dict({**ADDRESS, "is_default": True})
    )

    where = models.QuoteRequest(postal_code="94105")
    [option] = sdk("api.checkout.quote").sync(client=client, body=where).options
    assert option.total.minor == PRICE + FEE
    wanted = models.OrderRequest(
        address_id=saved.id,
        service_level=option.service_level,
        expected_total=models.AmountRequest(minor=option.total.minor, currency="USD"),
    )
    key = uuid.uuid4().hex
    place = sdk("api.checkout.place_order").sync_detailed
    answers = [place(client=client, body=wanted, idempotency_key=key) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].parsed == answers[1].parsed
    number = answers[0].parsed.number
    assert [order.number for order in Order.objects.all()] == [number]

    payment = sdk("api.checkout.open_payment_session").sync(number, client=client)
    assert bank.act(payment.pay_url.rstrip("/").rpartition("/")[2], "pay").is_success
    shown = sdk("api.orders.read_order").sync(number, client=client)
    assert (shown.total.minor, shown.email) == (PRICE + FEE, "ada@example.com")
    [listed] = sdk("api.orders.list_orders").sync(client=client).orders
    assert listed.number == number


def test_filters_are_sent_by_their_own_names(
    sdk: Sdk, http: httpx.Client, settings: Settings
) -> None:
    settings.STORES = settings.STORES | {"search": {"BACKEND": "search.engines.sql.SqlEngine"}}
    for color in ("Red", "Blue", "Green"):
        make_sold_product(color.upper(), title=f"{color} lamp", options={"Color": color})
    while deliver_due(now=timezone.now()):
        pass
    client = sdk("client").Client(base_url=str(http.base_url)).set_httpx_client(http)
    filters = sdk("models").SearchProductsFilters.from_dict({"opt.Color": ["Red", "Blue"]})

    found = sdk("api.catalogue.search_products").sync(client=client, filters=filters)

    assert {card.sku for card in found.products} == {"BLUE", "RED"}


def test_refusals_are_problems_for_it_too(sdk: Sdk, http: httpx.Client) -> None:
    models = sdk("models")
    client = sdk("client").Client(base_url=str(http.base_url)).set_httpx_client(http)

    nobody = sdk("api.cart.read_cart").sync_detailed(client=client)
    wrong = sdk("api.authentication_account.sign_in").sync_detailed(
        client=client,
        body=models.AuthLogin.from_dict({"email": "eve@example.com", "password": "no such one"}),
    )

    assert isinstance(nobody.parsed, models.Problem)
    assert (nobody.status_code, nobody.parsed.code) == (401, "cart_token_missing")
    assert (wrong.status_code, json.loads(wrong.content)["errors"][0]["code"]) == (
        400,
        "email_password_mismatch",
    )
