"""From the tree of a query to docids: the plan, its execution on the index, its tiers, and texts of earlier days."""
