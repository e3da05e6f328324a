-- The referent's own time, beside the visits and the expenses. Neither engine alters a CHECK the way
-- the other does: the table is made anew. Nothing refers to it.
ALTER TABLE ledger RENAME TO ledger_before;
CREATE TABLE ledger (
    id           INTEGER NOT NULL PRIMARY KEY,
    school       TEXT NOT NULL,
    kind         TEXT NOT NULL CHECK (kind IN ('visit', 'expense', 'time')),
    -- Per school and kind, from 1: people write V3, D2, T1.
    number       INTEGER NOT NULL,
    -- ISO 8601, in the school's zone.
    day          TEXT NOT NULL,
    half         TEXT CHECK (half IN ('morning', 'afternoon')),
    minutes      INTEGER,
    cents        BIGINT,
    -- Who came, never a person's name; what was bought; nothing for time.
    words        TEXT NOT NULL,
    place        TEXT,
    incident     INTEGER REFERENCES incident (id) ON DELETE SET NULL,
    noted_at     BIGINT NOT NULL,
    message      INTEGER REFERENCES message (id) ON DELETE SET NULL,
    withdrawn_at BIGINT,
    UNIQUE (school, kind, number),
    CHECK ((kind = 'expense') = (cents IS NOT NULL)),
    CHECK (kind <> 'time' OR minutes IS NOT NULL)
);
INSERT INTO ledger (id, school, kind, number, day, half, minutes, cents, words, place, incident, noted_at, message,
                    withdrawn_at)
    SELECT id, school, kind, number, day, half, minutes, cents, words, place, incident, noted_at, message, withdrawn_at
    FROM ledger_before;
DROP TABLE ledger_before;
CREATE INDEX ledger_by_day ON ledger (school, day, id);
CREATE INDEX ledger_of_incident ON ledger (incident) WHERE incident IS NOT NULL;
CREATE INDEX ledger_of_message ON ledger (message) WHERE message IS NOT NULL;
