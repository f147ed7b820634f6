"""A capture parsed by a pure function, in this process or in one of a pool under limits."""
