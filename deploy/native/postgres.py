"""PostgreSQL from the wheel that `make run` uses, here over TCP and with a password."""

import signal
import subprocess
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import psycopg
from psycopg import sql

from deploy.native.base import Server
from deploy.native.places import Places
from shop.embedded.account import ServerAccount
from shop.embedded.errors import CannotStart
from shop.embedded.paths import EmbeddedPaths
from shop.embedded.postgres import data_directory, find_binaries

USER = PASSWORD = DATABASE = "shop"
OPTIONS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "300",
    "shared_buffers": "128MB",
    "log_min_messages": "warning",
    "log_min_error_statement": "panic",
}


class Postgres(Server):
    """The superuser is `postgres`; the shop's own user may only make databases."""

    name = "postgres"
    stop_signal = signal.SIGINT  # "fast": it does not wait for clients

    def __init__(self, places: Places) -> None:
        super().__init__(places)
        self.account = ServerAccount.current()

    @property
    def url(self) -> str:
        return f"postgres://{USER}:{PASSWORD}@127.0.0.1:{self.port}/{DATABASE}"

    @property
    def environment(self) -> Mapping[str, str]:
        return {"LC_ALL": "C"}

    @property
    def directory(self) -> Path:
        return data_directory(EmbeddedPaths(self.places.home / "data"), self.account)

    def command(self) -> list[str]:
        binaries = find_binaries(self.account)
        if not (self.directory / "PG_VERSION").exists():
            self._initialize(binaries)
        options = [f"{name}={value}" for name, value in OPTIONS.items()]
        settings = [word for option in options for word in ("-c", option)]
        binary = str(binaries / "postgres")
        return [binary, "-D", str(self.directory), "-p", str(self.port), *settings]

    def answers(self) -> bool:
        with suppress(psycopg.Error), self._connect() as connection:
            return connection.execute("SELECT 1").fetchone() is not None
        return False

    def finish(self) -> None:
        with self._connect() as connection:
            if not _has(connection, "pg_roles", "rolname", USER):
                connection.execute(
                    sql.SQL("CREATE ROLE {} LOGIN CREATEDB PASSWORD {}").format(
                        sql.Identifier(USER), PASSWORD
                    )
                )
            if not _has(connection, "pg_database", "datname", DATABASE):
                names = (sql.Identifier(DATABASE), sql.Identifier(USER))
                connection.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(*names))

    def _connect(self) -> "psycopg.Connection[tuple[object, ...]]":
        return psycopg.connect(
            host="127.0.0.1",
            port=self.port,
            user="postgres",
            password=PASSWORD,
            dbname="postgres",
            autocommit=True,
            connect_timeout=3,
        )

    def _initialize(self, binaries: Path) -> None:
        with tempfile.NamedTemporaryFile("w", prefix="parcelwise-") as password:
            password.write(PASSWORD)
            password.flush()
            Path(password.name).chmod(0o644)  # for the other account; it is no secret
            made = subprocess.run(
                [
                    *(str(binaries / "initdb"), "-D", str(self.directory), "-U", "postgres"),
                    *("--auth=scram-sha-256", f"--pwfile={password.name}", "--encoding=UTF8"),
                    *("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"),
                ],
                check=False,
                capture_output=True,
                text=True,
                cwd="/",
                **self.account.popen_options,  # type: ignore[call-overload]
            )
        if made.returncode != 0:
            raise CannotStart(f"PostgreSQL could not be set up: {made.stderr.strip()[-800:]}")


def _has(
    connection: "psycopg.Connection[tuple[object, ...]]", table: str, column: str, name: str
) -> bool:
    query = sql.SQL("SELECT 1 FROM {} WHERE {} = %s").format(
        sql.Identifier(table), sql.Identifier(column)
    )
    return connection.execute(query, (name,)).fetchone() is not None
