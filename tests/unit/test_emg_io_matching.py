"""What channels show, told from their names and from what the user says."""

import pytest

from spasmograph.errors import ChannelChoiceError
from spasmograph.io.biosignal import ChannelChoice, parse_channel
from spasmograph.io.biosignal.choosing import choose, contested
from spasmograph.io.biosignal.contents import StatedChannel
from spasmograph.io.biosignal.matching import match_channel
from spasmograph.terms import ChannelKind, Muscle, Side

EMG, ECG, TRIGGER, OTHER = ChannelKind.EMG, ChannelKind.ECG, ChannelKind.TRIGGER, ChannelKind.OTHER
OCULI, ORIS = Muscle.ORBICULARIS_OCULI, Muscle.ORBICULARIS_ORIS
L, R = Side.LEFT, Side.RIGHT


def _stated(*names: str) -> list[StatedChannel]:
    return [StatedChannel(name=name, rate_hz=1000.0, sample_count=10, unit="uV") for name in names]


@pytest.mark.parametrize(
    ("name", "muscle", "side"),
    [
        ("O. oculi L", OCULI, L),
        ("OOcL", OCULI, L),
        ("OO_left", OCULI, L),
        ("OOL", OCULI, L),
        ("OOR", OCULI, R),
        ("OOr L", ORIS, L),
        ("OOr R", ORIS, R),
        ("LOOc", OCULI, L),
        ("EMG OOc.R", OCULI, R),
        ("R Orb Oculi", OCULI, R),
        ("ORBICULARIS OCULI RIGHT", OCULI, R),
        ("orbicularis oculi dx", OCULI, R),
        ("orbicularis oculi sin", OCULI, L),
        ("orbicularis_oculi_left", OCULI, L),
        ("orbicularis oris", ORIS, None),
        ("Orb. oris re", ORIS, R),
        ("oris", ORIS, None),
        ("Li M. orb. oculi", OCULI, L),
        ("M. frontalis rechts", Muscle.FRONTALIS, R),
        ("L frontalis", Muscle.FRONTALIS, L),
        ("orbiculaire des paupières D", OCULI, R),
        ("Orbiculaire des lèvres G", ORIS, L),
        ("orbicolare dell'occhio dx", OCULI, R),
        ("orbicular de los labios izq", ORIS, L),
        ("Zygomatique gauche", Muscle.ZYGOMATICUS_MAJOR, L),
        ("zyg maj R", Muscle.ZYGOMATICUS_MAJOR, R),
        ("ZygMajR", Muscle.ZYGOMATICUS_MAJOR, R),
        ("RZyg", Muscle.ZYGOMATICUS_MAJOR, R),
        ("zyg min l", Muscle.ZYGOMATICUS_MINOR, L),
        ("Corrugator supercilii", Muscle.CORRUGATOR_SUPERCILII, None),
        ("corr_r", Muscle.CORRUGATOR_SUPERCILII, R),
        ("mentalis", Muscle.MENTALIS, None),
        ("MENT L", Muscle.MENTALIS, L),
        ("platysma sx", Muscle.PLATYSMA, L),
        ("masseter dext.", Muscle.MASSETER, R),
        ("temporalis L", Muscle.TEMPORALIS, L),
        ("nasalis", Muscle.NASALIS, None),
        ("procerus", Muscle.PROCERUS, None),
        ("risorius R", Muscle.RISORIUS, R),
        ("buccinator L", Muscle.BUCCINATOR, L),
        ("LPS right", Muscle.LEVATOR_PALPEBRAE, R),
        ("levator labii superioris alaeque nasi L", Muscle.LEVATOR_LABII, L),
        ("depressor anguli oris L", Muscle.DEPRESSOR_ANGULI_ORIS, L),
        ("DAO_R", Muscle.DEPRESSOR_ANGULI_ORIS, R),
        ("depressor labii inferioris", Muscle.DEPRESSOR_LABII, None),
        ("orbicularis oculi left right", OCULI, None),
    ],
)
def test_a_muscle_and_its_side_are_told_from_clinical_names(name: str, muscle: Muscle, side: Side | None) -> None:
    found = match_channel(name)
    assert (found.kind, found.muscle, found.side) == (EMG, muscle, side)


