"""The muscles' channels around the stimuli of one train: what was cut from each, or why nothing could be."""

from dataclasses import dataclass

from spasmograph.errors import InputError
from spasmograph.measure.emg.evoked.responses import Search, evoked_response, search_for, unreadable
from spasmograph.measure.emg.evoked.sweeps import average_evoked
from spasmograph.model import Biosignal, Channel, EvokedAverage, EvokedResponse, Floats, ResponseKind, Stimuli
from spasmograph.parameters import Parameters
from spasmograph.terms import ChannelKind, Side


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """One channel and its sweeps; None with a reason where there are none."""

    channel: Channel
    evoked: EvokedAverage | None
    reason: str = ""

    def on(self, side: Side | None) -> bool:
        """Whether the muscle lies on that side, or whether that cannot be told."""
        return side in {None, Side.BOTH} or self.channel.side in {None, side}

    def look(self, kind: ResponseKind, stimulated: Side | None, parameters: Parameters) -> EvokedResponse:
        """The usual search for one kind of response in this channel."""
        search: Search = search_for(kind, parameters)
        if self.evoked is None:
            return unreadable(search, self.channel, self.reason, stimulated=stimulated)
        return evoked_response(self.evoked, search, self.channel, stimulated=stimulated, parameters=parameters)


def record(biosignal: Biosignal, stimuli: Stimuli, parameters: Parameters) -> tuple[Recorded, ...]:
    """Every muscle's channel around the stimuli; only the sweeps are read."""
    muscles = [channel for channel in biosignal.recording.channels if channel.kind is ChannelKind.EMG]
    return tuple(_recorded(biosignal, channel, stimuli.times_s, parameters) for channel in muscles)


def _recorded(biosignal: Biosignal, channel: Channel, times_s: Floats, parameters: Parameters) -> Recorded:
    try:
        return Recorded(channel=channel, evoked=sweeps_of(biosignal, channel, times_s, parameters))
    except InputError as error:
        return Recorded(channel=channel, evoked=None, reason=str(error))


def sweeps_of(biosignal: Biosignal, channel: Channel, times_s: Floats, parameters: Parameters, *, with_interval: bool = True) -> EvokedAverage:
    """The sweeps of one channel around some of the stimuli.

    Raises:
        InputError: the rate is too low, or no sweep can be used.
    """
    return average_evoked(
        lambda first, stop: biosignal.samples(channel, max(first, 0), min(stop, channel.sample_count)),
        times_s,
        rate_hz=channel.rate_hz,
        limits_uv=(channel.low_uv, channel.high_uv),
        with_interval=with_interval,
        parameters=parameters,
    )
