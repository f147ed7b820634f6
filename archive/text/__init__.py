"""Vietnamese text as pure functions: normalise, fold, match, restore, and read dates and addresses."""
