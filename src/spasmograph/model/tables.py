"""What every measurement holds, and how it becomes tables of other libraries, which are loaded only when asked for."""

from dataclasses import dataclass
from enum import StrEnum
from importlib import import_module
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

from spasmograph.errors import MissingExtraError
from spasmograph.model.common import EVENT_COLUMNS, Provenance, Quality, Score, Signals
from spasmograph.terms import unit_of

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr


class _Named(Protocol):
    @property
    def name(self) -> str: ...


R_co = TypeVar("R_co", bound=_Named, covariant=True)
E_co = TypeVar("E_co", covariant=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured(Generic[R_co, E_co]):
    """What every measurement holds, whatever was recorded, with its tables for other libraries."""

    recording: R_co
    quality: Quality
    signals: Signals
    events: tuple[E_co, ...]
    scores: tuple[Score, ...]
    provenance: Provenance

    def score(self, name: str) -> Score:
        """The score of that name.

        Raises:
            KeyError: there is no such score.
        """
        for score in self.scores:
            if score.name == name:
                return score
        raise KeyError(name)

    def to_dataframe(self) -> "pd.DataFrame":
        """The signals as a table of pandas, one row a sample, indexed by `time_s`; units stand in `attrs["units"]`.

        Raises:
            MissingExtraError: pandas is not installed.
        """
        pandas = _extra("pandas")
        table: pd.DataFrame = pandas.DataFrame(dict(self.signals.values), index=pandas.Index(self.signals.time_s, name="time_s"))
        table.attrs["units"] = {name: unit_of(name) for name in self.signals}
        return table

    def events_dataframe(self) -> "pd.DataFrame":
        """The events as a table of pandas, one row an event, with the columns of `events.csv`.

        Raises:
            MissingExtraError: pandas is not installed.
        """
        rows = [{column: _cell(getattr(event, column)) for column in EVENT_COLUMNS} for event in self.events]
        table: pd.DataFrame = _extra("pandas").DataFrame(rows, columns=list(EVENT_COLUMNS))
        return table

    def to_xarray(self) -> "xr.Dataset":
        """The signals as a data set of xarray along `time_s`, each with its unit, and the recording's name and the package's version.

        Raises:
            MissingExtraError: xarray is not installed.
        """
        variables = {name: ("time_s", self.signals[name], {"units": unit_of(name)}) for name in self.signals}
        about = {"recording": self.recording.name, "package_version": self.provenance.package_version}
        dataset: xr.Dataset = _extra("xarray").Dataset(variables, coords={"time_s": self.signals.time_s}, attrs=about)
        return dataset


def _extra(name: str) -> Any:
    """An optional library, imported now."""
    try:
        return import_module(name)
    except ImportError as error:
        msg = f"{name} is not installed; install it with: pip install 'spasmograph[notebook]'"
        raise MissingExtraError(msg) from error


def _cell(value: object) -> object:
    """An event's field as it stands in a table."""
    return "+".join(value) if isinstance(value, tuple) else str(value) if isinstance(value, StrEnum) else value
