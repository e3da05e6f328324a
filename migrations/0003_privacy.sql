-- Forgetting, ageing, and what a restored backup must learn of them.

-- Hashes, keyed with the store's secret: of the addresses of people who were forgotten, of what they
-- wrote, and of what was removed because of its age. Mail whose content is here is not kept again.
CREATE TABLE forgotten (
    hash TEXT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('address', 'content', 'aged')),
    at   BIGINT NOT NULL
);
CREATE INDEX forgotten_for_good ON forgotten (kind) WHERE kind <> 'aged';

-- Counts whatever changed incidents from outside the books that a running instance keeps of them.
INSERT INTO meta (name, value) VALUES ('epoch', '0');

-- 0: whole; 1: its bytes are gone; 2: it names nobody any more. Looked at when `look_at` has come.
ALTER TABLE message ADD COLUMN aged SMALLINT NOT NULL DEFAULT 0;
ALTER TABLE message ADD COLUMN look_at BIGINT NOT NULL DEFAULT 0;
CREATE INDEX message_to_age ON message (school, look_at) WHERE aged = 0;

-- 1: it names nobody any more.
ALTER TABLE incident ADD COLUMN aged SMALLINT NOT NULL DEFAULT 0;
CREATE INDEX incident_to_age ON incident (school, closed_at) WHERE aged = 0 AND closed_at IS NOT NULL;

-- As for messages; -1: its bytes go as soon as it has left.
ALTER TABLE outbox ADD COLUMN aged SMALLINT NOT NULL DEFAULT 0;
CREATE INDEX outbox_to_age ON outbox (school, created_at) WHERE aged = 0;
CREATE INDEX outbox_to_empty ON outbox (school, id) WHERE aged = -1;
CREATE INDEX outbox_of_no_incident ON outbox (school, created_at) WHERE aged = 1 AND incident IS NULL;
