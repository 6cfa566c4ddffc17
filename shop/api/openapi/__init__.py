"""How the schema is put together from the views' parts, allauth's, and what all have in common."""
