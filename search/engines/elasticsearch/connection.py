"""The client of the cluster: where it is, how long it is waited for, what its errors mean here."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured
from elastic_transport import TransportError
from elasticsearch import ApiError, Elasticsearch
from elasticsearch.helpers import ScanError

from shop.core.breaker import Guard

# Writing, waiting for a refresh, making and removing indexes: nobody's page waits for these.
ADMIN_SECONDS = 30.0
DEFAULT_PORT = 9200


class WriteRefused(Exception):
    """Documents that the cluster did not take, for another reason than their revision."""


@dataclass(frozen=True, kw_only=True)
class Address:
    """One or several nodes of a cluster; `password` is empty where none is asked."""

    hosts: tuple[str, ...]
    user: str = ""
    password: str = field(default="", repr=False)
    ca_certs: str = ""
    verify_certs: bool = True

    @classmethod
    def parse(cls, url: str) -> "Address":
        """Read ``http(s)://user:password@host:port`` (several with commas) and its options.

        :raises ImproperlyConfigured: if that is no such address
        """
        parts = [urlsplit(each.strip()) for each in url.split(",")]
        if not all(part.scheme in {"http", "https"} and part.hostname for part in parts):
            raise ImproperlyConfigured("The address of Elasticsearch is no http(s) URL.")
        options = {
            key: values[-1] for part in parts for key, values in parse_qs(part.query).items()
        }
        if unknown := set(options) - {"ca_certs", "verify_certs"}:
            names = ", ".join(sorted(unknown))
            raise ImproperlyConfigured(f"Unknown options for Elasticsearch: {names}.")
        named = next((part for part in parts if part.username), parts[0])
        return cls(
            hosts=tuple(
                f"{part.scheme}://{_bracketed(part.hostname or '')}:{part.port or DEFAULT_PORT}"
                f"{part.path.rstrip('/')}"
                for part in parts
            ),
            user=unquote(named.username or ""),
            password=unquote(named.password or ""),
            ca_certs=options.get("ca_certs", ""),
            verify_certs=options.get("verify_certs", "true").lower() not in {"false", "0", "no"},
        )

    @property
    def is_secure(self) -> bool:
        return any(host.startswith("https:") for host in self.hosts)

    def __str__(self) -> str:
        return ", ".join(self.hosts)


def connect(address: Address, *, pool_size: int, timeout_seconds: float) -> Elasticsearch:
    """Return a client that connects with its first call."""
    tls: dict[str, Any] = {}
    if address.is_secure:
        tls = {"verify_certs": address.verify_certs, "ssl_show_warn": False}
        if address.ca_certs:
            tls["ca_certs"] = address.ca_certs
    return Elasticsearch(
        list(address.hosts),
        basic_auth=(address.user, address.password) if address.user else None,
        connections_per_node=pool_size,
        request_timeout=timeout_seconds,
        # A node that refuses is passed over for the next one; whoever waited once waits no more.
        max_retries=len(address.hosts) - 1,
        retry_on_timeout=False,
        retry_on_status=(),
        **tls,
    )


class Connection:
    """The client for calls somebody waits for, and the same with time for long ones.

    Each has a guard of its own: a search that took too long must not end a rebuild.
    """

    def __init__(
        self, address: Address, *, pool_size: int, timeout_seconds: float, pause_seconds: float
    ) -> None:
        self.address = address
        self._client = connect(address, pool_size=pool_size, timeout_seconds=timeout_seconds)
        self._patient = self._client.options(request_timeout=ADMIN_SECONDS)
        self._guard, self._patient_guard = (
            Guard(
                "search",
                unreachable=(TransportError,),
                refused=(ApiError, ScanError, WriteRefused),
                pause_seconds=pause_seconds,
            )
            for _ in range(2)
        )

    @contextmanager
    def quick(self) -> Iterator[Elasticsearch]:
        """Make calls somebody waits for.

        :raises StoreUnavailable: if the cluster does not answer in time, or refuses
        """
        with self._guard():
            yield self._client

    @contextmanager
    def patient(self) -> Iterator[Elasticsearch]:
        """Make calls that may take their time.

        :raises StoreUnavailable: if the cluster does not answer, or refuses
        """
        with self._patient_guard():
            yield self._patient


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
