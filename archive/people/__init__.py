"""Persons whom a text names with an office: who, where in the text, and as what."""

from archive.people.keys import means, name_key, office_key
from archive.people.mentions import Person, people
from archive.people.words import begins_with_rank

__all__ = ["Person", "begins_with_rank", "means", "name_key", "office_key", "people"]
