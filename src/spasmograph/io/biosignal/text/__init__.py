"""Tables of text: CSV, TSV, OpenSignals and BioSPPy."""

from spasmograph.io.biosignal.text.reading import read_text

__all__ = ["read_text"]
