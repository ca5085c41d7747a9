"""Which format a file is in, told from its first bytes rather than from its name."""

from spasmograph.io.biosignal.arrays import read_npy, read_npz
from spasmograph.io.biosignal.contents import Contents
from spasmograph.io.biosignal.edf import read_edf
from spasmograph.io.biosignal.edf_header import looks_like_edf
from spasmograph.io.biosignal.files import OpenedFile
from spasmograph.io.biosignal.hdf5 import SIGNATURE, read_hdf5
from spasmograph.io.biosignal.text import read_text
from spasmograph.io.biosignal.xdf import read_xdf

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
    if head.startswith(SIGNATURE):
        return read_hdf5(file)
    if head.startswith((b"XDF:", b"\x1f\x8b")):
        return read_xdf(file)
    return read_text(file, rate_hz)
