"""Stimulation of a branch of the facial nerve: the direct response of its own muscles, and the spread to muscles of other branches."""

from collections.abc import Sequence

from spasmograph.measure.emg.evoked.norms import supplied_by
from spasmograph.measure.emg.evoked.stimulated_channels import Recorded
from spasmograph.model import EvokedResponse, Presence, ResponseKind
from spasmograph.parameters import Parameters, load_emg_parameters
from spasmograph.terms import Side


def direct_response(
    recorded: Sequence[Recorded], *, stimulated: Side | None, nerve: str = "", parameters: Parameters | None = None
) -> tuple[EvokedResponse, ...]:
    """The direct response (compound muscle action potential) on the stimulated side; after a named branch, of the muscles it supplies."""
    rules = parameters or load_emg_parameters()
    own = supplied_by(nerve)
    return tuple(
        one.look(ResponseKind.DIRECT, stimulated, rules) for one in recorded if one.on(stimulated) and (not own or one.channel.muscle in own)
    )


def lateral_spread(
    recorded: Sequence[Recorded],
    direct: Sequence[EvokedResponse],
    *,
    stimulated: Side | None,
    nerve: str = "",
    parameters: Parameters | None = None,
) -> tuple[EvokedResponse, ...]:
    """The response of each muscle of the stimulated side that the stimulated branch does not supply.

    Which muscles it supplies is known from the branch's name; without a name, those with a clear direct response are taken for supplied, save those
    in which it is so much smaller than the greatest that it may come from afar.
    """
    rules = parameters or load_emg_parameters()
    own = supplied_by(nerve)
    clear = [response for response in direct if not own and is_clear(response, rules)]
    greatest = max((response.amplitude_uv.value for response in clear), default=0.0)
    by_seeing = {response.channel for response in clear if response.amplitude_uv.value >= rules["direct_own_share"] * greatest}
    others = [one for one in recorded if one.on(stimulated) and one.channel.label not in by_seeing and one.channel.muscle not in own]
    return tuple(one.look(ResponseKind.LATERAL_SPREAD, stimulated, rules) for one in others)


def is_clear(direct: EvokedResponse, parameters: Parameters) -> bool:
    """Whether a direct response is there and as large as one is to be expected."""
    return direct.presence is Presence.PRESENT and direct.amplitude_uv.value >= parameters["expected_direct_uv"]
