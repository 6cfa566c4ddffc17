"""Measurements of the shop; nothing here runs in production."""
