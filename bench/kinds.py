"""Made articles of several kinds (news, photo story, interview, plan, poem, brief) in frames of portals, by a seed.

`python -m bench.forms --of kinds [--draw 4]` reads them. Frames, headings, dates and editors' markup are those of
DotNetNuke, SharePoint, Liferay, Joomla, WordPress, tables of 2010 and Bootstrap; the words are ours.
"""

# ruff: noqa: E501 - markup is read as portals print it, on one line

from __future__ import annotations

import random
from typing import Any, Final

from bench.provincial import slug_of

_SENTENCES: Final = (
    "Sáng 12/9, tại hội trường UBND huyện, Ban Chỉ đạo chuyển đổi số huyện tổ chức phiên họp thường kỳ quý III.",
    "Theo báo cáo, đến hết tháng 8, toàn huyện có 14/17 xã hoàn thành số hóa hồ sơ địa chính, đạt 82,3% kế hoạch năm.",
    "Phát biểu kết luận, đồng chí Nguyễn Hữu Thọ, Phó Bí thư Huyện ủy, đề nghị các phòng, ban tập trung tháo gỡ khó khăn cho cơ sở.",
    "Các đại biểu cũng thảo luận về việc bố trí kinh phí mua sắm thiết bị, đào tạo cán bộ và bảo đảm an toàn thông tin mạng.",
    "Ông Hà Văn Sáu ở thôn Bản Mạ cho biết, từ khi có tổ công nghệ số, việc nộp hồ sơ qua mạng không còn là chuyện khó.",
    "Trong quý IV, huyện phấn đấu 100% thủ tục hành chính được tiếp nhận trực tuyến, tỷ lệ thanh toán không dùng tiền mặt đạt trên 60%.",
    "Kết thúc phiên họp, Ban Chỉ đạo trao giấy khen cho 5 tập thể và 9 cá nhân có thành tích xuất sắc trong phong trào.",
    "Nhân dịp này, đoàn công tác đã đến thăm, tặng quà 3 gia đình chính sách trên địa bàn thị trấn.",
)
_INTERVIEW: Final = (
    "PV: Thưa ông, đâu là khó khăn lớn nhất của huyện hiện nay?",
    "Ông Nguyễn Hữu Thọ: Khó nhất là hạ tầng ở các thôn vùng cao, nhiều nơi sóng điện thoại còn chập chờn.",
    "PV: Huyện có giải pháp gì để tháo gỡ?",
    "Ông Nguyễn Hữu Thọ: Chúng tôi đã kiến nghị doanh nghiệp viễn thông đầu tư thêm 12 trạm phát sóng trong năm tới.",
    "PV: Xin cảm ơn ông!",
)
_PLAN: Final = (
    "I. MỤC ĐÍCH, YÊU CẦU",
    "1. Mục đích",
    "2. Yêu cầu",
    "II. TỔ CHỨC THỰC HIỆN",
    "a) Phòng Văn hóa và Thông tin chủ trì, phối hợp với các xã triển khai kế hoạch này;",
    "b) Phòng Tài chính - Kế hoạch bố trí kinh phí theo phân cấp.",
)
_POEM: Final = (
    "Bản Mạ mùa này mây trắng bay", "Em về gùi nắng xuống đồi cây", "Tiếng khèn ai gọi bên bờ suối", "Nghe như mùa cũ ghé qua đây",
    "Đường mới vươn dài qua mấy núi", "Trường xây ngói đỏ rực ban mai", "Con chữ theo chân cùng mẹ xuống", "Chợ phiên rộn rã chuyện tương lai",
)  # fmt: skip
_FIGURES: Final = ("Xã Bản Mạ: 312 hồ sơ", "Xã Nậm Lúc: 288 hồ sơ", "Thị trấn: 540 hồ sơ")
_CAPTIONS: Final = (
    "Quang cảnh phiên họp tại hội trường UBND huyện.",
    "Đại biểu phát biểu tại phiên họp",
    "Tổ công nghệ số hướng dẫn người dân cài đặt ứng dụng",
    "Trao giấy khen cho các tập thể (ảnh: Mai Lan)",
)
_HEADLINES: Final = (
    "Huyện Bản Mạ họp phiên thường kỳ về chuyển đổi số",
    "Bản Mạ đẩy mạnh số hóa hồ sơ địa chính ở cơ sở",
    "Bản Mạ: Sơ kết công tác chuyển đổi số 8 tháng đầu năm 2024",
    "“Tổ công nghệ số” về từng thôn bản",
)
_LEAD: Final = (
    "Chuyển đổi số ở vùng cao không chỉ là chuyện máy móc mà trước hết là chuyện con người, từ cán bộ đến bà con."
)
_NAMES: Final = ("Mai Lan", "Hoàng Thị Thu Hiền", "Đỗ Quân", "Nông Thị Mới")
_NEWSROOM: Final = "Ban Biên tập"
_IMAGE: Final = '<img src="/Upload/2024/9/anh{}.jpg" width="600" height="400">'
_WITHOUT_LEAD: Final = ("photo story", "poem", "brief")

