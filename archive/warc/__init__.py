"""The truth on disk: WARC files written, read, repaired, indexed and packaged."""
