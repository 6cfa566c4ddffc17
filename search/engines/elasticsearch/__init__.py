"""Search on an Elasticsearch cluster, for shops on more than one machine."""

from search.engines.elasticsearch.engine import ElasticsearchEngine

__all__ = ["ElasticsearchEngine"]
