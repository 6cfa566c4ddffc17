"""Which products are shown to whom: every filter, and what stands in for what is missing."""

from collections.abc import Sequence

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, DjangoCaptureOnCommitCallbacks

from catalog.types import VariantInput
from recommendations.live import publish
from recommendations.selectors import (
    Group,
    Place,
    Shelf,
    Shopper,
    Strategy,
    cart_shelf,
    empty_search_shelf,
    home_shelves,
    order_shelf,
    product_shelves,
)
from recommendations.services import ask_to_forget, remember_view
from shop.core.visitor import Owner
from tests.factories.accounts import make_customer
from tests.factories.catalog import change_product, make_product
from tests.factories.logistics import make_lane, put_stock
from tests.factories.orders import pay, place_order, time_out
from tests.factories.recommendations import customer_in, make_popular, make_run, visitor_in
from tests.factories.shopping import make_sold_product

pytestmark = pytest.mark.django_db

LENGTH = 4
GUEST = Shopper(visitor=visitor_in(Group.MODEL))
ADA = customer_in(Group.MODEL)
CUSTOMER = Shopper(visitor="browser", customer_id=ADA)
CONTROLLED = customer_in(Group.CONTROL)


def _sell(count: int, *, letter: str = "P", category: str = "Outdoor > Lighting") -> list[int]:
    """Publish so many products with stock and return their ids."""
    skus = [f"{letter}{number}" for number in range(count)]
    return [make_sold_product(sku, title=sku, category=category).product_id for sku in skus]


def _ids(shelf: Shelf | None) -> list[int]:
    assert shelf is not None
    return [pick.product_id for pick in shelf.picks]


def _rows(shopper: Shopper, length: int = LENGTH) -> list[tuple[Place, str, Strategy, list[int]]]:
    shelves = home_shelves(shopper, length=length)
    return [(shelf.place, shelf.title, shelf.strategy, _ids(shelf)) for shelf in shelves]


def _for_you(shopper: Shopper, length: int = LENGTH) -> list[int]:
    shelf = next((s for s in home_shelves(shopper, length=length) if s.place == "for-you"), None)
    return _ids(shelf) if shelf else []


def _run_for_you(wanted: Sequence[int], **lists: Sequence[int]) -> int:
    return make_run(customers={ADA: {"for_you": list(wanted), **lists}})


# --- the start page ---------------------------------------------------------------------------


def test_a_customer_has_rows_of_their_own_before_the_popular_ones() -> None:
    ids = _sell(28)
    mine = {
        "for_you": ids[:4],
        "categories": {"outdoor": ids[2:10]},
        "buy_again": ids[20:22],
        "bought": ids[20:22],
    }
    run = make_run(customers={ADA: mine})
    make_popular([*ids[:2], *ids[24:28]])
    remember_view(shopper=CUSTOMER, product_id=ids[22])

    shelves = home_shelves(CUSTOMER, length=LENGTH)

    assert [(s.place, s.title, s.strategy, _ids(s), s.run) for s in shelves] == [
        ("for-you", "Picked for you", "personal", ids[:4], run),
        ("category", "For you in Outdoor", "personal", ids[4:8], run),
        ("buy-again", "Buy again", "personal", ids[20:22], run),
        ("recent", "Recently viewed", "session", [ids[22]], None),
        ("popular", "Popular right now", "popular", ids[24:28], None),
    ]
    assert {shelf.group for shelf in shelves} == {Group.MODEL}
    assert shelves[1].url == "/c/outdoor/"


def test_the_categories_that_matter_most_to_the_customer_come_first() -> None:
    ids = [
        *_sell(4, letter="K", category="Kitchen"),
        *_sell(4, letter="G", category="Garden"),
        *_sell(4, letter="T", category="Tools"),
    ]
    kitchen, garden, tools = ids[:4], ids[4:8], ids[8:]
    lists = {"for_you": [tools[0], garden[0], kitchen[0]], "buy_again": [], "bought": []}
    categories = {"kitchen": kitchen, "garden": garden, "tools": tools}
    make_run(customers={ADA: {**lists, "categories": categories}})

    titles = [title for _, title, *_ in _rows(CUSTOMER)]

    assert titles == ["For you in Tools", "For you in Garden"]


