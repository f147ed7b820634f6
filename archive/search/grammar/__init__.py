"""The query language: its tree, lexer and parser, and the analyzer that cuts queries and texts into the same words."""
