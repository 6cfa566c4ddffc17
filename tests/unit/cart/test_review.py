"""What the shop tells about a cart whose world has changed."""

from datetime import UTC, date, datetime

from cart.review import Supply, review_cart
from cart.types import CartLineView, CartView, NoticeKind
from catalog.types import Offer
from logistics.types import Promise
from shop.core.money import Money
from shop.core.visitor import Destination

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
ANCHORAGE = Destination(country="US", postal_code="99501", city="Anchorage", region="AK")


def line(sku="LAMP", quantity=2, seen=1000):
    return CartLineView(sku=sku, quantity=quantity, unit_price_seen=Money(seen), added_at=NOW)


def offer(sku="LAMP", price=1000, *, is_published=True):
    return Offer(
        sku=sku,
        product_id=1,
        title="Desk lamp",
        slug="desk-lamp",
        options={},
        price=Money(price),
        picture_url="",
        is_published=is_published,
    )


def review(*lines, offers=(), destination=None, **supply):
    return review_cart(
        cart=CartView(id=1, version=1, lines=lines),
        offers={offer.sku: offer for offer in offers},
        supply=Supply(**supply),
        destination=destination,
    )


def told(reviewed):
    return [(notice.kind, notice.message, notice.blocks) for notice in reviewed.notices]


def test_a_cart_that_nothing_happened_to_has_no_notices():
    reviewed = review(line(), offers=[offer()], available={"LAMP": 2})

    assert told(reviewed) == []
    assert reviewed.can_be_ordered
    assert reviewed.items_total == Money(2000)
    assert reviewed.lines[0].url == "/p/desk-lamp/LAMP/"


def test_a_higher_price_is_told_and_counts():
    reviewed = review(line(seen=1000), offers=[offer(price=1250)], available={"LAMP": 9})

    assert told(reviewed) == [
        (
            NoticeKind.PRICE_CHANGED,
            "The price of Desk lamp changed from $10.00 to $12.50.",
            False,
        )
    ]
    [notice] = reviewed.notices
    assert (notice.price_from, notice.price_to) == (Money(1000), Money(1250))
    assert reviewed.items_total == Money(2500)
    assert reviewed.can_be_ordered


def test_a_lower_price_is_good_news():
    reviewed = review(line(seen=1000), offers=[offer(price=899)], available={"LAMP": 9})

    assert told(reviewed)[0][1] == "The price of Desk lamp dropped from $10.00 to $8.99."


def test_what_is_no_longer_sold_blocks_and_costs_nothing():
    reviewed = review(
        line(),
        line("MUG", 1, 500),
        line("GONE", 3, 700),
        offers=[offer(is_published=False), offer("MUG", 500)],
        available={"MUG": 1},
    )

    assert told(reviewed) == [
        (NoticeKind.NOT_FOR_SALE, "Desk lamp is no longer sold.", True),
        (NoticeKind.NOT_FOR_SALE, "Item GONE is no longer sold.", True),
    ]
    assert reviewed.items_total == Money(500)
    assert not reviewed.can_be_ordered
    assert [entry.can_be_ordered for entry in reviewed.lines] == [False, True, False]


def test_fewer_left_than_wanted_is_told_with_the_number():
    reviewed = review(line(quantity=5), offers=[offer()], available={"LAMP": 3})

    assert told(reviewed) == [(NoticeKind.ONLY_SOME_LEFT, "Only 3 of Desk lamp left.", True)]
    assert reviewed.notices[0].available == 3


def test_fewer_left_for_the_address_names_it():
    reviewed = review(
        line(quantity=5), offers=[offer()], available={"LAMP": 3}, destination=ANCHORAGE
    )

    assert told(reviewed)[0][1] == "Only 3 of Desk lamp left for Anchorage 99501."


def test_sold_out_and_not_deliverable_are_different_things():
    sold_out = review(line(), offers=[offer()], destination=ANCHORAGE)
    far_away = review(
        line(), offers=[offer()], destination=ANCHORAGE, elsewhere=frozenset({"LAMP"})
    )

    assert told(sold_out) == [
        (NoticeKind.OUT_OF_STOCK, "Desk lamp is sold out at the moment.", True)
    ]
    assert told(far_away) == [
        (NoticeKind.NOT_DELIVERABLE, "Desk lamp cannot be delivered to Anchorage 99501.", True)
    ]


def test_price_and_stock_are_both_told():
    reviewed = review(line(seen=900), offers=[offer()], available={"LAMP": 1})

    assert [notice.kind for notice in reviewed.notices] == [
        NoticeKind.PRICE_CHANGED,
        NoticeKind.ONLY_SOME_LEFT,
    ]


def test_the_promised_day_is_on_the_line():
    promise = Promise(
        service_level="standard",
        delivery_date=date(2026, 11, 26),
        order_by=NOW,
        fee=Money(500),
        warehouse_code="OAK",
    )

    reviewed = review(
        line(),
        offers=[offer()],
        available={"LAMP": 9},
        promises={"LAMP": promise},
        destination=ANCHORAGE,
    )

    assert reviewed.lines[0].delivery_date == date(2026, 11, 26)
    assert reviewed.lines[0].delivery_fee == Money(500)


def test_an_empty_cart_cannot_be_ordered():
    reviewed = review()

    assert reviewed.items_total == Money(0)
    assert not reviewed.can_be_ordered
