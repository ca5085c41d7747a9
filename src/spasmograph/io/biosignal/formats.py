"""Which format a file is in, told from its first bytes rather than from its name."""

from collections.abc import Callable
from math import inf

from spasmograph.errors import UnknownRateError
from spasmograph.io.biosignal.arrays import read_npy, read_npz
from spasmograph.io.biosignal.contents import Contents
from spasmograph.io.biosignal.edf import looks_like_edf, read_edf
from spasmograph.io.biosignal.files import OpenedFile
from spasmograph.io.biosignal.hdf5 import SIGNATURE, read_hdf5
from spasmograph.io.biosignal.text import read_text
from spasmograph.io.biosignal.xdf import read_xdf

_HEAD_BYTES = 256
# Formats that state their own rates, by how they begin.
_WITH_RATES: tuple[tuple[Callable[[bytes], bool], Callable[[OpenedFile], Contents]], ...] = (
    (looks_like_edf, read_edf),
    (lambda head: head.startswith(SIGNATURE), read_hdf5),
    (lambda head: head.startswith((b"XDF:", b"\x1f\x8b")), read_xdf),
)


def read_contents(file: OpenedFile, rate_hz: float | None) -> Contents:
    """What a file holds, by the reader of its format.

    Raises:
        NotABiosignalError: no format fits.
        UnknownRateError: the file does not say its rate and none is given, or a rate is given that is none.
    """
    head = file.read(0, min(_HEAD_BYTES, file.size))
    if rate_hz is not None and not 0 < rate_hz < inf:
        msg = f"a rate of {rate_hz:g} Hz is none; it must be more than 0."
        raise UnknownRateError(msg)
    for begins, read in _WITH_RATES:
        if begins(head):
            contents = read(file)
            return contents if rate_hz is None else contents.noting(f"the file states its own rates; the given {rate_hz:g} Hz were not used")
    if head.startswith(b"\x93NUMPY"):
        return read_npy(file, rate_hz)
    if head.startswith(b"PK\x03\x04"):
        return read_npz(file, rate_hz)
    return read_text(file, rate_hz)
