"""The third shape of the database: runs that are tagged, put away or removed, and trials that are browsed.

Released: never edit, add another migration.
"""

from __future__ import annotations

TABLES = """
-- The user's own words for a run, any number of them.
CREATE TABLE run_tag (
  run TEXT NOT NULL REFERENCES run(id),
  tag TEXT NOT NULL,
  PRIMARY KEY (run, tag)
) STRICT, WITHOUT ROWID;

-- Put away: not listed unless asked for. NULL: it is listed.
ALTER TABLE run ADD COLUMN archived_at TEXT;

-- The trials of one task, to see them under every manipulation. Written when a run is planned, never while it works.
-- No more columns: an index that covers a question makes SQLite walk the trials out of their order on disk.
CREATE INDEX trial_task ON trial(run, task);
-- Which prompts nobody uses any more when a run is removed.
CREATE INDEX trial_prompt ON trial(prompt);

DROP VIEW run_summary;

-- A line a run.
CREATE VIEW run_summary AS
SELECT
  run.id AS run,
  run.name AS name,
  run.kind AS kind,
  run.created_at AS created_at,
  (SELECT count(*) FROM trial AS planned WHERE planned.run = run.id) AS trials,
  count(final.outcome) AS finished,
  count(CASE WHEN final.outcome = 'complete' THEN 1 END) AS complete,
  count(CASE WHEN final.outcome <> 'complete' THEN 1 END) AS failed,
  (
    SELECT group_concat(model, ',')
    FROM (SELECT DISTINCT model FROM trial AS named WHERE named.run = run.id ORDER BY model)
  ) AS models,
  sum(response.cost_usd) AS known_cost_usd,
  count(response.trial) - count(response.cost_usd) AS unpriced_responses,
  run.lock_hash AS lock_hash,
  run.lock_followed AS lock_followed,
  (
    SELECT group_concat(tag, ',') FROM (SELECT tag FROM run_tag WHERE run_tag.run = run.id ORDER BY tag)
  ) AS tags,
  run.archived_at AS archived_at
FROM run
LEFT JOIN trial ON trial.run = run.id
LEFT JOIN response ON response.trial = trial.id
LEFT JOIN response AS final
  ON final.trial = response.trial AND final.attempt = response.attempt AND final.is_final
  AND NOT EXISTS (SELECT 1 FROM requeue WHERE requeue.trial = final.trial AND requeue.round = final.round)
GROUP BY run.id;
"""
