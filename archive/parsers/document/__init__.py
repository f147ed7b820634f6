"""A page as a document: bytes to text, tree, metadata and data in scripts, under limits."""
