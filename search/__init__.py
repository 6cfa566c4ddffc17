"""Search owns the searchable projection of the catalogue: `SearchRecord` and the search index.

Public: `selectors` (search_products, suggest), `services` (rebuild, repair), `types`, `errors`.
"""
