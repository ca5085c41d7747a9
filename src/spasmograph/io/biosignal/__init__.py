"""Reading recordings of voltages: EDF, EDF+, BDF, BDF+, XDF, CSV and TSV, OpenSignals and BioSPPy, HDF5 and NumPy.

`read_biosignal` opens a file, matches its channels to muscles and sides, and gives samples on demand in microvolts.
"""

from spasmograph.io.biosignal.choosing import ChannelChoice, parse_channel
from spasmograph.io.biosignal.reading import biosignal_from_arrays, read_biosignal

__all__ = ["ChannelChoice", "biosignal_from_arrays", "parse_channel", "read_biosignal"]
