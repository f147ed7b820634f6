"""The HTTP API of the reading side: JSON answers, described by OpenAPI."""
