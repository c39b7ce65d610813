"""From a database and a run to typed results, in a process of its own, so that neither console nor engine stutters.

    views, means    what can be asked, and which results answer it
    questions       the protocol: lines of JSON
    run_table       the run's table of scores in memory, read on as the run goes on
    process         the child: `python -P -m motivtui.analysis --db FILE`
    client          the console's side; it starts the child when it is first asked

Reads only. All statistics are computed by `stats`.
"""
