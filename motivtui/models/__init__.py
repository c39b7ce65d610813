"""The participants: who can be asked (`catalogue`, `endpoint`), how (`client`), and what stands behind a name.

`litellm_door` reaches every OpenAI-like and cloud model, `local` serves a model on this machine, `scripted` plays one
for tests and pictures. Knows no study, no database and no screen.
"""
