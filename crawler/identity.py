"""Who we say we are in every request: the program, and the operator whom a site's owner can write to."""

from __future__ import annotations

from archive.events import SOFTWARE


def introduction(contact: str) -> dict[str, str]:
    """The fields that name us: User-Agent, and From where `contact` (of archive.toml) is an address of mail.

    >>> introduction("mailto:luu-tru@thuvien.example")["From"], introduction("https://thuvien.example/").keys()
    ('luu-tru@thuvien.example', dict_keys(['User-Agent']))
    """
    fields = {"User-Agent": f"{SOFTWARE} (+{contact})"}
    if "@" in contact and "/" not in contact:
        fields["From"] = contact.removeprefix("mailto:")
    return fields
