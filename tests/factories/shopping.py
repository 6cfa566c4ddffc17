"""A shopper in front of the storefront's pages: products in stock, a browser, a cart."""

from html.parser import HTMLParser

from django.test import Client

from catalog.types import ItemDocument
from shop.core.visitor import Owner
from shop.pages import shopper
from tests.factories.catalog import make_product
from tests.factories.logistics import put_stock


def make_sold_product(
    sku: str, *, stock: int = 10, warehouse: str = "MAIN", **given: object
) -> ItemDocument:
    """Return a published product with so many in a warehouse, by default one that reaches all."""
    document = make_product(sku=sku, **given)
    put_stock(sku, stock, warehouse)
    return document


def put_in_cart(client: Client, sku: str, quantity: int = 1) -> None:
    answer = client.post("/cart/lines/", {"sku": sku, "quantity": quantity})
    assert answer.status_code == 302, answer.text


def deliver_to(client: Client, postal_code: str = "94103") -> None:
    answer = client.post("/deliver-to/", {"postal_code": postal_code})
    assert answer.status_code == 302


def visitor_of(client: Client) -> str:
    """Return the browser's visitor id, which it has after its first page."""
    request = client.get("/deliver-to/").wsgi_request
    return shopper.read_visitor(request)


def owner_of(client: Client) -> Owner:
    """Return whose cart the browser works on."""
    request = client.get("/deliver-to/").wsgi_request
    return Owner(customer_id=shopper.customer_id_of(request), visitor=visitor_of(client))


class _FormReader(HTMLParser):
    """Reads the fields a browser would send with the form of an action."""

    def __init__(self, action: str) -> None:
        super().__init__()
        self.action, self.is_inside, self.select = action, False, ""
        self.fields: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form":
            self.is_inside = given.get("action") == self.action
        elif self.is_inside and tag == "select":
            self.select = given.get("name") or ""
            self.fields[self.select] = ""
        elif self.is_inside and tag == "option" and "selected" in given:
            self.fields[self.select] = given.get("value") or ""
        elif self.is_inside and tag == "input" and given.get("name"):
            is_choice = given.get("type") in {"radio", "checkbox"}
            if not is_choice or "checked" in given:
                self.fields[given["name"] or ""] = given.get("value") or ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.is_inside = False


def form_fields(html: str, *, action: str = "/checkout/", **given: str) -> dict[str, str]:
    """Return what a browser would send with the form, but for the fields given."""
    reader = _FormReader(action)
    reader.feed(html)
    reader.fields.pop("csrfmiddlewaretoken", None)
    return {**reader.fields, **given}


GUEST = {
    "email": "ada@example.com",
    "full_name": "Ada Park",
    "line1": "500 Howard Street",
    "city": "San Francisco",
    "region": "CA",
    "postal_code": "94103",
}


def checkout_fields(client: Client, **given: str) -> dict[str, str]:
    """Return the checkout form of a guest, filled in and with delivery options shown."""
    asked = form_fields(client.get("/checkout/").text, **{**GUEST, **given}, quote="1")
    return form_fields(client.post("/checkout/", asked).text, **given)
