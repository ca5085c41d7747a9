"""The file itself: that it is one, its checksum, and that it stays as it was while it is read."""

import hashlib
import stat
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from spasmograph.errors import DamagedBiosignalError, InputError, NotABiosignalError
from spasmograph.io.opening import said_plainly

WAY_OUT = "Give an EDF, BDF, XDF, CSV, OpenSignals (.txt, .h5) or NumPy (.npy, .npz) file."


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedFile:
    """A file as it was when it was opened: its size in bytes and the time of its last change."""

    path: Path
    size: int
    changed_ns: int

    def check_unchanged(self) -> None:
        """Looks whether another program has changed the file since it was opened.

        Raises:
            DamagedBiosignalError: it has.
        """
        with said_plainly(self.path):
            now = self.path.stat()
        if (now.st_size, now.st_mtime_ns) != (self.size, self.changed_ns):
            msg = f"{self.path.name} was changed while it was read. Wait until it is complete, then read it again."
            raise DamagedBiosignalError(msg)

    def read(self, offset: int, count: int) -> bytes:
        """Exactly `count` bytes from `offset` on.

        Raises:
            DamagedBiosignalError: the file has been changed since it was opened.
        """
        return self.read_parts([(offset, count)]).tobytes()

    def read_parts(self, parts: Sequence[tuple[int, int]]) -> NDArray[np.uint8]:
        """What stands at some places of the file, each an offset and a number of bytes, one after the other.

        Raises:
            DamagedBiosignalError: the file has been changed since it was opened.
        """
        self.check_unchanged()
        data, at = np.empty(sum(count for _, count in parts), np.uint8), 0
        with said_plainly(self.path), self.path.open("rb", buffering=0) as file:
            for offset, count in parts:
                file.seek(offset)
                there = file.readinto(data[at : at + count].data)
                if there != count:
                    raise self._cut_off(offset + there, offset + count)
                at += count
        data.setflags(write=False)
        return data

    def _cut_off(self, size: int, wanted: int) -> DamagedBiosignalError:
        return DamagedBiosignalError(f"{self.path.name} ends at {size} bytes, {wanted} were there. Wait until it is complete, then read it again.")


def open_file(path: Path) -> OpenedFile:
    """The file, if it is one and holds something.

    Raises:
        InputError: there is none, it may not be read, or it is a folder, a pipe or a device.
        NotABiosignalError: it is empty.
    """
    with said_plainly(path):
        status = path.stat()
        _refuse_special(path, status.st_mode)
        path.open("rb").close()
    if not status.st_size:
        msg = f"{path.name} is empty (0 bytes). Copy or export it again."
        raise NotABiosignalError(msg)
    return OpenedFile(path=path, size=status.st_size, changed_ns=status.st_mtime_ns)


def sha256_of(file: OpenedFile) -> str:
    """The file's checksum, read piece by piece."""
    with said_plainly(file.path), file.path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _refuse_special(path: Path, mode: int) -> None:
    """Nothing but a file can be read twice and in parts; a pipe would be waited for, a device never ends."""
    if stat.S_ISDIR(mode):
        msg = f"{path.name or path} is a folder, not a recording. Give the recordings in it one by one."
        raise InputError(msg)
    if not stat.S_ISREG(mode):
        msg = f"{path.name} is a pipe or a device, not a file. Save the recording as a file first."
        raise InputError(msg)
