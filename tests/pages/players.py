"""What the players on a page were sent."""

import json
from collections import namedtuple

from streamlit.proto.WidgetStates_pb2 import WidgetState

from koe.music.grid import TICKS_PER_STEP


class Seen(namedtuple("Seen", "onset pitch length kind")):
    """A note as it is drawn; ``onset`` and ``length`` in ticks."""

    @property
    def step(self) -> float:
        """Where it begins in sixteenths."""
        return self.onset / TICKS_PER_STEP

    @property
    def n_steps(self) -> float:
        """Its length in sixteenths."""
        return self.length / TICKS_PER_STEP


def sent_to(app, component: str) -> list[dict]:
    """Data of all components with this name, in the order of the page."""
    elements = [element.proto for element in app.get("bidi_component")]
    return [json.loads(proto.json) for proto in elements if proto.component_name == component]


def send(app, component: str, event: str, value: object):
    """Do what the script of the one component of this name does when it tells the page something."""
    (element,) = (one for one in app.get("bidi_component") if one.proto.component_name == component)
    state = WidgetState(id=f"$$STREAMLIT_INTERNAL_KEY_{element.proto.id}__events")
    state.json_trigger_value = json.dumps([{"event": event, "value": value}])
    states = app._tree.get_widget_states()
    states.widgets.append(state)
    app._run(states)
    assert not app.exception
    return app


CHOOSERS = "-choose"  # how the names of rolls end on which something of the current piece is chosen


def rolls(app) -> list[dict]:
    """What is drawn, but for rolls to choose on."""
    return [one for one in sent_to(app, "koe_player") if not one["player"].endswith(CHOOSERS)]


def choosers(app) -> list[dict]:
    """Rolls on which something of the current piece is chosen."""
    return [one for one in sent_to(app, "koe_player") if one["player"].endswith(CHOOSERS)]


def sounds(app) -> list[dict]:
    """What is heard, or why nothing is, in the order in which it was made."""
    return [one for one in sent_to(app, "koe_sound") if not one["player"].endswith(CHOOSERS)]


def notes(roll: dict, kinds: str = "wmbon") -> list[Seen]:
    """The notes of some kinds: w a person's, m a network's; b, o and n in a comparison."""
    columns = roll["notes"]
    rows = zip(columns["onset"], columns["pitch"], columns["length"], columns["kind"], strict=True)
    return [Seen(*row) for row in rows if row[3] in kinds]


def pitches(roll: dict, kinds: str = "wmbon") -> set[int]:
    return {note.pitch for note in notes(roll, kinds)}
