"""Settings: read once at the start, passed down as an argument, each with the source of its value.

Precedence: flags > `MOTIV_*` in the environment > configuration file > defaults.
"""

from motivtui.settings.read import read_settings
from motivtui.settings.secret import Secret
from motivtui.settings.values import EndpointSettings, Limits, Settings

__all__ = ["EndpointSettings", "Limits", "Secret", "Settings", "read_settings"]
