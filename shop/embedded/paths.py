"""Where the embedded servers keep their data and their sockets; imported by the settings."""

import hashlib
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class EmbeddedPaths:
    """All places of one checkout's servers, so that two checkouts never meet."""

    var: Path

    @property
    def sockets(self) -> Path:
        """A short directory: a Unix socket's path may have no more than 107 bytes."""
        digest = hashlib.sha256(str(self.var.resolve()).encode()).hexdigest()[:10]
        return Path(tempfile.gettempdir()) / f"parcelwise-{os.getuid()}-{digest}"

    @property
    def postgres_sockets(self) -> Path:
        return self.sockets / "pg"

    @property
    def redis_socket(self) -> Path:
        return self.sockets / "redis" / "redis.sock"

    @property
    def postgres_data(self) -> Path:
        return self.var / "postgres"

    @property
    def redis_data(self) -> Path:
        return self.var / "redis"

    @property
    def lock(self) -> Path:
        return self.var / "servers.lock"

    @property
    def database_url(self) -> str:
        host = str(self.postgres_sockets).replace("/", "%2F")
        return f"postgres://shop@{host}/shop"

    def redis_url(self, database: int) -> str:
        return f"unix://{self.redis_socket}?db={database}"
