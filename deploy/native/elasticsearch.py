"""Elasticsearch from Maven Central: the real server, and a plugin for what is not there."""

import json
import platform
import urllib.request
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from deploy.native.base import Server
from deploy.native.cache import cached
from deploy.native.java import compile_java, fetch_jars, find_java, java_from_wheel
from deploy.native.places import JAVA_SOURCES, RECIPES

JAVA = 21  # the oldest that Elasticsearch 9 runs on
NETTY = "transport-netty4"
PLUGIN = "parcelwise"
OPENED = ("java.base/java.io", "java.base/java.lang")


class Elasticsearch(Server):
    """One node without the security module, which is in no package registry."""

    name = "elasticsearch"
    extra_ports = ("elasticsearch-transport",)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def prepare(self) -> None:
        self._home()

    def command(self) -> list[str]:
        java, home, data = self._java(), self._home(), self.directory
        temporary = data / "tmp"
        temporary.mkdir(exist_ok=True)
        transport = self.places.port("elasticsearch-transport")
        return [
            *(str(java / "bin" / "java"), "-Xms512m", "-Xmx512m", "-Xss1m", "-XX:+UseG1GC"),
            *("-XX:MaxDirectMemorySize=192m", "--enable-native-access=ALL-UNNAMED"),
            *_vectors(java),
            *(f"--add-opens={name}=ALL-UNNAMED" for name in OPENED),
            *(f"-Djava.io.tmpdir={temporary}", "-Djava.awt.headless=true"),
            *("-Dlog4j2.disable.jmx=true", "-Dio.netty.noUnsafe=true"),
            # Elastic's own native library is in no registry either
            "-Dorg.elasticsearch.nativeaccess.enableVectorLibrary=false",
            *("-Des.distribution.type=tar", "-cp", f"{home}/server/*"),
            *("parcelwise.node.NativeNode", str(home), str(data), str(self.port), str(transport)),
        ]

    def answers(self) -> bool:
        health = f"{self.url}/_cluster/health?wait_for_status=yellow&timeout=2s"
        with (
            suppress(OSError, ValueError),
            urllib.request.urlopen(health, timeout=4) as answer,  # noqa: S310 - our own address
        ):
            return json.load(answer)["status"] in {"yellow", "green"}
        return False

    def _java(self) -> Path:
        return find_java(lowest=JAVA) or java_from_wheel(self.places)

    def _home(self) -> Path:
        pom = RECIPES / "elasticsearch.pom.xml"
        node = sorted((JAVA_SOURCES / "parcelwise" / "node").glob("*.java"))
        plugin = sorted((JAVA_SOURCES / "parcelwise" / "plugin").glob("*.java"))

        def build(home: Path) -> None:
            _build(home, self._java(), pom, node, plugin)

        return cached(self.places, self.name, [pom, *node, *plugin], build)


def _build(
    home: Path, java: Path, pom: Path, node: Sequence[Path], plugin: Sequence[Path]
) -> None:
    """Lay out a folder as Elasticsearch's own archive does: server, modules and plugins."""
    server, modules = home / "server", home / "modules"
    fetch_jars(pom, server)
    version = next(server.glob("elasticsearch-[0-9]*.jar")).stem.removeprefix("elasticsearch-")
    for name, main_class in (
        (NETTY, "org.elasticsearch.transport.netty4.Netty4Plugin"),
        (PLUGIN, "parcelwise.plugin.ShopPlugin"),
    ):
        (modules / name).mkdir(parents=True)
        (modules / name / "plugin-descriptor.properties").write_text(
            f"name={name}\ndescription={name}\nversion={version}\nclassname={main_class}\n"
            f"elasticsearch.version={version}\njava.version={JAVA}\n"
        )
    module = modules / PLUGIN / f"{PLUGIN}.jar"
    compile_java(java, plugin, release=JAVA, jars=server, into=module)
    compile_java(java, node, release=JAVA, jars=server, into=server / "parcelwise-node.jar")
    for jar in [*server.glob(f"{NETTY}-*.jar"), *server.glob("netty-*.jar")]:
        jar.rename(modules / NETTY / jar.name)
    _link_compression(home)


def _link_compression(home: Path) -> None:
    """Use the system's zstd where there is one; without it the node starts all the same."""
    machine = "aarch64" if platform.machine() in {"aarch64", "arm64"} else "x64"
    for library in Path("/usr/lib").glob("*/libzstd.so.1"):
        folder = home / "lib" / "platform" / f"linux-{machine}"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "libzstd.so").symlink_to(library)
        return


def _vectors(java: Path) -> list[str]:
    """Switch the vector module on, if this run-time was built with it."""
    text = (java / "release").read_text() if (java / "release").exists() else ""
    return ["--add-modules=jdk.incubator.vector"] if "jdk.incubator.vector" in text else []
