"""How readers fare on templates that strangers wrote: `python -m bench.strangers [--only NAME,NAME] [--articles 40]`.

Generators of sites, each with its own theme, are installed from the package registries into a folder of their own and
print the invented news of `bench.provincial`. The truth is what an attentive reader sees; beside each theme stands what
it prints, and a site is refused whose truth does not stand in the visible text of its pages. Each page is read alone,
plain and in disguise (`bench.disguises`; on every other site without h1 and title too). A rule made with a template in
sight proves nothing on it: write down the first look before you change anything.
"""

from __future__ import annotations

import argparse
import itertools
import json
import shutil
import subprocess
import sys
import venv
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

from lxml import html

from bench.disguises import PARSER, Disguise, renamed, undivided, unheaded, unsaid, untitled
from bench.provincial import House, Story, house_of, markdown, paragraphs, slug_of, stories
from bench.readers import Recorded, readers

TITLE: Final = "Báo Thượng Sơn"
SPACED: Final = ("p", "div", "li", "td", "h1", "h2", "h3", "h4", "br", "figcaption", "blockquote", "dd", "dt")
FIELDS: Final = ("headline", "lead", "byline", "section", "published", "paragraphs", "captions", "attachments")
OF_NOTICE: Final = ("headline", "published", "attachments", "paragraphs")
_BARE: Final = (renamed, unsaid, undivided)
DISGUISES: Final = (Disguise(_BARE), Disguise((*_BARE, unheaded, untitled)))
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Template:
    """A theme, the packages that render it, and what it prints on an article's page."""

    name: str
    packages: tuple[str, ...]
    render: Callable[[Site], Path]  # writes the sources, runs the generator, says where the pages are
    published: str = "day"  # "day" | "minute" | ""
    author: bool = False
    section: bool = False
    link: str = "/{}.html"
    theme: str = ""


@dataclass(frozen=True, slots=True)
class Site:
    """One site to render."""

    template: Template
    folder: Path
    tools: Path
    house: House
    stories: tuple[Story, ...]

    @property
    def url(self) -> str:
        return f"http://{self.template.name}.example"

    def author(self, story: Story) -> str:
        """Whom the theme prints: the desk, where the reporter signs the text."""
        return story.author if self.house.signature == "none" else "Ban Biên tập"

    def text(self, story: Story) -> str:
        return markdown(story, self.house, self.template.link)

    def write(self, name: str, text: str) -> None:
        target = self.folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")

    def write_all(self, names: str, front: Callable[[Story], Row]) -> None:
        """Every article with its front matter; `names` is a pattern of file names."""
        for story in self.stories:
            self.write(names.format(story.slug), fronted(front(story)) + self.text(story))

    def run(self, *command: str) -> None:
        done = subprocess.run(command, cwd=self.folder, capture_output=True, text=True, check=False)
        if done.returncode:
            raise SystemExit(f"{command[0]} ended with {done.returncode}: {(done.stdout + done.stderr)[-600:]}")

    def python(self, name: str, *arguments: str) -> None:
        self.run(str(self.tools / "python" / "bin" / name), *arguments)


def fronted(fields: Row) -> str:
    """YAML front matter: dates as they are, all else as JSON, which YAML holds."""
    lines = (f"{k}: {v if isinstance(v, date) else json.dumps(v, ensure_ascii=False)}\n" for k, v in fields.items())
    return "---\n" + "".join(lines) + "---\n\n"


def summary(story: Story) -> str:
    return story.lead or (paragraphs(story) or [story.headline])[0]


def pelican(site: Site) -> Path:
    theme = site.template.theme
    installed = next((site.tools / "python").glob(f"lib/*/site-packages/{theme}"), theme) if "/" in theme else theme
    lines = (
        f"SITENAME, SITEURL, THEME = {TITLE!r}, {site.url!r}, {str(installed)!r}",
        "PATH, TIMEZONE, DEFAULT_LANG = 'content', 'Asia/Ho_Chi_Minh', 'vi'",
        "MARKDOWN = {'extensions': ['markdown.extensions.extra']}",
    )
    site.write("conf.py", "\n".join(lines))
    for story in site.stories:
        head = {
            "Title": story.headline, "Date": f"{story.published:%Y-%m-%d %H:%M}", "Category": story.section,
            "Author": site.author(story), "Tags": ", ".join(story.tags), "Slug": story.slug, "Summary": summary(story),
        }  # fmt: skip
        said = "".join(f"{key}: {value}\n" for key, value in head.items())
        site.write(f"content/{story.slug}.md", f"{said}\n{site.text(story)}")
    site.python("pelican", "-s", "conf.py", "-o", "out")
    return site.folder / "out"


