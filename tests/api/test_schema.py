"""The schema: valid, complete, the one that is committed, and shown without any other host."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import Client
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer

from shop.api.docs import whole_schema
from shop.api.openapi.hooks import operations
from shop.api.problem_codes import CODES
from shop.core.errors import DomainError
from tests.api.contract import absolute, follow, registry
from tests.web_browser import Visit, chromium

OPERATIONS = [
    pytest.param(method, operation, id=operation["operationId"])
    for method, operation in operations(whole_schema()["paths"])
]
COMMITTED = Path(settings.BASE_DIR) / "docs" / "api" / "openapi.json"


def contents(operation: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield every body and answer that an operation describes."""
    yield from operation.get("requestBody", {}).get("content", {}).values()
    for answer in operation["responses"].values():
        yield from follow(answer).get("content", {}).values()


def test_the_committed_schema_is_the_one_there_is() -> None:
    committed = json.loads(COMMITTED.read_text())

    assert committed == json.loads(json.dumps(whole_schema())), "run `make schema`"


def test_it_is_made_without_a_warning(tmp_path: Path) -> None:
    call_command(
        "spectacular", validate=True, fail_on_warn=True, file=str(tmp_path / "schema.yaml")
    )


def test_it_is_valid_openapi() -> None:
    assert whole_schema()["openapi"].startswith("3.1")
    validate(json.loads(json.dumps(whole_schema())))


def test_every_call_has_a_name_of_its_own() -> None:
    names = [operation["operationId"] for _, operation in operations(whole_schema()["paths"])]

    assert len(names) == len(set(names)) > 60
    assert all(name.isidentifier() and name == name.lower() for name in names)


@pytest.mark.parametrize(("method", "operation"), OPERATIONS)
def test_every_call_says_what_it_is_and_who_may_call_it(
    method: str, operation: dict[str, Any]
) -> None:
    assert operation["summary"].strip()
    assert operation["tags"]
    assert operation["security"]
    for parameter in operation.get("parameters", []):
        assert parameter["name"] not in {"X-Cart-Token", "X-Session-Token", "Authorization"}
        assert "description" in parameter or parameter["in"] == "path"


@pytest.mark.parametrize(("method", "operation"), OPERATIONS)
def test_every_call_lists_what_it_may_be_answered_with(
    method: str, operation: dict[str, Any]
) -> None:
    statuses = set(operation["responses"])

    assert {"401", "429", "503"} <= statuses
    if "requestBody" in operation:
        assert {"400", "413"} <= statuses
    for status in statuses:
        answer = follow(operation["responses"][status])
        assert answer["description"]
        if status in {"402", "412", "413", "415", "422", "503"}:
            assert set(answer["content"]) == {"application/problem+json"}


@pytest.mark.parametrize(("method", "operation"), OPERATIONS)
def test_every_body_and_answer_has_examples_that_fit(
    method: str, operation: dict[str, Any]
) -> None:
    for content in contents(operation):
        examples = [follow(each)["value"] for each in content.get("examples", {}).values()]
        examples += [content["example"]] if "example" in content else []
        assert examples, content
        validator = Draft202012Validator(absolute(content["schema"]), registry=registry())
        for example in examples:
            errors = [f"{e.json_path}: {e.message}" for e in validator.iter_errors(example)]
            assert errors == [], example


def test_the_example_of_signing_in_signs_in_by_email() -> None:
    sign_in = whole_schema()["paths"]["/api/v1/auth/app/v1/auth/login"]["post"]
    body = sign_in["requestBody"]["content"]["application/json"]

    assert body["example"] == {"email": "ada@example.com", "password": "correct horse battery"}
    assert "username" not in json.dumps(whole_schema()["components"]["schemas"]["AuthLogin"])


def test_a_category_has_categories() -> None:
    schemas = whole_schema()["components"]["schemas"]

    assert schemas["Category"]["properties"]["children"]["items"] == {
        "$ref": "#/components/schemas/Category"
    }


