"""Payments, their window, webhooks and refunds; public: `services`, `selectors`, `events`."""
