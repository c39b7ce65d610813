"""Calls in processes of their own: litellm's work for many calls at once then fills other cores than ours.

frames.py        what the two sides say to each other, as bytes
channel.py       frames over one socket
__main__.py      the child program; child.py answers in it, through `litellm_door`
conversation.py  the parent's calls under way in one child
process.py       CallProcess: a child, started again when it died
pool.py          CallPool: several of them
client.py        RemoteClient: the participant's face of it

Must not know what a call is about, nor load litellm in the parent.
"""

from motivtui.models.call_process.client import RemoteClient
from motivtui.models.call_process.pool import CallPool
from motivtui.models.call_process.process import CallProcess

__all__ = ["CallPool", "CallProcess", "RemoteClient"]
