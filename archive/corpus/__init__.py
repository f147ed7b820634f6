"""The corpus linguist's questions: trends, concordance, collocates, keywords and n-grams."""