def marmite(site: Site) -> Path:
    people = sorted({site.author(story) for story in site.stories})
    authors = "".join(f"  {slug_of(one)}:\n    name: {one}\n    avatar: a.png\n" for one in people)
    site.write("marmite.yaml", f"name: {TITLE}\nurl: {site.url}\nlanguage: vi\nauthors:\n{authors}")
    site.write_all("content/{}.md", lambda story: {
        "title": story.headline, "slug": story.slug, "date": f"{story.published:%Y-%m-%d %H:%M:%S}",
        "tags": story.tags, "description": summary(story), "authors": [slug_of(site.author(story))],
    })  # fmt: skip
    site.python("marmite", ".", "out")
    return site.folder / "out"


def material(site: Site) -> Path:
    blog = "{blog_dir: tin, post_date_format: dd/MM/yyyy, post_url_format: '{slug}'}"
    about = f"site_name: {TITLE}\nsite_url: {site.url}/\ntheme: {{name: material}}\n"
    site.write("mkdocs.yml", f"{about}plugins: [{{blog: {blog}}}, tags]\n")
    people = sorted({site.author(story) for story in site.stories})
    entries = (f"  {slug_of(one)}: {{name: {one}, description: Phóng viên, avatar: /a.png}}\n" for one in people)
    site.write("docs/tin/.authors.yml", "authors:\n" + "".join(entries))
    site.write("docs/tin/index.md", "# Tin tức\n")
    for story in site.stories:
        front = {
            "slug": story.slug, "date": story.published.date(), "tags": story.tags, "categories": [story.section],
            "authors": [slug_of(site.author(story))],
        }  # fmt: skip
        site.write(f"docs/tin/posts/{story.slug}.md", f"{fronted(front)}# {story.headline}\n\n{site.text(story)}")
    site.python("mkdocs", "build", "-q")
    return site.folder / "site"


def wintersmith(site: Site) -> Path:
    modules = site.tools / "node" / "node_modules"
    shutil.copytree(modules / "wintersmith" / "examples" / "blog", site.folder, dirs_exist_ok=True)
    shutil.rmtree(site.folder / "contents" / "articles")
    (site.folder / "node_modules").symlink_to(modules)
    for person in {site.author(story) for story in site.stories}:
        site.write(f"contents/authors/{slug_of(person)}.json", json.dumps({"name": person, "email": "a@b.example"}))
    site.write_all("contents/articles/{}/index.md", lambda story: {
        "title": story.headline, "author": slug_of(site.author(story)), "date": f"{story.published:%Y-%m-%d %H:%M}",
        "template": "article.pug",
    })  # fmt: skip
    site.run("node", str(modules / "wintersmith" / "bin" / "wintersmith"), "build")
    return site.folder / "build"


PELICAN: Final = ("pelican==4.12.0", "markdown==3.7")
TEMPLATES: Final = (
    Template("pelican-simple", PELICAN, pelican, "day", True, True, theme="simple"),
    Template("pelican-engineering", (*PELICAN, "pelican-engineering-theme==0.1.0"), pelican, "day", True, True,
             theme="pelican_engineering_theme/theme"),
    Template("marmite", ("marmite==0.4.2",), marmite, "day", True),
    Template("material-blog", ("mkdocs-material==9.7.7",), material, "day", True, True, "/tin/{}/"),
    Template("wintersmith", ("npm:wintersmith@2.5.0", "npm:moment@2", "npm:underscore@1", "npm:typogr@0.6.8"),
             wintersmith, "", True, link="/articles/{}/"),
)  # fmt: skip


def install(templates: list[Template], tools: Path) -> None:
    """The packages, in folders of their own. Ends with the command that failed."""
    wanted = list(dict.fromkeys(package for template in templates for package in template.packages))
    python, node = tools / "python", tools / "node"
    commands = []
    if pip := [one for one in wanted if not one.startswith("npm:")]:
        if not (python / "bin" / "pip").exists():
            venv.create(python, with_pip=True)
        commands.append([str(python / "bin" / "pip"), "install", "-q", "--disable-pip-version-check", *pip])
    if npm := [one.removeprefix("npm:") for one in wanted if one.startswith("npm:")]:
        if shutil.which("npm") is None:
            raise SystemExit(
                "npm is not installed (Debian: apt-get install npm); without it: --only with other templates"
            )
        node.mkdir(parents=True, exist_ok=True)
        quiet = ("--no-audit", "--no-fund", "--ignore-scripts", "--silent")
        commands.append(["npm", "install", *quiet, "--prefix", str(node), *npm])
    for command in commands:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise SystemExit(f"{' '.join(command)} ended with {done.returncode}: {(done.stdout + done.stderr)[-600:]}")


def truth_of(site: Site, story: Story) -> Row:
    """What the page shows; `cells` count neither way, nor do the fields in `free`."""
    theme, signed = site.template, site.house.signature != "none" and story.kind == "article"
    days = {"day": f"{story.published:%Y-%m-%d}", "minute": f"{story.published:%Y-%m-%dT%H:%M}", "": None}
    return {
        "kind": story.kind, "headline": story.headline, "lead": story.lead or None, "paragraphs": paragraphs(story),
        "byline": story.author if signed else site.author(story) if theme.author else None,
        "section": story.section if theme.section else None, "published": days[theme.published],
        "captions": [block.text for block in story.blocks if block.kind == "picture" and block.text],
        "attachments": [story.attachment.rpartition("/")[2]] if story.attachment else [],
        "cells": [" ".join(" ".join(row) for row in block.rows) for block in story.blocks if block.kind == "table"],
        "free": [] if theme.published else ["published"],
    }  # fmt: skip


