"""The real servers on this machine, without Docker; `servers` is the module to import."""
