"""What an event must look like to enter the lake."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from recommendations.interactions import BadInteraction, OrderedLine, read_interaction

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
VIEW = {
    "event_id": "e1",
    "kind": "view",
    "occurred_at": "2026-11-22T11:59:00+00:00",
    "visitor": "v1",
    "customer_id": 7,
    "sku": "DRILL-1",
    "product_id": 3,
    "category": "tools/drills",
}
ORDER = {
    "event_id": "order:A:confirmed",
    "kind": "order",
    "occurred_at": "2026-11-22T11:59:00+00:00",
    "order_number": "A",
    "outcome": "confirmed",
    "lines": [{"sku": "DRILL-1", "quantity": 2, "unit_price_minor": 1999}],
}


def test_a_view_is_read() -> None:
    interaction = read_interaction(VIEW, now=NOW)

    assert (interaction.event_id, interaction.kind) == ("e1", "view")
    assert interaction.day == date(2026, 11, 22)
    assert interaction.values["sku"] == "DRILL-1"
    assert interaction.values["customer_id"] == 7
    assert interaction.values["action"] is None
    assert interaction.extra is None


def test_the_day_is_that_of_utc() -> None:
    interaction = read_interaction({**VIEW, "occurred_at": "2026-11-22T01:00:00+02:00"}, now=NOW)

    assert interaction.day == date(2026, 11, 21)


def test_an_order_has_lines() -> None:
    interaction = read_interaction(ORDER, now=NOW)

    assert interaction.lines == [OrderedLine(sku="DRILL-1", quantity=2, unit_price_minor=1999)]


def test_what_has_no_column_is_kept_as_extra() -> None:
    interaction = read_interaction({**VIEW, "filters": [["brand", "Nordlys"]]}, now=NOW)

    assert interaction.extra == '{"filters": [["brand", "Nordlys"]]}'


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"kind": "dance"}, "kind: 'dance' is not known"),
        ({"kind": ["view"]}, "kind: ['view'] is not known"),
        ({"event_id": None}, "event_id: is missing"),
        ({"event_id": 5}, "event_id: must be a text of at most 1000 characters"),
        ({"sku": None}, "sku: is missing"),
        ({"sku": ["a"]}, "sku: must be a text of at most 1000 characters"),
        ({"sku": "x" * 1001}, "sku: must be a text of at most 1000 characters"),
        ({"sku": "a\0b"}, "sku: has characters that cannot be stored"),
        ({"sku": "a\ud800"}, "sku: has characters that cannot be stored"),
        ({"product_id": "3"}, "product_id: must be a whole number"),
        ({"product_id": True}, "product_id: must be a whole number"),
        ({"product_id": 2**63}, "product_id: must be a whole number"),
        ({"occurred_at": None}, "occurred_at: must be an ISO 8601 time"),
        ({"occurred_at": "2026-11-22T11:59:00"}, "occurred_at: must name its time zone"),
        (
            {"occurred_at": "2026-11-22T13:00:00+00:00"},
            "occurred_at: is in the future or too long ago",
        ),
    ],
)
def test_a_bad_event_is_refused_with_the_reason(change: dict[str, Any], message: str) -> None:
    with pytest.raises(BadInteraction) as refusal:
        read_interaction({**VIEW, **change}, now=NOW)

    assert str(refusal.value) == message


@pytest.mark.parametrize(
    "lines",
    [None, {}, "x", [5], [{}], [{"sku": "A", "quantity": 1}], [{"sku": "A", "quantity": "1"}]],
)
def test_an_order_with_bad_lines_is_refused(lines: object) -> None:
    with pytest.raises(BadInteraction, match=r"^(lines|quantity): "):
        read_interaction({**ORDER, "lines": lines}, now=NOW)
