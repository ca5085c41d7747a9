"""Reading a video file: what is in it, where decoding can start, and its pictures one by one at the file's own time stamps."""

from spasmograph.io.video.frame import Frame
from spasmograph.io.video.index import VideoIndex, check_unchanged, index_video
from spasmograph.io.video.reading import Chunk, chunk_video, read_chunk, read_video

__all__ = ["Chunk", "Frame", "VideoIndex", "check_unchanged", "chunk_video", "index_video", "read_chunk", "read_video"]
