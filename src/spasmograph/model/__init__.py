"""The values that flow through the house; immutable, checked once in the constructor, free of any machinery.

Sides are the patient's own. Time is in seconds from the start of the recording, by the file's own time stamps; spans are half open.
Missing numbers are NaN.
"""

from spasmograph.model.common import (
    EVENT_COLUMNS,
    SCHEMA_VERSION,
    Event,
    Floats,
    Norm,
    Provenance,
    Quality,
    QualityReason,
    Score,
    Signals,
    Span,
)
from spasmograph.model.emg import (
    Annotation,
    ArraySource,
    Biosignal,
    BiosignalRecording,
    Burst,
    Channel,
    ChannelQuality,
    EmgMeasurement,
    SampleSource,
)
from spasmograph.model.evoked import (
    CourseChange,
    CourseStep,
    Estimate,
    EvokedResponse,
    Presence,
    ResponseCourse,
    ResponseKind,
    Stimuli,
)
from spasmograph.model.film import Landmarks, Measurement, Recording, Replay
from spasmograph.model.patterns import (
    Alignment,
    ChannelPattern,
    Feature,
    PublishedPattern,
    Standing,
    Synchrony,
    Synkinesis,
    Together,
)

__all__ = [
    "EVENT_COLUMNS",
    "SCHEMA_VERSION",
    "Alignment",
    "Annotation",
    "ArraySource",
    "Biosignal",
    "BiosignalRecording",
    "Burst",
    "Channel",
    "ChannelPattern",
    "ChannelQuality",
    "CourseChange",
    "CourseStep",
    "EmgMeasurement",
    "Estimate",
    "Event",
    "EvokedResponse",
    "Feature",
    "Floats",
    "Landmarks",
    "Measurement",
    "Norm",
    "Presence",
    "Provenance",
    "PublishedPattern",
    "Quality",
    "QualityReason",
    "Recording",
    "Replay",
    "ResponseCourse",
    "ResponseKind",
    "SampleSource",
    "Score",
    "Signals",
    "Span",
    "Standing",
    "Stimuli",
    "Synchrony",
    "Synkinesis",
    "Together",
]
