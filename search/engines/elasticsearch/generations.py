"""Indexes under one name: the alias is the live one's, a second alias that of the one before.

A generation's name ends in its time and a random part; nothing else is ever touched, whatever
other indexes are on the cluster.
"""

import re
import time
import uuid
from dataclasses import dataclass
from typing import Any

from elasticsearch import BadRequestError, Elasticsearch

from search.engines.elasticsearch.documents import DEFINITION_MARK, index_definition

_SUFFIX = re.compile(r"-\d{8}-\d{6}-[0-9a-f]{6}")
_FIRST = "-00000000-000000-000000"


@dataclass(frozen=True)
class Generations:
    """What there is of the index named `alias`."""

    alias: str
    replicas: str

    @property
    def previous_alias(self) -> str:
        return f"{self.alias}-previous"

    def ensure_live(self, client: Elasticsearch) -> None:
        """Make an empty live index if there is none; of two who try one does."""
        if client.indices.exists_alias(name=self.alias):
            return
        try:
            self._create(client, self.alias + _FIRST, aliases={self.alias: {}})
        except BadRequestError as error:
            if error.error != "resource_already_exists_exception":
                raise

    def is_current(self, client: Elasticsearch) -> bool:
        """Tell whether the live index was made with the mapping of this version."""
        marks = [
            each["mappings"].get("_meta", {}).get(DEFINITION_MARK)
            for each in client.indices.get_mapping(index=self.alias).values()
        ]
        return marks == [index_definition()["mappings"]["_meta"][DEFINITION_MARK]]

    def begin(self, client: Elasticsearch) -> str:
        """Make a new generation and return its name; what killed rebuilds left goes."""
        self.ensure_live(client)
        self.remove_leftovers(client)
        stamp = time.strftime("%Y%m%d-%H%M%S", time.gmtime())
        name = f"{self.alias}-{stamp}-{uuid.uuid4().hex[:6]}"
        self._create(client, name)
        return name

    def promote(self, client: Elasticsearch, name: str) -> None:
        """Swap the aliases in one step; generations older than the one replaced go."""
        actions: list[dict[str, Any]] = [
            {"remove": {"index": holder, "alias": alias}}
            for holder, aliases in self._holders(client).items()
            for alias in aliases & {self.alias, self.previous_alias}
        ]
        actions += [
            {"add": {"index": live, "alias": self.previous_alias}}
            for live in self._with(client, self.alias)
        ]
        actions.append({"add": {"index": name, "alias": self.alias, "is_write_index": True}})
        client.indices.update_aliases(actions=actions)
        self.remove_leftovers(client)

    def previous(self, client: Elasticsearch) -> str | None:
        return next(iter(self._with(client, self.previous_alias)), None)

    def remove(self, client: Elasticsearch, name: str) -> None:
        client.indices.delete(index=name, ignore_unavailable=True)

    def remove_leftovers(self, client: Elasticsearch) -> None:
        """Remove generations that neither answer nor are kept for roll-back."""
        for name, aliases in self._holders(client).items():
            if not aliases & {self.alias, self.previous_alias}:
                self.remove(client, name)

    def _create(
        self, client: Elasticsearch, name: str, aliases: dict[str, Any] | None = None
    ) -> None:
        definition = index_definition()
        client.indices.create(
            index=name,
            settings={**definition["settings"], "auto_expand_replicas": self.replicas},
            mappings=definition["mappings"],
            aliases=aliases,
        )

    def _holders(self, client: Elasticsearch) -> dict[str, set[str]]:
        """Return our generations, each with its aliases."""
        found = client.indices.get(index=f"{self.alias}-*", features="aliases")
        ours = re.compile(re.escape(self.alias) + _SUFFIX.pattern)
        return {name: set(each["aliases"]) for name, each in found.items() if ours.fullmatch(name)}

    def _with(self, client: Elasticsearch, alias: str) -> list[str]:
        return [name for name, aliases in self._holders(client).items() if alias in aliases]
