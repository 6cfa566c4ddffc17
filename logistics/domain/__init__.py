"""The rules of logistics as pure functions over plain data: no database, no clock, no settings."""
