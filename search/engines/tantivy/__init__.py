"""Search inside the shop's own processes, on an index directory; one shop on one machine."""

from search.engines.tantivy.engine import TantivyEngine

__all__ = ["TantivyEngine"]
