"""The reading room: search, articles and preserved pages in a browser."""
