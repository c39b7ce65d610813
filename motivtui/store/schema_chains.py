"""The second shape of the database: chains, choices, judges, requeued trials, token probabilities, budgets.

Released: never edit, add another migration.
"""

from __future__ import annotations

TABLES = """
ALTER TABLE run ADD COLUMN request TEXT CHECK (request IS NULL OR json_valid(request));
ALTER TABLE run ADD COLUMN lock_hash TEXT;
ALTER TABLE run ADD COLUMN lock_followed INTEGER;

ALTER TABLE session ADD COLUMN options TEXT CHECK (options IS NULL OR json_valid(options));

ALTER TABLE manipulation ADD COLUMN choice_note TEXT;

ALTER TABLE instrument ADD COLUMN stop TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(stop));
ALTER TABLE instrument ADD COLUMN shuffles_items INTEGER NOT NULL DEFAULT 0;
ALTER TABLE instrument ADD COLUMN is_strict INTEGER NOT NULL DEFAULT 0;
ALTER TABLE instrument ADD COLUMN control_only INTEGER NOT NULL DEFAULT 0;
ALTER TABLE instrument ADD COLUMN repeats INTEGER;

ALTER TABLE item ADD COLUMN kind TEXT NOT NULL DEFAULT 'scale';
ALTER TABLE item ADD COLUMN question TEXT NOT NULL DEFAULT '';

-- What a trial waits for: the execution whose answer it goes on from.
ALTER TABLE trial ADD COLUMN continues INTEGER REFERENCES trial(id);
-- Who answers in the model's place.
ALTER TABLE trial ADD COLUMN judge TEXT;
-- Of a choice: the pair's second task, how the pair is shown, and which of the pair carries the note.
ALTER TABLE trial ADD COLUMN other_task TEXT;
ALTER TABLE trial ADD COLUMN task_order TEXT;
ALTER TABLE trial ADD COLUMN manipulated TEXT;
ALTER TABLE trial ADD COLUMN item_order TEXT CHECK (item_order IS NULL OR json_valid(item_order));
CREATE INDEX trial_continues ON trial(continues) WHERE continues IS NOT NULL;

-- The most that the attempt could cost, put aside before it was sent.
ALTER TABLE attempt ADD COLUMN reserved_usd REAL;

-- A trial whose final response is a failure may be taken up again: that opens another round.
CREATE TABLE requeue (
  trial INTEGER NOT NULL REFERENCES trial(id),
  round INTEGER NOT NULL,
  requeued_at TEXT NOT NULL,
  PRIMARY KEY (trial, round)
) STRICT, WITHOUT ROWID;

ALTER TABLE response ADD COLUMN round INTEGER NOT NULL DEFAULT 1;
DROP INDEX one_final_response_a_trial;
CREATE UNIQUE INDEX one_final_response_a_round ON response(trial, round) WHERE is_final;

-- What a model could have written at the places of its reply that hold a digit.
CREATE TABLE token_choice (
  trial INTEGER NOT NULL,
  attempt INTEGER NOT NULL,
  start INTEGER NOT NULL,
  token TEXT NOT NULL,
  alternatives TEXT NOT NULL CHECK (json_valid(alternatives)),
  PRIMARY KEY (trial, attempt, start),
  FOREIGN KEY (trial, attempt) REFERENCES response(trial, attempt)
) STRICT, WITHOUT ROWID;

CREATE TABLE token_score (
  trial INTEGER NOT NULL,
  attempt INTEGER NOT NULL,
  item TEXT NOT NULL,
  method TEXT NOT NULL,
  extractor_version INTEGER NOT NULL,
  expected REAL NOT NULL,
  sd REAL NOT NULL,
  covered_mass REAL NOT NULL,
  PRIMARY KEY (trial, attempt, item, method, extractor_version),
  FOREIGN KEY (trial, attempt) REFERENCES response(trial, attempt)
) STRICT, WITHOUT ROWID;
"""

