"""A shopper in front of the storefront's pages: products in stock, a browser, a cart."""

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
    request = client.get("/robots.txt").wsgi_request
    return shopper.read_visitor(request)


def owner_of(client: Client) -> Owner:
    """Return whose cart the browser works on."""
    request = client.get("/robots.txt").wsgi_request
    return Owner(customer_id=shopper.customer_id_of(request), visitor=visitor_of(client))
