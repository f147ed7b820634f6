"""Keys of URLs are those of the tools that read our index, for Vietnamese URLs above all."""

from __future__ import annotations

import unicodedata

import pytest

from archive.warc.cdxj import surt

# What cdxj-indexer 1.5 with its default canonicalizer makes of each URL. Left out: hosts written as one whole number.
KEYS = [
    ("https://baobackan.vn/", "vn,baobackan)/"),
    ("https://www.baobackan.vn", "vn,baobackan)/"),
    ("http://baobackan.vn:80/", "vn,baobackan)/"),
    ("https://baobackan.vn:443/tin/", "vn,baobackan)/tin"),
    ("https://baobackan.vn:8080/tin/", "vn,baobackan:8080)/tin"),
    ("http://WWW2.BaoBacKan.VN/Tin-Tuc/Hoi-Nghi.HTML", "vn,baobackan)/tin-tuc/hoi-nghi.html"),
    ("http://m.baothainguyen.vn/tin-tuc/", "vn,baothainguyen,m)/tin-tuc"),
    ("http://www12.baothainguyen.vn/x", "vn,baothainguyen)/x"),
    (
        "https://baothainguyen.vn/tin-tuc/thoi-su/202003/hoi-nghi-rut-kinh-nghiem-12345/",
        "vn,baothainguyen)/tin-tuc/thoi-su/202003/hoi-nghi-rut-kinh-nghiem-12345",
    ),
    ("https://tinhuy.example/tin/hội-nghị.html", "example,tinhuy)/tin/h%e1%bb%99i-ngh%e1%bb%8b.html"),
    ("https://tinhuy.example/tin/%E1%BB%A9c.html", "example,tinhuy)/tin/%e1%bb%a9c.html"),
    ("https://tinhuy.example/tin/T%e1%bb%a9c.HTML", "example,tinhuy)/tin/t%e1%bb%a9c.html"),
    (
        "https://tinhuy.example/tìm-kiếm?q=đại+hội&trang=2",
        "example,tinhuy)/t%c3%acm-ki%e1%ba%bfm?q=%c4%91%e1%ba%a1i+h%e1%bb%99i&trang=2",
    ),
    (
        "https://tinhuy.example/tim?q=%C4%91%E1%BA%A1i%20h%E1%BB%99i&A=1",
        "example,tinhuy)/tim?a=1&q=%c4%91%e1%ba%a1i%20h%e1%bb%99i",
    ),
    ("https://tinhuy.example/?", "example,tinhuy)/"),
    ("https://tinhuy.example?", "example,tinhuy)/"),
    ("https://tinhuy.example/index.php?", "example,tinhuy)/index.php"),
    ("https://tinhuy.example/Default.aspx?ItemID=5&CatID=3", "example,tinhuy)/default.aspx?catid=3&itemid=5"),
    ("https://tinhuy.example/Default.aspx?b=2&a=1&a=0&c", "example,tinhuy)/default.aspx?a=0&a=1&b=2&c"),
    ("https://tinhuy.example/Default.aspx?ID=5&", "example,tinhuy)/default.aspx?&id=5"),
    ("https://tinhuy.example/Default.aspx?&ID=5", "example,tinhuy)/default.aspx?&id=5"),
    ("https://tinhuy.example/a.php?PHPSESSID=0123456789abcdef0123456789abcdef&x=1", "example,tinhuy)/a.php?x=1"),
    ("https://tinhuy.example/a.php?x=1&PHPSESSID=0123456789abcdef0123456789abcdef", "example,tinhuy)/a.php?&x=1"),
    ("https://tinhuy.example/a.php?sid=0123456789abcdef0123456789abcdef", "example,tinhuy)/a.php"),
    ("https://tinhuy.example/a.php?jsessionid=0123456789abcdef0123456789abcdef&b=1", "example,tinhuy)/a.php?b=1"),
    (
        "https://tinhuy.example/a.jsp;jsessionid=0123456789abcdef0123456789abcdef?x=1",
        "example,tinhuy)/a.jsp;jsessionid=0123456789abcdef0123456789abcdef?x=1",
    ),
    ("https://tinhuy.example/a.php?ASPSESSIONIDABCDEFGH=ABCDEFGHIJKLMNOPQRSTUVWX&x=1", "example,tinhuy)/a.php?x=1"),
    ("https://tinhuy.example/(S(abcdefghijklmnopqrstuvwx))/tin.aspx", "example,tinhuy)/tin.aspx"),
    ("https://tinhuy.example/a.cfm?CFID=12&CFTOKEN=34&x=1", "example,tinhuy)/a.cfm?x=1"),
    ("https://tinhuy.example//tin//tuc/", "example,tinhuy)/tin/tuc"),
    ("https://tinhuy.example/tin/../khac/./x", "example,tinhuy)/khac/x"),
    ("https://tinhuy.example/../x", "example,tinhuy)/../x"),
    ("https://tinhuy.example/tin/x#phan-2", "example,tinhuy)/tin/x"),
    ("https://tinhuy.example/#!/tin", "example,tinhuy)/"),
    ("https://tinhuy.example/tin/bai viet.html", "example,tinhuy)/tin/bai%20viet.html"),
    ("https://tinhuy.example/tin/a%20b.html", "example,tinhuy)/tin/a%20b.html"),
    ("https://tinhuy.example/tin/a+b.html", "example,tinhuy)/tin/a+b.html"),
    ("https://tinhuy.example/tin/a%2Fb", "example,tinhuy)/tin/a/b"),
    ("https://tinhuy.example/tin/a%3Fb", "example,tinhuy)/tin/a?b"),
    ("https://tinhuy.example/tin/a%25b", "example,tinhuy)/tin/a%25b"),
    ("https://tinhuy.example/tin/a%2525b", "example,tinhuy)/tin/a%25b"),
    ("https://tinhuy.example/tin/a%b", "example,tinhuy)/tin/a%25b"),
    ("https://tinhuy.example/tin/%zz", "example,tinhuy)/tin/%25zz"),
    ("https://báobắckạn.vn/tin", "vn,xn--bobckn-pta6402dsda)/tin"),
    ("https://xn--bobckn-jta3q9653b.vn/tin", "vn,xn--bobckn-jta3q9653b)/tin"),
    ("https://user:pass@tinhuy.example/tin", "example,tinhuy)/tin"),
    ("https://203.162.1.2/tin", "2,1,162,203)/tin"),
    ("http://tinhuy.example./tin", "example,tinhuy)/tin"),
    ("http://tinhuy.example../tin", "example,tinhuy)/tin"),
    ("https://tinhuy.example/tin;x=1", "example,tinhuy)/tin;x=1"),
    ("https://tinhuy.example/tin?x=1;y=2", "example,tinhuy)/tin?x=1;y=2"),
    ("https://tinhuy.example/tin?url=https://a.vn/b?c=d&e=f", "example,tinhuy)/tin?e=f&url=https://a.vn/b?c=d"),
    ("https://tinhuy.example/tin?a=1&amp;b=2", "example,tinhuy)/tin?a=1&amp;b=2"),
    ("https://tinhuy.example/tin/'quoted'", "example,tinhuy)/tin/'quoted'"),
    ('https://tinhuy.example/tin/"quoted"', 'example,tinhuy)/tin/"quoted"'),
    ("https://tinhuy.example/tin/(ngoac)", "example,tinhuy)/tin/(ngoac)"),
    ("https://tinhuy.example/tin/[ngoac]", "example,tinhuy)/tin/[ngoac]"),
    ("https://tinhuy.example/tin/a,b:c@d!e$f*g~h_i-j.k", "example,tinhuy)/tin/a,b:c@d!e$f*g~h_i-j.k"),
    ("https://tinhuy.example/tin/<x>", "example,tinhuy)/tin/<x>"),
    ("https://tinhuy.example/tin/a|b^c`d{e}", "example,tinhuy)/tin/a|b^c`d{e}"),
    ("https://tinhuy.example/tin/a\\b", "example,tinhuy)/tin/a\\b"),
    ("https://tinhuy.example/tin/%C3%90%E1%BA%A0I", "example,tinhuy)/tin/%c3%90%e1%ba%a0i"),
    ("https://tinhuy.example/tin/ĐẠI-HỘI", "example,tinhuy)/tin/%c4%90%e1%ba%a0i-h%e1%bb%98i"),
    ("https://tinhuy.example/TIN?Q=ĐẠI", "example,tinhuy)/tin?q=%c4%90%e1%ba%a0i"),
    ("https://tinhuy.example/tin?Q=%C4%90%E1%BA%A0I", "example,tinhuy)/tin?q=%c4%90%e1%ba%a0i"),
    ("https://tinhuy.example/robots.txt", "example,tinhuy)/robots.txt"),
    ("https://tinhuy.example/tin/trang-2/?page=2&page=1", "example,tinhuy)/tin/trang-2?page=1&page=2"),
    ("https://tinhuy.example/a/b/c/", "example,tinhuy)/a/b/c"),
    ("https://tinhuy.example/a/b/c//", "example,tinhuy)/a/b/c"),
    ("https://tinhuy.example/tin/%0A", "example,tinhuy)/tin/%0a"),
    ("https://tinhuy.example/tin/%00x", "example,tinhuy)/tin/%00x"),
    ("https://tinhuy.example/tin?x=%0A", "example,tinhuy)/tin?x=%0a"),
    ("https://tinhuy.example/tin?a==b&=c&&d", "example,tinhuy)/tin?&=c&a==b&d"),
    ("https://tinhuy.example/tin?utm_source=x&b=1", "example,tinhuy)/tin?b=1&utm_source=x"),
    ("https://tinhuy.example/%74in/%41", "example,tinhuy)/tin/a"),
    ("https://tinhuy.example/tin?%61=%62", "example,tinhuy)/tin?a=b"),
    ("https://TINHUY.example:80/tin", "example,tinhuy:80)/tin"),
    ("http://tinhuy.example:443/tin", "example,tinhuy:443)/tin"),
    ("https://www.vn/tin", "vn)/tin"),
    ("https://www.gov.vn/tin", "vn,gov)/tin"),
    ("https://wwwx.gov.vn/tin", "vn,gov,wwwx)/tin"),
    ("https://www-2.gov.vn/tin", "vn,gov,www-2)/tin"),
    ("https://tinhuy.example/tin%20/x%20", "example,tinhuy)/tin%20/x%20"),
    ("https://tinhuy.example/ tin", "example,tinhuy)/%20tin"),
    ("https://tinhuy.example/tin?a= b ", "example,tinhuy)/tin?a=%20b"),
    ("https://tinhuy.example/%E0%A4%A", "example,tinhuy)/%e0%a4%25a"),
    ("https://tinhuy.example/%FF%FE", "example,tinhuy)/%ff%fe"),
    ("https://tinhuy.example/tin?x=1&X=2&a=%26", "example,tinhuy)/tin?&a=&x=1&x=2"),
    ("https://tinhuy.example/tin?x=a%3Db%2Fc%3Fd", "example,tinhuy)/tin?x=a=b/c?d"),
    ("https://tinhuy.example/.", "example,tinhuy)/"),
    ("https://tinhuy.example/..", "example,tinhuy)/.."),
    ("https://tinhuy.example/a/..", "example,tinhuy)/"),
    ("https://tinhuy.example/a/.", "example,tinhuy)/a"),
    ("http://a.b.c.tinhuy.example/x", "example,tinhuy,c,b,a)/x"),
    (
        "https://tinhuy.example/tin?s=0123456789abcdef0123456789abcdef",
        "example,tinhuy)/tin?s=0123456789abcdef0123456789abcdef",
    ),
    ("urn:uuid:1234", "urn:uuid:1234"),
    ("urn:baotinh:sha256:Ab", "urn:baotinh:sha256:ab"),
    ("dns:tinhuy.example", "dns:tinhuy.example"),
    ("metadata://gnu.org/software/wget/warc/MANIFEST.txt", "org,gnu)/software/wget/warc/manifest.txt"),
    (
        "https://t.example/a.jsp;jsessionid=0123456789abcdef0123456789abcdef",
        "example,t)/a.jsp;jsessionid=0123456789abcdef0123456789abcdef",
    ),
    ("https://t.example/a.jsp;jsessionid=0123", "example,t)/a.jsp;jsessionid=0123"),
    (
        "https://t.example/x;jsessionid=0123456789ABCDEF0123456789abcdef/y",
        "example,t)/x;jsessionid=0123456789abcdef0123456789abcdef/y",
    ),
    ("https://t.example/(abcdefghijklmnopqrstuvwx)/tin.aspx", "example,t)/tin.aspx"),
    ("https://t.example/(abcdefghijklmnopqrstuvwx)/tin.html", "example,t)/(abcdefghijklmnopqrstuvwx)/tin.html"),
    (
        "https://t.example/(S(abcdefghijklmnopqrstuvwx)F(abcdefghijklmnopqrstuvwx))/tin.aspx?x=1",
        "example,t)/tin.aspx?x=1",
    ),
    ("https://t.example/tin?a1=0&a=1&a-=2", "example,t)/tin?a=1&a-=2&a1=0"),
    ("https://t.example/tin?a=1&A=0", "example,t)/tin?a=0&a=1"),
    ("https://t.example/tin?a&a=", "example,t)/tin?a&a="),
    ("https://t.example/tin?b&a=1&=x", "example,t)/tin?=x&a=1&b"),
    ("https://t.example/tin?sessid=0123456789abcdef0123456789abcdef&a=1", "example,t)/tin?sesa=1"),
    ("https://t.example/tin?xsid=0123456789abcdef0123456789abcdef&a=1", "example,t)/tin?xa=1"),
    ("https://t.example/tin?a=%2526", "example,t)/tin?&a="),
    ("https://t.example/tin?a=%252526b&c", "example,t)/tin?a=&b&c"),
    ("https://t.example/a/b/../../../c", "example,t)/../c"),
    ("https://t.example/a/./b/.//c/", "example,t)/a/b/c"),
    ("https://t.example/a/...", "example,t)/a/..."),
    ("https://t.example/%2e%2e/x", "example,t)/../x"),
    ("https://t.example/a/%2E/x", "example,t)/a/x"),
    ("https://t..example/x", "example,t)/x"),
    ("https://.t.example/x", "example,t)/x"),
    ("https://t.example:/x", "example,t)/x"),
    ("https://t.example:0443/x", "example,t)/x"),
    ("https://T_x.example/a", "example,t_x)/a"),
    ("HTTPS://t.example/a", "example,t)/a"),
    ("  https://t.example/a  ", "example,t)/a"),
    ("https://t.example/a?b#c?d", "example,t)/a?b"),
    ("https://t.example/a?b?c", "example,t)/a?b?c"),
    ("https://t.example/a??b", "example,t)/a??b"),
    ("https://t.example/a%23b", "example,t)/a%23b"),
    ("https://t.example/a%20%20b", "example,t)/a%20%20b"),
    ("https://t.example/a%09b", "example,t)/a%09b"),
    ("https://t.example/a%7Fb", "example,t)/a%7fb"),
    ("https://t.example/a%7Eb", "example,t)/a~b"),
    (
        "https://t.example/đường dẫn/bài viết số 1.html",
        "example,t)/%c4%91%c6%b0%e1%bb%9dng%20d%e1%ba%abn/b%c3%a0i%20vi%e1%ba%bft%20s%e1%bb%91%201.html",
    ),
    (
        "https://t.example/tin?k=Thái Nguyên&t=Đại hội",
        "example,t)/tin?k=th%c3%a1i%20nguy%c3%aan&t=%c4%90%e1%ba%a1i%20h%e1%bb%99i",
    ),
    ("https://www.www.t.example/x", "example,t,www)/x"),
    ("https://wwW.t.example/x", "example,t)/x"),
    ("http://www.t.example:80/x/?a=1", "example,t)/x?a=1"),
    ("https://0xcb.0242.1.2/x", "2,1,0242,0xcb)/x"),
    ("https://[2001:db8::1]/x", "2001:db8::1)/x"),
    ("https://[2001:db8::1]:8080/x", "2001:db8::1:8080)/x"),
    ("https://thái-nguyên.gov.vn/x", "vn,gov,xn--thi-nguyn-11a9h)/x"),
    ("https://THÁI-NGUYÊN.gov.vn/x", "vn,gov,xn--thi-nguyn-11a9h)/x"),
    ("https://a%20b.example/x", "example,a%20b)/x"),
    ("https://t.example/x/;y", "example,t)/x/;y"),
    ("https://t.example/x?", "example,t)/x"),
    ("https://t.example/x/?", "example,t)/x"),
    ("https://t.example/x/?&", "example,t)/x?&"),
    ("https://t.example/x?&&", "example,t)/x?&&"),
    ("https://t.example", "example,t)/"),
    ("http://t.example?a=1", "example,t)/?a=1"),
    ("https://t.example/%u1EA1", "example,t)/%25u1ea1"),
    (
        "https://t.example/tin-%E1%BB%A9ng-%C4%91%E1%BB%99ng-p1c2.html?p=%E1%BB%A9",
        "example,t)/tin-%e1%bb%a9ng-%c4%91%e1%bb%99ng-p1c2.html?p=%e1%bb%a9",
    ),
    ("ftp://t.example/x", "example,t)/x"),
    ("https://t.example/a\tb\nc", "example,t)/abc"),
    (
        "https://t.example/xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx.html",
        "example,t)/xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx.html",
    ),
    (
        "https://xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx.example/",
        "example,xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx)/",
    ),
]


@pytest.mark.parametrize(("url", "key"), KEYS)
def test_a_key_is_what_other_tools_make_it(url: str, key: str) -> None:
    assert surt(url) == key


def test_more_than_50_urls_are_compared() -> None:
    assert len(KEYS) > 50


def test_decomposed_vietnamese_stays_decomposed_in_a_path_and_is_composed_in_a_host() -> None:
    # read off the same program
    url = unicodedata.normalize("NFD", "https://báobắckạn.vn/hội")
    assert surt(url) == "vn,xn--bobckn-pta6402dsda)/ho%cc%a3%cc%82i"


def test_an_invisible_letter_is_escaped() -> None:
    assert surt("https://tinhuy.example/tin/\u200bx") == "example,tinhuy)/tin/%e2%80%8bx"


@pytest.mark.parametrize("url", ["", "https://", "https://[::1", "https://\udcff/\udcff", "https://a:b:c/"])
def test_no_url_is_too_broken_for_a_key(url: str) -> None:
    assert " " not in surt(url)
