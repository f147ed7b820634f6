"""Looks at a site politely before it is crawled and says what a person must do: `baotinh sources survey` and `new`."""
