"""The runner as a process of its own, for the console: commands in, events out, JSON lines.

The console calls no model and writes no row. It starts `python -m motivtui.engine` (`client`), which outlives it when
it has to: the database is the truth, the events are only for the eyes.

    commands, answers, events    the protocol
    client, connection           the console's side
    process, desk                the engine's: its life, and where commands are carried out
    records, planned, company    the database, plans, and the models that are open
    running, tally, news         one run: carrying it out, where it stands, what is told of it how often
    teller, outlet, log          the ways out
"""
