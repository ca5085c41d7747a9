"""EDF, EDF+, BDF and BDF+ files."""

from spasmograph.io.biosignal.edf.header import looks_like_edf
from spasmograph.io.biosignal.edf.reading import read_edf

__all__ = ["looks_like_edf", "read_edf"]
