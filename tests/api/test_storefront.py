"""What an app asks before its first screen."""

from typing import Any

import pytest
from pytest_django import Settings

from tests.api.client import App
from tests.factories.accounts import make_address
from tests.factories.logistics import make_lane, make_warehouse

pytestmark = pytest.mark.django_db


def test_an_app_is_told_what_it_needs_to_start(app: App, settings: Settings) -> None:
    settings.LIVE_URL = "wss://live.shop.example"

    told = app.get("/shop/").json()

    [country] = told.pop("countries")
    assert (country["code"], country["name"]) == ("US", "United States")
    assert told == {
        "name": settings.SHOP_NAME,
        "currency": "USD",
        "languages": [{"code": "en", "name": "English"}, {"code": "es", "name": "Español"}],
        "live_url": "wss://live.shop.example",
        "sign_in": {"configuration_url": "/api/v1/auth/app/v1/config"},
    }


def test_where_to_sign_in_is_told_at_the_address_given(app: App) -> None:
    address = app.get("/shop/").json()["sign_in"]["configuration_url"]

    assert app.get(address.removeprefix("/api/v1")).json()["data"]["account"]["login_methods"] == [
        "email"
    ]


def test_every_state_is_one_that_addresses_take(signed_in: App) -> None:
    [country] = signed_in.get("/shop/").json()["countries"]
    codes = [region["code"] for region in country["regions"]]

    assert len(codes) == len(set(codes)) == 59
    assert {"CA", "PR", "AE"} <= set(codes)
    address = {**make_address().to_json(), "country": country["code"]}
    for code in codes:
        saved = signed_in.post("/addresses/", {**address, "region": code})
        # The ZIP code is in one of them; no other is refused for its own sake.
        assert saved.status_code == 201 or list(saved.json()["fields"]) == ["postal_code"], code


def test_names_of_countries_are_in_the_callers_language(app: App) -> None:
    [country] = app.get("/shop/", Accept_Language="es").json()["countries"]

    assert country["name"] == "Estados Unidos"


def test_any_cache_may_keep_it_and_it_is_not_sent_twice(app: App) -> None:
    for path in ("/shop/", "/postal-codes/94103/"):
        first = app.get(path)
        again = app.get(path, If_None_Match=first.headers["ETag"])

        assert first.headers["Cache-Control"] == "public, max-age=300"
        assert first.headers["Vary"] == "Accept-Language"
        assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("written", ["94103", "94103-1234", "941031234"])
def test_a_postal_code_is_looked_up(app: App, written: str) -> None:
    make_lane(make_warehouse(), postal_areas="900-961")

    assert app.get(f"/postal-codes/{written}/").json() == {
        "postal_code": "94103",
        "city": "San Francisco",
        "region": "CA",
        "country": "US",
        "is_served": True,
    }


def test_where_nobody_delivers_is_known_all_the_same(app: App) -> None:
    make_lane(make_warehouse(), postal_areas="900-961")

    told = app.get("/postal-codes/10001/").json()

    assert (told["city"], told["region"], told["is_served"]) == ("New York", "NY", False)


@pytest.mark.parametrize("written", ["00000", "9410", "94103-12", "abcde", "९४१०३", "%00", " "])
def test_a_postal_code_that_there_is_not_is_refused(app: App, written: str) -> None:
    refused: Any = app.get(f"/postal-codes/{written}/")

    assert (refused.status_code, refused.json()["code"]) == (422, "unknown_postal_code")
    assert list(refused.json()["fields"]) == ["postal_code"]
