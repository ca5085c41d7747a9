"""Where the files of a measurement go: written whole or not at all.

A result folder is named after the recording's file stem and belongs to one recording, known by its sha256. Measuring the same recording again
replaces its folder once the new one is complete; files that somebody else put there stay. A second recording with the same stem never replaces
the first: it gets a folder named `<stem>-<first 8 digits of its sha256>`. Several commands may write into one place at once. What a command that was
killed left behind is put right an hour later, when something is written there.
"""

import errno
import json
import os
import shutil
import tempfile
import time
import unicodedata
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from spasmograph.errors import OutputError

FILE_NAMES = ("measurement.json", "events.csv", "signals.parquet", "report.html", "report.pdf")
LONGEST_STEM_BYTES = 200
_HIDDEN, _UNFINISHED, _REPLACED = ".spasmograph-", ".partial", ".old"
_STALE_S = 3600.0
# What renaming says when another command put something in the same place at the same moment, and how often to try again then.
_MET = frozenset({errno.ENOENT, errno.EEXIST, errno.ENOTEMPTY, errno.ENOTDIR})
_TRIES = 20
# Putting results in place takes milliseconds; longer than this second nobody waits for another.
_LOCK_TRIES, _LOCK_PAUSE_S = 100, 0.01


@dataclass(frozen=True, slots=True, kw_only=True)
class _Owner:
    """Whose results a folder holds: the recording's file name, and its contents' sha256."""

    name: str
    sha256: str


def put_in_place(contents: Mapping[str, bytes], *, name: str, sha256: str, out_dir: Path) -> Path:
    """Write files into the folder of the recording `name` in `out_dir`, all of them or none, and give that folder back.

    The files are first written into a hidden folder beside it, flushed to the disk, and put in place by renaming.

    Raises:
        OutputError: the folder cannot be written, the disk is full, or the name is taken by something else; nothing half-written is left.
    """
    try:
        out_dir.mkdir(parents=True, exist_ok=True)
        _put_right(out_dir)
        staged = Path(tempfile.mkdtemp(prefix=_HIDDEN, suffix=_UNFINISHED, dir=out_dir))
    except OSError as error:
        raise _output_error(out_dir, error) from error
    try:
        _fill(staged, contents)
        return _place(staged, _Owner(name=name, sha256=sha256), out_dir)
    except OSError as error:
        raise _output_error(out_dir, error) from error
    finally:
        shutil.rmtree(staged, ignore_errors=True)


def result_stem(name: str) -> str:
    """The folder name of a recording: its file name without the ending, safe as one folder name.

    Path separators and control characters become `_`; spaces and accents stay.
    """
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    stem = Path(last).stem if last not in ("", ".", "..") else ""
    safe = "".join("_" if unicodedata.category(char) in ("Cc", "Cf") else char for char in stem)
    cut = os.fsencode(safe)[:LONGEST_STEM_BYTES].decode(errors="ignore") if len(os.fsencode(safe)) > LONGEST_STEM_BYTES else safe
    return cut if cut.strip(". ") else "recording"


def _output_error(out_dir: Path, error: OSError) -> OutputError:
    cause = error.strerror or str(error)
    shown = str(out_dir).encode("utf-8", "replace").decode()
    return OutputError(f"results could not be written to {shown}: {cause}; free some space or choose another folder with --out")


def _fill(folder: Path, contents: Mapping[str, bytes]) -> None:
    """Write every file and wait until the disk has it."""
    folder.chmod(0o777 & ~_umask())
    for name, content in contents.items():
        with (folder / name).open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    flush_folder(folder)


def flush_folder(folder: Path) -> None:
    """Wait until the disk knows the names in a folder, where the system can do that."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _umask() -> int:
    """The process's file mode mask, which can only be read by setting it."""
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def _folder_for(recording: _Owner, out_dir: Path) -> Path:
    """The folder that this recording may have: a free one, or its own older one.

    Raises:
        FileExistsError: both names that it may have are taken by something else.
    """
    stem = result_stem(recording.name)
    for name in (stem, f"{stem}-{recording.sha256[:8]}"):
        folder = out_dir / name
        if not os.path.lexists(folder) or _owner(folder) == recording.sha256:
            return folder
    raise FileExistsError(0, f"{stem} already holds something else")


def _owner(folder: Path) -> str | None:
    """The sha256 of the recording whose results are in a folder; None where it holds none."""
    try:
        whole = json.loads((folder / "measurement.json").read_text(encoding="utf-8"))
        return str(whole["recording"]["sha256"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _place(staged: Path, recording: _Owner, out_dir: Path, *, tries: int = _TRIES) -> Path:
    """Put the staged folder where the recording's results belong."""
    try:
        with _alone(out_dir):
            target = _folder_for(recording, out_dir)
            if _owner(target) == recording.sha256:
                _swap(staged, target)
            else:
                staged.rename(target)
    except OSError as error:
        if error.errno not in _MET or tries <= 1:
            raise
        return _place(staged, recording, out_dir, tries=tries - 1)
    return target


@contextmanager
def _alone(out_dir: Path) -> Iterator[None]:
    """One command at a time puts results into a place.

    So none finds another's folder just moved aside. Nobody waits for long: where the system has no such lock, or one who holds it hangs, they
    meet and try again.
    """
    try:
        import fcntl
    except ImportError:
        yield
        return
    place = os.open(out_dir, os.O_RDONLY)
    try:
        for _ in range(_LOCK_TRIES):
            with suppress(OSError):  # taken, or a network folder that knows no locks
                fcntl.flock(place, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            time.sleep(_LOCK_PAUSE_S)
        yield
    finally:
        os.close(place)


def _swap(staged: Path, target: Path) -> None:
    """Put the staged folder in the target's place; an older one leaves only when the new one stands."""
    aside = Path(tempfile.mkdtemp(prefix=_HIDDEN, suffix=_REPLACED, dir=target.parent))
    old = aside / target.name
    try:
        target.rename(old)
        staged.rename(target)
    finally:  # an interrupt as well must not leave the person without a result
        _bring_back(aside, target.parent)


def _bring_back(aside: Path, out_dir: Path) -> None:
    """What was moved aside goes back; if a newer result of the same recording stands there, only what others put there goes to it."""
    for old in list(aside.iterdir()):
        owner = _owner(old)
        if owner and _owner(out_dir / old.name) == owner:
            if _keep_foreign(old, out_dir / old.name):
                shutil.rmtree(old, ignore_errors=True)
            continue
        for name in (old.name, f"{old.name}-{owner[:8]}" if owner else old.name):
            with suppress(OSError):
                old.rename(out_dir / name)
                break
    with suppress(OSError):
        aside.rmdir()


def _put_right(out_dir: Path) -> None:
    """Remove what a killed command did not finish, and bring back what it had moved aside; nothing that may still be in use."""
    for path in out_dir.glob(f"{_HIDDEN}*"):
        with suppress(OSError):
            if time.time() - path.stat().st_mtime < _STALE_S:
                continue
            if path.suffix == _REPLACED:
                _bring_back(path, out_dir)
            elif path.suffix == _UNFINISHED:
                shutil.rmtree(path, ignore_errors=True)


def _keep_foreign(old: Path, target: Path) -> bool:
    """Move what is not ours from the old folder into the new one; whether all of it went."""
    for entry in [entry for entry in old.iterdir() if entry.name not in FILE_NAMES]:
        with suppress(OSError):
            entry.rename(target / entry.name)
    return all(entry.name in FILE_NAMES for entry in old.iterdir())
