-- A library as version 4 of the schema left it: as version 3, one variation marked, one deleted, one gone.
PRAGMA application_id = 1231906678;
PRAGMA user_version = 4;
BEGIN TRANSACTION;
CREATE TABLE runs (
    number INTEGER PRIMARY KEY AUTOINCREMENT,  -- a number is never given twice: file names are made of it
    id TEXT NOT NULL UNIQUE,
    source_key TEXT NOT NULL,
    source_name TEXT NOT NULL,
    source_width INTEGER NOT NULL,
    source_height INTEGER NOT NULL,
    crop_x INTEGER NOT NULL,
    crop_y INTEGER NOT NULL,
    crop_side INTEGER NOT NULL,
    wanted INTEGER NOT NULL,
    size_px INTEGER NOT NULL,
    service_id TEXT NOT NULL,
    service_name TEXT NOT NULL,
    model TEXT NOT NULL,
    response_format TEXT NOT NULL,
    user TEXT NOT NULL,
    seed INTEGER,
    strength REAL,
    created_at TEXT NOT NULL,  -- ISO 8601, UTC
    state TEXT NOT NULL,
    seconds REAL,
    message TEXT NOT NULL DEFAULT '',
    request_id TEXT
, turns INTEGER NOT NULL DEFAULT 0, flipped INTEGER NOT NULL DEFAULT 0, angle REAL NOT NULL DEFAULT 0, fit TEXT NOT NULL DEFAULT 'crop', framing_name TEXT NOT NULL DEFAULT '', prompt TEXT NOT NULL DEFAULT '', quality TEXT NOT NULL DEFAULT '', cost_usd REAL) STRICT;
INSERT INTO runs VALUES(1,'464669b676b2412ebd61d859662bbf96','aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa','lake',4000,3000,10,20,2000,2,1024,'on-device','On this device','','b64_json','',7,0.25,'2026-11-23T04:16:23.667938+00:00','finished',3.5,'',NULL,0,0,0.0,'crop','','','',NULL);
INSERT INTO runs VALUES(2,'bded22209af34983a493fc546e3674b5','aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa','lake',4000,3000,0,0,500,4,1024,'cloud','The cloud','dall-e-2','url','someone',NULL,NULL,'2026-11-23T04:16:23.699559+00:00','failed',0.5,'The account has no money left.','req_1',1,1,2.5,'blur','','make it blue','high',0.25);
INSERT INTO runs VALUES(3,'a5b2a1d075d0466ea2cdf072e75da25d','aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa','lake',4000,3000,10,20,2000,4,1024,'on-device','On this device','','b64_json','',7,0.25,'2026-11-23T04:16:23.711474+00:00','running',NULL,'',NULL,0,0,0.0,'crop','','','',NULL);
CREATE TABLE "entries" (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    run_number INTEGER NOT NULL REFERENCES runs (number),
    place INTEGER NOT NULL,  -- Entry.index
    file TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    width INTEGER NOT NULL,
    height INTEGER NOT NULL,
    media_type TEXT NOT NULL,
    created_at TEXT NOT NULL,  -- ISO 8601, UTC, as all moments here
    seed INTEGER,
    revised_prompt TEXT,
    flag TEXT NOT NULL DEFAULT '',
    stars INTEGER NOT NULL DEFAULT 0,
    label TEXT NOT NULL DEFAULT '',
    note TEXT NOT NULL DEFAULT '',
    delivered_at TEXT,
    trashed_at TEXT,
    purged INTEGER NOT NULL DEFAULT 0
) STRICT;
INSERT INTO entries VALUES(1,'0000000100000000',1,0,'images/2026-11/lake_v01-01.png','0000000000000000000000000000000100000000000000000000000000000000',1024,1024,'image/png','2026-11-23T12:00:00+00:00',7,NULL,'pick',4,'green','the client''s favourite','2026-11-23T14:00:00+00:00',NULL,0);
INSERT INTO entries VALUES(2,'0000000100000001',1,1,'images/2026-11/lake_v01-02.png','0000000000000000000000000000000100000000000000000000000000000001',1024,1024,'image/png','2026-11-23T12:00:01+00:00',8,NULL,'',0,'','',NULL,'2026-11-23T13:00:00+00:00',0);
INSERT INTO entries VALUES(3,'0000000300000000',3,0,'images/2026-11/lake_v03-01.png','0000000000000000000000000000000300000000000000000000000000000000',1024,1024,'image/png','2026-11-23T12:00:00+00:00',NULL,'a lake','',0,'','',NULL,NULL,1);
CREATE VIRTUAL TABLE words USING fts5 (text, tokenize = "unicode61 remove_diacritics 2", prefix = '2 3');
INSERT INTO words (rowid, text) VALUES(1,'lake 2026-11/lake_v01-01.png the client''s favourite  On this device    2026-11-23');
INSERT INTO words (rowid, text) VALUES(2,'lake 2026-11/lake_v01-02.png   On this device    2026-11-23');
INSERT INTO words (rowid, text) VALUES(3,'lake 2026-11/lake_v03-01.png   On this device   a lake 2026-11-23');
CREATE INDEX runs_of_source ON runs (source_key, number);
CREATE INDEX runs_of_kind ON runs (service_id, model, size_px, state, number);
CREATE INDEX runs_open ON runs (number) WHERE state = 'running';
CREATE UNIQUE INDEX entries_in_order ON entries (run_number DESC, place);
CREATE UNIQUE INDEX entries_with_files ON entries (file) WHERE purged = 0;
CREATE INDEX entries_in_trash ON entries (trashed_at) WHERE trashed_at IS NOT NULL AND purged = 0;
CREATE VIEW entry_texts (number, text) AS
    SELECT e.number, r.source_name || ' ' || replace(e.file, 'images/', '') || ' ' || e.note || ' ' || r.model || ' ' ||
        r.service_name || ' ' || r.user || ' ' || r.prompt || ' ' || coalesce(e.revised_prompt, '') || ' ' ||
        substr(e.created_at, 1, 10)
    FROM entries e JOIN runs r ON r.number = e.run_number;
CREATE TRIGGER entry_came AFTER INSERT ON entries BEGIN
    INSERT INTO words (rowid, text) SELECT number, text FROM entry_texts WHERE number = new.number;
END;
CREATE TRIGGER words_changed AFTER UPDATE OF note, file ON entries
WHEN new.note IS NOT old.note OR new.file IS NOT old.file BEGIN
    UPDATE words SET text = (SELECT text FROM entry_texts WHERE number = new.number) WHERE rowid = new.number;
END;
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('runs',3);
COMMIT;
