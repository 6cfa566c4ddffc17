"""What is fine for trying the shop out never goes public by accident."""

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.checks import run_checks
from django.core.management import CommandError, call_command
from django.test import Client, override_settings

from accounts.models import User
from accounts.roles import ensure_roles
from accounts.services import create_customer
from shop.demo.people import PASSWORD
from tests.factories.accounts import make_customer
from tests.factories.checkout import order_of, pay, states, stock_product

pytestmark = pytest.mark.django_db


def ids() -> set[str | None]:
    return {check.id for check in run_checks() if (check.id or "").startswith("shop.")}


def test_a_demo_on_this_machine_may_have_the_development_secrets() -> None:
    assert ids() == set()


@override_settings(DEMO=False, SECRET_KEY="only-for-development-x")  # noqa: S106
def test_without_the_demo_the_development_secrets_are_refused() -> None:
    assert {"shop.E001", "shop.W001"} <= ids()


@override_settings(HTTPS=True)
def test_a_demo_at_a_public_address_is_refused() -> None:
    assert {"shop.E001", "shop.E002"} <= ids()


@override_settings(HTTPS=True, LIVE_URL="ws://shop.example.com:8002")
def test_an_address_that_browsers_refuse_behind_https_is_refused() -> None:
    assert "shop.E003" in ids()


@override_settings(DEMO=False)
def test_without_the_demo_its_accounts_are_not_made() -> None:
    with pytest.raises(CommandError, match="DEMO is off"):
        call_command("load_demo")


@override_settings(DEMO=False, SECRET_KEY="x" * 60, SANDBOX_SECRET="y" * 60)
def test_a_database_that_was_a_demo_once_does_not_start_as_a_real_shop() -> None:
    create_customer(
        email="admin@parcelwise.example",
        password=PASSWORD,
        full_name="Robin",
        is_staff=True,
        is_superuser=True,
    )

    with pytest.raises(CommandError, match=r"admin@parcelwise\.example can sign in"):
        call_command("prepare_shop", no_static=True)


def staff(email: str) -> User:
    """Return a member of staff without any rights yet."""
    user = make_customer(email=email)
    user.is_staff = True
    user.save(update_fields=["is_staff"])
    return user


@pytest.fixture
def warehouse_worker() -> Client:
    ensure_roles()
    worker = staff("worker@example.com")
    worker.groups.add(Group.objects.get(name="Warehouse"))
    client = Client()
    client.force_login(worker)
    return client


def test_the_warehouse_packs_but_gives_no_money_away(warehouse_worker: Client) -> None:
    stock_product("LAMP")
    number = order_of("LAMP")
    pay(number)

    warehouse_worker.post(f"/admin/orders/order/{number}/step/cancel/")
    assert states(number) == ("confirmed", "succeeded")
    warehouse_worker.post(f"/admin/orders/order/{number}/step/pack/")

    assert states(number) == ("packed", "succeeded")
    assert warehouse_worker.get("/admin/payments/refund/").status_code == 403
    assert warehouse_worker.get("/admin/accounts/user/").status_code == 403


def test_staff_cannot_promote_themselves() -> None:
    ensure_roles()
    clerk = staff("clerk@example.com")
    group = Group.objects.get(name="Support")
    group.permissions.add(*_permissions("change_user"))
    clerk.groups.add(group)
    client = Client()
    client.force_login(clerk)
    url = f"/admin/accounts/user/{clerk.pk}/change/"

    answer = client.post(url, {"email": clerk.email, "is_superuser": "on", "is_staff": "on"})

    clerk.refresh_from_db()
    assert answer.status_code == 403
    assert clerk.is_superuser is False


def _permissions(codename: str) -> list[Permission]:

    return list(Permission.objects.filter(codename=codename))


def test_a_form_in_an_encoding_nobody_knows_is_refused(client: Client) -> None:
    answer = client.generic(
        "POST",
        "/cart/lines/",
        b"sku=x",
        content_type="application/x-www-form-urlencoded; charset=hex",
    )

    assert answer.status_code == 400


def test_an_unsigned_message_is_refused_before_it_is_read(client: Client) -> None:
    answer = client.post("/payments/webhooks/sandbox/", b"{", content_type="application/json")

    assert (answer.status_code, answer.json()["code"]) == (400, "bad_signature")
