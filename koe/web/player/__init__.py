"""The player: a pianoroll that moves with its sound, as a component without a build step."""

from koe.web.player.component import Choose, mount_roll, mount_sound, music_id, offer_sound

__all__ = ["Choose", "mount_roll", "mount_sound", "music_id", "offer_sound"]
