"""Lists of popular products, from what shoppers did to the row on the start page."""

from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from django.core.management import call_command

from recommendations import services
from recommendations.interactions import read_interaction
from recommendations.lake import EventLake, Partition
from recommendations.models import PopularProduct
from recommendations.popularity import count_scores
from shop.core import stream
from tests.factories.catalog import make_product

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
_numbers = count(1)


def _happen(lake: EventLake, kind: str, *, days_ago: float = 0, **fields: object) -> None:
    """Put one event in the lake."""
    event = {
        "event_id": f"e{next(_numbers)}",
        "kind": kind,
        "occurred_at": (NOW - timedelta(days=days_ago)).isoformat(),
        "visitor": f"v{next(_numbers)}",
        **fields,
    }
    interaction = read_interaction(event, now=NOW)
    lake.write(Partition(kind, interaction.day), [interaction])


def _order(lake: EventLake, *skus: str, outcome: str = "confirmed") -> None:
    lines = [{"sku": sku, "quantity": 9, "unit_price_minor": 100} for sku in skus]
    _happen(lake, "order", order_number="A", outcome=outcome, lines=lines)


def test_what_says_more_weighs_more(lake: EventLake) -> None:
    _happen(lake, "view", sku="A")
    _happen(lake, "click", sku="A")
    _happen(lake, "wishlist", sku="A", action="add")
    _happen(lake, "cart", sku="A", action="add")
    _order(lake, "A", "B")

    assert count_scores(lake, today=NOW.date()) == {"A": 29.5, "B": 20.0}


def test_old_interest_fades_and_is_forgotten(lake: EventLake) -> None:
    _happen(lake, "view", sku="A", days_ago=14)
    _happen(lake, "view", sku="B", days_ago=28)
    _happen(lake, "view", sku="C", days_ago=91)

    assert count_scores(lake, today=NOW.date()) == {"A": 0.5, "B": 0.25}


def test_one_shopper_counts_once_a_day(lake: EventLake) -> None:
    for days_ago in (0, 0, 0, 14):
        _happen(lake, "view", sku="A", visitor="keen", days_ago=days_ago)

    assert count_scores(lake, today=NOW.date()) == {"A": 1.5}


def test_what_was_taken_out_or_not_paid_for_does_not_count(lake: EventLake) -> None:
    _happen(lake, "cart", sku="A", action="remove")
    _order(lake, "B", outcome="payment_failed")
    _order(lake, "B", outcome="placed")

    assert count_scores(lake, today=NOW.date()) == {"B": 0}


def test_what_came_back_is_taken_off_again(lake: EventLake) -> None:
    _order(lake, "A", "B")
    _order(lake, "A", outcome="returned")

    assert count_scores(lake, today=NOW.date()) == {"A": 0, "B": 20.0}


@pytest.mark.django_db
def test_lists_are_built_for_each_category_and_the_whole_shop(lake: EventLake) -> None:
    lamp = make_product(sku="LAMP", category="Outdoor > Lighting")
    tent = make_product(sku="TENT", category="Outdoor > Tents")
    _happen(lake, "view", sku="LAMP")
    _happen(lake, "cart", sku="TENT", action="add")
    _happen(lake, "view", sku="UNKNOWN")

    places = services.build_popular(now=NOW)

    rows = PopularProduct.objects.order_by("category", "rank")
    assert places == 6
    assert list(rows.values_list("category", "rank", "product_id", "score")) == [
        ("", 1, tent.product_id, 5.0),
        ("", 2, lamp.product_id, 1.0),
        ("outdoor", 1, tent.product_id, 5.0),
        ("outdoor", 2, lamp.product_id, 1.0),
        ("outdoor/lighting", 1, lamp.product_id, 1.0),
        ("outdoor/tents", 1, tent.product_id, 5.0),
    ]


@pytest.mark.django_db
def test_a_new_build_replaces_the_lists(lake: EventLake) -> None:
    lamp = make_product(sku="LAMP")
    _happen(lake, "view", sku="LAMP")
    services.build_popular(now=NOW)

    services.build_popular(now=NOW + timedelta(days=14))

    scores = PopularProduct.objects.filter(product_id=lamp.product_id).values_list("score")
    assert set(scores) == {(0.5,)}


@pytest.mark.django_db
def test_the_command_collects_and_builds(
    lake: EventLake, capsys: pytest.CaptureFixture[str]
) -> None:
    make_product(sku="LAMP", category="Outdoor > Lighting")
    stream.record("view", visitor="v1", sku="LAMP")
    stream.record("dance", visitor="v1")

    call_command("build_popular")

    assert capsys.readouterr().out == (
        "1 events collected, 1 parked; 3 places in the lists of popular products.\n"
    )
