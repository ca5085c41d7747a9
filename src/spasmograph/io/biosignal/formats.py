"""Which format a file is in, told from its first bytes rather than from its name."""

from spasmograph.errors import NotABiosignalError
from spasmograph.io.biosignal.arrays import read_npy, read_npz
from spasmograph.io.biosignal.contents import Contents
from spasmograph.io.biosignal.edf import read_edf
from spasmograph.io.biosignal.edf_header import looks_like_edf
from spasmograph.io.biosignal.files import WAY_OUT, OpenedFile

_HEAD_BYTES = 4096


def read_contents(file: OpenedFile, rate_hz: float | None) -> Contents:
    """What a file holds, by the reader of its format.

    Raises:
        NotABiosignalError: no format fits.
    """
    head = file.read(0, min(_HEAD_BYTES, file.size))
    if looks_like_edf(head):
        return read_edf(file)
    if head.startswith(b"\x93NUMPY"):
        return read_npy(file, rate_hz)
    if head.startswith(b"PK\x03\x04"):
        return read_npz(file, rate_hz)
    msg = f"{file.path.name} is not a recording of voltages in a format that is known. {WAY_OUT}"
    raise NotABiosignalError(msg)
