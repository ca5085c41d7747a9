"""The blink reflex: R1 on the stimulated side, R2 on both, and an R1-like response of lower facial muscles."""

from collections.abc import Iterable, Sequence

from spasmograph.measure.emg.evoked.stimulated_channels import Recorded
from spasmograph.model import EvokedResponse, ResponseKind
from spasmograph.parameters import Parameters, load_emg_parameters
from spasmograph.terms import Muscle, Side

LOWER_FACE = (Muscle.ORBICULARIS_ORIS, Muscle.MENTALIS)


def blink_reflex(recorded: Sequence[Recorded], *, stimulated: Side | None, parameters: Parameters | None = None) -> tuple[EvokedResponse, ...]:
    """The responses to stimulation of a supraorbital nerve, in the order of the channels.

    In orbicularis oculi R1 is looked for on the stimulated side and R2 on both; in orbicularis oris and mentalis of the stimulated side a response
    like R1, published as a sign of synkinesis. Where the stimulated side is not known, each is looked for on both sides.
    """
    rules = parameters or load_emg_parameters()
    return tuple(one.look(kind, stimulated, rules) for one in recorded for kind in _kinds(one, stimulated))


def _kinds(recorded: Recorded, stimulated: Side | None) -> Iterable[ResponseKind]:
    """Which responses belong to a channel's muscle and side."""
    same_side = recorded.on(stimulated)
    if recorded.channel.muscle is Muscle.ORBICULARIS_OCULI:
        return (ResponseKind.BLINK_REFLEX_R1, ResponseKind.BLINK_REFLEX_R2) if same_side else (ResponseKind.BLINK_REFLEX_R2,)
    return (ResponseKind.R1_LIKE,) if same_side and recorded.channel.muscle in LOWER_FACE else ()