FORMS: Final[dict[str, dict[str, str]]] = {
    "kind": dict.fromkeys(("news", "figures", "brief", "photo story", "interview", "plan", "poem"), ""),
    "frame": {
        "dnn": '<form id="Form" action="/"><div id="dnn_ControlPanel"></div><div class="header"><img src="/banner.png"><div class="date">{clock}</div></div><div id="menu">{menu}</div><div id="dnn_ContentPane"><div class="DnnModule"><div id="dnn_ctr422_ContentPane"><div class="ViewDetail">{page}</div></div></div></div><div id="dnn_RightPane">{side}</div><div class="foot">{foot}</div></form>',
        "table": '<table align="center" width="1000"><tr><td colspan="3"><img src="/banner.jpg"></td></tr><tr><td colspan="3">{clock}</td></tr><tr><td width="180" valign="top">{menu}</td><td valign="top">{page}</td><td width="200" valign="top">{side}</td></tr><tr><td colspan="3" align="center">{foot}</td></tr></table>',
        "bootstrap": '<div class="container"><div class="row top"><div class="col-md-6">{clock}</div></div><nav class="navbar">{menu}</nav><div class="row"><div class="col-md-9"><div class="panel panel-default"><div class="panel-body">{page}</div></div></div><div class="col-md-3">{side}</div></div><footer>{foot}</footer></div>',
        "liferay": '<div id="wrapper"><header id="banner">{clock}{menu}</header><section id="content"><div class="portlet-boundary"><section class="portlet"><div class="portlet-content"><div class="portlet-body"><div class="journal-content-article">{page}</div></div></div></section></div><div class="portlet-boundary"><section class="portlet">{side}</section></div></section><footer id="footer">{foot}</footer></div>',
        "sharepoint": '<div id="s4-workspace"><div id="s4-bodyContainer"><div class="head">{clock}</div><div class="mnu">{menu}</div><div id="MSO_ContentTable"><div class="ms-webpartzone-cell"><div class="ms-WPBody">{page}</div></div><div class="ms-webpartzone-cell">{side}</div></div><div class="ftr">{foot}</div></div></div>',
        "columns": '{clock}{menu}<div class="main"><div class="left">{page}</div><div class="right">{side}</div></div>{foot}',
    },
    "title": {"site": "Trang thông tin điện tử huyện Bản Mạ", "both": "{} - UBND huyện Bản Mạ", "headline": "{}"},
    "address": {"slug": "tin-tuc-su-kien/{slug}-{number}.html", "number": "?pageid=27&id={number}"},
    "clock": {
        "none": "",
        "span": "<span>Thứ hai, 03/02/2025 09:15</span>",
        "today": "<div id='clock'>Hôm nay, thứ Hai ngày 03/02/2025</div>",
    },
    "trail": {
        "none": "",
        "breadcrumb": '<div class="bc"><a href="/">Trang chủ</a> &gt; <a href="/tin-tuc-su-kien">Tin tức - Sự kiện</a></div>',
        "section": '<div class="tt"><a href="/tin-tuc-su-kien">Tin tức - Sự kiện</a></div>',
    },
    "headline": {
        "h1": "<h1>{}</h1>",
        "h1 of a class": '<h1 class="article-title"><span>{}</span></h1>',
        "h2": '<h2 style="text-transform:uppercase">{}</h2>',
        "h3": '<h3 class="n-title">{}</h3>',
        "h4": "<h4>{}</h4>",
        "div": '<div class="news-title">{}</div>',
        "label of DNN": '<div><span id="dnn_ctr422_ViewDetail_lblTitle" class="Title">{}</span></div>',
        "cell": '<table width="100%"><tr><td class="tieude">{}</td></tr></table>',
        "bold": '<p class="tit"><strong>{}</strong></p>',
        "font": '<div><font size="4" color="#cc0000"><b>{}</b></font></div>',
    },
    "dated": {"below": "{headline}{date}{lead}{text}", "above": "{date}{headline}{lead}{text}", "end": "{headline}{lead}{text}{date}"},
    "date": {
        "with letter sizes": "<div class='meta'>Thứ năm, 12/09/2024 | 15:20 GMT+7 | A- A A+</div>",
        "brackets": "<span class='d'>(Ngày đăng: 12/09/2024)</span><br>",
        "icons": "<ul class='list-inline'><li><i class='fa fa-clock'></i> 12/09/2024 15:20</li><li><i class='fa fa-eye'></i> 345</li></ul>",
        "updated": "<p><small>Cập nhật ngày: 12/09/2024 15:20:11</small></p>",
        "label of DNN": '<span id="dnn_ctr422_ViewDetail_lblDate">12/9/2024 3:20:00 CH</span>',
        "in words": "<div>Thứ Năm, ngày 12 tháng 9 năm 2024 - 15:20</div>",
        "dashes": "<div class='ngay'>12-09-2024</div>",
        "posted": "<div>Được đăng: 12 Tháng 9 2024</div>",
        "square": "<div>[12/09/2024 15:20]</div>",
        "newsroom": f"<div>{_NEWSROOM} | 12/09/2024 15:20</div>",
        "joomla": "<dl class='article-info'><dd class='published'>Được đăng ngày 12 Tháng 9 2024</dd><dd class='hits'>Lượt xem: 201</dd></dl>",
    },
    "lead": {
        "none": "",
        "strong": "<p><strong>{}</strong></p>",
        "h2": '<h2 class="sapo">{}</h2>',
        "intro": '<div class="intro">{}</div>',
        "chapeau": '<div class="chapeau"><b>{}</b></div>',
        "label of DNN": '<div><span id="dnn_ctr422_ViewDetail_lblHeadline" class="Summary">{}</span></div>',
    },
    "paragraph": {
        "word": '<p class="MsoNormal" style="text-align:justify;text-indent:36.0pt"><span style="font-size:14.0pt;font-family:&quot;Times New Roman&quot;"><o:p></o:p>{}</span></p>',
        "spans": '<p><span style="font-size:16px"><span style="font-family:Arial">{}</span></span></p>',
        "div": '<div style="text-align: justify;">&nbsp; &nbsp; {}</div>',
        "div br": '<div style="text-align: justify;">{}<br />&nbsp;</div>',
        "font": '<p align="justify"><font face="Arial" size="2">{}</font></p>',
        "br": "{}<br /><br />",
        "p": "<p>{}</p>",
        "dir": '<div dir="ltr"><div><span>{}</span></div></div>',
    },
    "picture": {
        "word": f'<p class="MsoNormal" align="center" style="text-align:center">{_IMAGE}</p><p class="MsoNormal" align="center" style="text-align:center"><i><span style="font-size:12pt">{{}}</span></i></p>',
        "div": f'<div style="text-align:center">{_IMAGE}</div><div style="text-align:center"><i>{{}}</i></div>',
        "figure": f'<figure class="image">{_IMAGE}<figcaption>{{}}</figcaption></figure>',
        "table": f'<table class="imgtable" align="center"><tbody><tr><td>{_IMAGE}</td></tr><tr><td class="desc">{{}}</td></tr></tbody></table>',
        "center": f"<center>{_IMAGE}<br /><em>{{}}</em></center>",
        "wordpress": f'<div class="wp-caption aligncenter" style="width:610px">{_IMAGE}<p class="wp-caption-text">{{}}</p></div>',
    },
    "byline": {
        "none": "",
        "right": '<p style="text-align:right"><strong>{}</strong></p>',
        "with pictures": '<p align="right"><b>Bài, ảnh: {}</b></p>',
        "label": '<div class="author">Tác giả: <b>{}</b></div>',
        "brackets": '<p style="text-align:right"><em>({})</em></p>',
        "dashes": '<p style="text-align:right">- {} -</p>',
        "news by": "<p><strong>Tin: {}</strong></p>",
        "div": '<div class="nguoiviet">{}</div>',
    },
    "end": {
        "none": "",
        "tags": '<div class="keys"><b>Từ khóa:</b> <a href="/tag/cds">chuyển đổi số</a>, <a href="/tag/bm">Bản Mạ</a></div>',
        "share": '<div class="sh"><a href="https://www.facebook.com/sharer.php?u=x"><img src="/fb.png" width="16"></a><a href="javascript:print()">In trang</a></div>',
        "comments": '<div><h4>Ý kiến bạn đọc</h4><form><input name="n"><textarea></textarea><input type="submit" value="Gửi"></form></div>',
        "votes": "<div>Tổng số điểm của bài viết là: 0 trong 0 đánh giá</div><div>Click để đánh giá bài viết</div>",
        "file": '<div>Tệp đính kèm: <a href="/f/kehoach.pdf">kehoach.pdf</a></div>',
    },
    "related": {
        "none": "",
        "newer and older": '<div><b>Tin mới hơn</b><ul><li><a href="/tin/1">Huyện đoàn ra quân mùa hè xanh năm 2024</a> (13/09)</li></ul><b>Tin cũ hơn</b><ul><li><a href="/tin/2">Xã Bản Mạ khánh thành cầu treo dân sinh</a> (11/09)</li></ul></div>',
        "table": '<table><tr><td><b>Các bài viết khác</b></td></tr><tr><td><a href="/tin/1">Huyện đoàn ra quân mùa hè xanh năm 2024</a> <i>(13/09/2024)</i></td></tr><tr><td><a href="/tin/2">Xã Bản Mạ khánh thành cầu treo dân sinh</a> <i>(11/09/2024)</i></td></tr></table>',
        "cards": '<div class="row"><h3>Có thể bạn quan tâm</h3><div class="col"><a href="/tin/1"><img src="/t1.jpg"></a><h4><a href="/tin/1">Huyện đoàn ra quân mùa hè xanh năm 2024</a></h4><p>Sáng 13/9, Huyện đoàn tổ chức lễ ra quân với sự tham gia của hơn 200 đoàn viên thanh niên toàn huyện.</p></div><div class="col"><a href="/tin/2"><img src="/t2.jpg"></a><h4><a href="/tin/2">Xã Bản Mạ khánh thành cầu treo dân sinh</a></h4><p>Cầu dài 86 m, nối hai thôn bên bờ suối, tổng vốn hơn 2 tỷ đồng do các nhà hảo tâm ủng hộ.</p></div></div>',
    },
}  # fmt: skip
_MENU: Final = (
    '<ul class="m">'
    + "".join(
        f'<li><a href="/{slug_of(one)}">{one}</a></li>'
        for one in ("Trang chủ", "Giới thiệu", "Tin tức - Sự kiện", "Văn bản", "Thủ tục hành chính", "Liên hệ")
    )
    + "</ul>"
)
_SIDE: Final = '<div class="box"><h3>Tin đọc nhiều</h3><ul><li><a href="/tin/8">Lễ hội hoa tam giác mạch khai mạc vào tháng 10</a></li><li><a href="/tin/9">Bế giảng lớp bồi dưỡng lý luận chính trị năm 2024</a></li></ul></div><div class="box"><p>Số người truy cập: 1.234.567</p><p>Đang trực tuyến: 21</p></div>'
_FOOT: Final = "<p>© Bản quyền thuộc về UBND huyện Bản Mạ</p><p>Chịu trách nhiệm: Ông Trần Văn Bảy, Chánh Văn phòng HĐND - UBND huyện</p><p>Địa chỉ: Tổ 3, thị trấn Bản Mạ. ĐT: 0219.386.555. Email: vp@banma.example</p>"


