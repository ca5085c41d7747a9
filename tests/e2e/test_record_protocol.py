"""Recording oneself in a real browser: the camera plays the phantom's film, the protocol is the real one with shorter steps.

What was recorded is measured, and the page of results shows the events that the phantom acted.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import pytest

from spasmograph.app.workspace import Workspace
from spasmograph.care.protocol import load_protocol
from spasmograph.model import Event
from spasmograph.model.record import RecordingEntry
from spasmograph.terms import AnalysisState, EventKind, Task
from tests.browser import NEEDED, OVERFLOW, TEXT_CONTRAST, UNNAMED, Browser
from tests.record_films import ACTED, camera_film, camera_flags, quick_protocol
from tests.record_worlds import workspace_in
from tests.served import Served, served

pytest.importorskip("selenium_axe_python", reason="axe-core is not installed")
pytestmark = NEEDED
REST_S = 21.0
EDGE_S = 0.6
ATTEMPTS = 3
# A strong spasm in the first seconds of such a small film may be taken for a hand over the face, and is then left out.
SETTLED_S = 6.0
SKIPS = "the film skips some time"
PATIENCE_S = 180.0
SECTIONS = ("choose", "trouble", "check", "run", "review")
VOICES = """
window.spoken = [];
const voices = [{ name: "far", lang: "en-US", localService: false }, { name: "near", lang: "en-GB", localService: true }];
Object.defineProperty(window, "speechSynthesis", { value: { getVoices: () => voices, cancel() {}, addEventListener() {},
  speak: (utterance) => window.spoken.push([utterance.voice.name, utterance.text]) } });
window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
"""
REFUSING = """
navigator.mediaDevices.getUserMedia = async (wish) => { const name = wish.audio ? window.refuseSound : window.refuseCamera;
  if (name) throw new DOMException("", name); return Object.getPrototypeOf(navigator.mediaDevices).getUserMedia.call(navigator.mediaDevices, wish); };
