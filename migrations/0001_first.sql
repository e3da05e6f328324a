-- One folder for SQLite and PostgreSQL: flags are SMALLINT 0/1, times BIGINT milliseconds since the
-- epoch (UTC), keys INTEGER made by the program (SQLite's row id, so that a table is its own index).

CREATE TABLE meta (
    name  TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
);

-- The highest key ever given in a table, noted before rows are deleted: keys are never used again.
CREATE TABLE key_floor (
    name TEXT NOT NULL PRIMARY KEY,
    last BIGINT NOT NULL
);

-- References are numbered per school and calendar year.
CREATE TABLE reference_counter (
    school TEXT NOT NULL,
    year   INTEGER NOT NULL,
    last   INTEGER NOT NULL,
    PRIMARY KEY (school, year)
);

CREATE TABLE mailbox (
    id       INTEGER NOT NULL PRIMARY KEY,
    name     TEXT NOT NULL UNIQUE,
    validity BIGINT NOT NULL,
    last_uid BIGINT NOT NULL
);

CREATE TABLE message (
    id           INTEGER NOT NULL PRIMARY KEY,
    school       TEXT NOT NULL,
    mailbox      INTEGER NOT NULL REFERENCES mailbox (id),
    validity     BIGINT NOT NULL,
    uid          TEXT NOT NULL,
    message_id   TEXT,
    content_hash TEXT NOT NULL,
    sender       TEXT NOT NULL,
    subject      TEXT NOT NULL,
    received_at  BIGINT NOT NULL,
    size         BIGINT NOT NULL,
    to_move      SMALLINT NOT NULL CHECK (to_move IN (0, 1)),
    released     SMALLINT NOT NULL CHECK (released IN (0, 1)),
    ended_at     BIGINT,
    outcome      TEXT CHECK (outcome IN ('handled', 'ignored', 'quarantined')),
    reason       TEXT,
    UNIQUE (mailbox, validity, uid),
    CHECK ((ended_at IS NULL) = (outcome IS NULL) AND (outcome IS NULL) = (reason IS NULL))
);
CREATE INDEX message_waiting ON message (school, id) WHERE outcome IS NULL;
CREATE INDEX message_quarantined ON message (school, id) WHERE outcome = 'quarantined';
CREATE INDEX message_to_move ON message (mailbox, id) WHERE to_move = 1;
-- With the key, so that "the earliest" is read from the index whatever a planner believes.
CREATE INDEX message_by_message_id ON message (message_id, id) WHERE message_id IS NOT NULL;
CREATE INDEX message_by_hash ON message (content_hash, id);

-- Apart, so that ending a message does not write its bytes again.
CREATE TABLE message_raw (
    message INTEGER NOT NULL PRIMARY KEY REFERENCES message (id),
    raw     BYTEA NOT NULL
);

CREATE TABLE incident (
    id                INTEGER NOT NULL PRIMARY KEY,
    school            TEXT NOT NULL,
    year              INTEGER NOT NULL,
    number            INTEGER NOT NULL,
    state             TEXT NOT NULL,
    state_json        TEXT NOT NULL,
    facts_json        TEXT NOT NULL,
    fired_json        TEXT NOT NULL,
    opened_at         BIGINT NOT NULL,
    last_reported_at  BIGINT NOT NULL,
    ticket_sent_at    BIGINT,
    support_reference TEXT,
    support_heard_at  BIGINT,
    closed_at         BIGINT,
    merged_into       INTEGER REFERENCES incident (id),
    due_at            BIGINT,
    version           BIGINT NOT NULL,
    UNIQUE (school, year, number)
);
CREATE INDEX incident_by_state ON incident (school, state, closed_at);
CREATE INDEX incident_due ON incident (school, due_at) WHERE due_at IS NOT NULL;
CREATE INDEX incident_by_support ON incident (support_reference) WHERE support_reference IS NOT NULL;

CREATE TABLE report (
    id            INTEGER NOT NULL PRIMARY KEY,
    message       INTEGER NOT NULL REFERENCES message (id),
    incident      INTEGER NOT NULL REFERENCES incident (id),
    position      INTEGER NOT NULL,
    reporter      TEXT NOT NULL,
    reporter_name TEXT NOT NULL,
    at            BIGINT NOT NULL,
    facts_json    TEXT NOT NULL,
    fresh         SMALLINT NOT NULL CHECK (fresh IN (0, 1)),
    UNIQUE (message, position)
);
CREATE INDEX report_of_incident ON report (incident, id);

CREATE TABLE history (
    id         INTEGER NOT NULL PRIMARY KEY,
    incident   INTEGER NOT NULL REFERENCES incident (id),
    at         BIGINT NOT NULL,
    actor_kind TEXT NOT NULL CHECK (actor_kind IN ('person', 'support', 'passerelle', 'operator')),
    actor      TEXT,
    event      TEXT NOT NULL,
    detail     TEXT NOT NULL,
    message    INTEGER REFERENCES message (id)
);
CREATE INDEX history_of_incident ON history (incident, id);
CREATE INDEX history_of_message ON history (message) WHERE message IS NOT NULL;

CREATE TABLE outbox (
    id            INTEGER NOT NULL PRIMARY KEY,
    school        TEXT NOT NULL,
    kind          TEXT NOT NULL,
    recipient     TEXT NOT NULL,
    envelope_from TEXT NOT NULL,
    own_copy      SMALLINT NOT NULL CHECK (own_copy IN (0, 1)),
    own_token     TEXT UNIQUE,
    reply_token   TEXT UNIQUE,
    message_id    TEXT NOT NULL,
    subject       TEXT NOT NULL,
    size          BIGINT NOT NULL,
    state         TEXT NOT NULL CHECK (state IN ('queued', 'sending', 'unknown', 'sent', 'failed')),
    attempts      INTEGER NOT NULL,
    next_at       BIGINT NOT NULL,
    created_at    BIGINT NOT NULL,
    first_try_at  BIGINT,
    sent_at       BIGINT,
    unknown_at    BIGINT,
    failed_at     BIGINT,
    last_error    TEXT,
    bounced_at    BIGINT,
    bounce        TEXT,
    cause         INTEGER REFERENCES message (id),
    incident      INTEGER REFERENCES incident (id),
    -- The incident whose one ticket this is; emptied where a bounced ticket is replaced.
    ticket_of     INTEGER REFERENCES incident (id),
    claim         BIGINT,
    UNIQUE (message_id, recipient)
);
CREATE UNIQUE INDEX outbox_one_ticket ON outbox (ticket_of) WHERE ticket_of IS NOT NULL;
CREATE INDEX outbox_due ON outbox (school, next_at, id) WHERE state = 'queued';
-- One for each state: SQLite uses a partial index only where the query repeats its condition.
CREATE INDEX outbox_sending ON outbox (school, claim) WHERE state = 'sending';
CREATE INDEX outbox_unknown ON outbox (school, id) WHERE state = 'unknown';
CREATE INDEX outbox_failed ON outbox (school, failed_at) WHERE state = 'failed';
CREATE INDEX outbox_bounced ON outbox (school, bounced_at) WHERE bounced_at IS NOT NULL;
CREATE INDEX outbox_to_recipient ON outbox (recipient, created_at);
CREATE INDEX outbox_of_incident ON outbox (incident, id) WHERE incident IS NOT NULL;

-- Apart, so that a change of state does not write the bytes again.
CREATE TABLE outbox_bytes (
    outbox INTEGER NOT NULL PRIMARY KEY REFERENCES outbox (id),
    bytes  BYTEA NOT NULL
);

CREATE TABLE outbox_shows (
    outbox      INTEGER NOT NULL REFERENCES outbox (id),
    position    INTEGER NOT NULL,
    incident    INTEGER NOT NULL REFERENCES incident (id),
    fingerprint TEXT NOT NULL,
    PRIMARY KEY (outbox, position)
);

-- Senders whom a referent let in.
CREATE TABLE sender (
    school  TEXT NOT NULL,
    address TEXT NOT NULL,
    since   BIGINT NOT NULL,
    PRIMARY KEY (school, address)
);

-- What a school's mail taught of its places, as JSON.
CREATE TABLE learned (
    school TEXT NOT NULL PRIMARY KEY,
    value  TEXT NOT NULL
);

-- When something that goes by schedule (digest, binder) last went.
CREATE TABLE schedule (
    school TEXT NOT NULL,
    what   TEXT NOT NULL,
    at     BIGINT NOT NULL,
    PRIMARY KEY (school, what)
);
