"""Files that were made to be taken home: Streamlit keeps each in memory until its page is made anew or has gone.

A browser takes a file as soon as it is made. So where there are many, the
oldest go first; whoever asks for one again has it made again.
"""

from streamlit.runtime import Runtime
from streamlit.runtime.media_file_storage import MediaFileKind
from streamlit.runtime.memory_media_file_storage import MemoryMediaFileStorage

MAX_KEPT_BYTES = 256 * 2**20


def drop_oldest(storage: MemoryMediaFileStorage | None = None, most: int = MAX_KEPT_BYTES) -> None:
    """Drop the oldest files until the rest is no larger than ``most``; never the one that was made last."""
    if storage is None:
        found = Runtime.instance().media_file_mgr._storage
        assert isinstance(found, MemoryMediaFileStorage)
        storage = found
    files = dict(storage._files_by_id)  # in the order in which they were made
    total = sum(file.content_size for file in files.values())
    for name, file in list(files.items())[:-1]:
        if total <= most:
            return
        if file.kind is MediaFileKind.DOWNLOADABLE:
            storage.delete_file(name)
            total -= file.content_size
