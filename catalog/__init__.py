"""The catalogue: categories, product types, products and their item documents.

Public: `services` (commands), `selectors` (questions), `events` (facts); `types` and
`errors` belong to all three.
"""
