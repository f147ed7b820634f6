"""The fields of an article, each from candidates that a page shows."""
