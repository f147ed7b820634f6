"""Hits in the order asked for, a page of them or all, each with its marked passage."""
