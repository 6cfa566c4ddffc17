"""Staff and customers of the demo shop, with their address books."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db import transaction

from accounts.errors import EmailTaken
from accounts.services import create_customer, save_address
from accounts.types import PostalAddress

PASSWORD = "parcelwise-demo"  # noqa: S105 (of a shop made for looking at, printed at its start)


@dataclass(frozen=True, kw_only=True)
class Login:
    email: str
    password: str
    full_name: str
    is_staff: bool


@cache
def _people() -> Mapping[str, Any]:
    text = Path(__file__).with_name("people.yaml").read_text(encoding="utf-8")
    written: Mapping[str, Any] = yaml.safe_load(text)
    return written


def logins() -> Iterator[Login]:
    """Yield every demo log-in, staff first."""
    for group, is_staff in (("staff", True), ("customers", False)):
        for person in _people()[group]:
            yield Login(
                email=person["email"],
                password=PASSWORD,
                full_name=person["name"],
                is_staff=is_staff,
            )


def customers() -> Iterator[tuple[int, str, PostalAddress]]:
    """Yield the id, e-mail and address of each customer who has an account."""
    ids = dict(get_user_model().objects.values_list("email", "pk"))
    for person in _people()["customers"]:
        if person["email"] in ids:
            yield ids[person["email"]], person["email"], _address(person)


def load_people() -> int:
    """Open the accounts that do not exist yet; return how many those were."""
    created = [_open_account(person, is_staff=True) for person in _people()["staff"]]
    created += [_open_account(person, is_staff=False) for person in _people()["customers"]]
    return sum(created)


@transaction.atomic
def _open_account(person: Mapping[str, Any], *, is_staff: bool) -> bool:
    try:
        customer_id = create_customer(
            email=person["email"],
            password=PASSWORD,
            full_name=person["name"],
            is_staff=is_staff,
            is_superuser=person.get("superuser", False),
        )
    except EmailTaken:
        return False
    if "role" in person:
        get_user_model().objects.get(pk=customer_id).groups.add(
            Group.objects.get(name=person["role"])
        )
    if not is_staff:
        save_address(customer_id=customer_id, address=_address(person), is_default=True)
    return True


def _address(person: Mapping[str, Any]) -> PostalAddress:
    return PostalAddress(
        full_name=person["name"],
        line1=person["line1"],
        line2="",
        city=person["city"],
        region=person["region"],
        postal_code=person["postal_code"],
        country="US",
        phone="",
    )
