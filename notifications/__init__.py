"""E-mails that tell customers, or staff where they must act, what became of an order.

Nobody calls this app: it reacts to events of orders and payments.
Public: ``selectors`` (what was sent, the development mailbox).
"""
