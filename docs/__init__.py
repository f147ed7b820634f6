"""The documents, and what prints into them."""
