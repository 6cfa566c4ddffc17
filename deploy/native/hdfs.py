"""HDFS from Maven Central: a NameNode and a DataNode in one process."""

from contextlib import suppress
from pathlib import Path

from hdfs_native import Client, WriteOptions

from deploy.native.base import Server
from deploy.native.cache import cached
from deploy.native.java import any_java, compile_java, fetch_jars
from deploy.native.places import JAVA_SOURCES, RECIPES


class Hdfs(Server):
    """Hadoop's own servers, as its tests start them."""

    name = "hdfs"

    @property
    def url(self) -> str:
        return f"hdfs://127.0.0.1:{self.port}"

    def prepare(self) -> None:
        self._jars()

    def command(self) -> list[str]:
        return [
            *(str(any_java(self.name) / "bin" / "java"), "-Xmx128m", "-XX:+UseSerialGC"),
            *("-XX:TieredStopAtLevel=1", "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn"),
            *("-cp", f"{self._jars()}/*", "parcelwise.hdfs.HdfsNode"),
            *(str(self.port), str(self.directory)),
        ]

    def answers(self) -> bool:
        """Tell whether files can be written, which they cannot until the DataNode has joined."""
        with suppress(OSError, RuntimeError):
            client = Client(self.url, {"dfs.client.failover.max.attempts": "1"})
            with client.create("/.answers", WriteOptions(overwrite=True)) as file:
                file.write(b"yes")
            return client.delete("/.answers")
        return False

    def _jars(self) -> Path:
        pom = RECIPES / "hdfs.pom.xml"
        sources = sorted((JAVA_SOURCES / "parcelwise" / "hdfs").glob("*.java"))

        def build(folder: Path) -> None:
            fetch_jars(pom, folder)
            node = folder / "parcelwise-node.jar"
            java = any_java(self.name)
            compile_java(java, sources, release=17, jars=folder, into=node)

        return cached(self.places, self.name, [pom, *sources], build)
