"""Tokens that live shortly and serve once, and the list of devices that they are on."""

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import time_machine
from allauth.usersessions.models import UserSession
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from accounts.devices import list_devices
from accounts.models import User
from tests.api.client import AUTH, DEVICE, App
from tests.factories.accounts import PASSWORD, make_customer

pytestmark = pytest.mark.django_db

MINUTE, DAY = 60, 24 * 3600


@pytest.fixture
def tablet(customer: User) -> App:
    """A second device of `customer`."""
    app = App(device="Parcelwise/1.0 (iPad; iPadOS 19)")
    app.sign_in(customer.email)
    return app


def devices_of(app: App) -> dict[str, Any]:
    listed = app.auth("GET", "/auth/sessions").json()["data"]
    return {device["user_agent"]: device for device in listed}


def is_out(app: App) -> bool:
    """Tell whether none of the app's three tokens opens anything."""
    if app.get("/account/").status_code != 401:
        return False
    if app.post(f"{AUTH}/tokens/refresh", {"refresh_token": app.refresh}).status_code != 400:
        return False
    app.access = ""
    return bool(app.auth("GET", "/auth/session").status_code == 410)


def test_an_access_token_lives_five_minutes(signed_in: App) -> None:
    now = time.time()
    with time_machine.travel(now + 4 * MINUTE):
        assert signed_in.get("/account/").status_code == 200
    with time_machine.travel(now + 6 * MINUTE):
        refused = signed_in.get("/account/")
        assert (refused.status_code, refused.json()["code"]) == (401, "authentication_failed")
        assert refused.headers["WWW-Authenticate"] == "Bearer"
        assert signed_in.refresh_tokens().status_code == 200
        assert signed_in.get("/account/").status_code == 200


def test_a_refresh_token_serves_once(signed_in: App) -> None:
    old = signed_in.refresh
    assert signed_in.refresh_tokens().status_code == 200
    assert signed_in.refresh != old

    refused = signed_in.post(f"{AUTH}/tokens/refresh", {"refresh_token": old})

    assert refused.status_code == 400
    assert signed_in.refresh_tokens().status_code == 200


def test_a_spent_refresh_token_stays_spent_when_somebody_writes_an_older_session_back(
    signed_in: App,
) -> None:
    spent = signed_in.refresh
    slow = SessionStore(session_key=signed_in.session)
    slow["seen"] = True
    assert signed_in.refresh_tokens().status_code == 200
    slow.save()

    refused = signed_in.post(f"{AUTH}/tokens/refresh", {"refresh_token": spent})

    assert refused.status_code == 400
    assert signed_in.refresh_tokens().status_code == 200


@pytest.mark.django_db(transaction=True)
def test_a_token_whose_session_ends_while_it_is_refreshed_is_refused(signed_in: App) -> None:
    def refresh() -> int:
        try:
            return int(signed_in.refresh_tokens().status_code)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            Session.objects.filter(pk=signed_in.session).delete()
            refreshed = pool.submit(refresh)
            time.sleep(0.5)  # so that it has begun
        assert refreshed.result() == 400


@pytest.mark.django_db(transaction=True)
def test_of_many_who_send_one_refresh_token_one_is_served(signed_in: App) -> None:
    body = {"refresh_token": signed_in.refresh}

    def refresh(_: int) -> int:
        try:
            return int(signed_in.post(f"{AUTH}/tokens/refresh", body).status_code)
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        statuses = sorted(pool.map(refresh, range(6)))

    assert statuses == [200, 400, 400, 400, 400, 400]


def test_who_comes_back_within_two_months_stays_signed_in(signed_in: App) -> None:
    now = time.time()
    with time_machine.travel(now + 59 * DAY):
        assert signed_in.refresh_tokens().status_code == 200
    with time_machine.travel(now + 118 * DAY):
        assert signed_in.refresh_tokens().status_code == 200
        assert signed_in.get("/account/").status_code == 200
    with time_machine.travel(now + 179 * DAY):
        assert signed_in.refresh_tokens().status_code == 400


@pytest.mark.parametrize("kind", ["nonsense", "access", "another key's"])
def test_only_refresh_tokens_of_ours_are_changed(
    signed_in: App, settings: Settings, kind: str
) -> None:
    token = {"nonsense": "nonsense", "access": signed_in.access}.get(kind, signed_in.refresh)
    if kind == "another key's":
        settings.SECRET_KEY = "another key" * 5

    refused = signed_in.post(f"{AUTH}/tokens/refresh", {"refresh_token": token})

    assert refused.status_code == 400


