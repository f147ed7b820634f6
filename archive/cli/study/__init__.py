"""Commands that count: trends, concordance, collocates, keywords, n-grams, corpora, clusters."""
