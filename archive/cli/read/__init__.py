"""Commands that read: one page, one article, its changes, the register and what sites teach."""
