-- What reviewers said of synthetic patients, and blinded tests: positions and answers, no values.

CREATE TABLE judgements (
    run_id TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    "row" INTEGER NOT NULL,
    document TEXT NOT NULL,
    PRIMARY KEY (run_id, "row")
);

CREATE TABLE blinded_tests (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    run_id TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    document TEXT NOT NULL
);
CREATE INDEX blinded_tests_of_run ON blinded_tests (run_id, id);
