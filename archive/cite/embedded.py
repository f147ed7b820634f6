"""A reference inside a page: the tags that reference managers read (Highwire, Dublin Core), and schema.org as JSON-LD.

Zotero's translator "Embedded Metadata" takes these: `citation_*` first, `DC.type` or `z.itemType` for what it is, and
each `z.*` into the field of that name: `z.archive`, `z.archiveLocation` and `z.extra` carry archive and evidence.
"""

from __future__ import annotations

from typing import Any, Final

from archive.cite.reference import authors, evidence, known_date, permalink, title
from archive.store.queries import StoredArticle
from archive.store.secondary import secondary

SCHEMAS: Final = {
    "DC": "http://purl.org/dc/elements/1.1/",
    "z": "http://www.zotero.org/namespaces/export#",
}
"""What the prefixes of the tags mean: `<link rel="schema.DC" href=...>`."""

_KIND: Final = "newspaperArticle"  # of Zotero; without it a page with `citation_title` is a journal's article


def metadata(stored: StoredArticle, base: str, language: str) -> tuple[tuple[str, str], ...]:
    """The tags as name and content, a tag an author, none without content.

    A name ends with a comma in `citation_author` (Highwire's "surname, given name", with nothing given): without it
    Zotero takes the last word for the surname, and Vietnamese names would be turned around.
    """
    row, names, known = stored.row, authors(stored), known_date(stored)
    tags = (
        ("citation_title", title(stored)),
        *(("citation_author", f"{name.replace(', ', ' - ')},") for name in names),
        ("citation_publication_date", "/".join(f"{part:02}" for part in known)),
        ("citation_journal_title", stored.source_name),
        ("citation_public_url", row.url),
        ("citation_language", "vi"),
        ("DC.title", title(stored)),
        *(("DC.creator", name) for name in names),
        ("DC.date", "-".join(f"{part:02}" for part in known)),
        ("DC.source", stored.source_name),
        ("DC.publisher", stored.source_name),
        ("DC.description", row.lead),
        ("DC.identifier", row.url),
        ("DC.language", "vi"),
        ("DC.type", _KIND),
        ("z.itemType", _KIND),
        ("z.archive", "baotinh"),
        ("z.archiveLocation", permalink(stored, base)),
        ("z.extra", evidence(stored, base).in_language(language)),
    )
    return tuple((name, " ".join(content.split())) for name, content in tags if content)


def json_ld(stored: StoredArticle, base: str, language: str) -> dict[str, Any]:
    """The article as a NewsArticle of schema.org, with the archived page, or what a secondary record is made from."""
    row, capture, told = stored.row, stored.capture, evidence(stored, base).in_language(language)
    if made_from := secondary(capture):
        origin = {"isBasedOn": {"@type": "CreativeWork", "name": str(made_from), "description": told}}
    else:
        archived = {"url": permalink(stored, base), "dateCreated": capture.captured_at, "identifier": capture.record_id}
        origin = {"archivedAt": {"@type": "WebPage", **archived, "description": told}}
    value = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "@id": permalink(stored, base),
        "headline": title(stored),
        "author": [{"@type": "Person", "name": name} for name in authors(stored)],
        "publisher": {"@type": "NewsMediaOrganization", "name": stored.source_name},
        "isPartOf": {"@type": "Newspaper", "name": stored.source_name},
        "datePublished": row.published or "",
        "inLanguage": "vi",
        "url": row.url,
        "identifier": row.public_id,
        "articleSection": row.section,
        "abstract": row.lead,
        **origin,
    }
    return {name: one for name, one in value.items() if one}
