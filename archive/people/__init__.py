"""Persons whom a text names with an office: who, where in the text, and as what."""

from archive.people.mentions import Person, people

__all__ = ["Person", "people"]
