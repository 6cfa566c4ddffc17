"""Apache Cassandra from Maven Central: one node, with passwords."""

import socket
import string
from contextlib import suppress
from pathlib import Path

from cassandra.auth import PlainTextAuthProvider
from cassandra.cluster import EXEC_PROFILE_DEFAULT, Cluster, ExecutionProfile, NoHostAvailable
from cassandra.policies import WhiteListRoundRobinPolicy

from deploy.native.base import Server
from deploy.native.cache import cached
from deploy.native.java import fetch_jars, find_java
from deploy.native.places import RECIPES
from shop.embedded.errors import CannotStart

JAVA = 17  # Cassandra 5 runs on 11 and 17 only
USER = PASSWORD = "cassandra"  # the one it makes by itself
# What Cassandra's own start script opens to it, and what spares one node the wait for others.
EXPORTS = (
    "java.base/java.lang.ref", "java.base/jdk.internal.misc", "java.base/sun.nio.ch",
    "java.management.rmi/com.sun.jmx.remote.internal.rmi", "java.rmi/sun.rmi.registry",
    "java.rmi/sun.rmi.server", "java.sql/java.sql", "jdk.unsupported/sun.misc",
)  # fmt: skip
OPENED = (
    "java.base/java.io", "java.base/java.lang", "java.base/java.lang.module",
    "java.base/java.lang.reflect", "java.base/java.net", "java.base/java.nio",
    "java.base/java.util", "java.base/java.util.concurrent",
    "java.base/java.util.concurrent.atomic", "java.base/jdk.internal.loader",
    "java.base/jdk.internal.math", "java.base/jdk.internal.module",
    "java.base/jdk.internal.ref", "java.base/jdk.internal.reflect",
    "java.base/jdk.internal.util.jar", "java.base/sun.nio.ch",
    "java.rmi/sun.rmi.transport.tcp", "jdk.management/com.sun.management.internal",
)  # fmt: skip
QUICK_START = (
    "-Dcassandra.skip_wait_for_gossip_to_settle=0",
    "-Dcassandra.ring_delay_ms=0",
    "-Dcassandra.superuser_setup_delay_ms=0",
    "-Dcassandra.auth_bcrypt_gensalt_log2_rounds=4",
)


class Cassandra(Server):
    """One node that owns the whole ring."""

    name = "cassandra"
    extra_ports = ("cassandra-storage",)

    @property
    def url(self) -> str:
        address = f"{USER}:{PASSWORD}@127.0.0.1:{self.port}"
        return f"cassandra://{address}?datacenter=datacenter1"

    def prepare(self) -> None:
        self._jars()

    def command(self) -> list[str]:
        java, jars, data = _java(), self._jars(), self.directory
        configuration = self._configure()
        return [
            *(str(java / "bin" / "java"), "-Xms384m", "-Xmx448m", "-Xss256k", "-XX:+UseG1GC"),
            *("-XX:MaxDirectMemorySize=192m", "-XX:+ExitOnOutOfMemoryError"),
            f"-javaagent:{next(jars.glob('jamm-*.jar'))}",
            f"-Dcassandra.config=file://{configuration / 'cassandra.yaml'}",
            f"-Dcassandra.storagedir={data}",
            f"-Dcassandra.logdir={data}",
            f"-Dlogback.configurationFile={RECIPES / 'cassandra-logback.xml'}",
            *(f"-Djava.io.tmpdir={configuration}", f"-Djna.tmpdir={configuration}"),
            *("-Dcassandra-foreground=yes", "-Djava.net.preferIPv4Stack=true"),
            *("-Djdk.attach.allowAttachSelf=true", "-Djava.security.manager=allow"),
            *QUICK_START,
            *(f"--add-exports={name}=ALL-UNNAMED" for name in EXPORTS),
            *(f"--add-opens={name}=ALL-UNNAMED" for name in OPENED),
            *("-cp", f"{jars}/*", "org.apache.cassandra.service.CassandraDaemon"),
        ]

    def answers(self) -> bool:
        with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=3):
            return self._answers_a_query()
        return False  # asked first: the driver takes its time to give up

    def _answers_a_query(self) -> bool:
        profile = ExecutionProfile(
            load_balancing_policy=WhiteListRoundRobinPolicy(["127.0.0.1"]), request_timeout=5
        )
        cluster = Cluster(
            ["127.0.0.1"],
            port=self.port,
            protocol_version=5,
            auth_provider=PlainTextAuthProvider(USER, PASSWORD),
            execution_profiles={EXEC_PROFILE_DEFAULT: profile},
            schema_metadata_enabled=False,
            token_metadata_enabled=False,
            connect_timeout=5,
        )
        try:
            query = "SELECT release_version FROM system.local"
            return cluster.connect().execute(query).one() is not None
        except NoHostAvailable:
            return False  # until it has made its first user
        finally:
            cluster.shutdown()

    def _configure(self) -> Path:
        folder = self.directory / "configuration"
        folder.mkdir(exist_ok=True)
        template = string.Template((RECIPES / "cassandra.yaml").read_text())
        ports = {"cql_port": self.port, "storage_port": self.places.port("cassandra-storage")}
        text = template.substitute(ports, data=self.directory)
        (folder / "cassandra.yaml").write_text(text)
        return folder

    def _jars(self) -> Path:
        pom = RECIPES / "cassandra.pom.xml"
        return cached(self.places, self.name, [pom], lambda folder: fetch_jars(pom, folder))


def _java() -> Path:
    java = find_java(JAVA, JAVA)
    if java is None:
        raise CannotStart(f"Cassandra needs Java {JAVA}: install that JDK or set JAVA_HOME to it.")
    return java
