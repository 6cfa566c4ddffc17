"""Where the cluster is and who we are there, read from one URL."""

import re
import ssl
from dataclasses import dataclass, field
from urllib.parse import parse_qs, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

DEFAULT_PORT = 9042
DEFAULT_KEYSPACE = "parcelwise"
DEFAULT_DATACENTER = "datacenter1"  # what Cassandra itself calls the first one

_KEYSPACE = re.compile(r"[a-z][a-z0-9_]{0,47}")  # needs no quotes in CQL
_DATACENTER = re.compile(r"[\w.-]+")
_KNOWN = {"datacenter", "tls", "ca_certs", "check_hostname"}


@dataclass(frozen=True, kw_only=True)
class Address:
    hosts: tuple[tuple[str, int], ...]
    keyspace: str
    datacenter: str
    user: str = ""
    password: str = field(default="", repr=False)
    tls: ssl.SSLContext | None = None

    def __str__(self) -> str:
        """Tell people where it is, without the password."""
        hosts = ",".join(f"{host}:{port}" for host, port in self.hosts)
        return f"{hosts}/{self.keyspace} in {self.datacenter}"

    @classmethod
    def from_url(cls, url: str) -> "Address":
        """Read `cassandra://user:password@host1,host2:9042/keyspace?datacenter=dc1&tls=true`.

        :raises ImproperlyConfigured: if it cannot be read; the message holds no password
        """
        try:
            parts = urlsplit(url)
            login, _, hosts = parts.netloc.rpartition("@")
            options = {name: values[-1] for name, values in parse_qs(parts.query).items()}
            user, _, password = login.partition(":")
            return cls(
                hosts=_hosts(hosts),
                keyspace=_named(parts.path.strip("/") or DEFAULT_KEYSPACE, _KEYSPACE),
                datacenter=_named(options.get("datacenter", DEFAULT_DATACENTER), _DATACENTER),
                user=unquote(user),
                password=unquote(password),
                tls=_tls(options),
            )
        except (ValueError, OSError) as error:
            raise ImproperlyConfigured(f"CASSANDRA_URL: {error}") from None


def _hosts(text: str) -> tuple[tuple[str, int], ...]:
    """Read the hosts; the last one's port holds for those that have none."""
    found = [re.fullmatch(r"(\[[^]]+\]|[^:]+)(?::(\d+))?", each) for each in text.split(",")]
    hosts = [match.groups() for match in found if match]
    if len(hosts) < len(found):
        raise ValueError("name one or more hosts, each with a port if you like")
    shared = int(hosts[-1][1] or DEFAULT_PORT)
    return tuple((host.strip("[]"), int(port or shared)) for host, port in hosts)


def _named(text: str, pattern: re.Pattern[str]) -> str:
    if not pattern.fullmatch(text):
        raise ValueError(f"{text[:60]!r} is no name for a keyspace or data center")
    return text


def _tls(options: dict[str, str]) -> ssl.SSLContext | None:
    unknown = options.keys() - _KNOWN
    if unknown:
        raise ValueError(f"unknown options {', '.join(sorted(unknown))}")
    if not _is_on(options.get("tls", "false")):
        return None
    context = ssl.create_default_context(cafile=options.get("ca_certs"))
    # The driver knows the nodes by address; many clusters' certificates name none.
    context.check_hostname = _is_on(options.get("check_hostname", "true"))
    return context


def _is_on(text: str) -> bool:
    if text not in {"true", "false"}:
        raise ValueError(f"{text[:20]!r} is neither true nor false")
    return text == "true"
