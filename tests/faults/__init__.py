"""A real HTTP server with the faults of model endpoints, for tests and benchmarks; it knows nothing of motivtui.

server.py       FaultServer (in-process) and `python tests/faults/server.py` (its own process)
process.py      FaultProcess: the server as a child process, for tests that start programs
spec.py         the model name as the order: which fault, with which parameters
replies.py      what the model says: scores for the items that a request asks for
answers.py      well-formed HTTP: good answers, and answers that are odd in content
errors.py       error statuses and their bodies
wire_faults.py  broken HTTP: cuts, resets, silence, dripping
exchange.py     one request being answered: how bytes get out
request_log.py  what was received, in memory and in a file
"""
