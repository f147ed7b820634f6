"""Prints a CycloneDX 1.6 bill of materials from the lock file: `python -m release.sbom > build/sbom.cdx.json`.

The same lock gives the same file: no time stamp, no serial number. Licences are those of the installed packages.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path
from typing import Any

from archive.custody.events import SOFTWARE

LOCK = Path(__file__).parents[1] / "requirements" / "runtime.txt"
_PACKAGE = re.compile(
    r"^(?P<name>[a-z0-9.-]+)==(?P<version>\S+)(?: ; (?P<marker>.*?))? \\\n(?P<hashes>(?:    --hash=.*\n)+)", re.M
)


def components(lock: str) -> Iterator[dict[str, object]]:
    """A component for each package that `lock` pins."""
    for match in _PACKAGE.finditer(lock):
        name, version = match["name"], match["version"]
        component: dict[str, object] = {
            "type": "library",
            "bom-ref": f"pkg:pypi/{name}@{version}",
            "name": name,
            "version": version,
            "purl": f"pkg:pypi/{name}@{version}",
            "hashes": [
                {"alg": "SHA-256", "content": digest} for digest in re.findall(r"sha256:(\w+)", match["hashes"])
            ],
        }
        licence = _licence(name)
        if licence:
            component["licenses"] = [{"license": {"name": licence}}]
        if match["marker"]:
            component["properties"] = [{"name": "baotinh:marker", "value": match["marker"]}]
        yield component


def _licence(name: str) -> str:
    try:
        facts: Any = metadata(name)
    except PackageNotFoundError:
        return ""
    classifiers = [
        text.rpartition(" :: ")[2] for text in facts.get_all("Classifier") or [] if text.startswith("License")
    ]
    return str(facts.get("License-Expression") or ", ".join(classifiers) or "")


def bill(lock: str) -> dict[str, object]:
    """The whole bill."""
    product = {"type": "application", "bom-ref": "baotinh", "name": "baotinh", "version": SOFTWARE.partition("/")[2]}
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": product | {"licenses": [{"license": {"id": "Apache-2.0"}}]}},
        "components": list(components(lock)),
    }


if __name__ == "__main__":
    print(json.dumps(bill(LOCK.read_text(encoding="utf-8")), indent=1, ensure_ascii=False))
