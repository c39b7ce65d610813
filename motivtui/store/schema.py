"""The shape of the database, as an append-only list of named migrations in plain SQL.

Owns tables and views; knows nothing of who reads or writes. Never edit a released migration: add one.
"""

from __future__ import annotations

from motivtui.store import schema_chains, schema_shelf

MIGRATION_SET = "motivtui"

_TABLES = """
CREATE TABLE run (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('study', 'probe')),
  created_at TEXT NOT NULL,
  seed INTEGER NOT NULL,
  study TEXT NOT NULL CHECK (json_valid(study)),
  study_hash TEXT NOT NULL,
  materials_hash TEXT NOT NULL,
  versions TEXT NOT NULL CHECK (json_valid(versions))
) STRICT;

CREATE TABLE session (
  id INTEGER PRIMARY KEY,
  run TEXT NOT NULL REFERENCES run(id),
  pid INTEGER NOT NULL,
  host TEXT NOT NULL,
  started_at TEXT NOT NULL
) STRICT;

CREATE TABLE session_end (
  session INTEGER PRIMARY KEY REFERENCES session(id),
  reason TEXT NOT NULL,
  ended_at TEXT NOT NULL
) STRICT;

CREATE TABLE task (
  run TEXT NOT NULL REFERENCES run(id),
  id TEXT NOT NULL,
  family TEXT NOT NULL,
  category TEXT NOT NULL,
  categories TEXT NOT NULL,
  task_set TEXT NOT NULL,
  prompt TEXT NOT NULL,
  PRIMARY KEY (run, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE manipulation (
  run TEXT NOT NULL REFERENCES run(id),
  id TEXT NOT NULL,
  wording INTEGER NOT NULL,
  title TEXT NOT NULL,
  manipulation_group TEXT NOT NULL,
  placement TEXT NOT NULL,
  text TEXT NOT NULL,
  PRIMARY KEY (run, id, wording)
) STRICT, WITHOUT ROWID;

CREATE TABLE instrument (
  run TEXT NOT NULL REFERENCES run(id),
  id TEXT NOT NULL,
  title TEXT NOT NULL,
  phase TEXT NOT NULL,
  template TEXT NOT NULL,
  max_tokens INTEGER NOT NULL,
  reason_max_chars INTEGER NOT NULL,
  PRIMARY KEY (run, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE item (
  run TEXT NOT NULL,
  instrument TEXT NOT NULL,
  id TEXT NOT NULL,
  position INTEGER NOT NULL,
  label TEXT NOT NULL,
  minimum INTEGER NOT NULL,
  maximum INTEGER NOT NULL,
  is_reversed INTEGER NOT NULL,
  PRIMARY KEY (run, instrument, id),
  FOREIGN KEY (run, instrument) REFERENCES instrument(run, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE prompt (
  id INTEGER PRIMARY KEY,
  hash TEXT NOT NULL UNIQUE,
  messages TEXT NOT NULL CHECK (json_valid(messages))
) STRICT;

CREATE TABLE trial (
  id INTEGER PRIMARY KEY,
  run TEXT NOT NULL REFERENCES run(id),
  ordinal INTEGER NOT NULL,
  trial_key TEXT NOT NULL,
  model TEXT NOT NULL,
  task TEXT NOT NULL,
  manipulation TEXT NOT NULL,
  wording INTEGER NOT NULL,
  instrument TEXT NOT NULL,
  repeat INTEGER NOT NULL,
  seed INTEGER NOT NULL,
  decoding TEXT NOT NULL,
  parameters TEXT NOT NULL CHECK (json_valid(parameters)),
  prompt INTEGER NOT NULL REFERENCES prompt(id),
  UNIQUE (run, ordinal),
  UNIQUE (run, trial_key),
  FOREIGN KEY (run, task) REFERENCES task(run, id),
  FOREIGN KEY (run, manipulation, wording) REFERENCES manipulation(run, id, wording),
  FOREIGN KEY (run, instrument) REFERENCES instrument(run, id)
) STRICT;

CREATE TABLE attempt (
  trial INTEGER NOT NULL REFERENCES trial(id),
  number INTEGER NOT NULL,
  session INTEGER NOT NULL REFERENCES session(id),
  endpoint TEXT NOT NULL,
  is_streamed INTEGER NOT NULL,
  sent_at TEXT NOT NULL,
  PRIMARY KEY (trial, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE response (
  trial INTEGER NOT NULL,
  attempt INTEGER NOT NULL,
  is_final INTEGER NOT NULL,
  outcome TEXT NOT NULL CHECK (outcome IN ('complete', 'partial', 'error', 'cancelled')),
  is_escaped INTEGER NOT NULL,
  finish_reason TEXT,
  input_tokens INTEGER,
  output_tokens INTEGER,
  reasoning_tokens INTEGER,
  time_to_first_token_ms REAL,
  latency_ms REAL,
  cost_usd REAL,
  effective TEXT NOT NULL CHECK (json_valid(effective)),
  model_reported TEXT,
  fingerprint TEXT,
  error_kind TEXT,
  error_message TEXT,
  status_code INTEGER,
  received_at TEXT NOT NULL,
  -- Long ones last: what stands before them is read without following a reply over its pages.
  reasoning TEXT NOT NULL,
  text TEXT NOT NULL,
  PRIMARY KEY (trial, attempt),
  FOREIGN KEY (trial, attempt) REFERENCES attempt(trial, number)
) STRICT;

CREATE UNIQUE INDEX one_final_response_a_trial ON response(trial) WHERE is_final;

CREATE TABLE score (
  trial INTEGER NOT NULL,
  attempt INTEGER NOT NULL,
  item TEXT NOT NULL,
  extractor_version INTEGER NOT NULL,
  value REAL,
  status TEXT NOT NULL,
  evidence_start INTEGER,
  evidence_end INTEGER,
  note TEXT NOT NULL,
  extracted_at TEXT NOT NULL,
  PRIMARY KEY (trial, attempt, item, extractor_version),
  FOREIGN KEY (trial, attempt) REFERENCES response(trial, attempt),
  CHECK ((value IS NOT NULL) = (status IN ('ok', 'repaired')))
) STRICT, WITHOUT ROWID;
"""