@pytest.mark.parametrize("kind", ["nonsense", "refresh", "session"])
def test_only_access_tokens_open_the_api(signed_in: App, kind: str) -> None:
    signed_in.access = {
        "nonsense": "nonsense",
        "refresh": signed_in.refresh,
        "session": signed_in.session,
    }[kind]

    assert signed_in.get("/account/").status_code == 401


def test_devices_are_listed_by_the_names_they_gave(signed_in: App, tablet: App) -> None:
    listed = devices_of(signed_in)

    assert set(listed) == {DEVICE, tablet.device}
    assert listed[DEVICE]["is_current"]
    assert not listed[tablet.device]["is_current"]
    assert listed[DEVICE]["ip"] == "127.0.0.1"


def test_a_very_long_name_is_cut(customer: User) -> None:
    app = App(device="P" * 1000)

    assert app.sign_in(customer.email).status_code == 200
    assert set(devices_of(app)) == {"P" * 200}


def test_an_ended_device_is_out_at_once(signed_in: App, tablet: App) -> None:
    lost = devices_of(signed_in)[tablet.device]["id"]

    left = signed_in.auth("DELETE", "/auth/sessions", {"sessions": [lost]})

    assert [device["user_agent"] for device in left.json()["data"]] == [DEVICE]
    assert is_out(tablet)
    assert signed_in.get("/account/").status_code == 200


def test_a_device_ends_itself_by_signing_out(signed_in: App, tablet: App) -> None:
    assert tablet.auth("DELETE", "/auth/session").status_code == 401

    assert is_out(tablet)
    assert set(devices_of(signed_in)) == {DEVICE}


def test_a_device_may_end_itself_in_the_list(signed_in: App) -> None:
    own = devices_of(signed_in)[DEVICE]["id"]

    assert signed_in.auth("DELETE", "/auth/sessions", {"sessions": [own]}).status_code == 401

    assert is_out(signed_in)


def test_nobody_ends_other_peoples_devices(signed_in: App) -> None:
    stranger = App()
    stranger.sign_in(make_customer(email="eve@example.com").email)
    own = devices_of(signed_in)[DEVICE]["id"]

    refused = stranger.auth("DELETE", "/auth/sessions", {"sessions": [own]})

    assert refused.status_code == 400
    assert signed_in.get("/account/").status_code == 200


def test_a_new_password_puts_all_other_devices_out(signed_in: App, tablet: App) -> None:
    change = {"current_password": PASSWORD, "new_password": "a whole new one"}
    assert signed_in.auth("POST", "/account/password/change", change).status_code == 200

    assert tablet.get("/account/").status_code == 401
    assert tablet.refresh_tokens().status_code == 400
    assert signed_in.get("/account/").status_code == 200
    assert set(devices_of(signed_in)) == {DEVICE}


def test_a_device_whose_time_is_over_is_forgotten(signed_in: App, tablet: App) -> None:
    gone = UserSession.objects.get(user_agent=tablet.device)
    Session.objects.filter(pk=gone.session_key).update(expire_date=timezone.now())

    assert set(devices_of(signed_in)) == {DEVICE}
    assert not UserSession.objects.filter(pk=gone.pk).exists()


def test_devices_stay_when_the_secret_key_is_changed(
    signed_in: App, tablet: App, customer: User, settings: Settings
) -> None:
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "a new one " * 5

    names = {device.user_agent for device in list_devices(user=customer)}

    assert names == {signed_in.device, tablet.device}


def test_a_closed_account_is_out_at_once(signed_in: App, customer: User) -> None:
    customer.is_active = False
    customer.save()

    assert signed_in.get("/account/").status_code == 401
    assert signed_in.refresh_tokens().status_code == 400


def test_the_website_lists_the_app_and_puts_it_out(
    client: Client, signed_in: App, customer: User
) -> None:
    client.post("/accounts/login/", {"login": customer.email, "password": PASSWORD})
    page = client.get("/accounts/sessions/")
    assert DEVICE in page.text
    assert "site-header" in page.text

    client.post("/accounts/sessions/")

    assert is_out(signed_in)
    assert client.get("/account/").status_code == 200


def test_the_app_lists_the_website_and_puts_it_out(
    client: Client, signed_in: App, customer: User
) -> None:
    credentials = {"login": customer.email, "password": PASSWORD}
    client.post("/accounts/login/", credentials, headers={"User-Agent": "Firefox/150"})
    other = devices_of(signed_in)["Firefox/150"]["id"]

    signed_in.auth("DELETE", "/auth/sessions", {"sessions": [other]})

    assert client.get("/account/").status_code == 302
