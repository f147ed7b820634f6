"""Replay: the preserved pages in a browser, with Memento (RFC 7089)."""
