"""A customer has fifty sessions at most, and signing in costs as much with fifty as with none."""

from collections.abc import Iterator

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.devices import MOST_DEVICES, list_devices
from accounts.models import User
from tests.api.client import DEVICE, App
from tests.factories.accounts import PASSWORD, make_customer

pytestmark = pytest.mark.django_db

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
STATEMENTS_OF_A_SIGN_IN = 27


def give_sessions(user: User, count: int) -> list[str]:
    """Sign the customer in that often, as the shop would; return the keys of the sessions."""
    keys = []
    for _ in range(count):
        session = SessionStore()
        session[SESSION_KEY], session[BACKEND_SESSION_KEY] = str(user.pk), BACKEND
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        session.create()
        keys.append(str(session.session_key))
    UserSession.objects.bulk_create(
        UserSession(user=user, ip="127.0.0.1", session_key=key, user_agent="old") for key in keys
    )
    return keys


@pytest.fixture
def statements() -> Iterator[CaptureQueriesContext]:
    with CaptureQueriesContext(connection) as counted:
        yield counted


def cost_of_signing_in(user: User, counted: CaptureQueriesContext) -> int:
    before = len(counted)
    assert App().sign_in(user.email).status_code == 200
    return len(counted) - before


def test_signing_in_takes_as_many_statements_with_fifty_sessions(
    customer: User, statements: CaptureQueriesContext
) -> None:
    cost_of_signing_in(make_customer(), statements)  # warms caches
    with_none = cost_of_signing_in(customer, statements)
    give_sessions(customer, MOST_DEVICES - 2)
    with_fewer = cost_of_signing_in(customer, statements)
    with_fifty = cost_of_signing_in(customer, statements)

    assert with_none == with_fewer <= STATEMENTS_OF_A_SIGN_IN
    # The oldest ends, in two statements.
    assert with_fifty == with_none + 2


def test_the_oldest_session_ends_beyond_fifty(customer: User) -> None:
    first, second, *_ = give_sessions(customer, MOST_DEVICES)

    app = App()
    app.sign_in(customer.email)

    assert not Session.objects.filter(pk=first).exists()
    assert Session.objects.filter(pk=second).exists()
    devices = list_devices(user=customer)
    assert len(devices) == MOST_DEVICES
    assert DEVICE in {device.user_agent for device in devices}
    assert app.get("/account/").status_code == 200


def test_a_thousand_sessions_from_before_become_fifty_at_the_next_sign_in(
    customer: User, statements: CaptureQueriesContext
) -> None:
    cost_of_signing_in(make_customer(), statements)
    give_sessions(customer, 200)

    assert cost_of_signing_in(customer, statements) <= STATEMENTS_OF_A_SIGN_IN + 2

    assert UserSession.objects.filter(user=customer).count() == MOST_DEVICES


def test_sessions_that_are_over_do_not_push_others_out(customer: User) -> None:
    live, *_ = give_sessions(customer, 1)
    over = give_sessions(customer, MOST_DEVICES)
    Session.objects.filter(pk__in=over).delete()

    App().sign_in(customer.email)

    assert Session.objects.filter(pk=live).exists()
    assert UserSession.objects.filter(user=customer).count() == 2


def test_other_customers_sessions_are_left_alone(customer: User) -> None:
    others = give_sessions(make_customer(), MOST_DEVICES)
    give_sessions(customer, MOST_DEVICES)

    App().sign_in(customer.email)

    assert Session.objects.filter(pk__in=others).count() == MOST_DEVICES


def test_the_website_lists_and_ends_fifty_in_as_many_statements_as_two(
    client: Client, customer: User, statements: CaptureQueriesContext
) -> None:
    client.post("/accounts/login/", {"login": customer.email, "password": PASSWORD})
    costs = []
    for others in (1, 1, MOST_DEVICES - 1):  # the first warms caches
        give_sessions(customer, others)
        before = len(statements)
        assert client.get("/accounts/sessions/").text.count("old") >= others
        client.post("/accounts/sessions/")
        costs.append(len(statements) - before)

    assert costs[1] == costs[2]
    assert UserSession.objects.filter(user=customer).count() == 1
