"""The part on raised brows: what counts as found, called up and named."""

import math

import numpy as np
import pytest

from revalidation.brow_up import RISE_MM, SCRIPT, Closure, closures_of, drawn_rows, real_row, settings, table
from revalidation.measuring import Measured
from revalidation.phantom_films import LIGHTS
from revalidation.study import parts
from spasmograph.measure.events import find_events
from spasmograph.measure.simulate import simulate_signals
from spasmograph.model import Signals
from spasmograph.parameters import load_parameters


def closure(rise_mm: float, *, raised: bool, named: bool = False) -> Closure:
    return Closure(film="a", side="left", raised=raised, found=not math.isnan(rise_mm), rise_mm=rise_mm, named=named)


def measured(signals: Signals) -> Measured:
    return Measured(raw=signals, signals=signals, events=tuple(find_events(signals, parameters=load_parameters())))


def test_a_perfect_instrument_calls_up_what_goes_up_and_nothing_else() -> None:
    found = closures_of("a", measured(simulate_signals(SCRIPT, frame_rate_hz=30.0)))

    assert [(c.side, c.raised, c.found, c.called_up, c.named) for c in found] == [
        ("right", True, True, True, True),
        ("left", False, True, False, False),
        ("left", True, True, True, True),
        ("right", False, True, False, False),
    ]
    assert found[0].rise_mm == pytest.approx(RISE_MM, abs=0.5)


def test_an_instrument_that_sees_no_brow_move_calls_nothing_up() -> None:
    seen = simulate_signals(SCRIPT, frame_rate_hz=30.0)
    still = {name: np.zeros(len(seen.time_s)) if name.startswith("brow") else np.asarray(seen[name]) for name in seen}

    found = closures_of("a", measured(Signals(time_s=seen.time_s, values=still)))

    assert [(c.found, c.called_up, c.named) for c in found] == [(True, False, False)] * 4


def test_what_was_not_found_is_not_called_up_and_has_no_height() -> None:
    seen = simulate_signals(SCRIPT, frame_rate_hz=30.0)
    nothing = Measured(raw=seen, signals=seen, events=())

    found = closures_of("a", nothing)

    assert [(c.found, c.called_up, c.named) for c in found] == [(False, False, False)] * 4
    assert drawn_rows(found)[3].measured.startswith("nan")


def test_rows_count_each_kind_by_itself() -> None:
    found = [closure(3.0, raised=True, named=True), closure(0.5, raised=True), closure(math.nan, raised=True), closure(2.0, raised=False)]

    called, named, wrongly, height = drawn_rows(found)

    assert (called.measured, called.met) == ("1 of 3", False)
    assert (named.measured, named.met) == ("1 of 3", False)
    assert (wrongly.measured, wrongly.met) == ("1 of 1", False)
    assert height.value == pytest.approx(1.75)
    assert [row[3] for row in table(found).cells] == ["3.0", "0.5", "not found", "2.0"]


def test_targets_are_met_where_every_brow_is_called_by_its_name() -> None:
    rows = drawn_rows([closure(3.0, raised=True, named=True), closure(0.0, raised=False)])

    assert [row.met for row in rows] == [True, True, True, None]


def test_the_films_have_every_tone_in_every_pose_and_all_lights() -> None:
    films = settings()

    assert len({(one.tone, one.yaw_deg) for one in films}) == len(films) == 15
    assert {one.light for one in films} == set(LIGHTS)


def test_the_shift_on_real_faces_is_the_median_of_the_composites() -> None:
    assert real_row([0.0, 0.2, 1.0]).value == pytest.approx(0.2)
    assert real_row([0.0, 0.2, 1.0]).cases == "3 composites"


def test_the_part_is_in_the_study_once() -> None:
    assert [part.key for part in parts(quick=True, workers=1, with_peer=False)].count("brow_up") == 1
