"""Questions to the archive's database, asked beside the event loop, in processes, under a time limit."""
