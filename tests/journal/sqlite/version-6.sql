-- A journal as version 6 wrote it: what version 5 had, a message in doubt with its submission, and one in flight.
PRAGMA application_id = 1936552807;
PRAGMA user_version = 6;
BEGIN TRANSACTION;
CREATE TABLE arrivals (                     -- what came back, by its hash, so that it is delivered once
    identity BLOB PRIMARY KEY,
    until REAL,                             -- the application has it in hand until then; NULL: it has had it
    at REAL NOT NULL
, confirmed INTEGER NOT NULL DEFAULT 0, content BLOB) STRICT, WITHOUT ROWID;
INSERT INTO "arrivals" VALUES(X'DBEFCD95C49FBF47ADA2524A0F938979',1.79596805999998569485e+09,1.79596799999998569486e+09,0,NULL);
INSERT INTO "arrivals" VALUES(X'E94E01EDCE9AE91B6897D65011BEF358',NULL,1.79596702539826297761e+09,0,NULL);
CREATE TABLE deliveries (                   -- what reports said, also of messages that no entry knows (yet)
    provider TEXT NOT NULL,
    message_id TEXT NOT NULL,
    status TEXT NOT NULL,
    raw_status TEXT,
    reason TEXT,
    reference TEXT,
    first REAL NOT NULL,                    -- when the first of them came
    changed REAL NOT NULL, confirmed INTEGER NOT NULL DEFAULT 0, submission TEXT,
    PRIMARY KEY (provider, message_id)
) STRICT, WITHOUT ROWID;
INSERT INTO "deliveries" VALUES('a','a1','delivered','DELIVERED',NULL,NULL,1.79596702531028056147e+09,1.79596702531028056147e+09,1,NULL);
INSERT INTO "deliveries" VALUES('a','elsewhere','sent','SENT',NULL,'z',1.79596702539112520221e+09,1.79596702539112520221e+09,0,NULL);
INSERT INTO "deliveries" VALUES('a','foreign','sent','SENT',NULL,'z',1795968000.0,1795968000.0,0,NULL);
CREATE TABLE "entries" (
    id INTEGER PRIMARY KEY,
    identity BLOB,                          -- of its key, or of its place in a run; NULL: nothing is the same
    fingerprint BLOB NOT NULL,              -- of its content; empty where nothing is the same
    run INTEGER,
    pass INTEGER,                           -- at the first of equal messages of a run: the pass that `taken` is of
    taken INTEGER,                          -- and how many of them came in that pass
    key TEXT,
    recipient TEXT NOT NULL,
    text TEXT,                              -- NULL: it is not kept
    sender TEXT,
    reference TEXT,
    campaign TEXT,
    send_at REAL,                           -- seconds since 1970
    details TEXT,                           -- JSON: what else the message has
    state TEXT NOT NULL,
    owner INTEGER NOT NULL,
    claim INTEGER NOT NULL,                 -- counts the claims; only the last one's holder settles
    submissions TEXT,                             -- JSON: who may have the text, since when, under which id
    created REAL NOT NULL,
    changed REAL NOT NULL,
    moment REAL NOT NULL,                   -- when it was last changed, in the journal's time
    status TEXT,
    segments INTEGER,
    provider TEXT,                          -- who ended it
    message_id TEXT,                        -- and under which id of theirs
    sent_as TEXT,
    price TEXT,                             -- amount and unit
    started REAL,                           -- of the one attempt
    seconds REAL,
    attempts TEXT,                          -- JSON
    error TEXT,                             -- JSON
    notes TEXT,                             -- JSON
    polled REAL                             -- when its status was last asked for, or when it is due; NULL: none awaited
, earlier TEXT) STRICT;
INSERT INTO "entries" VALUES(1,X'05F67D05DB1F83F76CD20AFEDFC080C5',X'092AFE579414171B419351F76565C998',NULL,NULL,NULL,'order-17','+27821234567','Your code is 4711',NULL,NULL,NULL,NULL,NULL,'accepted',1,1,NULL,1.7959670253065187931e+09,1.79596702530868434903e+09,1.79596702530859851838e+09,'queued',1,'a','a1',NULL,NULL,1.79596702530778503425e+09,4.88987003336660563945e-04,NULL,NULL,NULL,0.0,NULL);
INSERT INTO "entries" VALUES(2,X'BADC9E294AAE16A4CB92A55A1D18A624',X'C1C9ACBD53B283F82FD43951C848B0E9',NULL,NULL,NULL,'whole','+27821234567','whole','Shop','ref','advent',1.79611200012345600127e+09,'{"provider": "a", "validity": 7200.0, "extra": {"plain": {"note": [1, null, "\u00e9\n"]}}}','accepted',1,1,NULL,1.79596702531871247289e+09,1.79596702532261180878e+09,1.79596702532254028322e+09,'scheduled',1,'a','a2','+2782000000',NULL,1.79596702532206511492e+09,3.35249991621822118759e-04,NULL,NULL,'["the sender was replaced"]',1.79611200012345600127e+09,NULL);
INSERT INTO "entries" VALUES(3,X'6F07A1A33F041E0D823C295303DDC5A4',X'6F02DCC75D951583759C9FD6376ACF53',1,1,1,NULL,'+27821234567','accepted',NULL,'a',NULL,NULL,NULL,'accepted',1,1,NULL,1.79596702533472132685e+09,1.79596702533633708958e+09,1.79596702533628296847e+09,'queued',1,'a','a3',NULL,NULL,1.79596702533554196355e+09,3.94845992559567093849e-04,NULL,NULL,NULL,0.0,NULL);
INSERT INTO "entries" VALUES(4,X'6B0413D22E7AC5D6EBC0D75981B00F9C',X'D2A7E837E6A05D3535BBD526F1C997CC',1,1,1,NULL,'+27821234567','lost',NULL,'b',NULL,NULL,NULL,'unknown',1,1,'[["a", "2026-11-29T15:43:45.342440+00:00", "17"]]',1.7959670253366794586e+09,1.79596702534334182743e+09,1.79596702534320473666e+09,'unknown',1,'a',NULL,NULL,NULL,NULL,NULL,'[["a", "unknown", {"kind": "UnknownOutcomeError", "reason": "the connection was cut", "provider": "a", "message_id": "17", "scope": "provider"}, "2026-11-29T15:43:45.342440+00:00", 0.00040264199196826667]]','{"kind": "UnknownOutcomeError", "reason": "the connection was cut", "provider": "a", "message_id": "17", "scope": "provider"}',NULL,NULL,NULL);
INSERT INTO "entries" VALUES(5,X'E076DFAA32F692BC6611C6BAE0DE619F',X'69314086019AD10E554CEA2FFEA3666B',1,1,1,NULL,'+27821234567','refused',NULL,NULL,NULL,NULL,NULL,'rejected',1,1,'[]',1.79596702535070061688e+09,1.7959670253591032028e+09,1.79596702535896158214e+09,'rejected',1,'a',NULL,NULL,NULL,NULL,NULL,'[["a", "rejected", {"kind": "RejectedError", "reason": "the text was refused", "provider": "a", "scope": "message"}, "2026-11-29T15:43:45.358075+00:00", 0.0004435150040080771]]','{"kind": "RejectedError", "reason": "the text was refused", "provider": "a", "scope": "message"}',NULL,NULL,NULL);
INSERT INTO "entries" VALUES(6,X'4986FE71D91E29742FAF0787A57C6ADB',X'DC90EB6E149EEAE885864342DB12A7F1',1,1,1,NULL,'+27821234567','down',NULL,NULL,NULL,NULL,NULL,'not sent',1,1,'[]',1.79596702535925769805e+09,1.79596702536287212374e+09,1.79596702536274456974e+09,'pending',1,'a',NULL,NULL,NULL,NULL,NULL,'[["a", "not sent", {"kind": "NotSentError", "reason": "no connection", "provider": "a", "scope": "provider"}, "2026-11-29T15:43:45.362065+00:00", 0.000346658009220846]]','{"kind": "NotSentError", "reason": "no connection", "provider": "a", "scope": "provider"}',NULL,NULL,NULL);
INSERT INTO "entries" VALUES(7,X'5190E17E27BA30FAF85243FA3C40DE64',X'562E2E00940C2163318F4D057EF6A381',1,1,2,NULL,'+27821234567','again',NULL,NULL,NULL,NULL,NULL,'accepted',1,1,NULL,1.7959670253629944325e+09,1.79596702536715602878e+09,1.79596702536709547045e+09,'queued',1,'a','a4',NULL,NULL,1.79596702536648893363e+09,2.668899978743866086e-04,NULL,NULL,NULL,0.0,NULL);
INSERT INTO "entries" VALUES(8,X'B2D07D515E410CB2CA6BCB1E24E5F750',X'562E2E00940C2163318F4D057EF6A381',1,NULL,NULL,NULL,'+27821234567','again',NULL,NULL,NULL,NULL,NULL,'accepted',1,1,NULL,1.79596702536727428432e+09,1.79596702537505197526e+09,1.7959670253749732971e+09,'queued',1,'a','a5',NULL,NULL,1.79596702537430906289e+09,3.21714003803208470344e-04,NULL,NULL,NULL,0.0,NULL);
INSERT INTO "entries" VALUES(9,X'8230EDBFA4CEFF02657F412955EA8D85',X'016A1B423012F32F7071AC00F5F54DE1',1,1,1,NULL,'+27821234567','quiet',NULL,'c',NULL,NULL,NULL,'unknown',1,1,'[["a", "2026-11-29T15:43:45.382215+00:00", null]]',1.79596702537515401842e+09,1.79596702538295054435e+09,1.79596702538281965252e+09,'unknown',1,'a',NULL,NULL,NULL,NULL,NULL,'[["a", "unknown", {"kind": "UnknownOutcomeError", "reason": "the connection was cut", "provider": "a", "scope": "provider"}, "2026-11-29T15:43:45.382215+00:00", 0.0002755999885266647]]','{"kind": "UnknownOutcomeError", "reason": "the connection was cut", "provider": "a", "scope": "provider"}',NULL,NULL,NULL);
INSERT INTO "entries" VALUES(10,X'78E80669178F4C18C16901694FE9FBBC',X'F82E913FBC5C0E08287D5202E94F94D1',NULL,NULL,NULL,'twice','+27821234567','twice perhaps',NULL,NULL,NULL,NULL,NULL,'accepted',2,1,NULL,1.79596702543023657803e+09,1.79596702544034838677e+09,1.79596702544023966788e+09,'queued',1,'b','b1',NULL,NULL,NULL,NULL,'[["a", "unknown", {"kind": "UnknownOutcomeError", "reason": "the connection was cut", "provider": "a", "message_id": "18", "scope": "provider"}, "2026-11-29T15:43:45.438194+00:00", 0.00041053700260818005], ["b", "accepted", null, "2026-11-29T15:43:45.438636+00:00", 0.00142197500099428]]',NULL,NULL,0.0,NULL);
INSERT INTO "entries" VALUES(11,X'23529CE95BDEC80B9B094F54471FE0FA',X'DF952825506DE414C407ABAA330C0333',NULL,NULL,NULL,'dear','+27821234567','dear',NULL,NULL,NULL,NULL,NULL,'rejected',3,1,'[]',1.795967025458373785e+09,1.79596702546771907812e+09,1.79596702546751928325e+09,'rejected',1,'a',NULL,NULL,NULL,NULL,NULL,'[["a", "rejected", {"kind": "InvalidMessageError", "reason": "limits.max_price is 1 and no price is known for this number"}, "2026-11-29T15:43:45.467141+00:00", 5.5173004511743784e-05]]','{"kind": "InvalidMessageError", "reason": "limits.max_price is 1 and no price is known for this number"}',NULL,NULL,NULL);
INSERT INTO "entries" VALUES(12,X'BD1BC2EC9FD2E112D1A7543EDE5707A6',X'BDEEB5F76BC07F137D86B6844EAAEC8D',NULL,NULL,NULL,'intent','+27821234567','intent',NULL,'d',NULL,NULL,NULL,'unknown',4,1,'[["a", "2026-11-29T15:43:46.028367+00:00", null]]',1.79596702602836704254e+09,1795968000.0,1.79596799999998569486e+09,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "entries" VALUES(13,X'229CAD27338ABA765C663A77D978EDE5',X'977B5FD213FDA2C44C6EEE8F99DF7B81',2,NULL,NULL,'doubt','+27821234567','in doubt',NULL,'r1',NULL,NULL,NULL,'unknown',5,1,'[["a", "2026-11-29T16:00:00+00:00", "77", "sg8b40f4eda6f2164856", 1499172251, false]]',1795968000.0,1795968000.0,1.79596799999998569486e+09,'unknown',1,'a',NULL,NULL,NULL,NULL,NULL,'[["a", "unknown", {"kind": "UnknownOutcomeError", "reason": "cut", "message_id": "77", "scope": "provider"}, "2026-11-29T16:00:00+00:00", 0.1, null]]','{"kind": "UnknownOutcomeError", "reason": "cut", "message_id": "77", "scope": "provider"}',NULL,NULL,NULL);
INSERT INTO "entries" VALUES(14,X'107667DDDA856E76C80D2621D1E14788',X'2FE3A0ECD00CAB6436F6B32B00430B21',2,NULL,NULL,'flight','+27821234568','in flight',NULL,NULL,NULL,NULL,NULL,'intent',5,1,'[["b", "2026-11-29T16:00:00+00:00", null, "sg2c55b7e948cead8530", 1499172252, true]]',1795968000.0,1795968000.0,1.79596799999998569486e+09,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
CREATE TABLE "leases" (
    id INTEGER PRIMARY KEY AUTOINCREMENT,   -- a process; never used twice
    host TEXT NOT NULL,
    pid INTEGER NOT NULL,
    lease REAL NOT NULL                     -- until when it counts as alive without another sign of life
, version INTEGER, token BLOB, boot TEXT, namespace TEXT, started INTEGER) STRICT;
INSERT INTO "leases" VALUES(5,'there',4711,1795900000.0,NULL,X'CC2D53BB18129F3AEA09684658E3D271','boot','pid',5146222);
CREATE TABLE opt_outs (
    number TEXT PRIMARY KEY,                -- E.164
    stopped INTEGER NOT NULL,               -- 1: must not be texted; 0: took that back
    at REAL NOT NULL,                       -- when the person said so
    provider TEXT,                          -- which provider the reply came by, and its word; NULL: no reply
    word TEXT,
    confirmation INTEGER                    -- the one entry that may still go out, to say that it was understood
, confirmed INTEGER NOT NULL DEFAULT 0) STRICT, WITHOUT ROWID;
CREATE TABLE positions (
    provider TEXT PRIMARY KEY,
    at REAL NOT NULL                        -- until when its replies were read
) STRICT, WITHOUT ROWID;
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
INSERT INTO "runs" VALUES(2,'spring',1,5);
CREATE TABLE salt (salt BLOB NOT NULL) STRICT;
INSERT INTO "salt" VALUES(X'4218E7F50510667B525764952F2DD433E652E419BB7074D677CD017D67CA93DD');
CREATE TABLE timeline (                     -- one row, written with each change
    generation BLOB NOT NULL,               -- counts the changes: 8 bytes behind a mark to be found by
    moment REAL NOT NULL,                   -- the journal's own time, which never leaps
    boot TEXT NOT NULL,                     -- within which the uptime counts
    uptime REAL NOT NULL,
    wall REAL NOT NULL,                     -- the latest that the wall clock has shown
    on_disk INTEGER NOT NULL                -- the generation in the file itself; newer ones are in the log
, number INTEGER NOT NULL DEFAULT 0) STRICT;
INSERT INTO "timeline" VALUES(X'736D7367617465000000000000000022',1.79596799999998569486e+09,'steady',1795968000.0,1795968000.0,28,1499172252);
CREATE INDEX marked_deliveries ON deliveries (provider, reference) WHERE reference IS NOT NULL;
CREATE INDEX old_arrivals ON arrivals (at);
CREATE UNIQUE INDEX known_entries ON entries (identity) WHERE identity IS NOT NULL;
CREATE INDEX open_entries ON entries (state, id) WHERE state IN ('intent', 'unknown');
CREATE INDEX referenced_entries ON entries (reference) WHERE reference IS NOT NULL;
CREATE INDEX accepted_entries ON entries (provider, message_id) WHERE state = 'accepted';
CREATE INDEX awaited_entries ON entries (provider, polled) WHERE polled IS NOT NULL;
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('leases',5);
COMMIT;
