"""Makes the index of this folder: run by the first Koe that had one.

git worktree add first e110c48 && cd first
PYTHONPATH=. python ../tests/originality/data/made_first.py ../tests/originality/data
"""

import sys
import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.originality.music import music
from tests.originality.test_index import written

with TemporaryDirectory() as folder, zipfile.ZipFile(Path(sys.argv[1], "index-1.zip"), "w", zipfile.ZIP_LZMA) as file:
    written(Path(folder), music(1), music(2))
    for path in sorted(Path(folder).iterdir()):
        file.writestr(zipfile.ZipInfo(path.name), path.read_bytes(), zipfile.ZIP_LZMA)
