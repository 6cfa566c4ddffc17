"""The sandbox bank: a payment gateway of our own, in its own process, for development and tests.

It knows nothing of the shop but an address and a shared secret, keeps its own books, and needs
neither Django nor the shop's database. Start it with `python -m payments.sandbox_site --help`.
"""
