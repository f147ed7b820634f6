"""Commands that search: search, saved queries, what is held in all."""
