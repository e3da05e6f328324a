-- What the referent notes by mail: the technician's visits, and what the school pays itself.
-- A withdrawn entry stays, so that V3 never comes to mean another visit.
CREATE TABLE ledger (
    id           INTEGER NOT NULL PRIMARY KEY,
    school       TEXT NOT NULL,
    kind         TEXT NOT NULL CHECK (kind IN ('visit', 'expense')),
    -- Per school and kind, from 1: people write V3, D2.
    number       INTEGER NOT NULL,
    -- ISO 8601, in the school's zone.
    day          TEXT NOT NULL,
    half         TEXT CHECK (half IN ('morning', 'afternoon')),
    minutes      INTEGER,
    cents        BIGINT,
    -- Who came, never a person's name; what was bought.
    words        TEXT NOT NULL,
    place        TEXT,
    incident     INTEGER REFERENCES incident (id) ON DELETE SET NULL,
    noted_at     BIGINT NOT NULL,
    message      INTEGER REFERENCES message (id) ON DELETE SET NULL,
    withdrawn_at BIGINT,
    UNIQUE (school, kind, number),
    CHECK ((kind = 'expense') = (cents IS NOT NULL))
);
CREATE INDEX ledger_by_day ON ledger (school, day, id);
CREATE INDEX ledger_of_incident ON ledger (incident) WHERE incident IS NOT NULL;
CREATE INDEX ledger_of_message ON ledger (message) WHERE message IS NOT NULL;