def test_a_guest_sees_what_is_like_the_products_looked_at_last() -> None:
    ids = _sell(12)
    make_run(products={ids[0]: {"similar": ids[2:6]}, ids[1]: {"similar": [ids[0], *ids[4:10]]}})
    remember_view(shopper=GUEST, product_id=ids[0])
    remember_view(shopper=GUEST, product_id=ids[1])

    # Rank by rank, the last product looked at first; without what was seen already.
    assert _rows(GUEST, length=6) == [
        (
            "for-you",
            "Inspired by what you looked at",
            "session",
            [ids[2], ids[4], ids[3], ids[5], ids[6], ids[7]],
        ),
        ("recent", "Recently viewed", "session", [ids[1], ids[0]]),
    ]


def test_a_stranger_sees_what_is_popular() -> None:
    ids = _sell(8)
    make_popular(ids)
    make_popular(ids, category="outdoor")

    assert _rows(GUEST) == [
        ("popular", "Popular right now", "popular", ids[:4]),
        ("category", "Popular in Outdoor", "popular", ids[4:]),
    ]


def test_where_nothing_was_counted_the_run_says_what_is_popular() -> None:
    ids = _sell(4)
    make_run(categories={"": ids})

    assert _rows(GUEST) == [("popular", "Popular right now", "popular", ids)]


def test_a_customer_without_lists_sees_what_is_like_the_last_products() -> None:
    ids = _sell(6)
    make_run(products={ids[0]: {"similar": ids[1:5]}})
    remember_view(shopper=CUSTOMER, product_id=ids[0])

    assert _for_you(CUSTOMER) == ids[1:5]


def test_a_row_too_short_gives_way_to_the_next_best() -> None:
    ids = _sell(8)
    customers = {ADA: {"for_you": ids[:3]}}
    make_run(customers=customers, products={ids[7]: {"similar": ids[3:7]}})
    remember_view(shopper=CUSTOMER, product_id=ids[7])

    [shelf, *_] = home_shelves(CUSTOMER, length=LENGTH)

    assert (shelf.strategy, _ids(shelf)) == (Strategy.SESSION, ids[3:7])