def visible(page: bytes) -> str:
    tree: Any = html.document_fromstring(page, parser=PARSER)
    for element in list(tree.iter("script", "style", "template", "head")):
        element.drop_tree()
    for element in tree.iter(*SPACED):
        element.tail = f" {element.tail or ''}"
    return " ".join(tree.text_content().split())


def rendered(template: Template, folder: Path, articles: int, notices: int) -> list[tuple[Recorded, Row]]:
    """Every article and notice of the site, each page with its truth. Ends where the two disagree."""
    house, work = house_of(template.name), folder / template.name
    shutil.rmtree(work, ignore_errors=True)
    site = Site(template, work, folder / "tools", house, tuple(stories(template.name, articles, notices, house)))
    work.mkdir(parents=True)
    output, found = template.render(site), dict[str, tuple[Recorded, Row]]()
    by_slug = {story.slug: story for story in site.stories}
    for path in sorted(output.rglob("*.html")):
        story = by_slug.get(path.parent.name if path.name == "index.html" else path.stem)
        if story is None or story.slug in found:
            continue
        url = f"{site.url}/{path.relative_to(output).as_posix().removesuffix('index.html')}"
        page, row = Recorded(url, path.read_bytes(), "text/html; charset=utf-8"), truth_of(site, story)
        text = visible(page.body)
        said = [row["headline"], row["lead"], row["byline"], row["section"], *row["paragraphs"], *row["captions"]]
        if lost := [one for one in said if one and one not in text]:
            raise SystemExit(f"{path}: the truth is not on the page: {lost[0]!r}")
        found[story.slug] = page, row
    if len(found) < len(by_slug):
        raise SystemExit(f"{output}: {len(found)} of {len(by_slug)} articles were rendered")
    return list(found.values())


def right(row: Row, got: Row) -> dict[str, bool]:
    """Which fields were read as the page shows them."""
    cells = " ".join(row["cells"]).casefold()
    read = [" ".join(text.replace("|", " ").split()) for text in got.get("paragraphs") or ()]
    same = {field: got.get(field) == row[field] for field in ("headline", "lead", "byline", "section")}
    same["published"] = (got.get("published") or "")[: len(row["published"] or "")] == (row["published"] or "")
    same["paragraphs"] = [text for text in read if text.casefold() not in cells] == row["paragraphs"]
    same["captions"] = list(got.get("captions") or ()) == row["captions"]
    same["attachments"] = [url.rpartition("/")[2] for url in got.get("attachments") or ()] == row["attachments"]
    need = FIELDS if row["kind"] == "article" else OF_NOTICE
    found = {field: field in row["free"] or same[field] for field in need}
    return found | {"whole": all(found.values()) and bool(got)}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.strangers", description=(__doc__ or "").partition(":")[0])
    parser.add_argument("--only", default="", help="names of templates, parted by commas")
    parser.add_argument("--folder", type=Path, default=Path("build/strangers"), help="where packages and pages go")
    parser.add_argument("--articles", type=int, default=40)
    asked = parser.parse_args()
    known = {template.name: template for template in TEMPLATES}
    names = asked.only.split(",") if asked.only else list(known)
    if unknown := [name for name in names if name not in known]:
        parser.error(f"no such template: {', '.join(unknown)}; there are {', '.join(known)}")
    folder = asked.folder.resolve()
    reading = {name: read for name, read in readers().items() if name in ("ours", "trafilatura")}
    sums: dict[tuple[str, str, str], Counter[str]] = {}
    install([known[name] for name in names], folder / "tools")
    for name in names:
        pages = rendered(known[name], folder, asked.articles, max(asked.articles // 8, 1))
        disguise = DISGUISES[TEMPLATES.index(known[name]) % 2]
        for look, (page, row) in itertools.product(("plain", "disguised"), pages):
            seen = disguise.put_on(page) if look == "disguised" else page
            for reader, read in reading.items():
                found = {"pages": 1, **right(row, read(seen) or {})}
                for place in (name, "ALL"):
                    sums.setdefault((reader, look, f"{place} {row['kind']}s"), Counter()).update(found)
    print(f"{'':53}{'pages':>6}" + "".join(f"{field[:9]:>10}" for field in ("whole", *FIELDS)))
    for (reader, look, place), count in sorted(sums.items()):
        shares = (f"{count[one] / count['pages']:10.3f}" if one in count else " " * 10 for one in ("whole", *FIELDS))
        print(f"{reader:12}{look:10}{place:31}{count['pages']:6}{''.join(shares)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
