"""How the shop is put on machines: `native` servers for development, Docker for the rest."""
