"""Wishlists of guests and customers: what they may buy one day.

Public: ``services`` (commands), ``selectors`` (questions), ``types`` (value objects), ``errors``.
"""
