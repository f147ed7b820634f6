"""The sample site and the tour that shows the whole road: `python -m demo`, `python -m demo.serve`."""
