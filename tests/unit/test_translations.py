"""The pages in another language: every string is in the catalogue, the catalogue is sound, and no page keeps a sentence in English."""

import re
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest
import typst
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po
from pypdf import PdfReader
from starlette.testclient import TestClient

from bench.pages import paths_of
from bench.record import fill
from spasmograph.app.workspace import Workspace
from spasmograph.care.protocol import load_protocol
from spasmograph.care.scales import load_scales, scale_sources
from spasmograph.care.treatment_catalogue import load_treatments
from spasmograph.errors import (
    ArchiveError,
    ConflictError,
    DamagedRecordError,
    EntryError,
    NoFaceError,
    NotThereError,
    OutputError,
    SpasmographError,
)
from spasmograph.language import speaking, text
from spasmograph.model.record import RecordingEntry
from spasmograph.present.record.doctor import paper_language
from spasmograph.present.record.naming import muscle_name, tag_name
from spasmograph.terms import Muscle
from spasmograph.web import problems
from tests.record_worlds import NOON, client_of, workspace_in
from tests.recording_worlds import as_no_film, as_refused, as_steps, measured
from tests.treatment_worlds import drug, operation, session

ROOT = Path(__file__).parents[2]
CATALOGUE = ROOT / "src/spasmograph/data/locale/zh_Hant/LC_MESSAGES/messages.po"
KEYWORDS = {"_": None, "texts": (1, 2), "ngettext": (1, 2)}
PLACEHOLDER = re.compile(r"%\(\w+\)s|(?<!%)\{\w+\}")
MARKUP = re.compile(r"</?\w+|&\w+;")
# Words that stay as they are: names of substances, brands, products and formats.
KEPT = re.compile(r"^[\w.+/-]*$", re.ASCII)
ENGLISH = re.compile(r"\b[a-z]{2,}(?:[ \u00a0][a-z]{2,})+\b")
# What a lower layer says in its own words; these are English in every language.
LOWER = re.compile(r"recording \w+ was not measured, or not yet|clip\.mp4 is not a video|The picture was not stated to be mirrored; .*")
SPOKEN = re.compile(r'(?:aria-label|title|alt|placeholder|label|data-fill)="([^"]*)"')


def source_of(message: Message) -> tuple[str, ...]:
    """The English of a message, with its plural if it has one."""
    return (message.id,) if isinstance(message.id, str) else tuple(message.id)


def told_of(message: Message) -> tuple[str, ...]:
    """The message in the other language, once for each plural form."""
    told = message.string
    return (told,) if isinstance(told, str) else tuple(told or ())


@pytest.fixture(scope="module")
def catalogue() -> Catalog:
    with CATALOGUE.open("rb") as file:
        return read_po(file, locale="zh_Hant")


@pytest.fixture(scope="module")
def messages(catalogue: Catalog) -> list[Message]:
    return [message for message in catalogue if message.id]


