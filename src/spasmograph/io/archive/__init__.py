"""A whole record in one file that other programs can read: written whole or not at all, read with nothing in it taken on trust."""

from spasmograph.io.archive.layout import Limits, Manifest
from spasmograph.io.archive.reading import OpenArchive, open_archive
from spasmograph.io.archive.writing import new_archive

__all__ = ["Limits", "Manifest", "OpenArchive", "new_archive", "open_archive"]