@pytest.mark.parametrize("name", [f"{muscle}_{side}" for muscle in Muscle for side in (L, R)])
def test_every_label_of_our_own_is_understood_again(name: str) -> None:
    found = match_channel(name)
    assert f"{found.muscle}_{found.side}" == name


@pytest.mark.parametrize(
    "name", ["EMG", "EMG1", "emg_2", "channel1", "Ch 3", "1", "", "EXG4", "Chin1-Chin2", "sEMG left", "column 2", "Orbicularis EMG"]
)
def test_a_name_that_tells_no_muscle_is_emg_of_an_unknown_one(name: str) -> None:
    assert (match_channel(name).kind, match_channel(name).muscle) == (EMG, None)


@pytest.mark.parametrize(
    "name",
    ["Fp1", "C3", "Cz", "A1", "T7-Ref", "EEG F3-Ref", "EEG temporal L", "PO3", "Fc5.", "POL PG1", "EOG", "EOG L", "acc1", "Acc X", "ACCEL_X", "GyroY",
     "Battery", "Temp rectal", "Resp nasal", "SpO2", "EDA", "class", "nSeq", "time", "squarewave", "sine 50 Hz", "I1", "DC01", "Light"],
)  # fmt: skip
def test_what_is_no_muscle_is_other(name: str) -> None:
    assert match_channel(name).kind is OTHER


@pytest.mark.parametrize("name", ["ECG", "EKG II", "ECG ECG1", "ecg_left"])
def test_heart(name: str) -> None:
    assert match_channel(name).kind is ECG


@pytest.mark.parametrize("name", ["Trigger", "TRIG", "STI stimulus", "Stim R", "Marker", "TTL", "Status", "digital_1", "Event"])
def test_trigger(name: str) -> None:
    assert match_channel(name).kind is TRIGGER


@pytest.mark.parametrize(
    ("name", "sensor", "kind"),
    [
        ("A1", "EMG", EMG),
        ("A1", "ECG", ECG),
        ("A1", "RAW", EMG),
        ("A2", "EDA", OTHER),
        ("OOc L", "ACC", OTHER),
        ("CH1", "EEG", OTHER),
        ("Fp1", "emg", EMG),
    ],
)
def test_what_the_file_says_of_the_sensor_counts_more_than_the_name(name: str, sensor: str, kind: ChannelKind) -> None:
    assert match_channel(name, sensor).kind is kind


@pytest.mark.parametrize(
    ("text", "choice"),
    [
        ("EMG1=orbicularis_oculi:left", ChannelChoice(name="EMG1", kind=EMG, muscle=OCULI, side=L)),
        ("EMG1 = Orbicularis Oculi : R", ChannelChoice(name="EMG1", kind=EMG, muscle=OCULI, side=R)),
        ("2=mentalis", ChannelChoice(name="2", kind=EMG, muscle=Muscle.MENTALIS)),
        ("x=zyg maj:dx", ChannelChoice(name="x", kind=EMG, muscle=Muscle.ZYGOMATICUS_MAJOR, side=R)),
        ("a=b=ecg", ChannelChoice(name="a=b", kind=ECG)),
        ("DC1=trigger", ChannelChoice(name="DC1", kind=TRIGGER)),
        ("A=ignore", ChannelChoice(name="A", kind=OTHER)),
        ("A=emg", ChannelChoice(name="A", kind=EMG)),
        ("A=mentalis:left:mV", ChannelChoice(name="A", kind=EMG, muscle=Muscle.MENTALIS, side=L, unit="mV")),
        ("A=emg:µV", ChannelChoice(name="A", kind=EMG, unit="uV")),
    ],
)
def test_what_the_user_says(text: str, choice: ChannelChoice) -> None:
    assert parse_channel(text) == choice


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("EMG1", "does not say what a channel shows"),
        ("=mentalis", "does not say what a channel shows"),
        ("EMG1=", "does not say what a channel shows"),
        ("EMG1=mentalis:left:mV:more", "does not say what a channel shows"),
        ("EMG1=biceps", "'biceps' in 'EMG1=biceps' is no muscle that is known. Known are: frontalis, "),
        ("EMG1=mentalis:up", "'up' in 'EMG1=mentalis:up' is neither a side"),
        ("EMG1=mentalis:both", "neither a side"),
    ],
)
def test_what_the_user_says_and_means_nothing(text: str, words: str) -> None:
    with pytest.raises(ChannelChoiceError, match=words):
        parse_channel(text)


