"""Two servers that speak MongoDB's protocol; mongod itself is in no package registry.

What only one of them can do is not proven to work; the shop keeps to what both can.
"""

import sys
from contextlib import suppress
from pathlib import Path

import pymongo
from pymongo.errors import PyMongoError

from deploy.native.base import Server
from deploy.native.cache import cached, run_tool
from deploy.native.java import any_java, compile_java, fetch_jars
from deploy.native.places import JAVA_SOURCES, RECIPES


class _MongoServer(Server):
    @property
    def url(self) -> str:
        return f"mongodb://127.0.0.1:{self.port}"

    def answers(self) -> bool:
        with (
            suppress(PyMongoError),
            pymongo.MongoClient[dict[str, object]](
                self.url, serverSelectionTimeoutMS=1000, socketTimeoutMS=3000
            ) as client,
        ):
            return client.admin.command("ping").get("ok") == 1
        return False


class SecantusDb(_MongoServer):
    """A server in Python on MongoDB's own storage engine, in an environment of its own."""

    name = "mongodb"

    def prepare(self) -> None:
        self._environment_folder()

    def command(self) -> list[str]:
        binaries = self._environment_folder() / "bin"
        return [
            *(str(binaries / "python"), str(binaries / "secantusd-py")),
            *("--host", "127.0.0.1", "--port", str(self.port), "--cache-size", "128M"),
            # without it a crash loses writes that were acknowledged
            *("--storage-path", str(self.directory), "--sync-on-commit"),
        ]

    def _environment_folder(self) -> Path:
        return cached(self.places, self.name, [RECIPES / "secantusdb.txt"], _make_environment)


class MongoJavaServer(_MongoServer):
    """A server in Java on an embedded SQL database."""

    name = "mongodb-java"

    def prepare(self) -> None:
        self._jars()

    def command(self) -> list[str]:
        return [
            *(str(any_java(self.name) / "bin" / "java"), "-Xmx192m", "-XX:+UseSerialGC"),
            *("-XX:TieredStopAtLevel=1", "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn"),
            *("-cp", f"{self._jars()}/*", "parcelwise.mongo.MongoNode"),
            *(str(self.port), str(self.directory / "data.h2")),
        ]

    def _jars(self) -> Path:
        pom, source = RECIPES / "mongodb-java.pom.xml", JAVA_SOURCES / "parcelwise" / "mongo"
        sources = sorted(source.glob("*.java"))

        def build(folder: Path) -> None:
            java = any_java(self.name)
            fetch_jars(pom, folder)
            node = folder / "parcelwise-node.jar"
            compile_java(java, sources, release=17, jars=folder, into=node)

        return cached(self.places, self.name, [pom, *sources], build)


def _make_environment(folder: Path) -> None:
    run_tool([sys.executable, "-m", "venv", str(folder)], "make an environment")
    pip = [str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet"]
    recipe = ["--disable-pip-version-check", "-r", str(RECIPES / "secantusdb.txt")]
    run_tool([*pip, *recipe], "fetch SecantusDB")
