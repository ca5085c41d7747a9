"""Reading what a report says: the elements and words of a page, and the words of a paper."""

from html.parser import HTMLParser

import pypdf

VOID = {"meta", "link", "input", "br", "img", "hr"}


class Page(HTMLParser):
    """The elements and the readable text of a page; complains where an element is not closed."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.texts: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] not in ("script", "style"):
            self.texts.append(data)

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]

    @property
    def text(self) -> str:
        return spaced(" ".join(self.texts))


def spaced(text: str) -> str:
    """Text with single ordinary spaces."""
    return " ".join(text.split())


def paper_text(paper: pypdf.PdfReader) -> str:
    return spaced(" ".join(page.extract_text() for page in paper.pages))