"""


@dataclass
class Filming:
    """A browser with a camera, on the recording page of an app."""

    browser: Browser
    app: Served
    workspace: Workspace
    added: list[str] = field(default_factory=list)

    def open(self, **look: Any) -> None:
        """The page as it is first met, with nothing left from before."""
        self.browser.open(f"{self.app.origin}/record", **look)
        self.until("return document.documentElement.dataset.ready === 'record'")
        self.browser.run("localStorage.clear(); indexedDB.deleteDatabase('spasmograph-film')")
        self.again()

    def again(self) -> None:
        """The page once more, with what lies in the browser."""
        self.browser.driver.get(f"{self.app.origin}/record")
        self.until("return document.documentElement.dataset.ready === 'record'")

    def before_each_page(self, code: str) -> None:
        added = self.browser.driver.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": code})
        self.added.append(added["identifier"])

    def close(self) -> None:
        """Leave the browser as it was met."""
        for identifier in self.added:
            self.browser.driver.execute_cdp_cmd("Page.removeScriptToEvaluateOnNewDocument", {"identifier": identifier})
        self.open()

    def until(self, code: str, *arguments: Any) -> Any:
        """What some code gives as soon as it gives something."""
        end = monotonic() + PATIENCE_S
        while not (found := self.browser.run(code, *arguments)):
            assert monotonic() < end, f"waited in vain for {code}; the page shows {self.section()}"
            sleep(0.05)
        return found

    def section(self) -> str:
        """The part of the page that is shown."""
        shown = [name for name in SECTIONS if self.shows(f"#{name}")]
        assert len(shown) == 1
        return shown[0]

    def shows(self, selector: str) -> bool:
        return bool(self.browser.run("return document.querySelector(arguments[0]).checkVisibility()", selector))

    def comes_to(self, section: str) -> None:
        self.until("return document.getElementById(arguments[0]).checkVisibility()", section)

    def choose(self, *tasks: Task) -> None:
        for task in tasks:
            self.browser.click(f'#choice input[value="{task}"]')

    def check(self) -> None:
        """To the camera check."""
        self.browser.click("#choice button")
        self.checked()

    def checked(self) -> None:
        """The camera runs and the recording can begin."""
        self.comes_to("check")
        self.until("return !document.querySelector('#start').disabled")

    def start(self) -> None:
        self.browser.click("#start")
        self.comes_to("run")

    def recorded(self) -> None:
        """To the film."""
        self.check()
        self.start()
        self.comes_to("review")

    def kept(self) -> RecordingEntry:
        """To the page of results of a film that is kept; the recording as it was measured."""
        self.browser.click("#keep")
        self.until("return location.pathname.startsWith('/recordings/')")
        entry_id = self.browser.run("return location.pathname").rpartition("/")[2]
        end = monotonic() + PATIENCE_S
        while (entry := self.workspace.get(entry_id, RecordingEntry)).state in (AnalysisState.WAITING, AnalysisState.RUNNING):
            assert monotonic() < end, "the film was not measured"
            sleep(0.2)
        return entry

    def remarks(self) -> str:
        return self.browser.text("#remarks")


@pytest.fixture(scope="module")
def camera(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return camera_film(tmp_path_factory.mktemp("camera") / "camera.mjpeg")


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Workspace, Served]]:
    workspace = workspace_in(tmp_path_factory.mktemp("home"))
    with served(workspace) as running:
        yield workspace, running


@pytest.fixture(scope="module")
def with_phantom(camera: Path) -> Iterator[Browser]:
    one = Browser(flags=camera_flags(camera))
    yield one
    one.driver.quit()


@pytest.fixture
def filming(app: tuple[Workspace, Served], with_phantom: Browser) -> Iterator[Filming]:
    with entered(app, with_phantom) as one:
        yield one


@contextmanager
def entered(app: tuple[Workspace, Served], browser: Browser, seconds: Mapping[Task, float] | None = None) -> Iterator[Filming]:
    """The browser on the recording page, with steps that take so long; what a test put before each page is gone afterwards."""
    workspace, running = app
    running.app.dependency_overrides[load_protocol] = lambda: quick_protocol(seconds or {})
    browser.driver.get(running.link())
    filming = Filming(browser, running, workspace)
    filming.open()
    try:
        yield filming
    finally:
        filming.close()


# ---- the whole way


def test_what_the_camera_saw_stands_on_the_page_of_results(app: tuple[Workspace, Served], with_phantom: Browser) -> None:
    with entered(app, with_phantom, {Task.REST: REST_S, Task.GENTLE_CLOSURE: 3.0}) as filming:
        entry = whole_film(filming)

        assert not entry.mirrored
        assert abs(datetime.now().astimezone() - entry.at) < timedelta(minutes=10)
        assert entry.at.utcoffset() == entry.at.astimezone().utcoffset()
        steps_follow_the_clock(entry)
        acted_is_found(shown_events(filming), float(entry.duration_s or 0.0))
        severe = [said["message"] for said in filming.browser.errors() if said["level"] == "SEVERE"]
        assert severe == []


def whole_film(filming: Filming) -> RecordingEntry:
    """A recording of two steps. A machine that is too busy to film loses pictures; then it is done again."""
    for _ in range(ATTEMPTS):
        filming.open()
        filming.choose(Task.GENTLE_CLOSURE)
        filming.recorded()
        assert filming.remarks() == ""
        entry = filming.kept()
        assert entry.state is AnalysisState.DONE, entry.error
        filming.until("return document.querySelector('#found')")
        if SKIPS not in filming.browser.text("#found"):
            return entry
    pytest.fail("this machine is too busy to film without losing pictures")


def steps_follow_the_clock(entry: RecordingEntry) -> None:
    """Rest, then the closures, each as long as the protocol says, within the film."""
    rest, closure = entry.steps
    assert (rest.task, closure.task) == (Task.REST, Task.GENTLE_CLOSURE)
    assert rest.offset_s - rest.onset_s == pytest.approx(REST_S, abs=0.3)
    assert closure.offset_s - closure.onset_s == pytest.approx(3.0, abs=0.3)
    assert 0.0 <= rest.onset_s < 1.5
    assert closure.onset_s - rest.offset_s == pytest.approx(1.0, abs=0.3)
    assert entry.duration_s is not None
    assert closure.offset_s < entry.duration_s + 0.3


def shown_events(filming: Filming) -> list[tuple[float, float, str]]:
    """Onset, end and words of every event that the page of results lists."""
    filming.until("return document.querySelector('#found')")
    filming.browser.driver.get(f"{filming.browser.run('return location.href')}?show=all")
    filming.until("return document.querySelector('.event .play')")
    found = filming.browser.run(
        "return [...document.querySelectorAll('.event .play')].map((e) => [e.dataset.onset, e.dataset.offset, e.textContent])"
    )
    return [(float(onset), float(offset), words) for onset, offset, words in found]


def acted_is_found(shown: list[tuple[float, float, str]], last_s: float) -> None:
    """What was acted is found, in its order and at its distances, and nothing besides; the camera's film began anywhere, and ran again and again.

    Events at the beginning are left out, and at the end, where they may be cut.
    """
    whole = [one for one in shown if one[0] > SETTLED_S and one[1] < last_s - EDGE_S]
    script = ACTED.events()
    starts = [k for k in range(len(script)) if all(words_of(script[(k + n) % len(script)]) in one[2] for n, one in enumerate(whole))]
    assert len(starts) == 1, f"shown were {whole}"
    first = starts[0]
    wanted = [script[(first + n) % len(script)] for n in range(len(whole))]
    assert len(whole) >= (last_s - SETTLED_S - EDGE_S) / ACTED.duration_s * len(script) - 2
    for found, event in zip(whole, wanted, strict=True):
        assert found[1] - found[0] == pytest.approx(event.offset_s - event.onset_s, abs=0.3)
    # The camera is a program too: where the machine is busy it plays its film a little late, a few hundredths of the time.
    for (one, event), (other, following) in pairwise(zip(whole, wanted, strict=True)):
        assert other[0] - one[0] == pytest.approx((following.onset_s - event.onset_s) % ACTED.duration_s, abs=0.5)


def words_of(event: Event) -> str:
    return "blink" if event.kind is EventKind.BLINK else f"contraction, {event.side}"


# ---- the camera check


def test_a_good_picture_is_told_and_the_preview_is_a_mirror(filming: Filming) -> None:
    filming.check()
    filming.until("return document.querySelector('#advice').textContent === 'Good. You can start.'")

    assert filming.browser.run("return getComputedStyle(document.querySelector('.mirror')).transform") == "matrix(-1, 0, 0, 1, 0, 0)"
    assert "480 × 360" in filming.browser.text("#camera-facts")
    assert filming.browser.run("return document.activeElement.id") == "check-title"
    left, width = filming.browser.run("return ['x', 'width'].map((name) => Number(document.querySelector('#box').getAttribute(name)))")
    assert left + width / 2 == pytest.approx(0.5, abs=0.05)


def test_a_picture_without_a_face_is_told_and_can_be_recorded_nevertheless(app: tuple[Workspace, Served]) -> None:
    browser = Browser(flags=camera_flags(None))
    try:
        with entered(app, browser, {Task.REST: 8.0}) as filming:
            filming.check()
            filming.until("return document.querySelector('#advice').textContent.startsWith('No face is seen')")
            another_camera_can_be_chosen(filming)
            filming.start()
            # The other camera's picture is darker.
            told = filming.until("return document.querySelector('#drift').textContent")
            assert told.startswith(("No face is seen", "More light"))
            filming.comes_to("review")
    finally:
        browser.driver.quit()


def another_camera_can_be_chosen(filming: Filming) -> None:
    """This browser makes up two."""
    used = "return document.querySelector('#preview').srcObject?.getVideoTracks()[0]?.getSettings().deviceId"
    first = filming.browser.run(used)
    assert filming.shows("#camera-choice")
    filming.browser.run(
        "const list = document.querySelector('#camera-choice select'); list.selectedIndex = 1 - list.selectedIndex;"
        "list.dispatchEvent(new Event('change'))"
    )
    filming.until(f"const now = (() => {{ {used} }})(); return now && now !== arguments[0]", first)
    filming.checked()


def test_the_camera_is_let_go_when_it_is_not_needed(filming: Filming) -> None:
    filming.check()
    filming.browser.run("window.track = document.querySelector('#preview').srcObject.getVideoTracks()[0]")
    assert filming.browser.run("return window.track.readyState") == "live"
    filming.browser.click("#back")

    assert filming.section() == "choose"
    assert filming.browser.run("return window.track.readyState") == "ended"
    filming.recorded()
    assert filming.browser.run("return document.querySelector('#preview').srcObject") is None


@pytest.mark.parametrize(
    ("refusal", "words"),
    [
        ("window.refuseCamera = 'NotAllowedError'", "The camera was not allowed"),
        ("window.refuseCamera = 'NotFoundError'", "No camera was found"),
        ("window.refuseCamera = 'NotReadableError'", "Mostly another program uses it"),
        ("window.refuseCamera = 'UnknownError'", "The camera could not be used"),
        ("window.refuseSound = 'NotAllowedError'", "The microphone was not allowed"),
        ("window.refuseSound = 'NotFoundError'", "No microphone was found"),
        ("window.refuseSound = 'NotReadableError'", "The microphone does not start"),
        ("Object.defineProperty(window, 'isSecureContext', { value: false })", "only to pages of this machine"),
        ("window.MediaRecorder = undefined", "This browser cannot record films"),
    ],
)
def test_every_refusal_has_its_words_and_a_way_on(filming: Filming, refusal: str, words: str) -> None:
    filming.browser.run(REFUSING + refusal)
    filming.choose(Task.READ_ALOUD)
    filming.browser.click("#choice button")
    filming.comes_to("trouble")

    assert words in filming.browser.text("#trouble")
    assert filming.browser.run("return document.activeElement.id") == "trouble-again"
    filming.browser.click("#trouble-back")
    assert filming.section() == "choose"


def test_after_a_refusal_it_can_be_tried_again(filming: Filming) -> None:
    filming.browser.run(REFUSING + "window.refuseCamera = 'NotAllowedError'")
    filming.browser.click("#choice button")
    filming.comes_to("trouble")
    filming.browser.run("window.refuseCamera = ''")
    filming.browser.click("#trouble-again")
    filming.checked()


# ---- the steps


def test_prompts_are_spoken_by_a_voice_of_this_machine_alone(filming: Filming) -> None:
    filming.before_each_page(VOICES)
    filming.again()
    filming.choose(Task.SMILE)
    filming.recorded()
    spoken = filming.browser.run("return window.spoken")
    steps = {step.task: step for step in load_protocol().steps}

    assert {voice for voice, _ in spoken} == {"near"}
    smile = steps[Task.SMILE]
    assert [words for _, words in spoken] == [steps[Task.REST].speak, smile.speak, *(cue.speak for cue in smile.in_order()), "Finished. Thank you."]


def test_spoken_prompts_can_be_switched_off(filming: Filming) -> None:
    filming.before_each_page(VOICES)
    filming.again()
    filming.browser.click("#spoken")
    filming.recorded()

    assert filming.browser.run("return window.spoken") == []


def test_without_a_voice_of_its_own_the_machine_says_so(filming: Filming) -> None:
    filming.before_each_page(VOICES.replace("localService: true", "localService: false"))
    filming.again()
    filming.until("return document.querySelector('#spoken').disabled")

    assert "no voice for this language" in filming.browser.text("#voice-hint")


def test_the_voice_is_recorded_for_reading_alone(filming: Filming) -> None:
    heard = "return document.querySelector('#film').webkitAudioDecodedByteCount"
    filming.recorded()
    filming.until("return document.querySelector('#film').readyState >= 2")
    filming.browser.run("document.querySelector('#film').play()")
    filming.until("return document.querySelector('#film').ended || document.querySelector('#film').currentTime > 1")
    assert filming.browser.run(heard) == 0
    filming.browser.click("#again")
    filming.checked()
    filming.browser.click("#back")
    filming.choose(Task.READ_ALOUD)
    filming.check()
    filming.start()
    filming.until("return document.querySelector('#run').classList.contains('reads')")
    assert filming.browser.text("#reading") == load_protocol().steps[-1].text
    filming.comes_to("review")
    filming.browser.run("document.querySelector('#film').play()")
    filming.until(heard)


def test_nothing_else_can_be_reached_while_recording_and_stop_starts_again(filming: Filming) -> None:
    filming.check()
    filming.start()
    assert filming.browser.run("return document.activeElement.id") == "prompt"
    assert filming.browser.run("return [...document.querySelectorAll('header, footer, .skip')].every((part) => part.inert)")
    filming.until("return document.querySelector('#prompt').textContent.startsWith('Look at the camera')")
    filming.browser.click("#stop")
    filming.checked()

    assert not filming.browser.run("return document.querySelector('header').inert")
    filming.start()
    filming.comes_to("review")
    filming.again()
    assert filming.shows("#left-over")


def test_the_same_steps_are_chosen_next_time(filming: Filming) -> None:
    filming.choose(Task.PUCKER)
    filming.again()

    chosen = filming.browser.run("return [...document.querySelectorAll('#choice input[name=task]:checked')].map((box) => box.value)")
    assert chosen == ["rest", "pucker"]


# ---- what can go wrong on the way


def test_a_camera_that_stops_in_the_middle_leaves_what_was_filmed(filming: Filming) -> None:
    filming.choose(Task.SMILE)
    filming.check()
    filming.start()
    filming.until("return document.querySelector('#step-name').textContent.includes('Smile')")
    filming.browser.run("document.querySelector('#preview').srcObject.getVideoTracks()[0].dispatchEvent(new Event('ended'))")
    filming.comes_to("review")

    assert "The camera stopped before the end" in filming.remarks()
    assert [step.task for step in filming.kept().steps] == [Task.REST]


def test_a_camera_that_stops_during_the_check_is_told(filming: Filming) -> None:
    filming.check()
    filming.browser.run("document.querySelector('#preview').srcObject.getVideoTracks()[0].dispatchEvent(new Event('ended'))")
    filming.comes_to("trouble")

    assert "The camera stopped" in filming.browser.text("#trouble")


def test_a_page_that_went_out_of_sight_is_told(filming: Filming) -> None:
    seen = "Object.defineProperty(document, 'hidden', { value: %s, configurable: true }); document.dispatchEvent(new Event('visibilitychange'))"
    filming.check()
    filming.start()
    filming.until("return document.querySelector('#prompt').textContent.startsWith('Look at the camera')")
    filming.until(f"{seen % 'true'}; return true")
    sleep(0.7)
    filming.browser.run(seen % "false")
    filming.comes_to("review")

    assert "was in front for" in filming.remarks()


def test_a_film_survives_the_page(filming: Filming) -> None:
    filming.recorded()
    filming.again()
    assert filming.shows("#left-over")
    filming.browser.click("#left-over-look")
    filming.comes_to("review")
    assert "not finished when the page was closed" in filming.remarks()
    entry = filming.kept()
    assert [step.task for step in entry.steps] == [Task.REST]
    filming.again()

    assert not filming.shows("#left-over")


def test_a_film_of_another_tab_is_no_left_over(filming: Filming) -> None:
    filming.recorded()
    first = filming.browser.driver.current_window_handle
    filming.browser.driver.switch_to.new_window("tab")
    filming.again()
    assert not filming.shows("#left-over")
    filming.browser.driver.close()
    filming.browser.driver.switch_to.window(first)
    filming.again()

    assert filming.shows("#left-over")


def test_a_film_that_lies_there_can_be_deleted(filming: Filming) -> None:
    filming.recorded()
    filming.again()
    filming.browser.click("#left-over-delete")
    filming.until("return document.querySelector('#left-over').hidden")
    filming.again()

    assert not filming.shows("#left-over")


def test_an_upload_that_fails_keeps_the_film_and_can_be_tried_again(filming: Filming) -> None:
    filming.recorded()
    filming.browser.driver.execute_cdp_cmd("Network.enable", {})
    filming.browser.driver.execute_cdp_cmd("Network.setBlockedURLs", {"urls": ["*/api/recordings*"]})
    filming.browser.click("#keep")
    filming.until("return document.querySelector('#failed').checkVisibility()")
    assert "cannot be reached" in filming.browser.text("#failed")
    assert filming.browser.run("return document.activeElement.id") == "retry"
    assert str(filming.browser.run("return document.querySelector('#save').download")).endswith((".webm", ".mp4"))
    filming.browser.driver.execute_cdp_cmd("Network.setBlockedURLs", {"urls": []})
    filming.browser.click("#retry")

    filming.until("return location.pathname.startsWith('/recordings/')")


def test_what_the_server_says_of_a_film_is_passed_on(filming: Filming) -> None:
    filming.recorded()
    filming.browser.run(
        "XMLHttpRequest.prototype.open = new Proxy(XMLHttpRequest.prototype.open, { apply: (open, self, [method, path]) =>"
        " Reflect.apply(open, self, [method, path.replace('media=film', 'media=music')]) })"
    )
    filming.browser.click("#keep")
    filming.until("return document.querySelector('#failed').checkVisibility()")

    assert "did not take the film" in filming.browser.text("#failed")
    assert filming.browser.run("return indexedDB.databases().then((all) => all.length)") == 1


# ---- how it looks


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width_px", [360, 1280])
def test_every_part_of_the_page_can_be_read_and_fits(filming: Filming, width_px: int, dark: bool) -> None:
    filming.open(width_px=width_px, height_px=700, dark=dark)
    filming.browser.run("document.querySelector('#more').open = true")
    for section in SECTIONS:
        filming.browser.run("for (const one of document.querySelectorAll('#recorder > section')) one.hidden = one.id !== arguments[0]", section)
        filming.browser.run("document.querySelector('#prompt').textContent = 'Squeeze your eyes shut'")

        assert filming.browser.violations() == [], section
        assert filming.browser.run(OVERFLOW) == 0, section
        assert filming.browser.run(TEXT_CONTRAST) == [], section
        assert filming.browser.run(UNNAMED) == [], section
        small = "return [...document.querySelectorAll('#recorder button, #recorder .button, #recorder summary')].filter((e) => e.checkVisibility()"
        assert filming.browser.run(f"{small} && e.getBoundingClientRect().height < 44).map((e) => e.textContent)") == [], section


def test_without_a_script_the_page_names_another_way(app: tuple[Workspace, Served]) -> None:
    browser = Browser(script=False)
    try:
        browser.driver.get(app[1].link())
        browser.driver.get(f"{app[1].origin}/record")

        assert "film with another camera" in browser.driver.find_element("tag name", "main").text
    finally:
        browser.driver.quit()
