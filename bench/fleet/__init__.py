"""A fleet of portals on loopback, built as Vietnam's are: a benchmark of readers, and a simulated year of a crawler."""
