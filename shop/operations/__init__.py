"""Running the shop: its long-lived processes, health, the audit, what staff see of the outbox."""
