"""Warehouses, stock, reservations, serviceability, promises and shipments.

Public: `services`, `selectors`, `events`, `errors`, `types` and `audit`; everything else is
private to the app.
"""
