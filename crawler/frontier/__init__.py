"""What is still to fetch: each URL in exactly one state, safe against kill -9, fair to hosts, gated by robots.txt."""
