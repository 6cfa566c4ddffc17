"""Where the servers' files are, and which ports they have."""

import os
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from shop.embedded.errors import CannotStart

ROOT = Path(__file__).resolve().parents[2]
RECIPES = Path(__file__).parent / "recipes"
JAVA_SOURCES = Path(__file__).parent / "java"
DEFAULT_PORT_BASE = 17100
PORTS = (
    "postgres", "redis", "mongodb", "mongodb-java", "elasticsearch", "elasticsearch-transport",
    "cassandra", "cassandra-storage", "spark-master", "spark-master-web", "spark-worker",
    "spark-worker-web", "hdfs",
)  # fmt: skip


@dataclass(frozen=True)
class Places:
    """All files of one checkout's servers."""

    home: Path = ROOT / "var" / "native"

    @property
    def jars(self) -> Path:
        """What was downloaded or built from downloads; costs only time to remove."""
        return self.home / "jars"

    def data(self, name: str) -> Path:
        return self.home / "data" / name

    def log(self, name: str) -> Path:
        return self.home / "log" / f"{name}.log"

    def port(self, name: str) -> int:
        return self.port_base + PORTS.index(name)

    @cached_property
    def port_base(self) -> int:
        """The first port: what SERVERS_PORT_BASE says, or said when the servers were started."""
        remembered = self.home / "port-base"
        text = os.environ.get("SERVERS_PORT_BASE")
        if text is None:
            return int(remembered.read_text()) if remembered.exists() else DEFAULT_PORT_BASE
        if not text.isdigit() or not 1024 <= int(text) <= 65535 - len(PORTS):  # noqa: PLR2004
            raise CannotStart(f"SERVERS_PORT_BASE={text!r} is not a port number from 1024 on.")
        self.home.mkdir(parents=True, exist_ok=True)
        remembered.write_text(text)
        return int(text)
