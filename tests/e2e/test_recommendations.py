"""From clicks in a browser to a row on the page, by way of stream, lake and Spark cluster."""

import random
import re
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from django.contrib.auth import get_user_model
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from catalog.services import retire_product
from catalog.types import ItemDocument
from recommendations.interactions import OrderedLine
from recommendations.lake import EventLake
from recommendations.models import CustomerGroup, Publication, RecommendationRun
from recommendations.selectors import Group
from shop.core import stream
from tests.e2e.clean import settle
from tests.factories.accounts import PASSWORD, make_customer_for_processes
from tests.factories.catalog import make_product
from tests.factories.logistics import make_lane, make_warehouse, put_stock
from tests.processes import ShopProcesses, eventually
from tests.web_browser import WAIT_MS, Visit, chromium

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.processes,
    pytest.mark.servers,
    pytest.mark.browser,
]

expect.set_options(timeout=WAIT_MS)
KINDS = ("Lamp", "Kettle")
OF_A_KIND = 14
CROWD = 80
COLLECTED_SECONDS = 100  # beat asks for it once a minute
RUN_SECONDS = 420


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with pytest.MonkeyPatch.context() as patch:
        # Playwright's loop runs in this thread; Django would take the tests for async code.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        with chromium() as browser:
            yield browser


@pytest.fixture
def goods(browser: Browser, shop: ShopProcesses) -> Iterator[dict[str, list[ItemDocument]]]:
    """Products of two kinds that nobody but a shopper can tell apart by what is bought."""
    warehouse = make_warehouse("RNO")
    make_lane(warehouse, postal_areas="900-961")
    made: dict[str, list[ItemDocument]] = {kind: [] for kind in KINDS}
    for kind in KINDS:
        for number in range(OF_A_KIND):
            sku = f"{kind.upper()}-{number}"
            put_stock(sku, 50, warehouse)
            made[kind].append(make_product(title=f"{kind} {number:02}", sku=sku))
    settle(shop, seconds=30)
    yield made
    # The index is not emptied with the tables.
    for item in [*made["Lamp"], *made["Kettle"]]:
        retire_product(product_id=item.product_id, now=timezone.now())
    settle(shop, seconds=30)


def buy_in_the_past(goods: dict[str, list[ItemDocument]], *, now: datetime) -> None:
    """Let a crowd buy for two months: half of them lamps, the others kettles."""
    draw = random.Random(7)
    for number in range(CROWD):
        items = goods[KINDS[number % 2]]
        days = sorted(draw.sample(range(1, 60), 5), reverse=True)
        days[-1] = draw.randint(1, 6)  # each buys in the days that are held out, too
        for day, item in zip(days, draw.sample(items, 5), strict=True):
            order_number = f"PAST-{number}-{day}"
            line = OrderedLine(
                sku=item.variants[0].sku,
                product_id=item.product_id,
                quantity=1,
                unit_price_minor=1999,
            )
            stream.record_durable(
                "order",
                event_id=f"order:{order_number}:confirmed",
                occurred_at=(now - timedelta(days=day)).isoformat(),
                visitor="",
                customer_id=500_000 + number,
                order_number=order_number,
                outcome="confirmed",
                currency="USD",
                total_minor=1999,
                lines=[vars(line)],
            )