VIEWS = """
DROP VIEW trial_scores;
DROP VIEW run_summary;
DROP VIEW trial_state;

-- What became of each trial. `unknown`: sent, and nothing came back before the process ended; it may have been billed.
-- `skipped`: the execution that it would go on from brought no answer; `skip_reason` says why.
-- A final response stands as long as its round was not requeued. What only an open trial needs is looked up for no
-- other: there are many of them.
CREATE VIEW trial_state AS
SELECT
  trial.id AS trial,
  trial.run AS run,
  CASE
    WHEN final.trial IS NOT NULL THEN final.outcome
    WHEN before.outcome <> 'complete'
      OR before.finish_reason = 'content_filter'
      OR trim(before.text, char(9, 10, 13, 32)) = ''
      THEN 'skipped'
    WHEN last.number IS NULL
      OR EXISTS (SELECT 1 FROM requeue WHERE requeue.trial = ended.trial AND requeue.round = ended.round)
      THEN 'planned'
    WHEN ended.trial IS NULL THEN 'unknown'
    ELSE ended.outcome
  END AS state,
  CASE
    WHEN before.outcome <> 'complete' THEN 'the execution ended: ' || coalesce(before.error_kind, before.outcome)
    WHEN before.finish_reason = 'content_filter' THEN 'the execution was stopped by a content filter'
    WHEN trim(before.text, char(9, 10, 13, 32)) = '' THEN 'the execution brought an empty answer'
  END AS skip_reason,
  coalesce(last.number, 0) AS attempts,
  final.attempt AS final_attempt
FROM trial
LEFT JOIN response AS final
  ON final.trial = trial.id AND final.is_final
  AND NOT EXISTS (SELECT 1 FROM requeue WHERE requeue.trial = final.trial AND requeue.round = final.round)
LEFT JOIN response AS before
  ON before.trial = CASE WHEN final.trial IS NULL THEN trial.continues END AND before.is_final
  AND NOT EXISTS (SELECT 1 FROM requeue WHERE requeue.trial = before.trial AND requeue.round = before.round)
LEFT JOIN attempt AS last
  ON last.trial = trial.id AND last.number = (SELECT max(number) FROM attempt WHERE attempt.trial = trial.id)
LEFT JOIN response AS ended
  ON ended.trial = CASE WHEN final.trial IS NULL THEN last.trial END AND ended.attempt = last.number;

-- One row an item of each trial, whatever became of it (an execution, which has no items, gives one row): the table to
-- look at, and what `motiv export` writes.
CREATE VIEW trial_scores AS
SELECT
  run.id AS run,
  run.name AS run_name,
  run.kind AS run_kind,
  trial.ordinal AS ordinal,
  trial.trial_key AS trial_key,
  trial.model AS model,
  trial.judge AS judge,
  trial.task AS task,
  task.family AS family,
  task.category AS category,
  task.categories AS categories,
  task.task_set AS task_set,
  trial.other_task AS other_task,
  trial.task_order AS task_order,
  trial.manipulated AS manipulated,
  CASE
    WHEN item.kind <> 'option' OR trial.other_task IS NULL THEN NULL
    WHEN (score.value = 1) = (trial.task_order = 'given') THEN trial.task
    WHEN score.value IS NOT NULL THEN trial.other_task
  END AS chosen_task,
  trial.manipulation AS manipulation,
  manipulation.manipulation_group AS manipulation_group,
  trial.wording AS wording,
  trial.instrument AS instrument,
  instrument.phase AS phase,
  execution.ordinal AS execution,
  execution.repeat AS execution_repeat,
  trial.repeat AS repeat,
  item.id AS item,
  item.kind AS item_kind,
  CASE
    WHEN trial.item_order IS NULL THEN item.position
    ELSE (SELECT place.key + 1 FROM json_each(trial.item_order) AS place WHERE place.value = item.id)
  END AS position,
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
  token_score.expected AS token_expected,
  token_score.sd AS token_sd,
  token_score.covered_mass AS token_covered_mass,
  token_score.method AS token_method,
  state.state AS state,
  state.skip_reason AS skip_reason,
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
JOIN trial_state AS state ON state.trial = trial.id
LEFT JOIN trial AS execution ON execution.id = trial.continues
LEFT JOIN response ON response.trial = trial.id AND response.attempt = state.final_attempt
LEFT JOIN attempt ON attempt.trial = response.trial AND attempt.number = response.attempt
LEFT JOIN item ON item.run = trial.run AND item.instrument = trial.instrument
LEFT JOIN score
  ON score.trial = response.trial AND score.attempt = response.attempt AND score.item = item.id
  AND score.extractor_version = (
    SELECT max(newest.extractor_version) FROM score AS newest
    WHERE newest.trial = score.trial AND newest.attempt = score.attempt AND newest.item = score.item
  )
-- Where there are both, the whole distribution says more than the one token that was written. It hangs on no reading of
-- the reply, so that it stands beside a newer one too.
LEFT JOIN token_score
  ON token_score.trial = response.trial AND token_score.attempt = response.attempt AND token_score.item = item.id
  AND (token_score.method, token_score.extractor_version) = (
    SELECT best.method, best.extractor_version FROM token_score AS best
    WHERE best.trial = response.trial AND best.attempt = response.attempt AND best.item = item.id
      AND (best.method = 'expanded' OR best.extractor_version = score.extractor_version)
    ORDER BY best.method = 'expanded' DESC, best.extractor_version DESC LIMIT 1
  );

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
  run.lock_followed AS lock_followed
FROM run
LEFT JOIN trial ON trial.run = run.id
LEFT JOIN response ON response.trial = trial.id
LEFT JOIN response AS final
  ON final.trial = response.trial AND final.attempt = response.attempt AND final.is_final
  AND NOT EXISTS (SELECT 1 FROM requeue WHERE requeue.trial = final.trial AND requeue.round = final.round)
GROUP BY run.id;
"""
