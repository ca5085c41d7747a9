"""The phantom: a drawn face that moves by a script, filmed with exact truth beside it."""

from spasmograph.io.phantom.frame import draw_frame
from spasmograph.io.phantom.paint import Bytes
from spasmograph.io.phantom.render import draw_frames, geometry, render_phantom, truth, truth_path
from spasmograph.io.phantom.scene import Hair, Light, Scene

__all__ = ["Bytes", "Hair", "Light", "Scene", "draw_frame", "draw_frames", "geometry", "render_phantom", "truth", "truth_path"]
