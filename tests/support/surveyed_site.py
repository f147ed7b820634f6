"""A site that a survey meets."""

from __future__ import annotations

from typing import Any

from crawling import article, html

LINKS = [f"/tin/hoi-nghi-{n}.html" for n in range(1, 9)]
SITE: dict[str, Any] = {"/robots.txt": "User-agent: *\nDisallow: /cam/\n", "/": html("Đảng bộ xã Tân Bình", *LINKS)}
SITE |= {link: article(f"Hội nghị {link}", "Ngày 5-3, xã Tân Bình tổ chức hội nghị.") for link in LINKS}
