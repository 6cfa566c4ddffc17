"""The HTTP API under `/api/v1/` that mobile apps are built on: the same services as the pages."""
