"""What can go wrong, as a tree; every message says what, the value, the bound and the way out.

SpasmographError
├── InputError (ValueError)          the file or the values cannot be used
│   ├── NotAVideoError               no picture stream that can be decoded
│   ├── DamagedVideoError            it starts as a video and cannot be read on
│   ├── TooSlowVideoError            fewer frames a second than a contraction needs
│   ├── NotABiosignalError           no samples in any known format
│   ├── DamagedBiosignalError        it starts as a recording of voltages and cannot be read on
│   ├── UnknownRateError             nothing says how many samples a second there are
│   ├── ChannelChoiceError           what was said about a channel does not fit the file, or two claim one muscle
│   ├── EntryError                   an entry of the record says something that cannot be
│   └── ArchiveError                 the file is no archive of a record, or a damaged one; nothing was changed
├── UnmeasuredError (ValueError)     the file is fine, the face or the muscles in it cannot be measured
│   ├── NoFaceError                  no face was found long enough to measure
│   └── NoMuscleError                no channel is known to show a muscle
├── OutputError (OSError)            results could not be written; nothing half-written is left
├── RecordError (RuntimeError)       the record of a person cannot be opened or changed as asked
│   ├── NotThereError (LookupError)  the record has no such entry
│   ├── ConflictError                somebody changed the entry meanwhile; nothing was overwritten
│   ├── NewerRecordError             a newer version of the program wrote this record
│   └── DamagedRecordError           the database or a file of the record is damaged
├── MissingExtraError (ImportError)  an optional part is not installed
├── ModelFileError (RuntimeError)    a landmark model is missing or is not the one expected
└── WorkerLostError (RuntimeError)   the system ended a worker process in the middle of its work
"""


class SpasmographError(Exception):
    """Base of every error that Spasmograph raises on purpose."""


class InputError(SpasmographError, ValueError):
    """The file or the values given cannot be used."""


class NotAVideoError(InputError):
    """The file holds no picture stream that can be decoded."""


class DamagedVideoError(InputError):
    """The file starts as a video, but cannot be read on."""


class TooSlowVideoError(InputError):
    """The video has fewer frames a second than any measurement needs."""


class NotABiosignalError(InputError):
    """The file holds no samples in any format that is known."""


class DamagedBiosignalError(InputError):
    """The file starts as a recording of voltages, but cannot be read on."""


class UnknownRateError(InputError):
    """Neither the file nor the caller says how many samples a second there are."""


class ChannelChoiceError(InputError):
    """What was said about a channel does not fit the file, or two channels claim one muscle."""


class EntryError(InputError):
    """An entry of the record says something that cannot be; the message names the field, the value and the bound, `field` the field alone."""

    def __init__(self, message: str, *, field: str = "") -> None:
        super().__init__(message)
        self.field = field


class ArchiveError(InputError):
    """The file is no archive of a record, or a damaged or hostile one; nothing was changed."""


class UnmeasuredError(SpasmographError, ValueError):
    """The file can be read, but the face or the muscles in it cannot be measured."""


class NoFaceError(UnmeasuredError):
    """No face was found for long enough to measure anything."""


class NoMuscleError(UnmeasuredError):
    """No channel of the recording is known to show a muscle."""


class OutputError(SpasmographError, OSError):
    """The results could not be written; nothing half-written is left behind."""


class RecordError(SpasmographError, RuntimeError):
    """The record of a person cannot be opened or changed as asked."""


class NotThereError(RecordError, LookupError):
    """The record has no such entry."""


class ConflictError(RecordError):
    """Somebody changed the entry meanwhile; nothing was overwritten."""


class NewerRecordError(RecordError):
    """A newer version of the program wrote this record."""


class DamagedRecordError(RecordError):
    """The database or a file of the record is damaged."""


class MissingExtraError(SpasmographError, ImportError):
    """An optional part is not installed; the message names the extra."""


class ModelFileError(SpasmographError, RuntimeError):
    """A landmark model file is missing or is not the expected one."""


class WorkerLostError(SpasmographError, RuntimeError):
    """The system ended a worker process in the middle of its work, mostly for want of memory."""
