"""The cached look-up never outlives a change."""

import pytest
from django.core.cache import cache

from logistics.handlers import forget_lanes_of_changed_warehouses
from logistics.lane_cache import VERSION_KEY, cached_lanes, forget_cached_lanes
from logistics.lane_types import ServingLane
from logistics.lanes import load_lanes
from logistics.models import ServiceabilityRow
from logistics.selectors import serving_warehouses
from shop.core import cache as cache_module
from tests.factories.logistics import SAN_FRANCISCO, make_lane

pytestmark = pytest.mark.django_db

PLACE = ("US", "94103")


def test_lanes_read_before_a_change_are_not_kept_as_if_read_after_it() -> None:
    make_lane("OLD")

    def change_while_reading(place: tuple[str, str]) -> tuple[ServingLane, ...]:
        read = load_lanes(place)
        make_lane("NEW")
        return read

    stale = cached_lanes(PLACE, load=change_while_reading)

    assert [lane.warehouse_code for lane in stale] == ["OLD"]
    assert serving_warehouses(destination=SAN_FRANCISCO) == ("NEW", "OLD")


def test_version_lost_by_the_cache_makes_all_lanes_be_read_anew() -> None:
    make_lane("OLD")
    serving_warehouses(destination=SAN_FRANCISCO)
    ServiceabilityRow.objects.all().delete()

    cache.delete(VERSION_KEY)

    assert serving_warehouses(destination=SAN_FRANCISCO) == ()


def test_event_makes_up_for_a_cache_that_was_down_during_the_change() -> None:
    make_lane("OLD")
    serving_warehouses(destination=SAN_FRANCISCO)
    ServiceabilityRow.objects.all().delete()
    cache_module.breaker.trip()
    forget_cached_lanes()
    cache_module.breaker.reset()
    assert serving_warehouses(destination=SAN_FRANCISCO) == ("OLD",)

    forget_lanes_of_changed_warehouses([])

    assert serving_warehouses(destination=SAN_FRANCISCO) == ()


def test_look_up_works_without_the_cache() -> None:
    make_lane("OLD")
    cache_module.breaker.trip()

    assert serving_warehouses(destination=SAN_FRANCISCO) == ("OLD",)
