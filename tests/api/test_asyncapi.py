"""docs/api/asyncapi.yaml: AsyncAPI's own schema accepts it, and it says what the socket says."""

import json
import re
from typing import Any

import pytest
import yaml
from jsonschema import Draft7Validator, Draft202012Validator

from orders.selectors import get_order
from orders.states import OrderStatus
from shop.live import consumer
from shop.live.hello import LONGEST_NUMBER, read_hello
from shop.live.news import news_of
from tests.architecture.sources import ROOT
from tests.factories.checkout import order_of, pay, stock_product

FILE = ROOT / "docs" / "api" / "asyncapi.yaml"
# From the npm package @asyncapi/specs 6.11.1 (Apache-2.0): definitions/3.0.0 without texts and
# without the bindings of protocols other than WebSockets.
RULES = ROOT / "tests" / "api" / "asyncapi-3.0.0.schema.json"


def contract() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(FILE.read_text())
    return found


def shape(name: str) -> Draft202012Validator:
    return Draft202012Validator(
        contract()["components"]["schemas"][name],
        format_checker=Draft202012Validator.FORMAT_CHECKER,
    )


def test_the_contract_follows_the_specification() -> None:
    rules = Draft7Validator(json.loads(RULES.read_text()))

    found = [
        f"{'.'.join(map(str, error.absolute_path))}: {error.message}"
        for error in rules.iter_errors(contract())
    ]

    assert found == []


@pytest.mark.parametrize(("message", "name"), [("hello", "Hello"), ("orderStatus", "OrderStatus")])
def test_every_example_is_one(message: str, name: str) -> None:
    examples = contract()["components"]["messages"][message]["examples"]

    for example in examples:
        shape(name).validate(example["payload"])
    if name == "Hello":
        assert all(read_hello(json.dumps(example["payload"])) for example in examples)


def test_all_statuses_and_numbers_are_told() -> None:
    schemas = contract()["components"]["schemas"]

    assert schemas["OrderStatus"]["properties"]["status"]["enum"] == OrderStatus.values
    assert schemas["Hello"]["properties"]["after"]["maximum"] == 10**LONGEST_NUMBER - 1


@pytest.mark.django_db
def test_what_is_told_is_what_the_contract_says() -> None:
    stock_product("LAMP")
    number = order_of("LAMP")
    pay(number)

    told = news_of(get_order(number=number), after=0).messages

    assert len(told) == 2
    for message in told:
        shape("OrderStatus").validate(json.loads(json.dumps(message)))


def test_every_code_that_closes_a_socket_is_explained() -> None:
    codes = {
        consumer.DONE,
        consumer.TRY_LATER,
        consumer.UNAUTHORIZED,
        consumer.NOT_FOUND,
        consumer.OVER,
        consumer.BAD_HELLO,
    }
    told = re.findall(r"^\| (\d{4}) \|", (ROOT / "docs" / "live.md").read_text(), re.MULTILINE)

    assert codes | {1012} == set(map(int, told))