@pytest.fixture(scope="module")
def marked() -> set[str]:
    """Every string for people, by its English; of plurals the singular."""
    with (ROOT / "babel.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)  # type: ignore[no-untyped-call]
    found = extract_from_dir(ROOT / "src/spasmograph", methods, options, keywords=KEYWORDS)
    return {one if isinstance(one, str) else one[0] for _file, _line, one, _comments, _context in found}


def test_every_string_is_translated(marked: set[str], messages: list[Message]) -> None:
    known = {source_of(message)[0] for message in messages if all(told_of(message))}
    assert sorted(marked - known) == []


@pytest.mark.parametrize("words", [load_treatments().words(), [cue.speak for step in load_protocol().steps for cue in step.cues if cue.speak]])
def test_the_words_of_the_data_are_found(words: tuple[str, ...], marked: set[str]) -> None:
    assert set(words) <= marked


def test_nothing_is_guessed(catalogue: Catalog, messages: list[Message]) -> None:
    assert [message.id for message in messages if message.fuzzy] == []
    assert list(catalogue.obsolete) == []


def test_placeholders_are_kept(messages: list[Message]) -> None:
    wrong = [
        message.id
        for message in messages
        for told in told_of(message)
        if set(PLACEHOLDER.findall(source_of(message)[-1])) != set(PLACEHOLDER.findall(told))
    ]
    assert wrong == []


def test_what_is_formatted_can_be(messages: list[Message]) -> None:
    """A template formats all it says, Python what has placeholders: a lone percent sign would fail there."""
    formatted = [one for one in messages if "%(" in source_of(one)[0] or any(name.endswith(".j2") for name, _line in one.locations)]
    assert len(formatted) > 300
    for message in formatted:
        names = {name[2:-2]: "1" for name in PLACEHOLDER.findall(source_of(message)[0])}
        for told in told_of(message):
            assert told % names, message.id


def test_plurals_have_the_one_form_of_chinese(catalogue: Catalog, messages: list[Message]) -> None:
    assert catalogue.num_plurals == 1
    plurals = [message for message in messages if message.pluralizable]
    assert plurals
    assert [message.id for message in plurals if len(told_of(message)) != 1] == []


def test_no_translation_brings_markup(messages: list[Message]) -> None:
    assert [one.id for one in messages for told in told_of(one) if set(MARKUP.findall(told)) - set(MARKUP.findall(source_of(one)[0]))] == []


def test_a_translation_is_in_chinese(messages: list[Message]) -> None:
    """Only names may stay as they are: of substances, scales and formats."""
    same = [told for message in messages for told in told_of(message) if not re.search(r"[\u4e00-\u9fff]", told) and not KEPT.match(told)]
    assert [one for one in same if re.search(r"[A-Za-z]{2,}", PLACEHOLDER.sub("", one))] == []


def test_the_letters_are_traditional(messages: list[Message]) -> None:
    """Big5 has the traditional letters and few of the simplified ones."""
    letters = {letter for message in messages for told in told_of(message) for letter in told if "\u4e00" <= letter <= "\u9fff"}
    assert len(letters) > 800
    assert "".join(sorted(letter for letter in letters if not letter.encode("big5", "ignore"))) == ""


def test_names_of_the_data_follow_the_language() -> None:
    english = (load_scales()["jrs"].name, tag_name("poor_sleep"), muscle_name(Muscle.ORBICULARIS_OCULI))
    with speaking("zh_Hant"):
        jrs = load_scales()["jrs"]
        chinese = (jrs.name, tag_name("poor_sleep"), muscle_name(Muscle.ORBICULARIS_OCULI))
        assert jrs.variant("blepharospasm").items[0].anchors[0] == "沒有痙攣"
    assert english == ("Jankovic Rating Scale (JRS)", "slept badly", "orbicularis oculi")
    assert chinese == ("Jankovic 評分量表（JRS）", "睡不好", "眼輪匝肌")
    assert load_scales()["jrs"].name == english[0]
    assert tag_name("my own") == "my own"


def test_the_guided_recording_speaks_the_language() -> None:
    with speaking("zh_Hant"):
        said = [text(words) for step in load_protocol().steps for words in (step.speak, *(cue.speak for cue in step.cues)) if words]
    assert len(said) > 10
    assert [words for words in said if re.search("[A-Za-z]", words)] == []


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A record with something of every kind, spoken to in Chinese."""
    workspace = workspace_in(tmp_path_factory.mktemp("home"))
    fill(workspace, until=NOON, years=0.6, entries=60, recordings=6, injections=2)
    for treatment in (session(), drug(), operation()):
        workspace.save(treatment)
    for place, measure in enumerate((None, as_refused, as_steps, as_no_film)):
        measured(workspace, f"film {place}".encode(), measure=measure)
    workspace.save(replace(workspace.settings(), language="zh_Hant"))
    return workspace


@pytest.fixture(scope="module")
def client(record: Workspace) -> TestClient:
    return client_of(record)


def pages(record: Workspace) -> Iterator[str]:
    """The address of every page, with every scale and every state of a recording."""
    yield from paths_of(record)
    yield from (f"/recordings/{entry.id}" for entry in record.list(RecordingEntry, newest=8))
    yield from (f"/scales/new/{scale.id}?variant={variant.id}" for scale in load_scales().values() for variant in scale.variants)
    yield from ("/doctor?first=2025-06-01&last=2026-03-14&notes=yes", "/timeline?years=10", "/no-such-page")


def said_on(html: str) -> list[str]:
    """What a page says: between the tags, and in the attributes that people see or hear."""
    body = re.sub(r"<[^>]+>", "\n", re.sub(r"<code.*?</code>", "", html, flags=re.DOTALL))
    return [unescape(words).strip() for words in (*body.split("\n"), *SPOKEN.findall(html)) if words.strip()]


def quoted() -> list[str]:
    """What is quoted in its own language: sources, and what the person and their files of this record say themselves."""
    sources = {source for statement in load_treatments().statements for source in statement.sources}
    offers = {offer.source for offers in load_treatments().names.values() for offer in offers}
    own = ("reading for an hour", "half a tablet at night", "first day without a spasm", "drooping eyelid", "How long does it last?")
    return sorted({*scale_sources().values(), *sources, *offers, *own}, key=len, reverse=True)


def test_no_page_keeps_english(record: Workspace, client: TestClient) -> None:
    left = []
    for path in dict.fromkeys(pages(record)):
        answer = client.get(path)
        assert answer.is_redirect or '<html lang="zh-Hant">' in answer.text, path
        for words in said_on(answer.text):
            rest = LOWER.sub("", words)
            for one in quoted():
                rest = rest.replace(one, "")
            left += [f"{path}: {words}"] if ENGLISH.search(rest) else []
    assert left == []


def test_no_page_keeps_a_message(record: Workspace, client: TestClient, messages: list[Message]) -> None:
    """A string that is translated, and still stands there in English, was marked and not passed through the catalogue."""
    english = {source for message in messages for source in source_of(message) if source not in told_of(message) and " " in source}
    left = [f"{path}: {words}" for path in dict.fromkeys(pages(record)) for words in said_on(client.get(path).text) if words in english]
    assert left == []


def test_what_went_wrong_is_told_by_its_kind(client: TestClient) -> None:
    """A lower layer's sentence is English; one that says its kind stands before it."""
    answer = client.get("/journal/none")
    assert answer.status_code == 404
    assert "紀錄中沒有這一筆" in answer.text
    assert "the record has no entry none" in answer.text
    assert "沒有這個頁面。" in client.get("/no-such-page").text


@pytest.mark.parametrize("kind", [NotThereError, ConflictError, ArchiveError, NoFaceError, OutputError, DamagedRecordError, EntryError])
def test_every_error_has_a_kind(kind: type[SpasmographError]) -> None:
    with speaking("zh_Hant"):
        assert re.fullmatch(r"[\u3001-\uffff]+ \(in English\)", problems.told(kind("in English")))
        assert problems.told(kind("已經是中文")) == "已經是中文"
    assert problems.told(kind("in English")) == "in English"


def test_a_lost_minute_says_what_helps(record: Workspace, client: TestClient) -> None:
    """The measurement's own sentence is English; its code tells what helps."""
    films = [client.get(f"/recordings/{entry.id}").text for entry in record.list(RecordingEntry, newest=8)]
    assert any("頭轉得太多 (2.0\xa0s)：請面向攝影機。" in film for film in films)
    assert not any("face the camera" in film for film in films)


def test_days_are_written_as_in_taiwan(client: TestClient) -> None:
    assert "2026年3月14日" in client.get("/recordings").text
    assert NOON.date().isoformat() == "2026-03-14"


@pytest.fixture
def without_fonts(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A machine whose system has no fonts."""
    real = typst.Fonts
    monkeypatch.setattr(typst, "Fonts", lambda **_asked: real(include_system_fonts=False))
    paper_language.cache_clear()
    yield
    paper_language.cache_clear()


def paper(client: TestClient, tmp_path: Path) -> PdfReader:
    (tmp_path / "doctor.pdf").write_bytes(client.get("/doctor.pdf").content)
    return PdfReader(tmp_path / "doctor.pdf")


@pytest.mark.usefixtures("without_fonts")
def test_paper_is_english_where_no_font_has_the_letters(client: TestClient, tmp_path: Path) -> None:
    read = paper(client, tmp_path)
    words = read.pages[0].extract_text()
    assert str(read.root_object["/Lang"]).startswith("en")
    assert "Record of facial spasm" in words
    assert "?" not in words.replace("How long does it last?", "")
    assert "PDF 為英文" in client.get("/doctor").text


@pytest.mark.skipif(paper_language("zh_Hant") == "en", reason="no font with Chinese letters on this machine")
def test_paper_is_chinese_where_a_font_has_the_letters(client: TestClient, tmp_path: Path) -> None:
    read = paper(client, tmp_path)
    words = read.pages[0].extract_text()
    assert str(read.root_object["/Lang"]).startswith("zh")
    assert "顏面痙攣紀錄" in words
    assert "Record of facial spasm" not in words
    assert "PDF 為英文" not in client.get("/doctor").text
