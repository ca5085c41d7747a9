"""Which frames can be measured, and why the others cannot, in words that a person can act on."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from spasmograph.errors import NoFaceError, UnmeasuredError
from spasmograph.model import Floats, Quality, QualityReason, Signals, Span
from spasmograph.parameters import Parameters, skin_points
from spasmograph.terms import Reason, Verdict

Mask = NDArray[np.bool_]
_SIDES = ("right", "left")
# An hour has a hundred thousand frames; what is worked out for each point and frame is not kept for all of them together.
_FRAMES_AT_ONCE = 8192


@dataclass(frozen=True, slots=True)
class _Check:
    """One way in which a frame can fail: which signal, when, and what to say, with the median of the failing frames and the bound."""

    reason: Reason
    fails: Callable[[Signals, Parameters], Mask]
    words: Callable[[Signals, Mask, Parameters], str]


def _width(raw: Signals, parameters: Parameters) -> Floats:
    return np.asarray(raw["scale_px"]) * parameters["face_width_units"]


def _median(values: Floats, failing: Mask) -> float:
    return float(np.median(values[failing]))


def _said(text: str) -> Callable[[Signals, Mask, Parameters], str]:
    return lambda _raw, _failing, _parameters: text


def _small_words(raw: Signals, failing: Mask, parameters: Parameters) -> str:
    width = _median(_width(raw, parameters), failing)
    return f"move closer: your face is {width:.0f} pixels wide, {parameters['face_width_needed_px']:.0f} are needed"


def _turned(raw: Signals, parameters: Parameters) -> Mask:
    yaw, pitch = np.abs(raw["head_yaw_deg"]), np.abs(raw["head_pitch_deg"])
    return np.asarray((yaw > parameters["yaw_most_deg"]) | (pitch > parameters["pitch_most_deg"]))


def _turned_words(raw: Signals, failing: Mask, parameters: Parameters) -> str:
    yaw, pitch = (_median(np.abs(raw[f"head_{axis}_deg"]), failing) for axis in ("yaw", "pitch"))
    if yaw > pitch:
        return f"look at the camera: your head is turned {yaw:.0f}° to the side, up to {parameters['yaw_most_deg']:.0f}° can be measured"
    return f"hold the camera at eye level: your head is tilted {pitch:.0f}° up or down, up to {parameters['pitch_most_deg']:.0f}° can be measured"


_CHECKS = (
    _Check(Reason.NO_FACE, lambda raw, _: np.isnan(raw["scale_px"]), _said("stay in the picture: no face was seen")),
    _Check(
        Reason.OUT_OF_PICTURE,
        lambda raw, p: np.asarray(raw["outside"] > p["outside_most"]),
        _said("stay in the picture: part of your face was beyond its border"),
    ),
    _Check(
        Reason.SEVERAL_FACES,
        lambda raw, _: np.asarray(raw["other_person"] > 0),
        _said("be alone in the picture: for a while another face was in front"),
    ),
    _Check(Reason.FACE_TOO_SMALL, lambda raw, p: _width(raw, p) < p["face_width_least_px"], _small_words),
    _Check(Reason.TURNED_TOO_FAR, _turned, _turned_words),
    _Check(
        Reason.TOO_DARK,
        lambda raw, p: np.asarray(raw["brightness"] < p["brightness_least"]),
        _said("more light is needed on your face: face a window or a lamp"),
    ),
    _Check(
        Reason.TOO_BRIGHT,
        lambda raw, p: np.asarray(raw["brightness"] > p["brightness_most"]),
        _said("there is too much light on your face: turn away from the lamp or the sun"),
    ),
    _Check(
        Reason.BLURRED,
        lambda raw, p: np.asarray(raw["sharpness"] < p["sharpness_least"]),
        _said("the picture is blurred: clean the lens, hold the camera still, wait until it has focused"),
    ),
    _Check(
        Reason.OCCLUDED,
        lambda raw, p: np.asarray((raw["residual"] > p["residual_most"]) | (raw["covered"] > 0)),
        _said("keep hands and hair away from your face: something covered it"),
    ),
)


def covered(appearance: Floats, raw: Signals, parameters: Parameters) -> Signals:
    """`raw` with `covered` (n,): 1 where something lies over the face, 0 where not or where too little skin is seen to tell.

    `appearance` is that of `Landmarks`. A hand, a sheet or a strand of hair makes many points of skin look other than for most of the recording;
    over an eye the landmarks may still show open lids, where the picture shows no eye. What a face does itself does not count: wrinkles, folds and
    shine around a corner of the mouth that is drawn outwards, and light that changes without a new edge or colour.
    """
    look = np.asarray(appearance, np.float32)
    skin, eyes = look[:, :-2], dict(zip(_SIDES, look[:, -2:, 2].T, strict=True))
    unlike, seen = _unlike(skin, raw, parameters), np.isfinite(skin[..., 0])
    flags = [_unlike_share(unlike, seen, parameters) >= parameters["cover_share"]]
    for side in _SIDES:
        cheek = _still_points(side)
        flags.append(_unlike_share(unlike[:, cheek], seen[:, cheek], parameters) >= parameters["cover_cheek_share"])
        near = cheek | _still_points("")
        share = _unlike_share(unlike[:, near], seen[:, near], parameters)
        flags.append(_eye_hidden(side, eyes, share >= parameters["cover_near_share"], raw, parameters))
    lasting = _around(np.asarray(raw.time_s), np.any(flags, axis=0), parameters)
    return Signals(time_s=raw.time_s, values={**raw.values, "covered": lasting.astype(np.float64)})


def _still_points(side: str) -> Mask:
    """Which points of skin (p,) lie on a side, or in the middle (""), and do not move with the mouth."""
    return np.array([point.side == side and not point.moves for point in skin_points()])


def _eye_hidden(side: str, eyes: Mapping[str, NDArray[np.float32]], near: Mask, raw: Signals, parameters: Parameters) -> Mask:
    """Where the landmarks show an open eye and the picture none (n,): its light is not the usual, and not so because the other eye's is not.

    A smaller change is enough where the skin `near` looks other than usual too; without that it may be the gaze. What looks like neither an open
    nor a closed eye is none, whatever the landmarks show.
    """
    changed = {name: light - _usual_open_light(name, light, raw, parameters) for name, light in eyes.items()}
    other = changed[_SIDES[1 - _SIDES.index(side)]]
    apart = np.nan_to_num(np.minimum(np.abs(changed[side]), np.abs(changed[side] - other)))
    enough = np.where(near, parameters["cover_eye_light_near"], parameters["cover_eye_light"])
    return np.asarray((_read_open(side, raw, parameters) & (apart >= enough)) | (apart >= parameters["cover_eye_light_shut"]))


def _read_open(side: str, raw: Signals, parameters: Parameters) -> Mask:
    """Where the landmarks show an open eye."""
    gap = raw[f"lid_gap_{side}"]
    seen = gap[np.isfinite(gap)]
    usual = float(np.quantile(seen, parameters["baseline_quantile"])) if len(seen) else np.inf
    return np.asarray(gap > parameters["cover_eye_open"] * usual)


def _usual_open_light(side: str, light: NDArray[np.float32], raw: Signals, parameters: Parameters) -> float:
    """The median light of the open eye."""
    return _middle(light[_read_open(side, raw, parameters)])


def _moving() -> Mask:
    """Which points of skin (p,) move with the mouth."""
    return np.array([point.moves for point in skin_points()])


def _unlike(look: NDArray[np.float32], raw: Signals, parameters: Parameters) -> Mask:
    """Which points (n, p, 2) look other than usual: in edges, colour or light, and in edges or colour alone."""
    most = np.array([parameters[f"cover_{what}"] for what in ("edge", "colour", "light")])
    allowed = most * np.where(_moving(), parameters["cover_moving"], 1.0)[:, None]
    allowed = np.maximum(allowed, parameters["cover_noise"] * _noise(look)).astype(np.float32)
    usual, turned = _usual(look), _turned_off(raw, parameters).astype(np.float32)
    free = _drawn_outwards(raw, parameters)
    unlike = np.empty((*look.shape[:2], 2), np.bool_)
    for start in range(0, len(look), _FRAMES_AT_ONCE):
        part = slice(start, start + _FRAMES_AT_ONCE)
        changed = look[part] - usual
        changed[..., 1:] = np.abs(changed[..., 1:])
        beyond = (changed > allowed * turned[part, None, None]) & ~free[part, :, None]
        unlike[part] = np.stack([beyond.any(axis=2), beyond[..., :2].any(axis=2)], axis=2)
    return unlike


def _usual(look: NDArray[np.float32]) -> NDArray[np.float32]:
    """The median (p, 3) of each point over the recording; NaN where it was never seen."""
    usual = np.full(look.shape[1:], np.nan, np.float32)
    for point in np.flatnonzero(np.isfinite(look[..., 0]).any(axis=0)):
        usual[point] = np.median(look[np.isfinite(look[:, point, 0]), point], axis=0)
    return usual


def _noise(look: NDArray[np.float32]) -> Floats:
    """By how much each point (p, 3) mostly changes from one look to the next; 0 where it never does. Frames between two looks repeat the first."""
    noise = np.zeros(look.shape[1:])
    for point in range(look.shape[1]):
        for what, steps in enumerate(np.abs(np.diff(look[:, point], axis=0)).T):
            changes = steps[steps > 0]
            noise[point, what] = np.median(changes) if len(changes) else 0.0
    return noise


def _turned_off(raw: Signals, parameters: Parameters) -> Floats:
    """How much more a face may look other than usual (n,) because the head is turned from its usual pose; 1 where it is not."""
    yaw = np.nan_to_num(raw["head_yaw_deg"] - _middle(raw["head_yaw_deg"]))
    return np.asarray(np.maximum(1.0, np.abs(yaw) / parameters["cover_yaw_deg"]))


def _drawn_outwards(raw: Signals, parameters: Parameters) -> Mask:
    """Which points (n, p) lie by a corner of the mouth that is drawn outwards; in the middle of mouth and chin: by two."""
    pulled = {side: raw[f"corner_x_{side}"] - _middle(raw[f"corner_x_{side}"]) > parameters["cover_smile"] for side in _SIDES}
    middle = pulled["left"] & pulled["right"]
    none = np.zeros_like(middle)
    columns = [pulled.get(point.side, middle if point.moves else none) for point in skin_points()]
    return np.stack(columns, axis=1)


def _middle(values: Floats) -> float:
    """The median of what was seen; 0 of nothing."""
    seen = values[np.isfinite(values)]
    return float(np.median(seen)) if len(seen) else 0.0


def _unlike_share(unlike: Mask, seen: Mask, parameters: Parameters) -> Floats:
    """The share (n,) of points that look other than usual; what light alone changed counts only up to a few times what edges and colour did."""
    count = np.maximum(seen.sum(axis=1), parameters["cover_points_least"])
    every, sure = (unlike[..., k].sum(axis=1) / count for k in (0, 1))
    return np.asarray(np.minimum(every, sure / parameters["cover_sure_share"]))


def _around(time_s: Floats, flags: Mask, parameters: Parameters) -> Mask:
    """Where enough of the frames within the window around are flagged, for the window's length before and after, and in pauses shorter than it.

    At the ends of the film as many frames have to be flagged as elsewhere.
    """
    if not flags.any():
        return flags
    window_s = parameters["cover_window_s"]
    low, high = np.searchsorted(time_s, [time_s - window_s / 2, time_s + window_s / 2])
    count = _counted(flags, low, high)
    lasting = (count > 0) & (count >= parameters["cover_window_share"] * np.maximum(high - low, np.median(high - low)))
    around = np.asarray(_counted(lasting, *np.searchsorted(time_s, [time_s - window_s, time_s + window_s])) > 0)
    at = np.flatnonzero(around)
    for k in np.flatnonzero((np.diff(at) > 1) & (np.diff(time_s[at]) <= window_s)):
        around[at[k] : at[k + 1]] = True
    return around


def _counted(flags: Mask, low: NDArray[np.intp], high: NDArray[np.intp]) -> NDArray[np.intp]:
    """How many flags are set in each window `[low, high)`."""
    count = np.concatenate([[0], np.cumsum(flags)])
    return np.asarray(count[high] - count[low])


def unmeasured_frames(raw: Signals, parameters: Parameters) -> NDArray[np.object_]:
    """For every frame (n,) the first `Reason` why it cannot be measured, or None."""
    found = np.full(len(raw), None, dtype=object)
    for check in _CHECKS:
        fails = check.fails(raw, parameters) & measured_frames(found)
        found[fails] = check.reason
    return found


def measured_frames(unmeasured: NDArray[np.object_]) -> Mask:
    """Which frames (n,) have no reason not to be measured."""
    return np.array([reason is None for reason in unmeasured], dtype=np.bool_)


def masked(raw: Signals, measured: Mask) -> Signals:
    """The same signals, NaN in the frames that were not measured."""
    return Signals(time_s=raw.time_s, values={name: np.where(measured, raw[name], np.nan) for name in raw})


def spans_of(time_s: Floats, wanted: Mask, *, bridge_s: float, end_s: float) -> tuple[Span, ...]:
    """The stretches in which every frame is wanted: each frame lasts until the next, at most `bridge_s`, the last until `end_s`."""
    if not wanted.any():
        return ()
    following = np.append(time_s[1:], max(end_s, time_s[-1]))
    ends = np.minimum(following, time_s + bridge_s)
    joined = wanted[1:] & wanted[:-1] & (time_s[1:] <= ends[:-1])
    starts = np.flatnonzero(wanted & ~np.append(False, joined))
    stops = np.flatnonzero(wanted & ~np.append(joined, False))
    return tuple(Span(onset_s=float(time_s[a]), offset_s=float(ends[b])) for a, b in zip(starts, stops, strict=True))


def assess_quality(raw: Signals, unmeasured: NDArray[np.object_], *, frame_rate_hz: float, end_s: float, parameters: Parameters) -> Quality:
    """How much of the recording was measured, and why the rest was not.

    Raises:
        NoFaceError: no face was seen at all.
        UnmeasuredError: too little could be measured; the message says why and what to do.
    """
    time_s = np.asarray(raw.time_s)
    bridge_s = max(parameters["longest_bridge_s"], 1.5 / frame_rate_hz)
    observed = spans_of(time_s, measured_frames(unmeasured), bridge_s=bridge_s, end_s=end_s)
    reasons = []
    for check in _CHECKS:
        failing = np.equal(unmeasured, check.reason)
        if failing.any():
            spans = spans_of(time_s, failing, bridge_s=bridge_s, end_s=end_s)
            seconds = sum(span.duration_s for span in spans)
            reasons.append(QualityReason(code=check.reason, seconds=seconds, message=check.words(raw, failing, parameters), spans=spans))
    reasons += [*_skipped(time_s, bridge_s, end_s), *_hints(raw, unmeasured, frame_rate_hz, parameters)]
    duration = end_s - float(time_s[0]) if len(time_s) else 0.0
    quality = Quality(verdict=Verdict.GOOD, duration_s=duration, observed=observed, reasons=tuple(reasons))
    return _judged(quality, frame_rate_hz, parameters)


def _skipped(time_s: Floats, bridge_s: float, end_s: float) -> list[QualityReason]:
    """Time between two frames for which there is no picture."""
    following = np.append(time_s[1:], max(end_s, time_s[-1])) if len(time_s) else time_s
    spans = tuple(Span(onset_s=float(a + bridge_s), offset_s=float(b)) for a, b in zip(time_s, following, strict=True) if b > a + bridge_s)
    seconds = sum(span.duration_s for span in spans)
    words = "the film skips some time: close other programs while filming, or use the camera's own app"
    return [QualityReason(code=Reason.TIME_JUMP, seconds=seconds, message=words, spans=spans)] if seconds > bridge_s else []


def _share(flags: Mask) -> float:
    """The share of frames that are flagged; 0 of none."""
    return float(flags.mean()) if len(flags) else 0.0


def _hints(raw: Signals, unmeasured: NDArray[np.object_], frame_rate_hz: float, parameters: Parameters) -> list[QualityReason]:
    """What limits the frames that were measured."""
    hints = []
    if frame_rate_hz < parameters["frame_rate_needed_hz"]:
        needed = parameters["frame_rate_needed_hz"]
        words = f"set the camera to {needed:.0f} pictures a second or more: it took {frame_rate_hz:.1f}, enough to count, not to measure strength"
        hints.append(QualityReason(code=Reason.FEW_FRAMES, seconds=0.0, message=words))
    width = _width(raw, parameters)
    small = measured_frames(unmeasured) & (width < parameters["face_width_needed_px"])
    if _share(small) > 1 - parameters["observed_good_share"]:
        words = f"{_small_words(raw, small, parameters)} for a reliable strength"
        hints.append(QualityReason(code=Reason.FACE_TOO_SMALL, seconds=0.0, message=words))
    others = np.asarray(raw["other_faces"])
    if _share(others > 0) > 1 - parameters["observed_good_share"]:
        words = "be alone in the picture: several faces were seen, the largest was followed"
        hints.append(QualityReason(code=Reason.SEVERAL_FACES, seconds=0.0, message=words))
    return hints


def _judged(quality: Quality, frame_rate_hz: float, parameters: Parameters) -> Quality:
    """The same with its verdict."""
    share = quality.observed_s / quality.duration_s if quality.duration_s else 0.0
    if quality.observed_s < parameters["observed_least_s"] or share < parameters["observed_least_share"]:
        raise _refusal(quality)
    limited = share < parameters["observed_good_share"] or any(not reason.spans for reason in quality.reasons)
    notes = []
    if quality.observed_s < parameters["observed_good_s"]:
        limited = True
        notes.append(f"only {quality.observed_s:.1f} s could be measured; a minute tells how often something happens")
    verdict = Verdict.LIMITED if limited else Verdict.GOOD
    if frame_rate_hz < parameters["frame_rate_needed_hz"]:
        verdict = Verdict.COUNTS_ONLY
    return Quality(verdict=verdict, duration_s=quality.duration_s, observed=quality.observed, reasons=quality.reasons, notes=tuple(notes))


def _refusal(quality: Quality) -> UnmeasuredError:
    """Why nothing is said about this recording."""
    reasons = sorted(quality.reasons, key=lambda reason: -reason.seconds)
    main = reasons[0] if reasons else None
    if main is not None and main.code is Reason.NO_FACE and main.seconds >= 0.9 * quality.duration_s:
        return NoFaceError("no face was found; film one face from the front, in good light, so that it fills at least a third of the height")
    why = main.message if main else "record at least ten seconds"
    return UnmeasuredError(f"only {quality.observed_s:.1f} of {quality.duration_s:.1f} s could be measured; {why}")
