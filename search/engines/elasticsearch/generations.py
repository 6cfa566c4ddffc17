"""Indexes under one name: the alias is the live one's, a second alias that of the one before.

A generation's name ends in its time and a random part; nothing else is ever touched, whatever
other indexes are on the cluster.
"""

import logging
import re
import time
import uuid
from dataclasses import dataclass
from typing import Any

from elastic_transport import TransportError
from elasticsearch import ApiError, BadRequestError, Elasticsearch

from search.engines.elasticsearch.documents import DEFINITION_MARK, index_definition
from shop.core.errors import StoreUnavailable

logger = logging.getLogger(__name__)

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

    def has_live(self, client: Elasticsearch) -> bool:
        return bool(client.indices.exists_alias(name=self.alias))

    def make_first(self, client: Elasticsearch) -> None:
        """Make an empty live index; of several who try at once one does.

        :raises StoreUnavailable: if an index of that name is there and not live
        """
        first = self.alias + _FIRST
        try:
            self._create(client, first, aliases={self.alias: {}})
        except BadRequestError as error:
            if error.error != "resource_already_exists_exception":
                raise
            if not self.has_live(client):
                detail = f"{first} is there without the alias {self.alias}: run rebuild_search"
                raise StoreUnavailable("search", detail) from error

    def is_current(self, client: Elasticsearch) -> bool:
        """Tell whether the live index was made with the mapping of this version."""
        marks = [
            each["mappings"].get("_meta", {}).get(DEFINITION_MARK)
            for each in client.indices.get_mapping(index=self.alias).values()
        ]
        return marks == [index_definition()["mappings"]["_meta"][DEFINITION_MARK]]

    def begin(self, client: Elasticsearch) -> str:
        """Make a new generation and return its name; what killed rebuilds left goes."""
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

    def remove_unused(self, client: Elasticsearch, name: str) -> None:
        """Remove this generation if it neither answers nor is kept for roll-back."""
        if name in self._unused(client):
            client.indices.delete(index=name, ignore_unavailable=True)

    def remove_leftovers(self, client: Elasticsearch) -> None:
        """Remove generations without use, as far as the cluster lets."""
        try:
            for name in self._unused(client):
                client.indices.delete(index=name, ignore_unavailable=True)
        except (ApiError, TransportError):
            logger.warning("Could not remove old search indexes.", exc_info=True)

    def _unused(self, client: Elasticsearch) -> list[str]:
        kept = {self.alias, self.previous_alias}
        return [name for name, aliases in self._holders(client).items() if not aliases & kept]

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