def test_only_who_is_signed_in_is_promised_the_account() -> None:
    needs = {
        operation["operationId"]: operation["security"]
        for _, operation in operations(whole_schema()["paths"])
    }

    assert needs["read_account"] == [{"accessToken": []}]
    assert needs["read_cart"] == [{"accessToken": []}, {"cartToken": []}]
    assert {} in needs["search_products"]
    assert {} in needs["sign_in"]
    assert needs["list_devices"] == [{"sessionToken": []}, {"accessToken": []}]


def test_every_refusal_an_app_may_meet_is_explained() -> None:
    explained = {each.code for each in CODES}

    assert len(explained) == len(CODES)
    unexplained = {error.code for error in _all_kinds(DomainError)} - explained
    # Of the backoffice, of commands, of webhooks, and the names of kinds.
    assert unexplained == {
        "bad_interaction",
        "bad_signature",
        "email_taken",
        "illegal_payment_transition",
        "invalid_amount",
        "invalid_category",
        "invalid_import",
        "invalid_import_file",
        "invalid_network",
        "invalid_picture",
        "invalid_product",
        "item_not_storable",
        "mail_not_found",
        "malformed_webhook",
        "missing_tracking_number",
        "no_owner",
        "no_reason",
        "no_target",
        "not_publishable",
        "nothing_chosen",
        "nothing_reserved",
        "nothing_to_go_back_to",
        "nothing_to_move",
        "nothing_to_roll_back",
        "rebuild_running",
        "recommendation_run_has_no_lists",
        "recommendation_run_in_progress",
        "recommendation_run_not_found",
        "recommendation_run_taken_over",
        "recommendation_switch_moved",
        "refused",
        "return_exceeds_shipment",
        "sku_taken",
        "stale_timestamp",
        "stock_below_reserved",
        "stock_changed_meanwhile",
        "stock_not_found",
        "unknown_sku",
        "unknown_warehouse",
        "webhook_refused",
    }


def _all_kinds(kind: type[DomainError]) -> Iterator[type[DomainError]]:
    yield kind
    for each in kind.__subclasses__():
        yield from _all_kinds(each)


@pytest.mark.django_db
def test_it_is_served_as_json_and_as_yaml_to_who_asks(client: Client) -> None:
    served = client.get("/api/v1/schema/")
    assert served.headers["Content-Type"] == "application/json"
    assert served.json() == json.loads(json.dumps(whole_schema()))

    yaml = client.get("/api/v1/schema/", {"format": "yaml"})
    assert yaml.headers["Content-Type"].startswith("application/yaml")
    assert "operationId: add_to_cart" in yaml.text

    again = client.get("/api/v1/schema/", headers={"If-None-Match": served.headers["ETag"]})
    assert again.status_code == 304


def test_the_documentation_has_a_place_for_each_problem(client: Client) -> None:
    page = client.get("/api/v1/docs/")

    assert page.status_code == 200
    assert not page.cookies
    for each in CODES:
        assert f'id="problem-{each.code}"' in page.text


@pytest.mark.django_db
def test_a_problem_points_at_its_place(client: Client) -> None:
    problem = client.get("/api/v1/products/NONE/").json()

    place, _, anchor = problem["type"].partition("#")
    assert f'id="{anchor}"' in client.get(place).text


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    # Before the database is used: inside Playwright's loop Django opens another connection.
    with pytest.MonkeyPatch.context() as patch:
        # The loop runs in this thread; Django would take the tests for async code.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        with chromium() as browser:
            yield browser


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_the_documentation_is_drawn_by_our_own_server_alone(
    browser: Browser, live_server: LiveServer
) -> None:
    visit = Visit(browser, live_server.url, width=1280, scripts=True)
    asked: list[str] = []
    visit.page.on("request", lambda request: asked.append(request.url))

    visit.go("/api/v1/docs/#problem-total_changed")

    visit.page.locator("#operations-tag-cart").click()
    visit.page.locator("#operations-cart-add_to_cart").get_by_text("Add to cart").wait_for()
    row = visit.page.locator("#problem-total_changed")
    assert row.is_visible()
    assert [url for url in asked if not url.startswith((live_server.url, "data:"))] == []
    assert visit.overflow() == 0
    visit.close()
    assert visit.complaints == []
