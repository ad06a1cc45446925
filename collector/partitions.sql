-- Spread the entries, and what refers to them, over partitions by device. For PostgreSQL; run it
-- once, after `balie-collector migrate`, with ingest and web stopped:
--
--     psql --variable ON_ERROR_STOP=1 --file collector/partitions.sql "$DATABASE_URL"
--
-- Why by device and not by month: an entry that is sent again must find the one that is held, so
-- its key (device, epoch, sequence) is unique over the whole table. PostgreSQL keeps a key unique
-- over partitions only where it contains what the table is divided by, and the month would have to
-- become part of the key: an entry sent again in the next month would then be held twice. Old
-- entries leave by `balie-collector archive`, device by device, instead of by dropping a month.

BEGIN;

ALTER TABLE ingest_entry RENAME TO ingest_entry_whole;

CREATE TABLE ingest_entry (
    LIKE ingest_entry_whole INCLUDING DEFAULTS INCLUDING STORAGE INCLUDING GENERATED,
    PRIMARY KEY (device_id, epoch, sequence),
    FOREIGN KEY (device_id) REFERENCES ingest_device DEFERRABLE INITIALLY DEFERRED
) PARTITION BY HASH (device_id);

DO $$
BEGIN
    FOR part IN 0..15 LOOP
        EXECUTE format(
            'CREATE TABLE ingest_entry_%s PARTITION OF ingest_entry'
            ' FOR VALUES WITH (MODULUS 16, REMAINDER %s)',
            to_char(part, 'FM00'), part
        );
    END LOOP;
END
$$;

INSERT INTO ingest_entry SELECT * FROM ingest_entry_whole;
DROP TABLE ingest_entry_whole;

-- Entries are never changed: their pages may be full. Watermarks and devices change with every
-- batch: room on their pages lets PostgreSQL change a row without touching an index (HOT).
ALTER TABLE ingest_watermark SET (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.02);
ALTER TABLE ingest_device SET (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.02);

COMMIT;

ANALYZE ingest_entry;
