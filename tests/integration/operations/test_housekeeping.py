"""What has had its time goes, and nothing before."""

from datetime import timedelta

import pytest
from django.utils import timezone

from shop.core.visitor import Owner
from shop.operations.housekeeping import Forgotten, forget_what_is_over
from tests.api.client import App, new_key
from tests.factories.accounts import make_customer
from tests.factories.orders import place_order
from tests.factories.shopping import make_sold_product

pytestmark = pytest.mark.django_db

NOTHING = Forgotten(sessions=0, devices=0, answers=0, order_keys=0, tokens=0)


def test_answers_are_kept_for_a_day_and_order_keys_for_a_week() -> None:
    make_sold_product("LAMP")
    app = App()
    app.start_cart()
    key = new_key()
    app.post("/cart/lines/", {"sku": "LAMP"}, **key)
    place_order(owner=Owner(visitor="v1"), sku="LAMP")
    now = timezone.now()

    assert forget_what_is_over(now=now + timedelta(hours=23)) == NOTHING
    assert (
        app.post("/cart/lines/", {"sku": "LAMP"}, **key).headers["Idempotent-Replayed"] == "true"
    )
    a_day = forget_what_is_over(now=now + timedelta(hours=25))
    assert a_day == Forgotten(sessions=0, devices=0, answers=1, order_keys=0, tokens=0)
    assert not is_repeated(app, key)
    a_week = forget_what_is_over(now=now + timedelta(days=8))
    assert a_week == Forgotten(sessions=0, devices=0, answers=1, order_keys=1, tokens=0)


def is_repeated(app: App, key: dict[str, str]) -> bool:
    answer = app.post("/cart/lines/", {"sku": "LAMP"}, **key)
    return bool(answer.headers.get("Idempotent-Replayed") == "true")


def test_a_session_that_is_over_goes_with_its_device() -> None:
    app = App()
    app.sign_in(make_customer().email)
    now = timezone.now()

    assert forget_what_is_over(now=now + timedelta(days=59)) == NOTHING
    assert app.get("/account/").status_code == 200
    over = forget_what_is_over(now=now + timedelta(days=61))
    assert over == Forgotten(sessions=1, devices=1, answers=0, order_keys=0, tokens=0)
    assert app.get("/account/").status_code == 401


def test_a_refresh_token_that_served_is_known_as_long_as_it_would_be_good() -> None:
    app = App()
    app.sign_in(make_customer().email)
    app.refresh_tokens()
    now = timezone.now()

    assert forget_what_is_over(now=now + timedelta(days=59)).tokens == 0
    assert forget_what_is_over(now=now + timedelta(days=61)).tokens == 1
