"""What was left out of single channels and why, each reason once with the channels that it concerns."""

from dataclasses import dataclass

from spasmograph.model import QualityReason
from spasmograph.present import words
from spasmograph.present.emg.leads import Lead
from spasmograph.present.numbers import seconds
from spasmograph.present.rows import reason_rows

FEW = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """A reason or note: in short, what to do, and where in full and in few words."""

    label: str
    message: str
    where: str
    short: str


def remarks(leads: tuple[Lead, ...]) -> tuple[Remark, ...]:
    """Every reason for unmeasured time, then every note, once each."""
    reasons: dict[tuple[str, str], list[tuple[Lead, QualityReason]]] = {}
    notes: dict[str, list[Lead]] = {}
    for lead in leads:
        for reason in lead.quality.reasons:
            reasons.setdefault((words.REASONS[reason.code], reason.message), []).append((lead, reason))
        for note in lead.quality.notes:
            notes.setdefault(note, []).append(lead)
    told = [_reason(label, message, found, len(leads)) for (label, message), found in reasons.items()]
    return (*told, *(_note(note, found, len(leads)) for note, found in notes.items()))


def _reason(label: str, message: str, found: list[tuple[Lead, QualityReason]], channels: int) -> Remark:
    lengths = [reason.seconds for _, reason in found]
    shortest, longest = brief(min(lengths)), brief(max(lengths))
    each = shortest if shortest == longest else f"{shortest} to {longest}"
    names = [lead.name for lead, _ in found]
    whose = _names(names, channels)
    details = list(dict.fromkeys(_detail(reason) for _, reason in found))
    one = len(details) == 1
    where = f"{whose}{details[0]}" if one else "; ".join(f"{lead.name}{_detail(reason)}" for lead, reason in found)
    return Remark(
        label=label, message=words.sentence(words.shown_name(message)), where=words.capital(where), short=f"{_names(names, channels)}: {each}"
    )


def _detail(reason: QualityReason) -> str:
    (row,) = reason_rows([reason])
    return f": {brief(reason.seconds)}{f' ({row.when})' if row.when and len(reason.spans) else ''}" if reason.seconds > 0 else ""


def _note(note: str, found: list[Lead], channels: int) -> Remark:
    names = _names([lead.name for lead in found], channels)
    return Remark(label="", message=words.sentence(words.shown_name(note)), where=words.capital(names), short=names)


def _names(names: list[str], channels: int) -> str:
    """Names in a row, few of them, or all channels at once."""
    if len(names) == channels and channels > 1:
        return "all channels"
    return words.joined(names) if len(names) <= FEW else f"{', '.join(names[:FEW])} and {len(names) - FEW} more"


def brief(value: float) -> str:
    """A length of time that is never rounded to nothing."""
    return "under 0.01\u00a0s" if 0 < value < 0.01 else seconds(value)
