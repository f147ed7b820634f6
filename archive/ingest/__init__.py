"""The one way in: keep a capture as a WARC record, then read that record into rows."""