def test_when_the_run_is_withdrawn_there_is_nothing_personal(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    ids = _sell(8)
    _run_for_you(ids[:4])
    make_popular(ids)
    before = _for_you(CUSTOMER)

    with django_capture_on_commit_callbacks(execute=True):
        publish(None, by=None, reason="a test", now=timezone.now())

    assert before == ids[:4]
    assert _rows(CUSTOMER) == [("popular", "Popular right now", "popular", ids[:4])]


# --- what is not shown ------------------------------------------------------------------------


def test_what_is_retired_is_not_shown() -> None:
    items = [make_sold_product(f"P{number}") for number in range(6)]
    _run_for_you([item.product_id for item in items])

    change_product(items[1], status="retired")

    assert _for_you(CUSTOMER) == [items[n].product_id for n in (0, 2, 3, 4)]


def test_what_is_sold_out_is_not_shown() -> None:
    gone = make_sold_product("GONE", stock=0)
    ids = _sell(5)
    _run_for_you([gone.product_id, *ids])

    assert _for_you(CUSTOMER) == ids[:4]


def test_what_cannot_reach_the_shopper_is_not_shown() -> None:
    ids = _sell(5)
    far = make_sold_product("FAR", warehouse="EAST")
    _run_for_you([far.product_id, *ids])

    west = Shopper(visitor="browser", customer_id=ADA, warehouses=("MAIN",))
    nowhere = Shopper(visitor="browser", customer_id=ADA, warehouses=())

    assert _for_you(west) == ids[:4]
    assert _for_you(CUSTOMER) == [far.product_id, *ids[:3]]
    assert home_shelves(nowhere, length=LENGTH) == []


def test_the_variant_that_can_be_had_is_shown() -> None:
    sizes = tuple(
        VariantInput(sku=size, price_minor=900, options={"Size": size})
        for size in ("SMALL", "LARGE")
    )
    item = make_product(variants=sizes)
    ids = _sell(3)
    put_stock("LARGE", 5, "MAIN")
    _run_for_you([item.product_id, *ids])

    [shelf] = home_shelves(CUSTOMER, length=LENGTH)

    assert [pick.sku for pick in shelf.picks] == ["LARGE", "P0", "P1", "P2"]


def test_what_was_bought_is_only_offered_again_under_its_own_title() -> None:
    ids = _sell(7)
    _run_for_you(ids[:6], buy_again=[ids[0]], bought=[ids[0], ids[1]])

    assert _rows(CUSTOMER) == [
        ("for-you", "Picked for you", "personal", ids[2:6]),
        ("buy-again", "Buy again", "personal", [ids[0]]),
    ]


def test_what_was_ordered_since_the_run_is_not_recommended_any_more() -> None:
    make_lane("MAIN", fee_minor=500)
    lamp = make_sold_product("LAMP").product_id
    hose = make_sold_product("HOSE").product_id
    ids = _sell(5)
    customer = make_customer().pk
    shopper = Shopper(visitor=visitor_in(Group.MODEL), customer_id=customer)
    make_run(customers={customer: {"for_you": [lamp, hose, *ids]}})
    owner = Owner(customer_id=customer, visitor="browser")
    pay(place_order(owner=owner, sku="LAMP"))
    time_out(place_order(owner=owner, sku="HOSE"))

    shelf = empty_search_shelf(shopper, length=LENGTH)

    # The other order came to nothing: its product may be wanted still.
    assert _ids(shelf) == [hose, *ids[:3]]


def test_no_product_is_on_two_rows_and_rows_stay_full() -> None:
    ids = _sell(24)
    categories = {"outdoor": ids[:12]}
    make_run(customers={ADA: {"for_you": ids[:8], "categories": categories}})
    make_popular(ids)
    remember_view(shopper=CUSTOMER, product_id=ids[1])

    rows = [products for *_, products in _rows(CUSTOMER)]

    assert rows == [
        [ids[0], *ids[2:5]],
        ids[5:9],
        [ids[1]],
        ids[9:13],
    ]


# --- the control group ------------------------------------------------------------------------


def test_the_control_group_gets_popular_products_in_the_same_places() -> None:
    ids = _sell(24)
    mine = {"for_you": ids[20:24], "categories": {"outdoor": ids[16:20]}, "buy_again": [ids[15]]}
    make_run(customers={CONTROLLED: mine})
    make_popular(ids[:16])
    make_popular(ids[12:16], category="outdoor")
    shopper = Shopper(visitor="browser", customer_id=CONTROLLED)

    shelves = home_shelves(shopper, length=LENGTH)

    assert [(s.place, s.title, s.strategy, _ids(s)) for s in shelves] == [
        ("for-you", "Popular right now", "popular", ids[:4]),
        ("category", "Popular in Outdoor", "popular", ids[12:16]),
        ("buy-again", "More that is popular", "popular", ids[4:8]),
        ("popular", "More that is popular", "popular", ids[8:12]),
    ]
    assert {(shelf.group, shelf.run) for shelf in shelves} == {(Group.CONTROL, None)}


def test_both_groups_have_rows_in_the_same_places() -> None:
    ids = _sell(40)
    gone = make_sold_product("GONE", stock=0).product_id
    # Too few that can be had, none that can be had, and few for one that can.
    mine = {"for_you": [*ids[36:39], gone], "buy_again": [gone], "categories": {"outdoor": [gone]}}
    enough = {"for_you": ids[30:36], "buy_again": ids[35:36], "categories": {"outdoor": ids[:3]}}
    both = (ADA, CONTROLLED)
    others = (
        customer_in(Group.MODEL, above=ADA + 1),
        customer_in(Group.CONTROL, above=CONTROLLED + 1),
    )
    make_run(
        customers=dict.fromkeys(both, mine) | dict.fromkeys(others, enough),
        products={ids[0]: {"similar": ids[1:4], "together": [gone]}},
    )
    make_popular(ids[:30])

    def places(customer: int) -> list[Place]:
        shopper = Shopper(visitor="browser", customer_id=customer)
        beside = product_shelves(
            shopper, product_id=ids[0], category=None, length=LENGTH, in_cart=()
        )
        shelves = [*home_shelves(shopper, length=LENGTH), beside.together, beside.similar]
        return [shelf.place for shelf in shelves if shelf]

    assert places(ADA) == places(CONTROLLED) == ["popular"]
    assert places(others[0]) == places(others[1]) == ["for-you", "buy-again", "popular"]


def test_the_control_group_gets_popular_products_beside_a_product_and_a_cart() -> None:
    ids = _sell(16)
    make_run(products={ids[0]: {"similar": ids[1:8], "together": ids[1:4]}})
    make_popular(ids[6:12])
    make_popular(ids[12:], category="outdoor")
    shopper = Shopper(visitor=visitor_in(Group.CONTROL))

    found = product_shelves(
        shopper, product_id=ids[0], category=("outdoor", "Outdoor"), in_cart=(), length=LENGTH
    )
    cart = cart_shelf(shopper, product_ids=[ids[0]], length=LENGTH)

    assert (_ids(found.together), _ids(found.similar)) == (ids[6:9], ids[12:])
    assert found.similar is not None
    assert found.similar.title == "Popular in Outdoor"
    assert cart is not None
    assert (cart.title, _ids(cart), cart.group) == ("Popular right now", ids[6:10], "control")


# --- beside a product, a cart, an order -------------------------------------------------------


def test_beside_a_product_is_what_goes_with_it() -> None:
    ids = _sell(12)
    run = make_run(
        products={ids[0]: {"similar": [ids[0], *ids[3:10]], "together": ids[1:6]}},
    )

    found = product_shelves(
        GUEST, product_id=ids[0], category=None, in_cart=[ids[2], ids[6]], length=LENGTH
    )

    assert found.together is not None
    assert (found.together.title, _ids(found.together)) == (
        "Often bought together",
        [ids[1], ids[3], ids[4]],
    )
    assert found.similar is not None
    assert (found.similar.title, _ids(found.similar), found.similar.run) == (
        "Similar products",
        [ids[5], *ids[7:10]],
        run,
    )


def test_a_product_that_the_run_does_not_know_has_no_rows() -> None:
    ids = _sell(6)
    make_run(products={ids[1]: {"similar": ids}})
    make_popular(ids)

    found = product_shelves(GUEST, product_id=ids[0], category=None, in_cart=(), length=LENGTH)

    assert (found.together, found.similar) == (None, None)


def test_with_a_cart_goes_what_is_bought_with_any_of_it() -> None:
    ids = _sell(12)
    make_run(
        products={
            ids[0]: {"together": [ids[1], ids[2], ids[3]], "similar": [ids[6]]},
            ids[1]: {"together": [ids[0], ids[4]], "similar": [ids[7]]},
        }
    )

    cart = cart_shelf(GUEST, product_ids=ids[:2], length=8)
    order = order_shelf(GUEST, product_ids=ids[:2], length=LENGTH)

    assert cart is not None
    assert (cart.title, cart.strategy) == ("Goes well with your cart", "session")
    assert _ids(cart) == [ids[2], ids[4], ids[3], ids[6], ids[7]]
    assert order is not None
    assert (order.title, _ids(order)) == (
        "Goes well with your order",
        [ids[2], ids[4], ids[3], ids[6]],
    )


def test_beside_an_empty_cart_is_what_the_customer_may_like() -> None:
    ids = _sell(8)
    _run_for_you(ids[:4])
    make_popular(ids[4:])

    mine = cart_shelf(CUSTOMER, product_ids=(), length=LENGTH)
    anybodys = cart_shelf(GUEST, product_ids=(), length=LENGTH)

    assert mine is not None
    assert (mine.title, _ids(mine)) == ("Picked for you", ids[:4])
    assert anybodys is not None
    assert (anybodys.title, _ids(anybodys)) == ("Popular right now", ids[4:])


# --- what was looked at -----------------------------------------------------------------------


def test_the_last_twenty_products_are_remembered_each_once() -> None:
    ids = _sell(22)
    for product_id in [*ids, ids[10]]:
        remember_view(shopper=GUEST, product_id=product_id)

    [shelf] = home_shelves(GUEST, length=30)

    assert _ids(shelf) == [ids[10], *ids[:10:-1], *ids[9:1:-1]]


def test_a_customer_who_asks_is_forgotten() -> None:
    ids = _sell(5)
    _run_for_you(ids[:4])
    remember_view(shopper=CUSTOMER, product_id=ids[4])
    assert len(home_shelves(CUSTOMER, length=LENGTH)) == 2

    ask_to_forget(customer_id=ADA, now=timezone.now())

    assert home_shelves(CUSTOMER, length=LENGTH) == []


# --- what it costs ----------------------------------------------------------------------------


def test_a_page_takes_the_same_few_statements_however_much_it_shows(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    ids = _sell(30)
    categories = {"outdoor": ids}
    make_run(
        customers={ADA: {"for_you": ids, "categories": categories, "buy_again": ids[:2]}},
        products={product_id: {"similar": ids} for product_id in ids[:6]},
    )
    make_popular(ids)
    for product_id in ids[:6]:
        remember_view(shopper=CUSTOMER, product_id=product_id)

    # The live run, the customer's lists and group, what was bought since, the categories, what is
    # popular, as counted and as learned, what is like six products, the documents, the stock.
    with django_assert_num_queries(10):
        home_shelves(CUSTOMER, length=12)
    # All but what was bought since is kept for a while.
    with django_assert_num_queries(1):
        home_shelves(CUSTOMER, length=12)
