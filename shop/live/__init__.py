"""Live order tracking: a WebSocket per order, served by an ASGI process of its own."""
