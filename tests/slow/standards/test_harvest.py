"""A harvester that is not ours takes every record out of `baotinh serve`: `make standards` installs Sickle."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from reading_room import SITE, URL, add, library, page

from archive.custody.takedown import takedown

FOLDER = Path(os.environ.get("BAOTINH_STANDARDS", "build/standards/bin")).absolute()
HARVESTER = """
import json, sys
from sickle import Sickle
from sickle.oaiexceptions import CannotDisseminateFormat, NoRecordsMatch
catalogue = Sickle(sys.argv[1] + "/oai")
told = catalogue.Identify()
records = list(catalogue.ListRecords(metadataPrefix="oai_dc"))
listing = catalogue.ListIdentifiers(metadataPrefix="oai_dc", set="khe-may", ignore_deleted=True)
listed = [header.identifier for header in listing]
one = catalogue.GetRecord(identifier=listed[-1], metadataPrefix="oai_dc")
refused = []
for asked in ({"metadataPrefix": "marc21"}, {"metadataPrefix": "oai_dc", "from": "2040-01-01"}):
    try:
        catalogue.ListRecords(**asked)
    except (CannotDisseminateFormat, NoRecordsMatch) as error:
        refused.append(type(error).__name__)
print(json.dumps({
    "name": told.repositoryName, "granularity": told.granularity,
    "formats": [form.metadataPrefix for form in catalogue.ListMetadataFormats()],
    "sets": [one.setSpec for one in catalogue.ListSets()],
    "records": len({record.header.identifier for record in records}),
    "deleted": sum(record.header.deleted for record in records),
    "listed": len(set(listed)), "title": one.metadata["title"], "refused": refused,
}))
"""

pytestmark = pytest.mark.skipif(
    not list(FOLDER.glob("../lib/python*/site-packages/sickle")), reason=f"no Sickle in {FOLDER}: `make standards`"
)


def test_a_harvester_takes_every_record_and_is_told_what_is_gone(tmp_path: Path) -> None:
    holdings = library(tmp_path / "kho")
    add(holdings, [page(f"Tin số {number}", number / 100, url=f"{SITE}/tin/so-{number}.html") for number in range(260)])
    takedown(holdings, URL, "hidden", "thử", "thử")
    command = [str(Path(sys.executable).with_name("baotinh")), "--lang", "en", "serve", "--port", "0", "--no-replay"]
    room = subprocess.Popen(
        [*command, "--archive", str(holdings.root), "--rate", "0"], stderr=subprocess.PIPE, text=True
    )
    try:
        assert room.stderr is not None
        address = room.stderr.readline().split()[-1]
        ran = subprocess.run(
            [FOLDER / "python", "-c", HARVESTER, address], capture_output=True, text=True, check=False, timeout=120
        )
    finally:
        room.send_signal(signal.SIGTERM)
        room.communicate(timeout=30)
    assert ran.returncode == 0, ran.stderr
    told = json.loads(ran.stdout)
    assert told.pop("title")[0].startswith("Tin số")
    assert "khe-may" in told.pop("sets")
    assert told == {
        "name": "baotinh: Thư viện tỉnh",
        "granularity": "YYYY-MM-DDThh:mm:ssZ",
        "formats": ["oai_dc"],
        "records": 266,
        "deleted": 1,
        "listed": 265,
        "refused": ["CannotDisseminateFormat", "NoRecordsMatch"],
    }
