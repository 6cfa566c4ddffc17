"""Where browsers look for the live process, by the address of the shop."""

import pytest
from environs import Env, EnvValidationError

from shop.api_settings import live_settings


@pytest.mark.parametrize(
    ("shop_url", "expected"),
    [
        ("http://localhost:8000", "ws://localhost:8002"),
        ("http://192.0.2.7:8100", "ws://192.0.2.7:8002"),
        ("https://shop.example.com", "wss://shop.example.com"),
        ("https://shop.example.com:8443", "wss://shop.example.com:8443"),
    ],
)
def test_it_is_beside_the_shop_or_behind_its_proxy(shop_url: str, expected: str) -> None:
    found = live_settings(Env(), redis="redis://localhost/2", shop_url=shop_url, port=8002)

    assert found["url"] == expected


def test_what_is_set_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIVE_URL", "wss://live.example.com/")

    found = live_settings(Env(), redis="", shop_url="https://shop.example.com", port=8002)

    assert found["url"] == "wss://live.example.com"


@pytest.mark.parametrize(
    "url", ["https://x", "ws://", "wss://x/path", "x", "ws://a b; script-src"]
)
def test_no_address_that_a_page_could_not_name_is_taken(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LIVE_URL", url)

    with pytest.raises(EnvValidationError):
        live_settings(Env(), redis="", shop_url="http://localhost:8000", port=8002)
