"""PGI-I (Yalcin & Bump 2003), CGI-S and CGI-I (Guy 1976): one item of 1-7; 4 is no change on the two that rate improvement."""

import pytest

from spasmograph.care.scales import ChangeKind, NotComparable, load_scales, meaningful_change
from spasmograph.errors import EntryError
from spasmograph.terms import Rater
from tests.scale_worlds import ends, entered, form_of, raters, told

SCALES = ("pgi_i", "cgi_s", "cgi_i")


@pytest.mark.parametrize("scale", SCALES)
def test_one_item_of_1_to_7(scale: str) -> None:
    (item,) = form_of(scale).items

    assert (item.low, item.high, len(item.anchors)) == (1, 7, 7)
    assert ends(scale) == (1.0, 7.0)


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("value", [0, 8, 3.5])
def test_nothing_between_or_beyond_the_steps(scale: str, value: float) -> None:
    (item,) = form_of(scale).items
    with pytest.raises(EntryError, match=f"item {item.id} of .* is {value}; it must lie in 1–7"):
        entered(scale, {item.id: value})


@pytest.mark.parametrize("scale", ["pgi_i", "cgi_i"])
def test_4_is_no_change_and_two_ratings_of_change_are_not_subtracted(scale: str) -> None:
    change = meaningful_change(scale, told(scale, 4), told(scale, 2, day=28))

    assert form_of(scale).items[0].anchors[3] == "no change"
    assert load_scales()[scale].rates_change
    assert (change.kind, change.why) == (ChangeKind.NOT_COMPARABLE, NotComparable.RATES_CHANGE)


def test_severity_is_compared_without_a_threshold() -> None:
    change = meaningful_change("cgi_s", told("cgi_s", 5), told("cgi_s", 3, day=28))

    assert (change.kind, change.difference, change.better) == (ChangeKind.NO_THRESHOLD, -2.0, True)


def test_who_rates() -> None:
    assert {scale: raters(scale) for scale in SCALES} == {"pgi_i": (Rater.SELF,), "cgi_s": (Rater.CLINICIAN,), "cgi_i": (Rater.CLINICIAN,)}


def test_wording_of_the_pgi_i_is_marked_as_not_verified() -> None:
    assert "steps" in load_scales()["pgi_i"].unverified()
