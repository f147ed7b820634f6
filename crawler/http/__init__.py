"""HTTP as it was on the wire: connections, where an answer ends, the capture of both directions, its meaning."""
