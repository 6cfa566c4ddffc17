"""The real PostgreSQL and Redis that come in Python wheels, started beside the shop."""
