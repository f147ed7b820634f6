"""Corpora on Apache Spark: what one machine counts of an archive, counted of its Parquet tables on many."""

from archive.cluster.spark.corpora.clusters import clusters
from archive.cluster.spark.corpora.corpus import Corpus, open_corpus
from archive.cluster.spark.corpora.keyness import keyness
from archive.cluster.spark.corpora.over_time import Ngrams, ngrams, trends
from archive.cluster.spark.tables import save, table

__all__ = ["Corpus", "Ngrams", "clusters", "keyness", "ngrams", "open_corpus", "save", "table", "trends"]
