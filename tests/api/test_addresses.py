"""The address book through the API: added once, changed only as it was seen."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection

from accounts.models import Address, User
from accounts.services import MAX_ADDRESSES, save_address
from tests.api.client import App, new_key
from tests.factories.accounts import make_address, make_customer

pytestmark = pytest.mark.django_db

HOME = {
    "full_name": "Ada Park",
    "line1": "500 Howard Street",
    "city": "San Francisco",
    "region": "California",
    "postal_code": "94105",
}


@pytest.fixture
def home(signed_in: App) -> dict[str, Any]:
    """The only address of the book."""
    added: dict[str, Any] = signed_in.post("/addresses/", HOME).json()
    return added


def path_of(address: dict[str, Any]) -> str:
    return f"/addresses/{address['id']}/"


def lines_of(app: App) -> list[tuple[str, bool]]:
    book = app.get("/addresses/").json()["addresses"]
    return [(entry["line1"], entry["is_default"]) for entry in book]


def test_an_address_is_added_as_the_post_office_writes_it(signed_in: App) -> None:
    added = signed_in.post("/addresses/", HOME)

    assert added.status_code == 201
    saved = added.json()
    assert added.headers["Location"] == f"/api/v1{path_of(saved)}"
    assert saved == {
        **HOME,
        "id": Address.objects.get().pk,
        "line2": "",
        "region": "CA",
        "country": "US",
        "phone": "",
        "is_default": True,
    }
    read = signed_in.get(path_of(saved))
    assert (read.json(), read.headers["ETag"]) == (saved, added.headers["ETag"])


def test_one_key_adds_one_address_however_often_it_is_sent(signed_in: App) -> None:
    key = new_key()

    first = signed_in.post("/addresses/", HOME, **key)
    again = signed_in.post("/addresses/", HOME, **key)
    other = signed_in.post("/addresses/", {**HOME, "line1": "1 Main St"}, **key)

    assert (again.status_code, again.json()) == (201, first.json())
    assert again.headers["Idempotent-Replayed"] == "true"
    assert again.headers["ETag"] == first.headers["ETag"]
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    assert lines_of(signed_in) == [("500 Howard Street", True)]


def test_all_that_is_wrong_is_said_at_once(signed_in: App) -> None:
    refused = signed_in.post("/addresses/", {**HOME, "region": "NY", "phone": "call me"})

    assert refused.status_code == 422
    problem = refused.json()
    assert problem["code"] == "invalid_address"
    assert problem["fields"] == {
        "phone": ["Enter a telephone number such as (415) 555-0132, or leave it empty."],
        "postal_code": ["94105 is in California, not in New York."],
    }
    assert not Address.objects.exists()


def test_what_is_missing_is_named(signed_in: App) -> None:
    refused = signed_in.post("/addresses/", {"full_name": "Ada Park"})

    assert refused.status_code == 422
    assert set(refused.json()["fields"]) == {"line1", "city", "region", "postal_code"}


def test_a_full_book_takes_no_more(signed_in: App, customer: User) -> None:
    for number in range(MAX_ADDRESSES):
        save_address(customer_id=customer.pk, address=make_address(line1=f"{number} St"))

    refused = signed_in.post("/addresses/", HOME)

    assert (refused.status_code, refused.json()["code"]) == (409, "address_book_full")


def test_an_address_is_changed_as_it_was_seen(signed_in: App, home: dict[str, Any]) -> None:
    seen = signed_in.get(path_of(home)).headers["ETag"]

    changed = signed_in.put(path_of(home), {**HOME, "line1": "1 Main St"}, If_Match=seen)

    assert (changed.status_code, changed.json()["line1"]) == (200, "1 Main St")
    assert changed.headers["ETag"] != seen
    assert lines_of(signed_in) == [("1 Main St", True)]


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_what_changed_meanwhile_is_not_overwritten(
    signed_in: App, home: dict[str, Any], method: str
) -> None:
    seen = signed_in.get(path_of(home)).headers["ETag"]
    signed_in.put(path_of(home), {**HOME, "line1": "1 Main St"})

    body = {**HOME, "line1": "2 Late St"} if method == "PUT" else None
    refused = signed_in.call(method, path_of(home), body, If_Match=seen)

    assert (refused.status_code, refused.json()["code"]) == (412, "changed_meanwhile")
    assert lines_of(signed_in) == [("1 Main St", True)]


@pytest.mark.parametrize("wanted", ["*", 'W/"{version}.0123"', '"other.0", "{version}.0123"'])
def test_if_match_takes_any_weak_and_several_tags(
    signed_in: App, home: dict[str, Any], wanted: str
) -> None:
    version = signed_in.get(path_of(home)).headers["ETag"].strip('"').rpartition(".")[0]

    changed = signed_in.put(path_of(home), HOME, If_Match=wanted.format(version=version))

    assert changed.status_code == 200


@pytest.mark.django_db(transaction=True)
def test_of_two_changes_at_once_to_what_was_seen_one_is_made(
    signed_in: App, home: dict[str, Any]
) -> None:
    seen = signed_in.get(path_of(home)).headers["ETag"]

    def change(line1: str) -> int:
        try:
            answer = signed_in.put(path_of(home), {**HOME, "line1": line1}, If_Match=seen)
            return int(answer.status_code)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        statuses = sorted(pool.map(change, [f"{number} Main St" for number in range(4)]))

    assert statuses == [200, 412, 412, 412]


def test_an_address_is_removed(signed_in: App, home: dict[str, Any]) -> None:
    removed = signed_in.delete(path_of(home))

    assert (removed.status_code, removed.content) == (204, b"")
    gone = signed_in.get(path_of(home))
    assert (gone.status_code, gone.json()["code"]) == (404, "address_not_found")


def test_another_address_becomes_the_default(signed_in: App, home: dict[str, Any]) -> None:
    second = signed_in.post("/addresses/", {**HOME, "line1": "1 Main St"}).json()

    made = signed_in.post(f"{path_of(second)}default/")

    assert (made.status_code, made.json()["is_default"]) == (200, True)
    assert lines_of(signed_in) == [("1 Main St", True), ("500 Howard Street", False)]


def test_who_has_the_newest_book_gets_none(signed_in: App, home: dict[str, Any]) -> None:
    for path in ("/addresses/", path_of(home)):
        tag = signed_in.get(path).headers["ETag"]
        assert signed_in.get(path, If_None_Match=tag).status_code == 304


@pytest.mark.parametrize(
    ("method", "more"), [("GET", ""), ("PUT", ""), ("DELETE", ""), ("POST", "default/")]
)
def test_other_peoples_addresses_are_not_there(
    home: dict[str, Any], customer: User, method: str, more: str
) -> None:
    stranger = App()
    stranger.sign_in(make_customer(email="eve@example.com").email)

    refused = stranger.call(method, f"{path_of(home)}{more}", HOME if method == "PUT" else None)

    assert (refused.status_code, refused.json()["code"]) == (404, "address_not_found")
    assert Address.objects.get().user == customer


def test_a_number_no_address_can_have_is_not_there(signed_in: App) -> None:
    assert signed_in.get(f"/addresses/{10**30}/").status_code == 404
