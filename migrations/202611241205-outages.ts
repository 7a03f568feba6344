import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Instants are whole milliseconds; an open end is `infinity` in neither direction but an unbounded upper edge. */
const SANE_PERIOD = `
  NOT isempty(during) AND NOT lower_inf(during) AND lower_inc(during) AND NOT upper_inc(during)
  AND date_trunc('milliseconds', lower(during)) = lower(during)
  AND (upper_inf(during) OR date_trunc('milliseconds', upper(during)) = upper(during))
  AND lower(during) > '-infinity' AND (upper_inf(during) OR upper(during) < 'infinity')`;

const REGION = `region ~ '^([*]|[A-Za-z0-9][A-Za-z0-9._-]{0,79})$'`;

export class Outages2026112412050 implements MigrationInterface {
  name = 'Outages2026112412050';

  async up(runner: QueryRunner): Promise<void> {
    await this.outages(runner);
    await this.contents(runner);
    await this.rules(runner);
  }

  private async outages(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE outage (
        id uuid NOT NULL DEFAULT uuidv7(),
        code text NOT NULL,
        title jsonb NOT NULL,
        state text NOT NULL DEFAULT 'draft',
        created_by uuid NOT NULL,
        created_at timestamptz(3) NOT NULL,
        version int NOT NULL DEFAULT 1,
        CONSTRAINT outage_pk PRIMARY KEY (id),
        CONSTRAINT outage_code_uq UNIQUE (code),
        CONSTRAINT outage_created_by_fk FOREIGN KEY (created_by) REFERENCES app_user (id),
        CONSTRAINT outage_code_ck CHECK (code ~ '^[a-z0-9]+([._-][a-z0-9]+)*$' AND length(code) <= 80),
        CONSTRAINT outage_title_ck CHECK (jsonb_typeof(title) = 'object' AND title <> '{}'::jsonb),
        CONSTRAINT outage_state_ck CHECK (state IN ('draft', 'confirmed', 'ended', 'final'))
      )`);
    await runner.query('CREATE TRIGGER outage_version_tg BEFORE UPDATE ON outage FOR EACH ROW EXECUTE FUNCTION bump_version()');
    await runner.query(`
      CREATE TABLE outage_revision (
        id uuid NOT NULL DEFAULT uuidv7(),
        outage_id uuid NOT NULL,
        number int NOT NULL,
        base_number int,
        kind text NOT NULL,
        complete boolean NOT NULL,
        reason text,
        proposed_by uuid NOT NULL,
        proposed_at timestamptz(3) NOT NULL,
        written_in bigint NOT NULL DEFAULT (pg_current_xact_id()::text)::bigint,
        CONSTRAINT outage_revision_pk PRIMARY KEY (id),
        CONSTRAINT outage_revision_number_uq UNIQUE (outage_id, number),
        CONSTRAINT outage_revision_author_uq UNIQUE (id, outage_id, proposed_by),
        CONSTRAINT outage_revision_outage_fk FOREIGN KEY (outage_id) REFERENCES outage (id),
        CONSTRAINT outage_revision_base_fk FOREIGN KEY (outage_id, base_number) REFERENCES outage_revision (outage_id, number),
        CONSTRAINT outage_revision_by_fk FOREIGN KEY (proposed_by) REFERENCES app_user (id),
        CONSTRAINT outage_revision_number_ck CHECK (number >= 1 AND (base_number IS NULL OR base_number < number)),
        CONSTRAINT outage_revision_kind_ck CHECK (kind IN ('draft', 'amendment', 'ending')),
        CONSTRAINT outage_revision_kind_base_ck CHECK ((kind = 'draft') = (base_number IS NULL)),
        CONSTRAINT outage_revision_reason_ck CHECK (kind <> 'amendment' OR length(reason) > 0)
      )`);
    await runner.query('GRANT SELECT, INSERT, UPDATE (state, version) ON outage TO makegood_app');
    await runner.query('GRANT SELECT, INSERT ON outage_revision TO makegood_app');
  }

  private async contents(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE outage_scope (
        revision_id uuid NOT NULL,
        line int NOT NULL,
        service text NOT NULL,
        region text NOT NULL,
        during tstzrange NOT NULL,
        CONSTRAINT outage_scope_pk PRIMARY KEY (revision_id, line),
        CONSTRAINT outage_scope_revision_fk FOREIGN KEY (revision_id) REFERENCES outage_revision (id),
        CONSTRAINT outage_scope_service_fk FOREIGN KEY (service) REFERENCES service (code),
        CONSTRAINT outage_scope_region_ck CHECK (${REGION}),
        CONSTRAINT outage_scope_during_ck CHECK (${SANE_PERIOD}),
        CONSTRAINT outage_scope_disjoint_ex EXCLUDE USING gist (revision_id WITH =, service WITH =, region WITH =, during WITH &&),
        CONSTRAINT outage_scope_everywhere_ex
          EXCLUDE USING gist (revision_id WITH =, service WITH =, (region = '*') WITH <>, during WITH &&)
      )`);
    // Facts and timelines start from "which scopes touch this span for these services".
    await runner.query('CREATE INDEX outage_scope_span_ix ON outage_scope USING gist (service, during)');
    await runner.query(`
      CREATE TABLE outage_segment (
        revision_id uuid NOT NULL,
        line int NOT NULL,
        service text NOT NULL,
        region text NOT NULL,
        during tstzrange NOT NULL,
        state text NOT NULL,
        level_num bigint,
        level_den bigint,
        notice text,
        source text NOT NULL,
        evidence text,
        CONSTRAINT outage_segment_pk PRIMARY KEY (revision_id, line),
        CONSTRAINT outage_segment_revision_fk FOREIGN KEY (revision_id) REFERENCES outage_revision (id),
        CONSTRAINT outage_segment_service_fk FOREIGN KEY (service) REFERENCES service (code),
        CONSTRAINT outage_segment_region_ck CHECK (${REGION}),
        CONSTRAINT outage_segment_during_ck CHECK (${SANE_PERIOD}),
        CONSTRAINT outage_segment_state_ck CHECK (state IN ('down', 'degraded', 'unknown', 'maintenance', 'up')),
        CONSTRAINT outage_segment_level_ck CHECK (
          CASE WHEN state = 'degraded' THEN level_num IS NOT NULL AND level_den IS NOT NULL AND 0 < level_num AND level_num < level_den
               ELSE level_num IS NULL AND level_den IS NULL END),
        CONSTRAINT outage_segment_notice_ck CHECK ((state = 'maintenance') = (notice IS NOT NULL)),
        CONSTRAINT outage_segment_source_ck CHECK (length(source) > 0),
        CONSTRAINT outage_segment_disjoint_ex EXCLUDE USING gist (revision_id WITH =, service WITH =, region WITH =, during WITH &&),
        CONSTRAINT outage_segment_everywhere_ex
          EXCLUDE USING gist (revision_id WITH =, service WITH =, (region = '*') WITH <>, during WITH &&)
      )`);
    await runner.query(`
      CREATE TABLE outage_official_window (
        revision_id uuid NOT NULL,
        service text NOT NULL,
        during tstzrange NOT NULL,
        CONSTRAINT outage_official_window_pk PRIMARY KEY (revision_id, service),
        CONSTRAINT outage_official_window_revision_fk FOREIGN KEY (revision_id) REFERENCES outage_revision (id),
        CONSTRAINT outage_official_window_service_fk FOREIGN KEY (service) REFERENCES service (code),
        CONSTRAINT outage_official_window_during_ck CHECK (${SANE_PERIOD} AND NOT upper_inf(during))
      )`);
    await runner.query('GRANT SELECT, INSERT ON outage_scope, outage_segment, outage_official_window TO makegood_app');
  }

  private async rules(runner: QueryRunner): Promise<void> {
    // A revision is one statement of facts: its lines come with it, in the transaction that writes it, or never.
    await runner.query(`
      CREATE FUNCTION outage_revision_is_sealed() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
      BEGIN
        IF EXISTS (SELECT FROM added a JOIN outage_revision r ON r.id = a.revision_id WHERE r.written_in <> pg_current_xact_id()::text::bigint) THEN
          RAISE EXCEPTION 'the lines of a stored revision cannot be added to; write a new revision'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'outage_revision_sealed_ck';
        END IF;
        RETURN NULL;
      END $$`);
    for (const table of ['outage_scope', 'outage_segment', 'outage_official_window']) {
      await runner.query(`
        CREATE TRIGGER ${table}_sealed_tg AFTER INSERT ON ${table} REFERENCING NEW TABLE AS added
        FOR EACH STATEMENT EXECUTE FUNCTION outage_revision_is_sealed()`);
      await runner.query(`ALTER TABLE ${table} ENABLE ALWAYS TRIGGER ${table}_sealed_tg`);
    }
    for (const table of ['outage_revision', 'outage_scope', 'outage_segment', 'outage_official_window']) {
      await runner.query(`
        CREATE TRIGGER ${table}_append_only_tg BEFORE UPDATE OR DELETE OR TRUNCATE ON ${table}
        FOR EACH STATEMENT EXECUTE FUNCTION forbid_change()`);
      await runner.query(`ALTER TABLE ${table} ENABLE ALWAYS TRIGGER ${table}_append_only_tg`);
    }
    await this.leaves(runner);
  }

  /** Two transactions that make a service a parent and record something on it meet at the lock on its row. */
  private async leaves(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE FUNCTION outage_scope_is_on_leaf() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
      BEGIN
        PERFORM FROM service WHERE code = NEW.service FOR KEY SHARE;
        IF EXISTS (SELECT FROM service WHERE parent_code = NEW.service) THEN
          RAISE EXCEPTION 'service % has parts; record on its parts', NEW.service
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'outage_scope_leaf_ck';
        END IF;
        RETURN NEW;
      END $$`);
    await runner.query(`
      CREATE TRIGGER outage_scope_leaf_tg BEFORE INSERT ON outage_scope FOR EACH ROW EXECUTE FUNCTION outage_scope_is_on_leaf()`);
    await runner.query(`
      CREATE FUNCTION service_parent_is_unrecorded() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
      BEGIN
        PERFORM FROM service WHERE code = NEW.parent_code FOR UPDATE;
        IF EXISTS (SELECT FROM outage_scope WHERE service = NEW.parent_code) THEN
          RAISE EXCEPTION 'service % has records of its own and cannot get parts', NEW.parent_code
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'service_parent_unrecorded_ck';
        END IF;
        RETURN NEW;
      END $$`);
    await runner.query(`
      CREATE TRIGGER service_parent_unrecorded_tg BEFORE INSERT ON service FOR EACH ROW
      WHEN (NEW.parent_code IS NOT NULL) EXECUTE FUNCTION service_parent_is_unrecorded()`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TRIGGER service_parent_unrecorded_tg ON service');
    await runner.query('DROP FUNCTION service_parent_is_unrecorded()');
    await runner.query('DROP TABLE outage_official_window, outage_segment, outage_scope, outage_revision, outage');
    await runner.query('DROP FUNCTION outage_scope_is_on_leaf(), outage_revision_is_sealed()');
  }
}
