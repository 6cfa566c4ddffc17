"""The audit catches what must never happen."""

import pytest
from django.db import IntegrityError, transaction
from django.db.models import F

from logistics.audit import audit_stock
from logistics.models import Reservation, Stock
from shop.core.registry import Difference, audit_checks
from tests.factories.logistics import hold_stock, put_stock

pytestmark = pytest.mark.django_db


def test_stock_that_adds_up_has_no_differences() -> None:
    put_stock("lamp", 5)
    hold_stock("A", lamp=2)

    assert audit_stock() == []


def test_reservation_released_without_its_stock_is_found() -> None:
    put_stock("lamp", 5)
    hold_stock("A", lamp=2)

    Reservation.objects.update(status="released")

    assert audit_stock() == [
        Difference(
            kind="reserved-differs",
            subject="lamp in MAIN",
            detail="2 are reserved, but live reservations add up to 0.",
        )
    ]


def test_stock_given_back_twice_is_found() -> None:
    put_stock("lamp", 5)
    hold_stock("A", lamp=2)
    hold_stock("B", lamp=2)

    Stock.objects.update(reserved=F("reserved") - 2)

    assert [difference.kind for difference in audit_stock()] == ["reserved-differs"]


def test_more_live_reservations_than_units_are_found() -> None:
    put_stock("lamp", 5)
    hold_stock("A", lamp=5)

    Reservation.objects.update(quantity=6)

    assert [difference.kind for difference in audit_stock()] == ["reserved-differs", "oversold"]


def test_change_without_a_movement_is_found() -> None:
    put_stock("lamp", 5)

    Stock.objects.update(on_hand=4)

    assert [difference.kind for difference in audit_stock()] == ["journal-differs"]


@pytest.mark.parametrize("change", [{"reserved": 6}, {"reserved": -1}, {"on_hand": -1}])
def test_database_itself_refuses_to_oversell(change: dict[str, int]) -> None:
    put_stock("lamp", 5)

    with pytest.raises(IntegrityError), transaction.atomic():
        Stock.objects.update(**change)


def test_audit_command_runs_these_checks() -> None:
    assert {"logistics.stock", "logistics.serviceability"} <= {name for name, _ in audit_checks}
