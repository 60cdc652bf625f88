import numpy as np

from koe.music.faults import fault_at_end, fault_score, longest_note, longest_silence, most_keys


def roll_of(n_steps=200):
    """Eight keys, in turn three and four at a time, with a silent step after three: density 0.0298."""
    roll = np.zeros((n_steps, 88), dtype=bool)
    for step in range(n_steps):
        if step % 4 < 3:
            roll[step, 40 + step % 4 : 44 + step % 4 - (step % 8 == 0)] = True
    return roll


def test_healthy_music_has_no_fault():
    assert longest_silence(roll_of()) == 1
    assert longest_note(roll_of()) == 3
    assert most_keys(roll_of()) == 4
    assert fault_score(roll_of()) < 0.5


def test_each_fault_is_seen():
    silent, stuck, burst = roll_of(), roll_of(), roll_of()
    silent[48:90] = False
    stuck[100:170, 12] = True
    burst[60, 20:34] = True
    assert longest_silence(silent) == 43  # from step 47 to step 89
    assert longest_note(stuck) == 70
    assert most_keys(burst) >= 14
    assert min(map(fault_score, (silent, stuck, burst))) > 1


def test_silence_at_the_end_counts_and_nothing_is_nothing():
    assert longest_silence(np.zeros((7, 88), dtype=bool)) == 7
    assert fault_score(np.zeros((0, 88), dtype=bool)) == 0


def test_too_few_and_too_many_keys_are_faults():
    sparse = np.zeros((200, 88), dtype=bool)
    sparse[::4, 40] = True
    assert longest_silence(sparse) == 3
    assert fault_score(sparse) > 1
    dense = roll_of() | np.roll(roll_of(), 12, axis=1) | np.roll(roll_of(), -12, axis=1)
    assert most_keys(dense) == 12
    assert fault_score(dense) > 1


def test_only_faults_that_the_end_takes_part_in_count_at_the_end():
    roll = roll_of(128)
    assert fault_at_end(roll, 64) < 1
    over = roll.copy()
    over[:40] = False  # was over before the last 64 steps
    assert fault_at_end(over, 64) < 1
    reaching = roll.copy()
    reaching[40:80] = False  # 41 steps with the silent one before, 16 of them in the end
    assert fault_at_end(reaching, 64) == 41 / 32
    held = roll.copy()
    held[:65, 3] = True  # one step reaches into the end: held for 65
    assert fault_at_end(held, 64) == 65 / 64
    assert fault_at_end(held, 64, patience=0.75) == 65 / 48
    held[64, 3] = False
    assert fault_at_end(held, 64) < 1
    burst = roll.copy()
    burst[10, 60:80] = True
    assert fault_at_end(burst, 64) < 1
    burst[100, 60:80] = True
    assert fault_at_end(burst, 64) > 1
