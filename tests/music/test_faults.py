import numpy as np

from koe.music.faults import fault_score, longest_note, longest_silence, most_keys


def roll_of(n_steps=200):
    """A key struck every fourth step."""
    roll = np.zeros((n_steps, 88), dtype=bool)
    roll[::4, 40] = True
    return roll


def test_healthy_music_has_no_fault():
    assert longest_silence(roll_of()) == 3
    assert longest_note(roll_of()) == 1
    assert most_keys(roll_of()) == 1
    assert fault_score(roll_of()) < 0.1


def test_each_fault_is_seen():
    silent, stuck, burst = roll_of(), roll_of(), roll_of()
    silent[50:90] = False
    stuck[100:170, 12] = True
    burst[60, 20:34] = True
    assert longest_silence(silent) == 43  # from step 49 to step 91
    assert longest_note(stuck) == 70
    assert most_keys(burst) == 15
    assert min(map(fault_score, (silent, stuck, burst))) > 1


def test_silence_at_the_end_counts_and_nothing_is_nothing():
    assert longest_silence(np.zeros((7, 88), dtype=bool)) == 7
    assert fault_score(np.zeros((0, 88), dtype=bool)) == 0