def _told(kind: str, sentences: list[str]) -> list[str]:
    """The paragraphs of an article of a kind."""
    if kind == "poem":
        return list(_POEM)
    if kind == "plan":
        heads, rules = _PLAN[:3], _PLAN[3:]
        return [sentences[0], *heads[:2], sentences[1], heads[2], sentences[2], *rules]
    return {
        "brief": sentences[:1],
        "photo story": sentences[:1],
        "interview": [sentences[0], *_INTERVIEW],
        "figures": [*sentences, *_FIGURES],
    }.get(kind, sentences)


def drawn(chance: random.Random) -> tuple[dict[str, str], str, str, dict[str, Any]]:
    """The form of each part of a page, the page's address and markup, and what is to be read on it."""
    form = {part: chance.choice(list(forms)) for part, forms in FORMS.items()}
    kind, headline, name = form["kind"], chance.choice(_HEADLINES), chance.choice(_NAMES)
    if kind in _WITHOUT_LEAD:
        form["lead"] = "none"
    if kind == "poem":
        form["byline"] = chance.choice(("none", "right", "brackets"))
    made = {part: FORMS[part][one] for part, one in form.items()}
    told = _told(kind, chance.sample(_SENTENCES, chance.choice((3, 4, 6))))
    pictured = {"photo story": {0: (0, 1, 2, 3)}, "interview": {}, "plan": {}, "poem": {}}.get(kind, {0: (0,), 2: (2,)})
    parts, captions = list[str](), list[str]()
    for place, text in enumerate(told):
        strong = text.startswith(("PV:", "I. ", "II. "))
        marked = f"<strong>{text}</strong>" if strong else f"- {text}" if text in _FIGURES else text
        parts.append(made["paragraph"].format(marked))
        for number in pictured.get(place, ()):
            parts.append(made["picture"].format(number, _CAPTIONS[number]))
            captions.append(_CAPTIONS[number])
    named = chance.choice(("noidung", "content", "bodytext", "detail", "x12", ""))
    text = f'<div class="{named}">{"".join(parts)}{made["byline"].format(name)}</div>'
    head = {"headline": made["headline"].format(headline), "date": made["date"], "lead": made["lead"].format(_LEAD)}
    page = made["trail"] + made["dated"].format(**head, text=text) + made["end"] + made["related"]
    address = made["address"].format(slug=slug_of(headline), number=chance.randint(100, 9999))
    newsroom = _NEWSROOM if form["date"] == "newsroom" else None
    truth = {
        "headline": headline, "day": "2024-09-12", "lead": None if form["lead"] == "none" else _LEAD, "text": told,
        "captions": captions, "byline": newsroom if form["byline"] == "none" else name,
    }  # fmt: skip
    return form, f"http://banma.example/{address}", framed(made, headline, page), truth


def framed(made: dict[str, str], headline: str, page: str) -> str:
    """The markup of a page of the site around an article."""
    body = made["frame"].format(clock=made["clock"], menu=_MENU, page=page, side=_SIDE, foot=_FOOT)
    title = made["title"].format(headline)
    return f"<html><head><meta charset=utf-8><title>{title}</title></head><body>{body}</body></html>"
