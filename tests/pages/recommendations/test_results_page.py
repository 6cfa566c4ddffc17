"""The backoffice page of what recommendations are worth."""

import pytest
from django.test import Client
from django.utils import timezone

from recommendations.models import GroupDay, PlaceDay
from tests.factories.accounts import make_customer

pytestmark = pytest.mark.django_db
ADDRESS = "/admin/recommendations/placeday/"


@pytest.fixture
def staff(client: Client) -> Client:
    client.force_login(make_customer(is_staff=True))
    return client


def _count(place: str, group: str, shown: int, clicked: tuple[int, int]) -> None:
    """Have ten buckets that were shown so much and clicked by turns as often as that."""
    PlaceDay.objects.bulk_create(
        PlaceDay(
            day=timezone.now().date(),
            place=place,
            group=group,
            bucket=bucket,
            shown=shown,
            clicked=clicked[bucket % 2],
            added=1,
        )
        for bucket in range(10)
    )


def test_it_says_by_how_much_the_model_is_better_and_how_sure_that_is(staff: Client) -> None:
    _count("for-you", "model", 2000, (270, 330))
    _count("for-you", "control", 100, (9, 11))
    _count("mail", "model", 50, (1, 3))
    GroupDay.objects.create(
        day=timezone.now().date(),
        group="model",
        bucket=0,
        shoppers=1000,
        buyers=30,
        revenue_minor=200_000,
        currency="USD",
    )

    page = staff.get(ADDRESS).text

    assert "Start page, for you" in page
    assert "15.00 %" in page
    assert "10.00 %" in page
    assert "+50.0 %" in page
    assert "(35.9 to 65.6 %)" in page
    assert page.count("too little data") == 3  # the e-mail, the buyers, and what that means
    assert "$2.00" in page
    assert "random groups" in page


def test_it_says_that_nothing_was_counted_yet(staff: Client) -> None:
    assert "Nothing was counted yet" in staff.get(ADDRESS).text


def test_the_start_page_of_the_backoffice_leads_there(staff: Client) -> None:
    page = staff.get("/admin/").text

    assert f'href="{ADDRESS}"' in page
    assert "Recommendation results" in page


def test_nobody_else_sees_it(client: Client) -> None:
    client.force_login(make_customer())

    assert client.get(ADDRESS).status_code == 302
