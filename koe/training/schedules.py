"""Learning rates that change while a run goes on."""

import keras
from keras import ops


@keras.saving.register_keras_serializable("koe")
class Cooldown(keras.optimizers.schedules.LearningRateSchedule):
    """A straight line down to the end of a run that is to be finished early.

    Parameters
    ----------
    start_rate, final_rate : float
        Learning rate at the first and after the last update.
    first_update, n_updates : int
        Where, in updates of the whole run, the line begins, and how many it takes.
    """

    def __init__(self, start_rate: float, final_rate: float, first_update: int, n_updates: int) -> None:
        super().__init__()
        self.start_rate, self.final_rate = start_rate, final_rate
        self.first_update, self.n_updates = first_update, n_updates

    def __call__(self, step):
        """Learning rate at an update."""
        done = ops.clip((ops.cast(step, "float32") - self.first_update) / self.n_updates, 0.0, 1.0)
        return self.start_rate + (self.final_rate - self.start_rate) * done

    def get_config(self):
        """All arguments, so that a checkpoint brings the schedule back."""
        return {
            "start_rate": self.start_rate,
            "final_rate": self.final_rate,
            "first_update": self.first_update,
            "n_updates": self.n_updates,
        }
