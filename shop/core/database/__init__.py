"""The database engine of `settings.DATABASES`: Django looks for its `base` module."""
