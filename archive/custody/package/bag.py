"""The archive as a BagIt bag (RFC 8493), for a repository that takes it in.

What is sealed stays out. What is hidden stands in the WARC files still, and the log in the bag says so. A bag holds no
links: behind one, only files that the manifest names are copied, for a WARC folder may lie on a disk of its own.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from email.utils import parseaddr
from fnmatch import fnmatch
from pathlib import Path

from archive.custody import events, manifest, seals
from archive.custody.package.wacz import Packaged
from archive.disk import make_folder, refused, sync_folder
from archive.errors import DamageError, UsageError
from archive.holdings import Holdings
from archive.messages.message import Message
from archive.store.database import copy_database
from archive.warc.groups import WAY_OUT

_TAKEN = ("archive.toml", "sources", "warc", "manifest", "index", "corpora", "queries", "models")
_PASSING = ("*.open", "*.part", "*.new", "seals")
_ADDRESS = re.compile(r"[^\s@<>/:]+@[^\s@<>/:]+\.[^\s@<>/:]+")


def write_bag(holdings: Holdings, target: Path, description: str = "") -> Packaged:
    """What was written to the new folder `target`: the files of the archive, their digests, who answers for them.

    The databases go in as SQLite itself copies them, so they may be in use; what became of each URL stands in the one.
    Raises UsageError where `target` exists or a link leads to what the archive does not know, DamageError where a
    file is not what the manifest names or a database not what was sealed, StorageError.
    """
    if target.exists():
        raise UsageError("{target} exists; a bag is a new folder", target=target)
    seals.refuse_damage(holdings.root)  # the copies are sealed anew: damage in them would be sealed over
    part = target.with_name(target.name + ".part")
    try:
        shutil.rmtree(part, ignore_errors=True)
        make_folder(part / "data")
        known = manifest.read(holdings.root)
        for name in _to_copy(holdings.root):
            make_folder((part / "data" / name).parent)
            shutil.copy2(holdings.root / name, part / "data" / name)
            if name in known and manifest.digest_of(part / "data" / name) != known[name]:
                message = "{name}: not the file that the manifest names; {way_out}"
                raise DamageError(message, name=holdings.root / name, way_out=WAY_OUT)
        for database in (holdings.database, holdings.frontier):
            if database.exists():
                copy_database(database, part / "data" / database.name)
                seals.seal(part / "data", database.name)  # other bytes than ours, so the log in the bag says which
        files = sorted(path for path in (part / "data").rglob("*") if path.is_file())
        size = sum(path.stat().st_size for path in files)
        _digests(part, files, part / "manifest-sha256.txt")
        (part / "bagit.txt").write_text("BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n", encoding="utf-8")
        (part / "bag-info.txt").write_text(_info(holdings, description, size, len(files)), encoding="utf-8")
        tags = [part / name for name in ("bag-info.txt", "bagit.txt", "manifest-sha256.txt")]
        _digests(part, tags, part / "tagmanifest-sha256.txt")
        part.rename(target)
        sync_folder(target.absolute().parent)
    except OSError as error:
        raise refused(target, error) from error
    finally:
        shutil.rmtree(part, ignore_errors=True)
    digest = f"sha256:{hashlib.sha256((target / 'tagmanifest-sha256.txt').read_bytes()).hexdigest()}"
    detail = {"bytes": size, "digest": digest, "files": len(files), "path": str(target.absolute())}
    events.append(holdings.root, "replication", target.name, "bagged", detail)
    return Packaged(str(target), digest, size, len(files), 0, 0)


def _to_copy(root: Path) -> Iterator[str]:
    known = manifest.read(root)
    for name in _TAKEN:
        yield from _below(root, root / name, known)


def _below(root: Path, path: Path, known: Mapping[str, str]) -> Iterator[str]:
    # the files at or below `path`, by their names in the archive
    name = path.relative_to(root).as_posix()
    if path.is_symlink():
        yield from _behind_link(root, name, known)
    elif path.is_dir():
        for one in sorted(path.iterdir()):
            if not any(fnmatch(one.name, passing) for passing in _PASSING):
                yield from _below(root, one, known)
    elif path.is_file():
        yield name


def _behind_link(root: Path, name: str, known: Mapping[str, str]) -> Iterator[str]:
    named = [file for file in known if file == name or file.startswith(f"{name}/")]
    if not named:
        leads = (root / name).readlink()
        message = "{name} is a link to {leads}, and a bag holds none: put the files in its place"
        raise UsageError(message, name=root / name, leads=leads)
    for file in named:
        if manifest.digest_of(root / file) != known[file]:
            raise DamageError("{file}: behind a link, and not the file that the manifest names", file=root / file)
        yield file


def _digests(bag: Path, files: list[Path], target: Path) -> None:
    with target.open("w", encoding="utf-8") as out:
        for path in files:
            with path.open("rb") as stream:
                digest = hashlib.file_digest(stream, "sha256").hexdigest()
                os.fsync(stream.fileno())  # the log is about to say that it is there
            # RFC 8493, 2.1.3: of the characters in a path, CR, LF and % are escaped
            name = path.relative_to(bag).as_posix().replace("%", "%25").replace("\n", "%0A").replace("\r", "%0D")
            out.write(f"{digest}  {name}\n")
        out.flush()
        os.fsync(out.fileno())


def _contact(text: str) -> dict[str, str]:
    """Who can be reached, as bag-info.txt has it: an address of mail alone is a Contact-Email (RFC 8493, 2.2.2)."""
    name, address = parseaddr(text.strip().removeprefix("mailto:"))
    if not _ADDRESS.fullmatch(address):
        return {"Contact-Name": text}
    return {"Contact-Name": name, "Contact-Email": address}


def _info(holdings: Holdings, description: str, size: int, count: int) -> str:
    fields = {
        "Source-Organization": holdings.settings.operator,
        **_contact(holdings.settings.contact),
        "External-Description": description,
        "Bagging-Date": datetime.now(UTC).date().isoformat(),
        "Bag-Software-Agent": events.SOFTWARE,
        "Payload-Oxum": f"{size}.{count}",
        "Internal-Sender-Identifier": events.head(holdings.root),
    }
    return "".join(f"{name}: {' '.join(value.split())}\n" for name, value in fields.items() if value)


DECLARATION = "bagit.txt"

_MANIFEST = re.compile(r"(tag)?manifest-([a-z0-9]+)\.txt")


def check_bag(path: Path) -> tuple[str, ...]:
    """A sentence for everything in the bag's folder that is not as it says; () where all is right.

    Raises UsageError where the folder is no bag, DamageError where a manifest cannot be read, StorageError.
    """
    if not (path / DECLARATION).is_file():
        message = "{path} is no bag: there is no {declaration} in it; name a WACZ file or the folder of a bag"
        raise UsageError(message, path=path, declaration=DECLARATION)
    try:
        return tuple(_findings(path))
    except OSError as error:
        raise refused(error.filename or path, error) from error


def bag_digests(path: Path, manifest: str = "manifest-sha256.txt") -> dict[str, str]:
    """The hexadecimal digest of each file, by its name in the bag, as `manifest` says; {} where there is none.

    Raises DamageError for a line that is none.
    """
    if not (path / manifest).is_file():
        return {}
    named = {}
    for number, line in enumerate((path / manifest).read_text("utf-8", "replace").splitlines(), start=1):
        digest, _, name = line.partition(" ")
        if not name.strip() or not re.fullmatch("[0-9a-fA-F]+", digest):
            raise DamageError(
                "{manifest}: line {number} names no file with its digest", manifest=path / manifest, number=number
            )
        # 2.1.3: of the characters in a path, CR, LF and % are escaped
        plain = name.strip().replace("%0D", "\r").replace("%0A", "\n").replace("%25", "%")
        named[plain] = digest.lower()
    return named


def _findings(path: Path) -> Iterator[str]:
    manifests = {found[0]: found[2] for file in path.iterdir() if (found := _MANIFEST.fullmatch(file.name))}
    payload = {name for name in manifests if name.startswith("manifest-")}
    if not payload:
        yield "no manifest names the files of the bag"
    there = {file.relative_to(path).as_posix() for file in (path / "data").rglob("*") if file.is_file()}
    for listing, algorithm in sorted(manifests.items()):
        if algorithm not in hashlib.algorithms_available:
            yield Message("{listing}: digests of a kind this program does not know, not looked at", listing=listing)
            continue
        named = bag_digests(path, listing)
        for name, digest in named.items():
            if ".." in Path(name).parts or not (path / name).is_file():
                yield Message("{name} is in {listing} and not there", name=name, listing=listing)
            elif _digest(path / name, algorithm) != digest:
                yield Message("{name} is not the file that {listing} names", name=name, listing=listing)
        if listing in payload:
            yield from (
                Message("{name} is not in {listing}", name=name, listing=listing)
                for name in sorted(there - named.keys())
            )


def _digest(path: Path, algorithm: str) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, algorithm).hexdigest()
