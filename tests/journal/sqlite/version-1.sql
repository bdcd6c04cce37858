-- A journal as version 1 wrote it: a key, and a run with one message each accepted, lost and refused.
BEGIN TRANSACTION;
CREATE TABLE entries (
    id INTEGER PRIMARY KEY,
    identity BLOB UNIQUE,                   -- of its key, or of its place in a run; NULL: nothing is the same
    fingerprint BLOB NOT NULL,              -- of its content; empty where nothing is the same
    run INTEGER,
    pass INTEGER,                           -- at the first of equal messages of a run: the pass that `taken` is of
    taken INTEGER,                          -- and how many of them came in that pass
    key TEXT,
    recipient TEXT NOT NULL,
    message TEXT NOT NULL,                  -- JSON; what of it, the settings say
    state TEXT NOT NULL,
    owner INTEGER NOT NULL,
    claim INTEGER NOT NULL,                 -- counts the claims; only the last one's holder settles
    asked TEXT NOT NULL,                    -- JSON: who may have the text, since when, under which id
    result TEXT,                            -- JSON
    created REAL NOT NULL,
    changed REAL NOT NULL
) STRICT;
INSERT INTO "entries" VALUES(1,X'D1724C58B6442071717842528EE90656',X'51E1C7DEA8DA157273DEE649876E08CC',NULL,NULL,NULL,'order-17','+27821234567','{"key": "order-17", "text": "Your code is 4711"}','accepted',1,1,'[["a", "2026-11-22T03:25:01.533876+00:00", "1"]]','{"outcome": "accepted", "status": "queued", "provider": "a", "message_id": "1", "segments": 1, "attempts": [["a", "accepted", null, "2026-11-22T03:25:01.533876+00:00", 0.0003758910006581573]]}',1.79531790153312349319e+09,1.79531790153447985648e+09);
INSERT INTO "entries" VALUES(2,X'14000E3896941CE1C8C290FC25CFFFA5',X'46AF1B5B3ED54CDB0DFE0D88F00B19DF',1,1,1,NULL,'+27821234567','{"reference": "a", "text": "accepted"}','accepted',1,1,'[["a", "2026-11-22T03:25:01.538114+00:00", "2"]]','{"outcome": "accepted", "status": "queued", "provider": "a", "message_id": "2", "segments": 1, "attempts": [["a", "accepted", null, "2026-11-22T03:25:01.538114+00:00", 0.0002816400010487996]]}',1.795317901537302494e+09,1.79531790153866028787e+09);
INSERT INTO "entries" VALUES(3,X'B72E1395EB00B40D563056835B62988D',X'29F86659D1A4EE4246916F4D59168D8F',1,1,1,NULL,'+27821234568','{"reference": "b", "text": "lost"}','unknown',1,1,'[["a", "2026-11-22T03:25:01.539318+00:00", "17"]]','{"outcome": "unknown", "status": "unknown", "provider": "a", "segments": 1, "attempts": [["a", "unknown", {"kind": "UnknownOutcomeError", "reason": "the connection was cut", "provider": "a", "message_id": "17", "scope": "provider"}, "2026-11-22T03:25:01.539318+00:00", 0.000279357000181335]], "error": {"kind": "UnknownOutcomeError", "reason": "the connection was cut", "provider": "a", "message_id": "17", "scope": "provider"}}',1.79531790153880071647e+09,1.79531790153980040551e+09);
INSERT INTO "entries" VALUES(4,X'8625C83A829BB7CEF388196C461588A9',X'E1E0B253C9745C8A192B90FD33B8E58D',1,1,1,NULL,'+27821234569','{"text": "refused"}','rejected',1,1,'[]','{"outcome": "rejected", "status": "rejected", "provider": "a", "segments": 1, "attempts": [["a", "rejected", {"kind": "RejectedError", "reason": "the text was refused", "provider": "a", "scope": "message"}, "2026-11-22T03:25:01.541591+00:00", 0.0002541489993745927]], "error": {"kind": "RejectedError", "reason": "the text was refused", "provider": "a", "scope": "message"}}',1.79531790154111027717e+09,1.79531790154202914233e+09);
CREATE TABLE owners (
    id INTEGER PRIMARY KEY AUTOINCREMENT,   -- a process; never used twice
    host TEXT NOT NULL,
    pid INTEGER NOT NULL,
    lease REAL NOT NULL                     -- until when it counts as alive without another sign of life
) STRICT;
CREATE TABLE runs (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    pass INTEGER NOT NULL,                  -- how often its messages were gone through
    owner INTEGER                           -- who goes through them now
) STRICT;
INSERT INTO "runs" VALUES(1,'campaign',1,NULL);
CREATE TABLE salt (salt BLOB NOT NULL) STRICT;
INSERT INTO "salt" VALUES(X'2E797704D65AE6A0C5D148174A3D244073662DF9518B718B1D5727605AD06D44');
CREATE INDEX open_entries ON entries (state, id) WHERE state IN ('intent', 'unknown');
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('owners',1);
COMMIT;
PRAGMA application_id = 1936552807;
PRAGMA user_version = 1;
