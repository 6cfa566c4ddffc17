"""What goes with an order, at the end of its e-mails."""

from collections.abc import Callable

import pytest
from django.core import mail
from pytest_django import Settings

from catalog.types import VariantInput
from notifications.kinds import Kind
from notifications.messages import build_message
from orders.selectors import get_order
from recommendations.selectors import Group
from shop.core import stream
from shop.core.errors import StoreUnavailable
from shop.core.shelves import MailRequest, MailShelf, mail_shelves
from shop.core.visitor import Owner
from tests.factories.catalog import make_product
from tests.factories.logistics import make_lane, make_warehouse, put_stock
from tests.factories.orders import pay, place_order, ship
from tests.factories.recommendations import make_popular, make_run, visitor_in
from tests.factories.shopping import make_sold_product

pytestmark = pytest.mark.django_db
GUEST = Owner(visitor=visitor_in(Group.MODEL))


def _order() -> tuple[str, list[int]]:
    """Place and pay an order of a lamp; return its number, the lamp and four other products."""
    ids = [make_sold_product("LAMP", title="Desk lamp").product_id]
    ids += [
        make_sold_product(f"P{number}", title=f"Bulb <{number}>", price_minor=450).product_id
        for number in range(4)
    ]
    number = place_order(owner=GUEST)
    pay(number)
    return number, ids


def _html(number: str, kind: Kind = Kind.CONFIRMED) -> str:
    message = build_message(kind, get_order(number=number))
    [alternative] = message.alternatives
    return str(alternative[0])


def test_a_confirmation_shows_three_products_that_go_with_it(settings: Settings) -> None:
    settings.SHOP_URL = "https://shop.example"
    number, ids = _order()
    make_run(products={ids[0]: {"together": [ids[0], *ids[1:]]}})

    html = _html(number)
    text = str(build_message(Kind.CONFIRMED, get_order(number=number)).body)

    assert "Goes well with your order" in html
    assert [f"Bulb &lt;{n}&gt;" in html for n in range(4)] == [True, True, True, False]
    assert html.count('<a href="https://shop.example/p/bulb-0/P0/?ref=mail"') == 1
    assert (
        "GOES WELL WITH YOUR ORDER\n\n  Bulb <0>, $4.50\n"
        "  https://shop.example/p/bulb-0/P0/?ref=mail\n" in text
    )


def test_what_does_not_reach_the_address_is_not_suggested() -> None:
    number, ids = _order()
    lane = make_lane(make_warehouse("EAST"), postal_areas="1")
    far = make_product(sku="FAR", title="Far away")
    put_stock("FAR", 5, lane.warehouse)
    make_run(products={ids[0]: {"together": [far.product_id, ids[1]]}})

    html = _html(number)

    assert "Bulb &lt;0&gt;" in html
    assert "Far away" not in html


def test_where_there_is_nothing_to_suggest_nothing_is_said() -> None:
    number, _ = _order()

    assert "Goes well" not in _html(number)
    assert "ref=mail" not in _html(number)


def test_without_a_run_it_suggests_what_is_popular() -> None:
    number, ids = _order()
    make_popular(ids)

    html = _html(number)

    assert "Popular right now" in html
    assert "Desk lamp</a>" not in html


def test_only_good_news_has_suggestions() -> None:
    number, ids = _order()
    make_popular(ids)
    ship(number)

    assert "Popular right now" in _html(number, Kind.SHIPPED)
    assert "Popular right now" not in _html(number, Kind.DELIVERED)


def test_a_variant_that_went_a_moment_ago_is_not_suggested_and_fails_no_email() -> None:
    number, ids = _order()
    both = tuple(
        VariantInput(sku=sku, price_minor=900, options={"Size": sku}) for sku in ("BIG", "TINY")
    )
    shade = make_product(title="A shade", variants=both)
    put_stock("BIG", 5, "MAIN")
    make_run(products={ids[0]: {"together": [shade.product_id, ids[1]]}})
    assert "A shade" in _html(number)

    make_product(title="A shade", variants=both[1:])
    stream.client().delete(*stream.KEYS)
    html = _html(number)

    told = [entry.event for entry in stream.read_group("test", "me", count=10, block_ms=0)]
    assert "Bulb &lt;0&gt;" in html
    assert "A shade" not in html
    assert [event["products"] for event in told] == [[ids[1]]]


def test_that_it_was_shown_is_told_once_however_often_the_mail_is_made() -> None:
    number, ids = _order()
    make_popular(ids)
    stream.client().delete(*stream.KEYS)

    _html(number)
    _html(number)

    told = [entry.event for entry in stream.read_group("test", "me", count=10, block_ms=0)]
    assert {event["event_id"] for event in told} == {f"impression:{number}:confirmed"}
    assert (told[0]["place"], told[0]["group"], told[0]["strategy"], told[0]["products"]) == (
        "mail",
        "model",
        "popular",
        ids[1:4],
    )


def test_an_email_does_not_wait_for_its_suggestions(
    drain_outbox: Callable[[], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(request: MailRequest) -> MailShelf | None:
        raise StoreUnavailable("MongoDB")

    monkeypatch.setitem(mail_shelves._entries, "recommended", fail)
    number, _ = _order()

    drain_outbox()

    assert [message.subject.split(":")[0] for message in mail.outbox] == [
        f"Order {number} is confirmed"
    ]
