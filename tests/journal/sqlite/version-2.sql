-- A journal as version 2 wrote it: a key that was delivered, a run with one message each accepted, lost and refused, an opt-out.
PRAGMA application_id = 1936552807;
PRAGMA user_version = 2;
BEGIN TRANSACTION;
CREATE TABLE arrivals (                     -- what came back, by its hash, so that it is handed on once
    identity BLOB PRIMARY KEY,
    until REAL,                             -- the application has it in hand until then; NULL: it has had it
    at REAL NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO "arrivals" VALUES(X'6F2158607203B3D5518E4F17025DE3B3',NULL,1.7958932210608048439e+09);
CREATE TABLE deliveries (                   -- what reports said, also of messages that no entry knows (yet)
    provider TEXT NOT NULL,
    message_id TEXT NOT NULL,
    status TEXT NOT NULL,
    raw_status TEXT,
    reason TEXT,
    reference TEXT,
    first REAL NOT NULL,                    -- when the first of them came
    changed REAL NOT NULL,
    PRIMARY KEY (provider, message_id)
) STRICT, WITHOUT ROWID;
INSERT INTO "deliveries" VALUES('a','1','delivered','DELIVERED',NULL,NULL,1.79589322105998134616e+09,1.79589322105998134616e+09);
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
, provider TEXT, message_id TEXT, polled REAL) STRICT;
INSERT INTO "entries" VALUES(1,X'3B1544B8CE2C0FBAEFCC762116687CDC',X'6720B1E0A69103FEA42973A8AF802E81',NULL,NULL,NULL,'order-17','+27821234567','{"key": "order-17", "text": "Your code is 4711"}','accepted',1,1,'[["a", "2026-11-28T19:13:41.027928+00:00", "1"]]','{"outcome": "accepted", "status": "queued", "provider": "a", "message_id": "1", "segments": 1, "attempts": [["a", "accepted", null, "2026-11-28T19:13:41.027928+00:00", 0.00042716899997685687]]}',1.79589322101437497136e+09,1.79589322102873015399e+09,'a','1',NULL);
INSERT INTO "entries" VALUES(2,X'F6EC07CD2C4A19E0229869C5AD56CC24',X'22CC7F4B49B136EF129E041FEF29558A',1,1,1,NULL,'+27821234567','{"reference": "a", "text": "accepted"}','accepted',1,1,'[["a", "2026-11-28T19:13:41.054852+00:00", "2"]]','{"outcome": "accepted", "status": "queued", "provider": "a", "message_id": "2", "segments": 1, "attempts": [["a", "accepted", null, "2026-11-28T19:13:41.054852+00:00", 0.0003586430000268592]]}',1.79589322105414557449e+09,1.79589322105548119547e+09,'a','2',0.0);
INSERT INTO "entries" VALUES(3,X'27877E5FAB7DD18D5B7A6219F9CCC972',X'8BACC3F00197C9AC3C45DF9474100049',1,1,1,NULL,'+27821234568','{"reference": "b", "text": "lost"}','unknown',1,1,'[["a", "2026-11-28T19:13:41.056278+00:00", "17"]]','{"outcome": "unknown", "status": "unknown", "provider": "a", "segments": 1, "attempts": [["a", "unknown", {"kind": "UnknownOutcomeError", "reason": "the connection was cut", "provider": "a", "message_id": "17", "scope": "provider"}, "2026-11-28T19:13:41.056278+00:00", 0.00037500799999179435]], "error": {"kind": "UnknownOutcomeError", "reason": "the connection was cut", "provider": "a", "message_id": "17", "scope": "provider"}}',1.79589322105568861961e+09,1.79589322105687046048e+09,NULL,NULL,NULL);
INSERT INTO "entries" VALUES(4,X'125B7B4F0181F3DDFF935BE70596BCB8',X'FEC5D826282CDAD28CD439E12C930CA0',1,1,1,NULL,'+27821234569','{"text": "refused"}','rejected',1,1,'[]','{"outcome": "rejected", "status": "rejected", "provider": "a", "segments": 1, "attempts": [["a", "rejected", {"kind": "RejectedError", "reason": "the text was refused", "provider": "a", "scope": "message"}, "2026-11-28T19:13:41.058029+00:00", 0.00022907700008545362]], "error": {"kind": "RejectedError", "reason": "the text was refused", "provider": "a", "scope": "message"}}',1.79589322105746078492e+09,1.79589322105856227873e+09,NULL,NULL,NULL);
CREATE TABLE opt_outs (
    number TEXT PRIMARY KEY,                -- E.164
    stopped INTEGER NOT NULL,               -- 1: must not be texted; 0: took that back
    at REAL NOT NULL,                       -- when the person said so
    provider TEXT,                          -- whom they told, and in which word; NULL: not by a reply
    word TEXT,
    confirmation INTEGER                    -- the one entry that may still go out, to say that it was understood
) STRICT, WITHOUT ROWID;
INSERT INTO "opt_outs" VALUES('+27821234570',1,1.79589322106136584284e+09,NULL,NULL,NULL);
CREATE TABLE owners (
    id INTEGER PRIMARY KEY AUTOINCREMENT,   -- a process; never used twice
    host TEXT NOT NULL,
    pid INTEGER NOT NULL,
    lease REAL NOT NULL                     -- until when it counts as alive without another sign of life
, version INTEGER) STRICT;
CREATE TABLE positions (
    provider TEXT PRIMARY KEY,
    at REAL NOT NULL                        -- until when its replies were read
) STRICT, WITHOUT ROWID;
CREATE TABLE runs (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    pass INTEGER NOT NULL,                  -- how often its messages were gone through
    owner INTEGER                           -- who goes through them now
) STRICT;
INSERT INTO "runs" VALUES(1,'campaign',1,NULL);
CREATE TABLE salt (salt BLOB NOT NULL) STRICT;
INSERT INTO "salt" VALUES(X'2A8B66776532B7E421BEF3D3EE65E15E90CE40A01312A9CCE8F1AF8ECD177889');
CREATE INDEX open_entries ON entries (state, id) WHERE state IN ('intent', 'unknown');
CREATE INDEX referenced_entries ON entries (json_extract(message, '$.reference'))
    WHERE json_extract(message, '$.reference') IS NOT NULL;
CREATE INDEX accepted_entries ON entries (provider, message_id) WHERE message_id IS NOT NULL;
CREATE INDEX awaited_entries ON entries (provider, polled) WHERE polled IS NOT NULL;
CREATE INDEX marked_deliveries ON deliveries (provider, reference) WHERE reference IS NOT NULL;
CREATE INDEX old_arrivals ON arrivals (at);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('owners',1);
COMMIT;
