"""The truth on disk: WARC files written, read, recovered and indexed."""
