"""What keeps an archived order when a node is lost: it is the only copy there is."""

from collections.abc import Mapping
from dataclasses import dataclass

from cassandra import ConsistencyLevel
from django.core.exceptions import ImproperlyConfigured

# With any of these a read meets every write, also the one that the archiver checks before it
# deletes the live order; with the others a single node's loss may take orders along.
DURABLE = ("LOCAL_QUORUM", "QUORUM", "EACH_QUORUM", "ALL")


def consistency_level(name: str) -> int:
    """Return the driver's number for it.

    :raises ImproperlyConfigured: if it does not keep orders, or is none
    """
    if name not in DURABLE:
        raise ImproperlyConfigured(
            f"CASSANDRA_CONSISTENCY: {name!r} is none of {', '.join(DURABLE)}."
        )
    return int(ConsistencyLevel.name_to_value[name])


@dataclass(frozen=True, kw_only=True)
class Copies:
    """How many copies of each row a keyspace keeps: in our data center, and in all."""

    here: int
    everywhere: int

    @classmethod
    def of(cls, replication: Mapping[str, str], datacenter: str) -> "Copies":
        """Read what `system_schema.keyspaces` tells."""
        counts = {
            # "3/1" is three, of which one is transient.
            name: int(count.partition("/")[0])
            for name, count in replication.items()
            if name != "class"
        }
        if "replication_factor" in counts:  # SimpleStrategy knows no data centers
            copies = counts["replication_factor"]
            return cls(here=copies, everywhere=copies)
        return cls(here=counts.get(datacenter, 0), everywhere=sum(counts.values()))

    def warning(self, *, wanted: int, datacenter: str, nodes: int) -> str:
        """Return what staff should know about it; "" if all is well."""
        told = []
        if self.here != wanted:
            told.append(
                f"The keyspace keeps {self.here} copies in {datacenter},"
                f" CASSANDRA_REPLICATION says {wanted}: ALTER KEYSPACE, then repair."
            )
        if self.everywhere == 1 and nodes > 1:
            told.append(f"Each order is on one of {nodes} nodes only and is lost with it.")
        return " ".join(told)
