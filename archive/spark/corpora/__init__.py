"""Corpora on Apache Spark: what one machine counts of an archive, counted of its Parquet tables on many."""

from archive.spark.corpora.clusters import clusters
from archive.spark.corpora.corpus import Corpus, open_corpus
from archive.spark.corpora.frames import save, table
from archive.spark.corpora.keyness import keyness
from archive.spark.corpora.ngrams import Ngrams, ngrams
from archive.spark.corpora.trends import trends

__all__ = ["Corpus", "Ngrams", "clusters", "keyness", "ngrams", "open_corpus", "save", "table", "trends"]