def test_a_choice_counts_more_than_a_name() -> None:
    found = choose(_stated("OOc L", "Fp1"), ["OOc L=mentalis:right", "Fp1=orbicularis_oculi:left"])
    assert [channel.label for channel in found] == ["mentalis_right", "orbicularis_oculi_left"]


@pytest.mark.parametrize("name", ["EMG b", "emg B", "2"])
def test_a_channel_is_named_in_any_case_or_by_its_number(name: str) -> None:
    assert choose(_stated("EMG a", "EMG b"), [f"{name}=mentalis:left"])[1].label == "mentalis_left"


def test_a_name_counts_more_than_a_number() -> None:
    assert [channel.label for channel in choose(_stated("2", "1"), ["1=mentalis:left"])] == ["2", "mentalis_left"]


@pytest.mark.parametrize("name", ["EMG c", "0", "3", "-1"])
def test_a_channel_that_is_not_there(name: str) -> None:
    with pytest.raises(ChannelChoiceError, match=rf"there is no channel '{name}'. The file has: 'EMG a', 'EMG b'; a number from 1 to 2"):
        choose(_stated("EMG a", "EMG b"), [f"{name}=ignore"])


def test_a_channel_that_is_chosen_twice() -> None:
    with pytest.raises(ChannelChoiceError, match="channel '1' is chosen twice"):
        choose(_stated("EMG a"), ["EMG a=ecg", "1=emg"])


def test_names_and_labels_are_unique() -> None:
    found = choose(_stated("EMG", "EMG", "", "EMG (2)", "mentalis", "Mentalis 2"), [])
    assert [channel.name for channel in found] == ["EMG", "EMG (3)", "column 3", "EMG (2)", "mentalis", "Mentalis 2"]
    assert [channel.label for channel in found] == ["emg", "emg_3", "column_3", "emg_2", "mentalis", "mentalis_2"]


def test_the_second_of_two_channels_of_one_name_can_be_chosen() -> None:
    found = choose(_stated("EMG", "EMG"), ["EMG (2)=mentalis:left"])
    assert [channel.muscle for channel in found] == [None, Muscle.MENTALIS]


def test_two_channels_that_claim_one_muscle() -> None:
    words = contested(choose(_stated("OOc L", "Orb oculi left"), []))
    assert words.startswith("channels 'OOc L' and 'Orb oculi left' both claim the left orbicularis oculi.")
    assert '--channel "Orb oculi left=ignore"' in words


@pytest.mark.parametrize("choice", ["2=ignore", "2=mentalis:left", "2=orbicularis_oculi:right", "2=emg"])
def test_and_the_ways_out(choice: str) -> None:
    assert not contested(choose(_stated("OOc L", "Orb oculi left"), [choice]))


def test_two_channels_of_one_muscle_without_a_side_are_two() -> None:
    found = choose(_stated("mentalis", "EMG mentalis"), [])
    assert not contested(found)
    assert len({channel.label for channel in found}) == 2
