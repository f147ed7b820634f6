"""A capture opened: what its bytes turn out to be, found by a pure function, in this process or in one under limits."""
