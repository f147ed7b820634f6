"""The pages of the reading room, a module for each kind of page, and what these have in common."""
