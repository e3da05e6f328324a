-- Classeurs that somebody asked for by mail: made outside the transaction that read the mail, since
-- drawing one takes seconds, and not forgotten where the program stops in between.
CREATE TABLE binder_request (
    id        INTEGER NOT NULL PRIMARY KEY,
    school    TEXT NOT NULL,
    recipient TEXT NOT NULL,
    from_day  TEXT NOT NULL,
    to_day    TEXT NOT NULL,
    asked_at  BIGINT NOT NULL,
    message   INTEGER REFERENCES message (id) ON DELETE SET NULL
);
CREATE INDEX binder_request_of_school ON binder_request (school, id);
