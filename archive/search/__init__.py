"""Finds articles: query language, index, ranking, concordance, series."""