def test_what_a_shopper_clicks_becomes_a_row_that_staff_can_take_back(
    browser: Browser, shop: ShopProcesses, goods: dict[str, list[ItemDocument]]
) -> None:
    ada = customer_of_the_model_group()
    make_customer_for_processes(email="staff@example.com", is_staff=True)
    buy_in_the_past(goods, now=timezone.now())
    visit = Visit(browser, str(shop.http.base_url), width=1280, scripts=True)
    back_office = Visit(browser, str(shop.http.base_url), width=1280, scripts=True)
    page, office = visit.page, back_office.page
    sign_in(page, "ada@example.com")
    sign_in(office, "staff@example.com")
    promote("staff@example.com")

    for item in goods["Lamp"][:3]:
        visit.go(item.url())
        expect(page.get_by_role("heading", level=1)).to_have_text(item.title)
    page.get_by_role("button", name="Add to cart").click()
    expect(page.get_by_role("link", name="View cart")).to_be_visible()
    expect_row(visit, "Picked for you", is_there=False)

    lake = EventLake(f"file://{shop.var}/lake")
    eventually(lambda: kinds_of(lake, ada) >= {"view", "cart"}, seconds=COLLECTED_SECONDS)
    back_office.go("/admin/recommendations/recommendationrun/")
    office.get_by_role("button", name="Start a run now").click()
    eventually(lambda: finished_run() is not None, seconds=RUN_SECONDS)
    run = finished_run()
    assert run is not None
    assert run.status == "ready", (run.verdict, run.log[-3000:])
    assert Publication.objects.latest("id").run_id == run.pk
    assert run.metrics["model"]["ndcg"] > run.metrics["popularity"]["ndcg"]

    titles = expect_row(visit, "Picked for you", is_there=True)
    assert [title for title in titles[:6] if not title.startswith("Lamp")] == []
    back_office.go("/admin/recommendations/recommendationrun/")
    office.get_by_role("button", name="Roll back to popular lists").click()
    expect(office.get_by_text("Popular lists only are shown from now on")).to_be_visible()
    expect_row(visit, "Picked for you", is_there=False)

    back_office.go(f"/admin/recommendations/recommendationrun/{run.pk}/change/")
    office.get_by_label("Why").fill("It was good.")
    office.get_by_role("button", name=re.compile("Publish")).click()
    expect_row(visit, "Picked for you", is_there=True)
    page.get_by_role("group", name="Picked for you").get_by_role("link").first.click()
    expect(page).to_have_url(re.compile(r"ref=for-you"))
    eventually(lambda: "for-you" in clicked_places(lake, ada), seconds=COLLECTED_SECONDS)
    for each in (visit, back_office):
        each.close()
        assert each.complaints == []


def customer_of_the_model_group() -> int:
    """Create Ada; a customer in the control group would see popular products only."""
    customer = make_customer_for_processes(email="ada@example.com")
    # Else the group is the one dealt to her browser.
    CustomerGroup.objects.create(customer_id=customer.pk, group=Group.MODEL)
    return int(customer.pk)


def promote(email: str) -> None:
    """Let the member of staff do everything."""
    get_user_model().objects.filter(email=email).update(is_superuser=True)


def sign_in(page: Page, email: str) -> None:
    page.goto("/accounts/login/")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("banner").get_by_role("link", name="Account")).to_be_visible()


def expect_row(visit: Visit, title: str, *, is_there: bool) -> list[str]:
    """Look at the start page; return the products in the row of that title."""
    page = visit.go("/")
    row = page.get_by_role("group", name=title)
    shown = page.get_by_role("heading", level=2).all_inner_texts()
    assert row.count() == is_there, shown
    return row.get_by_role("heading", level=3).all_inner_texts() if is_there else []


def kinds_of(lake: EventLake, customer_id: int) -> set[str]:
    """Return which kinds of the customer's events have reached the lake."""
    return {
        partition.kind
        for partition in lake.partitions(since=timezone.now().date() - timedelta(days=1))
        if customer_id in lake.read(partition, columns=["customer_id"])["customer_id"].to_pylist()
    }


def clicked_places(lake: EventLake, customer_id: int) -> set[str]:
    places = set()
    for partition in lake.partitions(since=timezone.now().date() - timedelta(days=1)):
        if partition.kind == "click":
            rows = lake.read(partition, columns=["customer_id", "place"]).to_pylist()
            places |= {row["place"] for row in rows if row["customer_id"] == customer_id}
    return places


def finished_run() -> RecommendationRun | None:
    return RecommendationRun.objects.exclude(status="running").order_by("-id").first()
