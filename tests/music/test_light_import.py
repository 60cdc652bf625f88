import subprocess
import sys

HEAVY = ("pretty_midi", "mido", "scipy", "keras", "tensorflow", "streamlit")


def test_reading_music_waits_with_its_libraries_until_they_are_needed():
    program = (
        "import sys; import koe.music.midi, koe.music.text, koe.music.piece;"
        f"print([name for name in {HEAVY} if name in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=600)
    assert (run.stdout.strip(), run.stderr) == ("[]", "")
