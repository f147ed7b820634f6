"""Made notices: a heading, a date and a document in the place of a text, in the frames of `bench.kinds`.

`python -m bench.forms --of notices` reads them. The document is offered as portals do it: as a link, a button, a row of
a table, a list, in a viewer, by a ticket of DotNetNuke, or beside number, day and signatory of what it is.
"""

# ruff: noqa: E501 - markup is read as portals print it, on one line

from __future__ import annotations

import random
from typing import Any, Final

from bench import kinds
from bench.provincial import slug_of

_HEADLINES: Final = (
    "Thông báo kết quả xét tuyển viên chức ngành giáo dục năm 2024",
    "Quyết định công bố danh mục thủ tục hành chính mới ban hành",
    "Lịch công tác tuần 38 của Thường trực HĐND và lãnh đạo UBND huyện",
    "Kế hoạch phòng, chống thiên tai và tìm kiếm cứu nạn năm 2024",
    "Công văn về việc tăng cường phòng cháy, chữa cháy rừng",
    "Thông báo đấu giá quyền sử dụng đất đợt 3",
    "Báo cáo công khai ngân sách quý II",
    "Giấy mời họp",
)
_SENTENCES: Final = (
    "UBND huyện Bản Mạ thông báo đến các cơ quan, đơn vị và nhân dân được biết, thực hiện.",
    "Đề nghị các phòng, ban và UBND các xã, thị trấn nghiêm túc triển khai.",
)
_FILES: Final = ("45-tb-ubnd.pdf", "QD 1234.pdf", "lich-tuan-38.docx", "danh_sach.xlsx")
_CALLED: Final = ("45-TB-UBND", "Danh sách kèm theo", "Thong bao so 45", "45.pdf")
_OWN: Final[dict[str, dict[str, str]]] = {
    "address": {
        "slug": "thong-bao/{slug}-{number}.html",
        "number": "?pageid=27&id={number}",
        "item": "Default.aspx?tabid=87&ItemID={number}",
    },
    "document": {
        "link": '<p><a href="{file}">{name}</a></p>',
        "here": '<p>Xem chi tiết <a href="{file}">tại đây</a></p>',
        "icon": '<div>File đính kèm: <a href="{file}"><img src="/pdf.gif" width="16"></a></div>',
        "table": '<table border="1"><tr><th>STT</th><th>Tên tệp</th><th>Dung lượng</th><th></th></tr><tr><td>1</td><td>{name}</td><td>512 KB</td><td><a href="{file}">Tải về</a></td></tr></table>',
        "iframe": '<iframe src="{file}" width="100%" height="800"></iframe>',
        "viewer": '<iframe src="https://docs.google.com/gview?url=http://banma.example{file}&embedded=true" width="100%" height="600"></iframe>',
        "object": '<object data="{file}" type="application/pdf" width="100%" height="600"></object>',
        "embed": '<embed src="{file}" width="800" height="600">',
        "list": '<div class="attach"><strong>Tài liệu đính kèm</strong><ul><li><a href="{file}">{name}</a> (512 KB)</li></ul></div>',
        "ticket": '<p><a class="dl" href="/LinkClick.aspx?fileticket=abc12%3d&amp;tabid=87">{name}.pdf</a></p>',
        "download": '<p><a href="/download?id=912" download>{name}</a></p>',
        "button": '<a class="btn btn-primary" href="{file}"><i class="fa fa-download"></i> Tải văn bản</a>',
        "particulars": '<table class="vb"><tr><td>Số ký hiệu</td><td>45/TB-UBND</td></tr><tr><td>Ngày ban hành</td><td>10/09/2024</td></tr><tr><td>Người ký</td><td>Trần Văn Bảy</td></tr><tr><td>Trích yếu</td><td>{headline}</td></tr><tr><td>Tệp tin</td><td><a href="{file}">{name}</a></td></tr></table>',
    },
    "text": {
        "none": "",
        "one": "<p>{0}</p>",
        "two": "<p>{0}</p><p>{1}</p>",
        "div": "<div style='text-align:justify'>&nbsp;{0}</div>",
    },
}  # fmt: skip
_SHARED: Final = ("frame", "title", "clock", "trail", "headline", "dated", "date", "end", "related")
FORMS: Final[dict[str, dict[str, str]]] = {part: kinds.FORMS[part] for part in _SHARED} | _OWN


def drawn(chance: random.Random) -> tuple[dict[str, str], str, str, dict[str, Any]]:
    """The form of each part of a page, the page's address and markup, and what is to be read on it."""
    form = {part: chance.choice([one for one in forms if one != "file"]) for part, forms in FORMS.items()}
    made = {part: FORMS[part][one] for part, one in form.items()}
    headline, file = chance.choice(_HEADLINES), f"/Upload/2024/9/{chance.choice(_FILES)}"
    document = made["document"].format(file=file, name=chance.choice(_CALLED), headline=headline)
    text = f'<div class="{chance.choice(("noidung", "detail", "x1", ""))}">{made["text"].format(*_SENTENCES)}{document}</div>'
    head = {"headline": made["headline"].format(headline), "date": made["date"], "lead": ""}
    page = made["trail"] + made["dated"].format(**head, text=text) + made["end"] + made["related"]
    address = made["address"].format(slug=slug_of(headline), number=chance.randint(100, 9999))
    said = {"none": 0, "two": 2}.get(form["text"], 1)
    truth = {"headline": headline, "day": "2024-09-12", "text": list(_SENTENCES[:said]), "files": 1}
    return form, f"http://banma.example/{address}", kinds.framed(made, headline, page), truth
