"""Models on this machine: their weights on disk, the list of them, and (`engine`) the child process that serves them.

`built_in` says what the built-in model is, `package_download` and `hugging_face` fetch, `weights` keeps files whole,
`registry` knows every model by name, `engine` starts and stops `server_process`, the only user of xllamacpp. Decides no
folder, draws nothing, asks no model anything. Import `LocalEngine` from `motivtui.models.local.engine`: most commands
need only the names.
"""

from motivtui.models.local.built_in import BUILT_IN
from motivtui.models.local.checksum import OnProgress
from motivtui.models.local.hugging_face import pull_hugging_face
from motivtui.models.local.registry import LocalModel, add_model, find_model, local_models
from motivtui.models.local.weights import ensure_weights, pull_built_in, verify_weights

__all__ = [
    "BUILT_IN",
    "LocalModel",
    "OnProgress",
    "add_model",
    "ensure_weights",
    "find_model",
    "local_models",
    "pull_built_in",
    "pull_hugging_face",
    "verify_weights",
]
