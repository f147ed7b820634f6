"""The query language: its tree, lexer and parser, and what finds the words of a query in a text."""
