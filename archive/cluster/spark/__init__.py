"""Re-reading on Apache Spark: the same parsers, the same rows, on as many machines as there are."""
