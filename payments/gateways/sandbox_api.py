"""HTTP to the sandbox bank: time-outs, retries of what may be repeated, and a breaker."""

from collections.abc import Mapping
from typing import Any

import httpx

from payments.gateways.base import GatewayRefused, GatewayTimeout, GatewayUnavailable
from shop.core.breaker import Breaker

TIMEOUT_SECONDS = 3.0
CONNECT_SECONDS = 1.0
ATTEMPTS = 2
BREAKER_PAUSE_SECONDS = 3.0
FIRST_SERVER_ERROR = 500
# Wrong credentials, a time-out or a throttle say nothing about what was asked for.
NOT_AN_ANSWER = {401, 403, 407, 408, 425, 429}


class SandboxApi:
    """A connection pool to the bank.

    Every call of its API may be repeated: opening by payment id, refunding by key, the rest by
    nature. So each is tried twice, but a bank that did not answer in time is not asked again: the
    breaker then refuses at once for a while, so that a dead bank costs one time-out per pause.
    """

    def __init__(self, *, url: str, secret: str, timeout: float, breaker_pause: float) -> None:
        self._client = httpx.Client(
            base_url=url,
            timeout=httpx.Timeout(timeout, connect=CONNECT_SECONDS),
            headers={"Authorization": f"Bearer {secret}"},
            # The address is ours: a proxy meant for the outside world must not come in between.
            trust_env=False,
        )
        self._breaker = Breaker(breaker_pause)

    def get(self, path: str, **params: str) -> dict[str, Any]:
        """Return the JSON object at the path.

        :raises GatewayTimeout: when no answer came in time
        :raises GatewayUnavailable: when the bank cannot be reached or cannot answer
        :raises GatewayRefused: when it refuses
        """
        return self._call(self._client.build_request("GET", path, params=params))

    def post(self, path: str, content: Mapping[str, Any]) -> dict[str, Any]:
        """Send the content as JSON and return the answer's JSON object; raises as `get`."""
        return self._call(self._client.build_request("POST", path, json=content))

    def close(self) -> None:
        self._client.close()

    def _call(self, request: httpx.Request) -> dict[str, Any]:
        if not self._breaker.allows():
            raise GatewayUnavailable("The payment gateway did not answer a moment ago.")
        for attempt in range(1, ATTEMPTS + 1):
            try:
                return self._read(self._client.send(request))
            except GatewayUnavailable:
                if attempt == ATTEMPTS:
                    raise
            except httpx.TimeoutException as error:
                self._breaker.trip()
                raise GatewayTimeout("The payment gateway did not answer in time.") from error
            except httpx.TransportError as error:
                if attempt == ATTEMPTS:
                    self._breaker.trip()
                    raise GatewayUnavailable("The payment gateway is out of reach.") from error
        raise AssertionError("every attempt returns or raises")

    def _read(self, response: httpx.Response) -> dict[str, Any]:
        try:
            content = response.json()
        except ValueError:
            content = None
        is_answer = response.status_code < FIRST_SERVER_ERROR and isinstance(content, dict)
        if response.status_code in NOT_AN_ANSWER or not is_answer:
            raise GatewayUnavailable(f"The payment gateway answered {response.status_code}.")
        assert isinstance(content, dict)  # noqa: S101 - for the type checker
        if response.is_success:
            return content
        message, reason = content.get("message", ""), content.get("code", "")
        raise GatewayRefused(f"The payment gateway refused: {message}", reason=reason)
