"""Orders from checkout to the archive; public: `services`, `selectors`, `events`, `types`."""
