"""Shopping carts of guests and customers.

The app owns what lies in a cart and the price its owner last saw; what a line costs now and
whether it can be delivered is asked of catalog and logistics.
Public: ``services`` (commands), ``selectors`` (questions), ``types``, ``errors``, ``quantities``.
"""
