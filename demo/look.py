"""What the sample site looks like: a style sheet, the one it imports, and the picture that one names."""

from __future__ import annotations

THEME = "/themes/default/"

LOOK = {
    "css/style.css": """@charset "utf-8";
@import "khung.css";
body { font: 16px/1.6 "Noto Serif", serif; color: #1d2b1f; }
h1, h3, h3 a { color: #8e1b12; }
a { color: #1b5e3a; }
.hidden { display: none; }
.hometext { font-weight: bold; }
.panel { background: #fffdf6; border: 1px solid #d8cfb4; margin: 0 0 1em; padding: .5em 1em; }
img { max-width: 100%; height: auto; }
""",
    "css/khung.css": """body { max-width: 62em; margin: 0 auto; background: #eef3ea; }
.section-header { background: #b3261e url("../images/doi-che.svg") right bottom no-repeat; color: #fff; padding: 1em; }
.section-nav li { display: inline-block; list-style: none; margin-right: 1em; }
.row { display: flex; gap: 1.5em; }
.row > div:first-child { flex: 3; }
.row > div + div { flex: 1; }
""",
    "images/doi-che.svg": """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 320 80" width="320" height="80">
<path d="M0 80Q60 10 130 60T320 30V80Z" fill="#2e7d32"/><path d="M0 80Q100 40 190 66T320 60V80Z" fill="#1b5e20"/></svg>
""",
}
"""By path below the theme. Written for this project, as the pages are."""
