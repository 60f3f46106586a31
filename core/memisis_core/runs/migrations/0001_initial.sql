-- What the program remembers: sessions and their chat, plans, runs and what came of them.
-- Times are UTC in ISO 8601. Documents are JSON of the pydantic models of the same name.

CREATE TABLE sessions (
    id TEXT PRIMARY KEY,
    title TEXT NOT NULL,
    dataset TEXT,
    created TEXT NOT NULL,
    updated TEXT NOT NULL
);

CREATE TABLE plans (
    id TEXT PRIMARY KEY,
    session_id TEXT REFERENCES sessions (id) ON DELETE SET NULL,
    created TEXT NOT NULL,
    document TEXT NOT NULL,
    effective TEXT
);

CREATE TABLE messages (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    session_id TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    role TEXT NOT NULL,
    text TEXT NOT NULL,
    plan_id TEXT REFERENCES plans (id) ON DELETE SET NULL,
    created TEXT NOT NULL
);
CREATE INDEX messages_of_session ON messages (session_id, id);

CREATE TABLE runs (
    id TEXT PRIMARY KEY,
    plan_id TEXT NOT NULL REFERENCES plans (id),
    session_id TEXT REFERENCES sessions (id) ON DELETE SET NULL,
    label TEXT NOT NULL,
    synthesizer TEXT NOT NULL,
    seed INTEGER NOT NULL,
    state TEXT NOT NULL,
    job TEXT NOT NULL,
    owner TEXT,
    created TEXT NOT NULL,
    started TEXT,
    ended TEXT,
    reason TEXT,
    epochs_trained INTEGER
);
CREATE INDEX runs_by_state ON runs (state);
CREATE INDEX runs_of_plan ON runs (plan_id);
CREATE INDEX runs_by_label ON runs (session_id, label);

-- An identifier is never given twice, even after its run was deleted: reports may quote it.
CREATE TABLE identifiers (
    kind TEXT NOT NULL,
    day TEXT NOT NULL,
    last INTEGER NOT NULL,
    PRIMARY KEY (kind, day)
);

-- Who works on a run. Alive as long as the lock on its file is held; the rest is for people.
CREATE TABLE owners (
    id TEXT PRIMARY KEY,
    host TEXT NOT NULL,
    pid INTEGER NOT NULL,
    process_started TEXT,
    created TEXT NOT NULL
);

CREATE TABLE metrics (
    run_id TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    id TEXT NOT NULL,
    subject TEXT NOT NULL,
    axis TEXT NOT NULL,
    status TEXT NOT NULL,
    value REAL,
    position INTEGER NOT NULL,
    document TEXT NOT NULL,
    PRIMARY KEY (run_id, id, subject)
);

CREATE TABLE losses (
    run_id TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    epoch INTEGER NOT NULL,
    document TEXT NOT NULL,
    PRIMARY KEY (run_id, epoch)
);

CREATE TABLE artefacts (
    run_id TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    path TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    PRIMARY KEY (run_id, name)
);

CREATE TABLE warnings (
    run_id TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    text TEXT NOT NULL,
    PRIMARY KEY (run_id, text)
);

CREATE TABLE goals (
    run_id TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    document TEXT NOT NULL,
    PRIMARY KEY (run_id, position)
);