_VIEWS = """
-- What became of each trial. `unknown`: sent, and nothing came back before the process ended; it may have been billed.
CREATE VIEW trial_state AS
SELECT
  trial.id AS trial,
  trial.run AS run,
  CASE
    WHEN final.trial IS NOT NULL THEN final.outcome
    WHEN last.number IS NULL THEN 'planned'
    WHEN ended.trial IS NULL THEN 'unknown'
    ELSE ended.outcome
  END AS state,
  coalesce(last.number, 0) AS attempts,
  final.attempt AS final_attempt
FROM trial
LEFT JOIN response AS final ON final.trial = trial.id AND final.is_final
LEFT JOIN attempt AS last
  ON last.trial = trial.id AND last.number = (SELECT max(number) FROM attempt WHERE attempt.trial = trial.id)
LEFT JOIN response AS ended ON ended.trial = last.trial AND ended.attempt = last.number;

-- One row an item of each trial, whatever became of it: the table to look at, and what `motiv export` writes.
CREATE VIEW trial_scores AS
SELECT
  run.id AS run,
  run.name AS run_name,
  run.kind AS run_kind,
  trial.ordinal AS ordinal,
  trial.trial_key AS trial_key,
  trial.model AS model,
  trial.task AS task,
  task.family AS family,
  task.category AS category,
  task.categories AS categories,
  task.task_set AS task_set,
  trial.manipulation AS manipulation,
  manipulation.manipulation_group AS manipulation_group,
  trial.wording AS wording,
  trial.instrument AS instrument,
  instrument.phase AS phase,
  trial.repeat AS repeat,
  item.id AS item,
  item.minimum AS scale_minimum,
  item.maximum AS scale_maximum,
  item.is_reversed AS is_reversed,
  score.value AS value,
  score.status AS status,
  score.note AS note,
  substr(response.text, score.evidence_start + 1, score.evidence_end - score.evidence_start) AS evidence,
  score.evidence_start AS evidence_start,
  score.evidence_end AS evidence_end,
  score.extractor_version AS extractor_version,
  state.state AS state,
  state.attempts AS attempts,
  response.finish_reason AS finish_reason,
  response.error_kind AS error_kind,
  response.error_message AS error_message,
  trial.decoding AS decoding,
  trial.parameters AS parameters,
  response.effective AS effective_parameters,
  trial.seed AS seed,
  response.input_tokens AS input_tokens,
  response.output_tokens AS output_tokens,
  response.reasoning_tokens AS reasoning_tokens,
  response.time_to_first_token_ms AS time_to_first_token_ms,
  response.latency_ms AS latency_ms,
  response.cost_usd AS cost_usd,
  response.model_reported AS model_reported,
  response.fingerprint AS fingerprint,
  attempt.sent_at AS sent_at,
  response.received_at AS received_at,
  response.is_escaped AS is_escaped,
  response.text AS reply,
  response.reasoning AS reasoning
FROM trial
JOIN run ON run.id = trial.run
JOIN task ON task.run = trial.run AND task.id = trial.task
JOIN manipulation
  ON manipulation.run = trial.run AND manipulation.id = trial.manipulation AND manipulation.wording = trial.wording
JOIN instrument ON instrument.run = trial.run AND instrument.id = trial.instrument
JOIN item ON item.run = trial.run AND item.instrument = trial.instrument
JOIN trial_state AS state ON state.trial = trial.id
LEFT JOIN response ON response.trial = trial.id AND response.is_final
LEFT JOIN attempt ON attempt.trial = response.trial AND attempt.number = response.attempt
LEFT JOIN score
  ON score.trial = response.trial AND score.attempt = response.attempt AND score.item = item.id
  AND score.extractor_version = (
    SELECT max(newest.extractor_version) FROM score AS newest
    WHERE newest.trial = score.trial AND newest.attempt = score.attempt AND newest.item = score.item
  );

-- A line a run.
CREATE VIEW run_summary AS
SELECT
  run.id AS run,
  run.name AS name,
  run.kind AS kind,
  run.created_at AS created_at,
  count(trial.id) AS trials,
  count(final.trial) AS finished,
  coalesce(sum(final.outcome = 'complete'), 0) AS complete,
  coalesce(sum(final.outcome <> 'complete'), 0) AS failed,
  (
    SELECT group_concat(model, ',')
    FROM (SELECT DISTINCT model FROM trial AS named WHERE named.run = run.id ORDER BY model)
  ) AS models,
  sum(paid.cost_usd) AS known_cost_usd,
  coalesce(sum(paid.unpriced), 0) AS unpriced_responses
FROM run
LEFT JOIN trial ON trial.run = run.id
LEFT JOIN response AS final ON final.trial = trial.id AND final.is_final
LEFT JOIN (
  SELECT trial, sum(cost_usd) AS cost_usd, sum(cost_usd IS NULL) AS unpriced FROM response GROUP BY trial
) AS paid ON paid.trial = trial.id
GROUP BY run.id;
"""

MIGRATIONS: tuple[tuple[str, str], ...] = (
    ("0001_tables", _TABLES),
    ("0002_views", _VIEWS),
    ("0003_chains", schema_chains.TABLES),
    ("0004_chain_views", schema_chains.VIEWS),
    ("0005_shelf", schema_shelf.TABLES),
)
"""Name and SQL of every migration, oldest first."""
