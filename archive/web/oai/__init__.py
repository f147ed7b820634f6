"""OAI-PMH, for library catalogues."""
