"""A shop on the real servers with a few things to sell, and the table of what was seen."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from catalog.types import ItemDocument
from tests.factories.accounts import PASSWORD, make_customer_for_processes
from tests.factories.catalog import make_product
from tests.factories.checkout import FEE
from tests.factories.logistics import make_lane, make_warehouse, put_stock
from tests.processes import ShopProcesses, eventually
from tests.web_admin import WebAdmin
from tests.web_buyer import WebBuyer


@dataclass(frozen=True)
class Stocked:
    """What is sold; `kettle` is what the tests look for."""

    kettle: ItemDocument
    lamp: ItemDocument

    @property
    def category(self) -> str:
        return f"/c/{self.kettle.category_path[-1].path}/"


@pytest.fixture
def stocked(shop: ShopProcesses) -> Stocked:
    """Have two products in stock and findable."""
    warehouse = make_warehouse("MAIN")
    make_lane(warehouse, fee_minor=FEE)
    for sku in ("KETTLE", "LAMP"):
        put_stock(sku, 50, warehouse)
    found = Stocked(
        kettle=make_product(sku="KETTLE", title="Copper kettle", category="Kitchen > Kettles"),
        lamp=make_product(sku="LAMP", title="Reading lamp", category="Kitchen > Lamps"),
    )
    with WebBuyer(str(shop.http.base_url)) as somebody:
        deliver_to(somebody, "94103")
        eventually(lambda: "Copper kettle" in somebody.get("/search/?q=kettle").text, seconds=30)
        eventually(lambda: "Reading lamp" in somebody.get("/search/?q=lamp").text, seconds=30)
    return found


def deliver_to(buyer: WebBuyer, postal_code: str) -> None:
    buyer.get("/deliver-to/")
    assert buyer.post("/deliver-to/", {"postal_code": postal_code}).status_code == 302


@pytest.fixture
def guest(shop: ShopProcesses, stocked: Stocked) -> Iterator[WebBuyer]:
    """Somebody at 94103 who has been around."""
    with WebBuyer(str(shop.http.base_url)) as buyer:
        deliver_to(buyer, "94103")
        yield buyer


@pytest.fixture
def customer(shop: ShopProcesses, stocked: Stocked) -> Iterator[WebBuyer]:
    make_customer_for_processes(email="ada@example.com")
    with WebBuyer(str(shop.http.base_url)) as buyer:
        buyer.get("/accounts/login/")
        answer = buyer.post("/accounts/login/", {"login": "ada@example.com", "password": PASSWORD})
        assert answer.status_code == 302, answer.text
        yield buyer


@pytest.fixture
def staff(shop: ShopProcesses, stocked: Stocked) -> Iterator[WebAdmin]:
    make_customer_for_processes(email="staff@example.com", is_staff=True)
    with WebAdmin(str(shop.http.base_url)) as admin:
        admin.sign_in("staff@example.com", PASSWORD)
        yield admin
