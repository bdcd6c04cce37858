-- A journal as version 4 wrote it: each kind of end, a message with all its fields, an intent of a process that ended.
PRAGMA application_id = 1936552807;
PRAGMA user_version = 4;
BEGIN TRANSACTION;
CREATE TABLE arrivals (                     -- what came back, by its hash, so that it is handed on once
    identity BLOB PRIMARY KEY,
    until REAL,                             -- the application has it in hand until then; NULL: it has had it
    at REAL NOT NULL
, confirmed INTEGER NOT NULL DEFAULT 0, content BLOB) STRICT, WITHOUT ROWID;
INSERT INTO "arrivals" VALUES(X'E94E01EDCE9AE91B6897D65011BEF358',1.7959427217925951481e+09,1.7959426617925951481e+09,0,NULL);
INSERT INTO "arrivals" VALUES(X'EABABB3776301393079F1C126D109C26',1.79594272179115796092e+09,1.79594266179115796084e+09,1,NULL);
CREATE TABLE deliveries (                   -- what reports said, also of messages that no entry knows (yet)
    provider TEXT NOT NULL,
    message_id TEXT NOT NULL,
    status TEXT NOT NULL,
    raw_status TEXT,
    reason TEXT,
    reference TEXT,
    first REAL NOT NULL,                    -- when the first of them came
    changed REAL NOT NULL, confirmed INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (provider, message_id)
) STRICT, WITHOUT ROWID;
INSERT INTO "deliveries" VALUES('a','a1','delivered','DELIVERED',NULL,NULL,1.79594266179119563101e+09,1.79594266179119563101e+09,1);
INSERT INTO "deliveries" VALUES('a','elsewhere','sent','SENT',NULL,'z',1795942661.79264,1795942661.79264,0);
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
, provider TEXT, message_id TEXT, polled REAL, moment REAL) STRICT;
INSERT INTO "entries" VALUES(1,X'0D697EFBC83B42639C4345D44340CC4B',X'9B29563C89DD3A92F6FC7F9F43B59DE9',NULL,NULL,NULL,'order-17','+27821234567','{"key": "order-17", "text": "Your code is 4711"}','accepted',1,1,'[["a", "2026-11-29T08:57:41.721078+00:00", "a1"]]','{"outcome": "accepted", "status": "queued", "provider": "a", "message_id": "a1", "segments": 1, "attempts": [["a", "accepted", null, "2026-11-29T08:57:41.721078+00:00", 0.00027276800392428413]]}',1.79594266172022795679e+09,1.7959426617318177223e+09,'a','a1',0.0,1.79594266173169159889e+09);
INSERT INTO "entries" VALUES(2,X'2B8C0C29EA8B905731BB0E41CCEFFC23',X'4224FC393EFD267B22CB23576AA88ECB',NULL,NULL,NULL,'whole','+27821234567','{"sender": "Shop", "key": "whole", "reference": "ref", "campaign": "advent", "provider": "a", "send_at": "2026-12-01T08:00:00.123456+00:00", "validity": 7200.0, "extra": {"plain": {"note": [1, null, "\u00e9\n"]}}, "text": "whole"}','accepted',1,1,'[["a", "2026-11-29T08:57:41.739082+00:00", "a2"]]','{"outcome": "accepted", "status": "scheduled", "provider": "a", "message_id": "a2", "sender": "+2782000000", "notes": ["the sender was replaced"], "segments": 1, "attempts": [["a", "accepted", null, "2026-11-29T08:57:41.739082+00:00", 0.00025474200083408505]]}',1.79594266173815631871e+09,1.79594266173960232738e+09,'a','a2',1.79611200012345600127e+09,1.79594266173946166039e+09);
INSERT INTO "entries" VALUES(3,X'3B348AED9B6FD84E2046073490BB9A6E',X'B0CDBA40167A9721B5A3DFB31B985933',1,1,1,NULL,'+27821234567','{"reference": "a", "text": "accepted"}','accepted',1,1,'[["a", "2026-11-29T08:57:41.762947+00:00", "a3"]]','{"outcome": "accepted", "status": "queued", "provider": "a", "message_id": "a3", "segments": 1, "attempts": [["a", "accepted", null, "2026-11-29T08:57:41.762947+00:00", 0.0002607770002214238]]}',1795942661.75849,1.79594266176355886457e+09,'a','a3',0.0,1.79594266176341700556e+09);
INSERT INTO "entries" VALUES(4,X'C72988D9B1930B2258407FD80AC6BCC4',X'618254254A9F80EA7CA008B40F5DB5D5',1,1,1,NULL,'+27821234567','{"reference": "b", "text": "lost"}','unknown',1,1,'[["a", "2026-11-29T08:57:41.771214+00:00", "17"]]','{"outcome": "unknown", "status": "unknown", "provider": "a", "segments": 1, "attempts": [["a", "unknown", {"kind": "UnknownOutcomeError", "reason": "the connection was cut", "provider": "a", "message_id": "17", "scope": "provider"}, "2026-11-29T08:57:41.771214+00:00", 0.0003274179980508052]], "error": {"kind": "UnknownOutcomeError", "reason": "the connection was cut", "provider": "a", "message_id": "17", "scope": "provider"}}',1.79594266176511502264e+09,1.79594266177199196818e+09,NULL,NULL,NULL,1.79594266177186703686e+09);
INSERT INTO "entries" VALUES(5,X'0A71CFD2D914D37AB19618714B8DC0BA',X'F8D6314BC99A36E55EB32FA1381AA269',1,1,1,NULL,'+27821234567','{"text": "refused"}','rejected',1,1,'[]','{"outcome": "rejected", "status": "rejected", "provider": "a", "segments": 1, "attempts": [["a", "rejected", {"kind": "RejectedError", "reason": "the text was refused", "provider": "a", "scope": "message"}, "2026-11-29T08:57:41.774989+00:00", 0.0002296029997523874]], "error": {"kind": "RejectedError", "reason": "the text was refused", "provider": "a", "scope": "message"}}',1.79594266177256393435e+09,1.79594266177691459654e+09,NULL,NULL,NULL,1.79594266177682685857e+09);
INSERT INTO "entries" VALUES(6,X'0409173A773060FB2317CBF82DD0B2EB',X'B151AE69CE05C8A3FEAAAF8ADFB28391',1,1,1,NULL,'+27821234567','{"text": "down"}','not sent',1,1,'[]','{"outcome": "not sent", "status": "pending", "provider": "a", "segments": 1, "attempts": [["a", "not sent", {"kind": "NotSentError", "reason": "no connection", "provider": "a", "scope": "provider"}, "2026-11-29T08:57:41.779041+00:00", 0.00015382200217572972]], "error": {"kind": "NotSentError", "reason": "no connection", "provider": "a", "scope": "provider"}}',1.79594266177699708937e+09,1.79594266178000235554e+09,NULL,NULL,NULL,1.79594266177992320067e+09);
INSERT INTO "entries" VALUES(7,X'006C3025A159761FDB96C9C763DB67EB',X'CB2F6134F617257D3A35551EAE3580F2',1,1,2,NULL,'+27821234567','{"text": "again"}','accepted',1,1,'[["a", "2026-11-29T08:57:41.784296+00:00", "a4"]]','{"outcome": "accepted", "status": "queued", "provider": "a", "message_id": "a4", "segments": 1, "attempts": [["a", "accepted", null, "2026-11-29T08:57:41.784296+00:00", 0.00017234699771506712]]}',1.79594266178008580203e+09,1.79594266178464341161e+09,'a','a4',0.0,1.79594266178457641599e+09);
INSERT INTO "entries" VALUES(8,X'B1C036F0029110B34655CB0DCE533FD9',X'CB2F6134F617257D3A35551EAE3580F2',1,NULL,NULL,NULL,'+27821234567','{"text": "again"}','accepted',1,1,'[["a", "2026-11-29T08:57:41.786401+00:00", "a5"]]','{"outcome": "accepted", "status": "queued", "provider": "a", "message_id": "a5", "segments": 1, "attempts": [["a", "accepted", null, "2026-11-29T08:57:41.786401+00:00", 0.00014827899576630443]]}',1.79594266178568553928e+09,1.79594266178680396083e+09,'a','a5',0.0,1.79594266178673172e+09);
INSERT INTO "entries" VALUES(9,X'9D6D6DECE9EDD59FDC42BB89C08143CB',X'C3A284A5FDCE7955FBCFDC3B884BCDA7',1,1,1,NULL,'+27821234567','{"reference": "c", "text": "quiet"}','unknown',1,1,'[["a", "2026-11-29T08:57:41.787494+00:00", null]]','{"outcome": "unknown", "status": "unknown", "provider": "a", "segments": 1, "attempts": [["a", "unknown", {"kind": "UnknownOutcomeError", "reason": "the connection was cut", "provider": "a", "scope": "provider"}, "2026-11-29T08:57:41.787494+00:00", 0.00015366199659183621]], "error": {"kind": "UnknownOutcomeError", "reason": "the connection was cut", "provider": "a", "scope": "provider"}}',1.79594266178687572482e+09,1.79594266178793239598e+09,NULL,NULL,NULL,1.79594266178785490987e+09);
INSERT INTO "entries" VALUES(10,X'4517BC96132B52787D831B6AA5C00055',X'32988804557AABA3EBF34C0AC650A1A4',NULL,NULL,NULL,'twice','+27821234567','{"key": "twice", "text": "twice perhaps"}','accepted',2,1,'[["a", "2026-11-29T08:57:41.821792+00:00", "18"], ["b", "2026-11-29T08:57:41.822081+00:00", "b1"]]','{"outcome": "accepted", "status": "queued", "provider": "b", "message_id": "b1", "segments": 1, "attempts": [["a", "unknown", {"kind": "UnknownOutcomeError", "reason": "the connection was cut", "provider": "a", "message_id": "18", "scope": "provider"}, "2026-11-29T08:57:41.821792+00:00", 0.000271823002549354], ["b", "accepted", null, "2026-11-29T08:57:41.822081+00:00", 0.0008624000038253143]]}',1.79594266181445598603e+09,1.79594266182317066193e+09,'b','b1',0.0,1.79594266182307767867e+09);
INSERT INTO "entries" VALUES(11,X'CB91D3B990FB03A763F521FDBCFEA377',X'63C8F812BA37AB558EEE83A45408665B',NULL,NULL,NULL,'dear','+27821234567','{"key": "dear", "text": "dear"}','rejected',3,1,'[]','{"outcome": "rejected", "status": "rejected", "provider": "a", "segments": 1, "attempts": [["a", "rejected", {"kind": "InvalidMessageError", "reason": "limits.max_price is 1 and no price is known for this number"}, "2026-11-29T08:57:41.879033+00:00", 4.464699304662645e-05]], "error": {"kind": "InvalidMessageError", "reason": "limits.max_price is 1 and no price is known for this number"}}',1.79594266184004807468e+09,1.79594266187959361071e+09,NULL,NULL,NULL,1795942661.87943);
INSERT INTO "entries" VALUES(12,X'5EEF4506F312048EC2D42538232D54EA',X'9C385FD1EDF97C0256D15748E686A29A',NULL,NULL,NULL,'intent','+27821234567','{"key": "intent", "reference": "d", "text": "intent"}','intent',4,1,'[["a", "2026-11-29T08:57:41.964777+00:00", null]]',NULL,1.79594266196470689778e+09,1.79594266196487307553e+09,NULL,NULL,NULL,1.79594266196424221992e+09);
CREATE TABLE opt_outs (
    number TEXT PRIMARY KEY,                -- E.164
    stopped INTEGER NOT NULL,               -- 1: must not be texted; 0: took that back
    at REAL NOT NULL,                       -- when the person said so
    provider TEXT,                          -- whom they told, and in which word; NULL: not by a reply
    word TEXT,
    confirmation INTEGER                    -- the one entry that may still go out, to say that it was understood
, confirmed INTEGER NOT NULL DEFAULT 0) STRICT, WITHOUT ROWID;
INSERT INTO "opt_outs" VALUES('+27821234570',1,1.79594266179047346116e+09,NULL,NULL,NULL,0);
CREATE TABLE positions (
    provider TEXT PRIMARY KEY,
    at REAL NOT NULL                        -- until when its replies were read
) STRICT, WITHOUT ROWID;
CREATE TABLE "processes" (
    id INTEGER PRIMARY KEY AUTOINCREMENT,   -- a process; never used twice
    host TEXT NOT NULL,
    pid INTEGER NOT NULL,
    lease REAL NOT NULL                     -- until when it counts as alive without another sign of life
, version INTEGER, token BLOB, boot TEXT, namespace TEXT, started INTEGER) STRICT;
INSERT INTO "processes" VALUES(4,'there',4711,1795900000.0,NULL,X'D7AD717B798DFA364EB213715B14FC21','boot','pid',5146222);
CREATE TABLE readings (                     -- replies that a pass began to read and did not come to the end of
    provider TEXT PRIMARY KEY,
    cursor TEXT NOT NULL,                   -- where the next pass goes on
    since REAL NOT NULL,                    -- what was asked for
    until REAL                              -- the position at the end; NULL: not known
) STRICT, WITHOUT ROWID;
CREATE TABLE runs (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    pass INTEGER NOT NULL,                  -- how often its messages were gone through
    owner INTEGER                           -- who goes through them now
) STRICT;
INSERT INTO "runs" VALUES(1,'campaign',1,NULL);
CREATE TABLE salt (salt BLOB NOT NULL) STRICT;
INSERT INTO "salt" VALUES(X'F6806C45551424E2A5915CD5A2E36E211AE4FBD23E9C3BC121E5EC7E14FC29DD');
CREATE TABLE timeline (                     -- one row, written with each change
    generation BLOB NOT NULL,               -- counts the changes: 8 bytes behind a mark to be found by
    moment REAL NOT NULL,                   -- the journal's own time, which never leaps
    boot TEXT NOT NULL,                     -- within which the uptime counts
    uptime REAL NOT NULL,
    wall REAL NOT NULL,                     -- the latest that the wall clock has shown
    on_disk INTEGER NOT NULL                -- the generation in the file itself; newer ones are in the log
) STRICT;
INSERT INTO "timeline" VALUES(X'736D736761746500000000000000001B',1.79594266196424221992e+09,'boot',51462.306511264,1.79594266196425056455e+09,26);
CREATE INDEX open_entries ON entries (state, id) WHERE state IN ('intent', 'unknown');
CREATE INDEX referenced_entries ON entries (json_extract(message, '$.reference'))
    WHERE json_extract(message, '$.reference') IS NOT NULL;
CREATE INDEX accepted_entries ON entries (provider, message_id) WHERE message_id IS NOT NULL;
CREATE INDEX awaited_entries ON entries (provider, polled) WHERE polled IS NOT NULL;
CREATE INDEX marked_deliveries ON deliveries (provider, reference) WHERE reference IS NOT NULL;
CREATE INDEX old_arrivals ON arrivals (at);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('processes',4);
COMMIT;
