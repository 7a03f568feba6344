import type { MigrationInterface, QueryRunner } from 'typeorm';
import { FEED_KINDS } from '../src/modules/outages/imports/feed.rules.js';

const list = (values: readonly string[]): string => values.map((value) => `'${value}'`).join(', ');

/** Where downtime is heard of, what was heard, and what is proposed for the register because of it. */
export class OutageSources2026112702000 implements MigrationInterface {
  name = 'OutageSources2026112702000';

  async up(runner: QueryRunner): Promise<void> {
    await this.sources(runner);
    await this.proposals(runner);
  }

  /** `mapping`, `notes` and `unmapped` are small documents, read and written whole. `generation`: only the newest chain of fetches goes on. */
  private async sources(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE outage_source (
        id uuid NOT NULL DEFAULT uuidv7(),
        kind text NOT NULL,
        name text NOT NULL,
        url text,
        token_hash bytea,
        schedule_seconds int,
        join_gap_seconds int NOT NULL,
        sample_seconds int,
        levels jsonb NOT NULL,
        mapping jsonb NOT NULL,
        active boolean NOT NULL DEFAULT true,
        generation int NOT NULL DEFAULT 1,
        etag text,
        last_modified text,
        fetched_at timestamptz(3),
        heard_at timestamptz(3),
        failure jsonb,
        payload_sha256 char(64),
        precision text,
        recorded_since timestamptz(3),
        notes jsonb NOT NULL DEFAULT '[]',
        unmapped jsonb NOT NULL DEFAULT '[]',
        created_by uuid NOT NULL,
        created_at timestamptz(3) NOT NULL,
        version int NOT NULL DEFAULT 1,
        CONSTRAINT outage_source_pk PRIMARY KEY (id),
        CONSTRAINT outage_source_name_uq UNIQUE (name),
        CONSTRAINT outage_source_by_fk FOREIGN KEY (created_by) REFERENCES app_user (id),
        CONSTRAINT outage_source_kind_ck CHECK (kind IN (${list(FEED_KINDS)})),
        CONSTRAINT outage_source_schedule_ck CHECK (schedule_seconds IS NULL OR (schedule_seconds >= 60 AND url IS NOT NULL)),
        CONSTRAINT outage_source_gap_ck CHECK (join_gap_seconds BETWEEN 0 AND 86400),
        CONSTRAINT outage_source_sample_ck CHECK (sample_seconds BETWEEN 1 AND 3600)
      )`);
    await runner.query('CREATE TRIGGER outage_source_version_tg BEFORE UPDATE OF version ON outage_source FOR EACH ROW EXECUTE FUNCTION bump_version()');
    await runner.query(`
      CREATE TABLE outage_source_gap (
        source_id uuid NOT NULL,
        off_at timestamptz(3) NOT NULL,
        on_at timestamptz(3),
        kind text NOT NULL,
        CONSTRAINT outage_source_gap_pk PRIMARY KEY (source_id, kind, off_at),
        CONSTRAINT outage_source_gap_source_fk FOREIGN KEY (source_id) REFERENCES outage_source (id),
        CONSTRAINT outage_source_gap_kind_ck CHECK (kind IN ('switched_off', 'silent')),
        CONSTRAINT outage_source_gap_order_ck CHECK (on_at >= off_at)
      )`);
    await runner.query('CREATE UNIQUE INDEX outage_source_gap_open_uq ON outage_source_gap (source_id, kind) WHERE on_at IS NULL');
    await runner.query(`
      CREATE TABLE source_payload (
        source_id uuid NOT NULL,
        sha256 char(64) NOT NULL,
        byte_count int NOT NULL,
        origin text NOT NULL,
        first_seen_at timestamptz(3) NOT NULL,
        last_seen_at timestamptz(3) NOT NULL,
        CONSTRAINT source_payload_pk PRIMARY KEY (source_id, sha256),
        CONSTRAINT source_payload_source_fk FOREIGN KEY (source_id) REFERENCES outage_source (id),
        CONSTRAINT source_payload_origin_ck CHECK (origin IN ('fetch', 'upload', 'push')),
        CONSTRAINT source_payload_order_ck CHECK (last_seen_at >= first_seen_at)
      )`);
    await runner.query(`
      GRANT SELECT, INSERT ON outage_source, outage_source_gap, source_payload TO makegood_app;
      GRANT UPDATE (name, url, token_hash, schedule_seconds, join_gap_seconds, sample_seconds, levels, mapping, active, generation, etag, last_modified, fetched_at, heard_at,
        failure, payload_sha256, precision, recorded_since, notes, unmapped, version) ON outage_source TO makegood_app;
      GRANT UPDATE (on_at) ON outage_source_gap TO makegood_app;
      GRANT UPDATE (last_seen_at) ON source_payload TO makegood_app`);
  }

  /** What a proposal says never changes; only what becomes of it. `said`: of alerts, each as it was told, before they are laid over each other. */
  private async proposals(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE outage_proposal (
        id uuid NOT NULL DEFAULT uuidv7(),
        source_id uuid NOT NULL,
        payload_sha256 char(64) NOT NULL,
        state text NOT NULL DEFAULT 'open',
        lines jsonb NOT NULL,
        said jsonb NOT NULL,
        digest char(64) NOT NULL,
        during tstzrange NOT NULL,
        revises_outage_id uuid,
        outage_id uuid,
        revision int,
        reason text,
        proposed_at timestamptz(3) NOT NULL,
        decided_by uuid,
        decided_at timestamptz(3),
        version int NOT NULL DEFAULT 1,
        CONSTRAINT outage_proposal_pk PRIMARY KEY (id),
        CONSTRAINT outage_proposal_payload_fk FOREIGN KEY (source_id, payload_sha256) REFERENCES source_payload (source_id, sha256),
        CONSTRAINT outage_proposal_revises_fk FOREIGN KEY (revises_outage_id) REFERENCES outage (id),
        CONSTRAINT outage_proposal_outage_fk FOREIGN KEY (outage_id, revision) REFERENCES outage_revision (outage_id, number),
        CONSTRAINT outage_proposal_by_fk FOREIGN KEY (decided_by) REFERENCES app_user (id),
        CONSTRAINT outage_proposal_state_ck CHECK (state IN ('open', 'accepted', 'declined', 'superseded')),
        CONSTRAINT outage_proposal_decided_ck CHECK ((state IN ('accepted', 'declined')) = (decided_by IS NOT NULL) AND (decided_by IS NULL) = (decided_at IS NULL)),
        CONSTRAINT outage_proposal_accepted_ck CHECK ((state = 'accepted') = (outage_id IS NOT NULL) AND (outage_id IS NULL) = (revision IS NULL)),
        CONSTRAINT outage_proposal_declined_ck CHECK (state <> 'declined' OR length(reason) > 0)
      )`);
    await runner.query('CREATE INDEX outage_proposal_source_ix ON outage_proposal (source_id, payload_sha256)');
    await runner.query('CREATE INDEX outage_proposal_revises_ix ON outage_proposal (revises_outage_id)');
    await runner.query('CREATE INDEX outage_proposal_outage_ix ON outage_proposal (outage_id, revision)');
    await runner.query(`CREATE INDEX outage_proposal_during_ix ON outage_proposal USING gist (during) WHERE state IN ('open', 'accepted', 'declined')`);
    await runner.query('CREATE TRIGGER outage_proposal_version_tg BEFORE UPDATE ON outage_proposal FOR EACH ROW EXECUTE FUNCTION bump_version()');
    await runner.query(`
      CREATE FUNCTION outage_proposal_ends_once() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
      BEGIN
        IF OLD.state <> 'open' THEN
          RAISE EXCEPTION 'a proposal that is % is not decided again', OLD.state USING ERRCODE = 'P0001', CONSTRAINT = 'outage_proposal_once_ck';
        END IF;
        RETURN NEW;
      END $$`);
    await runner.query('CREATE TRIGGER outage_proposal_once_tg BEFORE UPDATE OF state ON outage_proposal FOR EACH ROW EXECUTE FUNCTION outage_proposal_ends_once()');
    await runner.query('ALTER TABLE outage_proposal ENABLE ALWAYS TRIGGER outage_proposal_once_tg');
    await runner.query(`
      CREATE TABLE outage_rival_line (
        outage_id uuid NOT NULL,
        revision int NOT NULL,
        line int NOT NULL,
        proposal_id uuid NOT NULL,
        service text NOT NULL,
        region text NOT NULL,
        during tstzrange NOT NULL,
        state text NOT NULL,
        source text NOT NULL,
        CONSTRAINT outage_rival_line_pk PRIMARY KEY (outage_id, revision, line),
        CONSTRAINT outage_rival_line_revision_fk FOREIGN KEY (outage_id, revision) REFERENCES outage_revision (outage_id, number),
        CONSTRAINT outage_rival_line_proposal_fk FOREIGN KEY (proposal_id) REFERENCES outage_proposal (id),
        CONSTRAINT outage_rival_line_service_fk FOREIGN KEY (service) REFERENCES service (code),
        CONSTRAINT outage_rival_line_during_ck CHECK (NOT isempty(during))
      )`);
    await runner.query('CREATE INDEX outage_rival_line_proposal_ix ON outage_rival_line (proposal_id)');
    await runner.query('CREATE INDEX outage_rival_line_service_ix ON outage_rival_line (service)');
    await runner.query(`
      CREATE TRIGGER outage_rival_line_append_only_tg BEFORE UPDATE OR DELETE OR TRUNCATE ON outage_rival_line
      FOR EACH STATEMENT EXECUTE FUNCTION forbid_change()`);
    await runner.query('ALTER TABLE outage_rival_line ENABLE ALWAYS TRIGGER outage_rival_line_append_only_tg');
    await runner.query(`
      GRANT SELECT, INSERT ON outage_proposal, outage_rival_line TO makegood_app;
      GRANT UPDATE (state, outage_id, revision, reason, decided_by, decided_at, version) ON outage_proposal TO makegood_app`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE outage_rival_line, outage_proposal, source_payload, outage_source_gap, outage_source; DROP FUNCTION outage_proposal_ends_once()');
  }
}
