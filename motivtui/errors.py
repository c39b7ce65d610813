"""Every error a user can meet, each with its way out.

    MotivError                     exit 1   anything a user can mend
    ├── UsageError                 exit 2   the command's words are off
    ├── ConfigError                exit 2   a setting or the configuration file is off
    ├── MaterialError              exit 1   a task, manipulation or instrument file is off
    ├── ModelError                 exit 1   a participant cannot be used
    │   ├── MissingKeyError        exit 1   no key in the environment
    │   ├── MissingModelError      exit 1   no such model, or its weights are not here
    │   ├── NetworkError           exit 1   something had to be fetched and could not be
    │   └── LocalEngineError       exit 1   the local model did not start
    ├── BusyError                  exit 3   another process is at work on it
    ├── StoppedError               exit 4   a run stopped itself before doing harm
    ├── DatabaseError              exit 5   the database cannot be used
    │   └── DiskFullError          exit 5   there is no room to write
    └── InterruptedRunError        exit 130 the user stopped the run

A failed call to a model is not an exception: it is a recorded outcome (`study.response`).
"""

from __future__ import annotations


class MotivError(Exception):
    """An error shown to the user as one title, one message and one hint, never as a traceback."""

    title = "Something went wrong"
    exit_code = 1

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageError(MotivError):
    """The command was called with words it cannot use."""

    title = "Usage"
    exit_code = 2


class ConfigError(MotivError):
    """A setting has a value that cannot be used; the message names where it came from."""

    title = "Configuration"
    exit_code = 2


class MaterialError(MotivError):
    """A material file is wrong; the message names file, line and key."""

    title = "Materials"


class ModelError(MotivError):
    """A model cannot take part."""

    title = "Model"


class MissingKeyError(ModelError):
    """The model needs a key that the environment does not hold."""

    title = "Missing key"


class MissingModelError(ModelError):
    """No model of that name, or its weights are not on this machine."""

    title = "Missing model"


class NetworkError(ModelError):
    """Something had to be fetched from the network and could not be."""

    title = "Network"


class LocalEngineError(ModelError):
    """The process that serves a local model did not come up, or went away."""

    title = "Local model"


class BusyError(MotivError):
    """Another process is at work on the same run."""

    title = "Busy"
    exit_code = 3


class StoppedError(MotivError):
    """A run stopped itself: a refused key, a dead server, a full disk."""

    title = "Stopped"
    exit_code = 4


class DatabaseError(MotivError):
    """The database is missing, damaged, newer than this program or not writable."""

    title = "Database"
    exit_code = 5


class OldDatabaseError(DatabaseError):
    """The database was made by an older version; whoever may write can bring it up to date."""


class DiskFullError(DatabaseError):
    """The disk is full: nothing can be written until there is room."""

    title = "Disk full"


class InterruptedRunError(MotivError):
    """The user stopped the run; what was finished is kept."""

    title = "Interrupted"
    exit_code = 130
