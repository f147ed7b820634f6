"""A page as lines and pictures in page order, with how each is set, and what of them is boilerplate."""
