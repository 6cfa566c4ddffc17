"""Recommended rows on the pages, and what is recorded of them."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, DjangoCaptureOnCommitCallbacks, Settings

from accounts.events import CustomerSignedIn
from accounts.models import User
from logistics.models import Stock
from recommendations.lake import EventLake, event_lake
from recommendations.models import GroupDay, PlaceDay
from recommendations.results import count_results
from recommendations.selectors import Group
from recommendations.services import collect_events
from recommendations.serving.groups import group_of
from recommendations.serving.recent import recent_products
from shop.core import cache as cache_module
from shop.core import outbox, stream
from tests.factories.accounts import PASSWORD, make_customer
from tests.factories.recommendations import make_popular, make_run
from tests.factories.shopping import make_sold_product, put_in_cart, visitor_of

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def lake(settings: Settings, tmp_path: Path) -> EventLake:
    settings.EVENT_LAKE_URL = f"file://{tmp_path}"
    settings.STORES = settings.STORES | {"search": {"BACKEND": "search.engines.sql.SqlEngine"}}
    stream.client().delete(*stream.KEYS)
    return event_lake()


def _browser_in(group: Group) -> Client:
    while True:
        browser = Client()
        browser.get("/deliver-to/")
        if group_of(f"v{visitor_of(browser)}") is group:
            return browser


@pytest.fixture
def client() -> Client:
    """Return the browser of a guest who is not in the control group."""
    return _browser_in(Group.MODEL)


@pytest.fixture
def customer(client: Client) -> int:
    """Sign a customer in who is not in the control group either."""
    while True:
        user = make_customer()
        if group_of(f"c{user.pk}") is Group.MODEL:
            client.force_login(user)
            return user.pk


def _sell(count: int, **given: Any) -> list[int]:
    return [
        make_sold_product(f"P{number}", title=f"Lamp {number}", **given).product_id
        for number in range(count)
    ]


def _events(kind: str) -> list[dict[str, object]]:
    """Return what the lake has of a kind, after the collector came by."""
    collect_events(now=timezone.now())
    lake = event_lake()
    rows = []
    for partition in lake.partitions():
        if partition.kind == kind:
            rows += lake.read(partition).sort_by("occurred_at").to_pylist()
    return rows


def _told(kind: str, *names: str) -> list[tuple[object, ...]]:
    return [tuple(row[name] for name in names) for row in _events(kind)]


def _links(answer: Any, place: str) -> list[str]:
    parts = answer.text.split('href="')[1:]
    return [url for url in (part.split('"')[0] for part in parts) if url.endswith(f"?ref={place}")]


def test_what_is_shown_and_clicked_and_put_in_the_cart_ends_in_the_lake(
    client: Client, customer: int
) -> None:
    ids = _sell(4)
    run = make_run(customers={customer: {"for_you": ids}})

    page = client.get("/")
    [first, *_] = links = _links(page, "for-you")
    product = client.get(first)
    client.post("/cart/lines/", {"sku": "P0", "quantity": "1", "ref": "for-you"})

    assert len(links) == 4
    assert '<input type="hidden" name="ref" value="for-you">' in product.text
    shown = _events("impression")[0]
    assert (shown["place"], shown["strategy"], shown["group"], shown["run"]) == (
        "for-you",
        "personal",
        "model",
        run,
    )
    assert (shown["customer_id"], json.loads(str(shown["extra"]))) == (customer, {"products": ids})
    assert _told("click", "place", "sku", "product_id", "customer_id") == [
        ("for-you", "P0", ids[0], customer)
    ]
    assert _told("cart", "place", "sku", "action") == [("for-you", "P0", "add")]


def test_what_is_recorded_is_counted(client: Client, customer: int, lake: EventLake) -> None:
    ids = _sell(4)
    make_run(customers={customer: {"for_you": ids}})
    client.get(_links(client.get("/"), "for-you")[0])
    client.get("/")
    collect_events(now=timezone.now())

    count_results(lake, today=timezone.now().date())

    counted = PlaceDay.objects.order_by("place").values_list("place", "shown", "clicked", "added")
    assert list(counted) == [("for-you", 1, 1, 0), ("recent", 1, 0, 0)]
    assert list(GroupDay.objects.values_list("group", "shoppers")) == [("model", 1)]


def test_a_place_that_is_none_of_ours_is_not_recorded(client: Client) -> None:
    item = make_sold_product("P0")

    page = client.get(f"{item.url('P0')}?ref=<script>")
    client.post("/cart/lines/", {"sku": "P0", "quantity": "1", "ref": "elsewhere"})

    assert 'name="ref"' not in page.text
    assert _told("click", "sku") == []
    assert _told("cart", "place", "sku") == [(None, "P0")]


def test_a_link_keeps_its_place_when_the_product_was_renamed(client: Client) -> None:
    item = make_sold_product("P0")

    moved = client.get("/p/an-old-name/P0/?ref=cart&gclid=1")
    page = client.get(moved["Location"])

    assert moved["Location"] == f"{item.url('P0')}?ref=cart"
    assert f'<link rel="canonical" href="{item.url("P0")}">' in page.text


def test_going_on_to_another_variant_is_no_second_click(client: Client) -> None:
    item = make_sold_product("P0")
    url = f"{item.url('P0')}?ref=cart"
    client.get(url)

    client.get(url, headers={"Referer": f"http://testserver{url}"})

    assert _told("click", "sku") == [("P0",)]


def test_a_page_that_is_only_asked_about_was_not_shown(client: Client) -> None:
    make_popular(_sell(4))

    client.head("/")

    assert _events("impression") == []


def test_a_browser_that_keeps_no_cookies_is_shown_rows_but_not_counted(lake: EventLake) -> None:
    ids = _sell(5)
    make_popular(ids)

    page = Client().get("/")
    product = Client().get("/p/lamp-0/P0/")
    collect_events(now=timezone.now())
    count_results(lake, today=timezone.now().date())

    assert len(_links(page, "popular")) == 5
    assert _events("impression") == []
    assert recent_products(f"v{product.wsgi_request.visitor}") == []  # type: ignore[attr-defined]
    assert _told("view", "sku") == [("P0",)]
    assert list(GroupDay.objects.all()) == []


# --- product page -----------------------------------------------------------------------------


def _bundle(**given: Any) -> tuple[str, list[int]]:
    """Have a product that is bought with two others; return its page and all three."""
    ids = _sell(3, **given)
    make_run(products={ids[0]: {"together": ids[1:]}})
    return "/p/lamp-0/P0/", ids


def test_what_is_bought_together_goes_to_the_cart_with_one_click(client: Client) -> None:
    url, _ = _bundle(price_minor=1050)

    part = client.get(f"{url}related/", headers=HTMX)
    answer = client.post(
        "/cart/lines/together/", {"sku": ["P0", "P1", "P2"], "ref": "together"}, follow=True
    )

    assert part.context["bundle"].total.format() == "$31.50"
    assert [card.sku for card in part.context["bundle"].cards] == ["P0", "P1", "P2"]
    assert "Add all 3 to cart" in part.text
    assert "<html" not in part.text
    assert "3 products added to your cart." in answer.text
    assert answer.context["page"].review.cart.skus == ("P0", "P1", "P2")
    assert _told("cart", "place", "sku", "action") == [
        ("together", "P0", "add"),
        ("together", "P1", "add"),
        ("together", "P2", "add"),
    ]


def test_without_javascript_it_is_a_page_behind_a_link(client: Client) -> None:
    url, _ = _bundle()

    product = client.get(url)
    page = client.get(f"{url}related/")

    assert f'<a href="{url}related/">More like this</a>' in product.text
    assert page.text.count("<html") == 1
    assert 'action="/cart/lines/together/" method="post"' in page.text
    assert 'content="noindex, follow"' in page.text


def test_what_has_sold_out_meanwhile_stays_out_of_the_cart_and_is_named(client: Client) -> None:
    make_sold_product("P0", title="Lamp")
    make_sold_product("P1", title="Shade", stock=0)

    answer = client.post("/cart/lines/together/", {"sku": ["P0", "P1"]}, follow=True)
    toast = client.post("/cart/lines/together/", {"sku": ["P1", "NONE"]}, headers=HTMX)

    assert "1 of 2 added to your cart. Sold out at the moment: Shade." in answer.text
    assert answer.context["page"].review.cart.skus == ("P0",)
    assert "Nothing was added. Sold out at the moment: Shade." in toast.text
    assert _told("cart", "sku") == [("P0",)]


@pytest.mark.parametrize("skus", [[], [""], ["\0"], [f"S{number}" for number in range(11)]])
def test_nothing_or_too_much_at_once_is_refused(client: Client, skus: Sequence[str]) -> None:
    assert client.post("/cart/lines/together/", {"sku": skus}).status_code == 422


def test_a_product_that_is_sold_out_has_no_bundle(client: Client) -> None:
    gone = make_sold_product("GONE", stock=0)
    ids = [make_sold_product(f"P{number}").product_id for number in range(2)]
    make_run(products={gone.product_id: {"together": ids}})

    part = client.get(f"{gone.url('GONE')}related/", headers=HTMX)

    assert part.context["bundle"] is None
    [row] = part.context["rows"]
    assert [card.sku for card in row.cards] == ["P0", "P1"]


# --- cart, search, order ----------------------------------------------------------------------


def test_the_cart_shows_what_goes_with_it_and_an_empty_one_what_is_popular(client: Client) -> None:
    ids = _sell(9)
    make_run(products={ids[0]: {"together": ids[1:5]}})
    make_popular(ids[5:])
    empty = client.get("/cart/")

    put_in_cart(client, "P0")
    full = client.get("/cart/")

    assert empty.context["row"].title == "Popular right now"
    assert len(_links(empty, "cart")) == 4
    assert full.context["row"].title == "Goes well with your cart"
    assert [card.sku for card in full.context["row"].cards] == ["P1", "P2", "P3", "P4"]


def test_a_search_that_finds_nothing_offers_something_else(client: Client) -> None:
    make_popular(_sell(4))

    answer = client.get("/search/?q=zzzz")

    assert answer.context["row"].title == "Popular right now"
    assert len(_links(answer, "empty-search")) == 4
    assert _told("impression", "place") == [("empty-search",)]


def test_what_is_in_the_cart_is_left_out_of_rows(client: Client) -> None:
    make_popular(_sell(6))
    put_in_cart(client, "P0")

    home, search = client.get("/"), client.get("/search/?q=zzzz")

    assert _links(home, "popular") == [f"/p/lamp-{n}/P{n}/?ref=popular" for n in range(1, 6)]
    assert _links(search, "empty-search") == [
        f"/p/lamp-{n}/P{n}/?ref=empty-search" for n in range(1, 6)
    ]


def test_what_sold_out_a_moment_ago_is_not_shown_any_more(client: Client) -> None:
    ids = _sell(5)
    make_popular(ids)
    before = client.get("/").context["page"].rows[0]
    Stock.objects.filter(sku="P1").update(on_hand=0)

    after = client.get("/").context["page"].rows[0]

    assert [card.sku for card in before.cards] == ["P0", "P1", "P2", "P3", "P4"]
    assert [card.sku for card in after.cards] == ["P0", "P2", "P3", "P4"]
    assert after.shelf.told["products"] == [ids[0], *ids[2:]]


def test_what_was_looked_at_goes_along_at_sign_in(
    client: Client, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    item = make_sold_product("P0")
    visitor, user = visitor_of(client), make_customer()
    client.get(item.url("P0"))

    with django_capture_on_commit_callbacks(execute=True):
        outbox.publish(CustomerSignedIn(customer_id=user.pk, visitor=visitor))

    assert recent_products(f"c{user.pk}") == [item.product_id]
    assert recent_products(f"v{visitor}") == []
    assert _told("sign-in", "visitor", "customer_id") == [(visitor, user.pk)]
    assert _told("view", "visitor", "customer_id") == [(visitor, None)]


@pytest.mark.parametrize("group", list(Group))
def test_a_guest_who_signs_in_and_out_again_stays_in_one_group(group: Group) -> None:
    browser = _browser_in(group)
    ids = _sell(4)
    user = make_customer()
    while group_of(f"c{user.pk}") is group:  # what the customer's id says is another group
        user = make_customer()
    make_run(customers={user.pk: {"for_you": ids}})
    make_popular(ids)
    visitors = [visitor_of(browser)]

    browser.get("/")
    browser.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
    visitors.append(visitor_of(browser))
    browser.get("/")
    browser.post("/accounts/logout/")
    visitors.append(visitor_of(browser))
    browser.get("/")

    assert len(set(visitors)) == 3
    assert _told("impression", "group", "customer_id") == [
        (group, None),
        (group, user.pk),
        (group, None),
    ]


def test_a_customer_keeps_the_group_of_the_first_browser_and_the_second_takes_it_on() -> None:
    first, second = _browser_in(Group.CONTROL), _browser_in(Group.MODEL)
    make_popular(_sell(4))
    user = make_customer()

    for browser in (first, second):
        browser.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
        browser.get("/")
    second.post("/accounts/logout/")
    second.get("/")

    assert {group for (group,) in _told("impression", "group")} == {"control"}


# --- outages and privacy ----------------------------------------------------------------------


def test_without_a_cache_the_page_has_its_rows_from_sql(client: Client, customer: int) -> None:
    ids = _sell(4)
    make_run(customers={customer: {"for_you": ids}})
    cache_module.breaker.trip()

    page = client.get("/")

    assert len(_links(page, "for-you")) == 4


def test_what_a_guest_looked_at_is_in_no_copy_for_others(client: Client) -> None:
    item = make_sold_product("P0", title="A secret present")
    client.get(item.url("P0"))

    mine = client.get("/")

    assert mine.wsgi_request.is_personal  # type: ignore[attr-defined]
    assert "Recently viewed" in mine.text
    assert not Client().get("/").wsgi_request.is_personal  # type: ignore[attr-defined]


def test_what_was_bought_is_not_shown_to_a_session_that_was_ended(
    client: Client, customer: int
) -> None:
    ids = _sell(4)
    make_run(customers={customer: {"for_you": ids, "buy_again": ids[:1]}})
    assert "Buy again" in client.get("/").text

    user = User.objects.get(pk=customer)
    user.set_password("another one")
    user.save()

    assert "Buy again" not in client.get("/").text


def test_a_start_page_takes_the_same_statements_for_one_row_and_for_all(
    client: Client, customer: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    ids = _sell(30, category="Outdoor")
    lists = {"for_you": ids, "categories": {"outdoor": ids}, "buy_again": ids[:3]}
    make_run(customers={customer: lists})
    make_popular(ids)
    client.get("/p/lamp-9/P9/")
    client.get("/")

    # Of these the rows ask for one: what was bought since the run.
    with django_assert_num_queries(12):
        page = client.get("/")

    assert len(page.context["page"].rows) >= 4
