"""Customers: who they are, how they sign in, and the addresses they keep.

Public: ``services`` (commands), ``selectors`` (questions), ``events`` (facts), ``types``,
``errors``.
"""
