"""A first look at a channel: what disturbs it, from pieces spread over the recording."""

from collections.abc import Callable
from dataclasses import dataclass

from spasmograph.model.common import Floats
from spasmograph.model.emg import Channel
from spasmograph.parameters import Parameters

Read = Callable[[int, int], Floats]


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """What a first look at a channel found; NaN where there is nothing of the kind."""

    mains_hz: float = float("nan")


def survey_channel(read: Read, channel: Channel, *, parameters: Parameters | None = None) -> Survey:
    """Looks at pieces spread over a channel, some minutes of it at most, for what disturbs it.

    Args:
        read: samples `first` to `stop` (not included) of the channel in microvolts, such as `partial(biosignal.samples, channel)`.
        channel: what is known of it.
        parameters: the rule set, else the one that ships.
    """
    del read, channel, parameters
    return Survey()
