-- What a session looked like when it was last saved: JSON of `SessionState`, written whole.
ALTER TABLE sessions ADD COLUMN state TEXT;

-- Runs that go on without a terminal. Their process and whoever follows them meet here: it writes
-- the latest progress, they count the requests to stop.
CREATE TABLE detached_runs (
    run_id TEXT PRIMARY KEY REFERENCES runs (id) ON DELETE CASCADE,
    progress TEXT,
    stops INTEGER NOT NULL DEFAULT 0
);
