import type { MigrationInterface, QueryRunner } from 'typeorm';

export class SalesSets2026112415000 implements MigrationInterface {
  name = 'SalesSets2026112415000';

  async up(runner: QueryRunner): Promise<void> {
    await this.sets(runner);
    await this.records(runner);
    await this.rules(runner);
  }

  private async sets(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE sales_set (
        id uuid NOT NULL DEFAULT uuidv7(),
        subject_id uuid NOT NULL,
        merchant_id uuid NOT NULL,
        site_id uuid NOT NULL,
        number int NOT NULL,
        state text NOT NULL,
        file_name text,
        file_bytes bigint NOT NULL,
        file_sha256 char(64) NOT NULL,
        records_sha256 char(64) NOT NULL,
        reading jsonb NOT NULL,
        currency char(3) NOT NULL,
        basis text NOT NULL,
        granularity_ms bigint NOT NULL,
        line_count int NOT NULL,
        fault_count int NOT NULL,
        faults jsonb NOT NULL,
        totals jsonb NOT NULL,
        proposed_coverage tstzmultirange,
        coverage tstzmultirange,
        coverage_confirmed_by uuid,
        coverage_confirmed_at timestamptz(3),
        used_at timestamptz(3),
        uploaded_by uuid NOT NULL,
        uploaded_at timestamptz(3) NOT NULL,
        written_in bigint NOT NULL DEFAULT (pg_current_xact_id()::text)::bigint,
        version int NOT NULL DEFAULT 1,
        CONSTRAINT sales_set_pk PRIMARY KEY (id),
        CONSTRAINT sales_set_owner_uq UNIQUE (id, merchant_id),
        CONSTRAINT sales_set_number_uq UNIQUE (subject_id, number),
        CONSTRAINT sales_set_site_fk FOREIGN KEY (site_id, merchant_id) REFERENCES site (id, merchant_id),
        CONSTRAINT sales_set_uploaded_by_fk FOREIGN KEY (uploaded_by) REFERENCES app_user (id),
        CONSTRAINT sales_set_number_ck CHECK (number >= 1),
        CONSTRAINT sales_set_state_ck CHECK (state IN ('parsed', 'failed')),
        CONSTRAINT sales_set_faults_ck CHECK ((state = 'parsed') = (fault_count = 0)),
        CONSTRAINT sales_set_basis_ck CHECK (basis IN ('net_of_tax', 'gross')),
        CONSTRAINT sales_set_hash_ck CHECK (file_sha256 ~ '^[0-9a-f]{64}$' AND records_sha256 ~ '^[0-9a-f]{64}$'),
        CONSTRAINT sales_set_granularity_ck CHECK (granularity_ms >= 0),
        CONSTRAINT sales_set_proposed_ck CHECK (state = 'failed' OR proposed_coverage IS NOT NULL),
        CONSTRAINT sales_set_coverage_ck CHECK (coverage IS NULL OR (state = 'parsed' AND NOT isempty(coverage)
          AND NOT lower_inf(coverage) AND NOT upper_inf(coverage))),
        CONSTRAINT sales_set_confirmed_ck CHECK (
          (coverage IS NULL) = (coverage_confirmed_at IS NULL) AND (coverage IS NULL) = (coverage_confirmed_by IS NULL)),
        CONSTRAINT sales_set_used_ck CHECK (used_at IS NULL OR coverage IS NOT NULL)
      )`);
    await runner.query('GRANT SELECT, INSERT, DELETE ON sales_set TO makegood_app');
    await runner.query(`
      GRANT UPDATE (coverage, coverage_confirmed_by, coverage_confirmed_at, used_at, version) ON sales_set TO makegood_app`);
    await runner.query('CREATE TRIGGER sales_set_version_tg BEFORE UPDATE ON sales_set FOR EACH ROW EXECUTE FUNCTION bump_version()');
  }

  /**
   * One row per line (two where a line of hourly totals carries sales and refunds). `counts_at` is where the amount counts:
   * a refund that names its sale counts at that sale, so that a window's net is one sum over one index.
   */
  private async records(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE sales_record (
        set_id uuid NOT NULL,
        line int NOT NULL,
        kind text NOT NULL,
        merchant_id uuid NOT NULL,
        at timestamptz NOT NULL,
        counts_at timestamptz NOT NULL,
        period_ms bigint NOT NULL,
        amount_minor bigint NOT NULL,
        net_minor bigint NOT NULL,
        loose_minor bigint NOT NULL,
        external_id text,
        refund_of text,
        CONSTRAINT sales_record_pk PRIMARY KEY (set_id, line, kind),
        CONSTRAINT sales_record_set_fk FOREIGN KEY (set_id, merchant_id) REFERENCES sales_set (id, merchant_id) ON DELETE CASCADE,
        CONSTRAINT sales_record_kind_ck CHECK (kind IN ('sale', 'refund', 'void')),
        CONSTRAINT sales_record_at_ck CHECK (date_trunc('milliseconds', at) = at AND date_trunc('milliseconds', counts_at) = counts_at),
        CONSTRAINT sales_record_period_ck CHECK (period_ms BETWEEN 0 AND 2678400000),
        CONSTRAINT sales_record_amount_ck CHECK (
          amount_minor BETWEEN -1000000000000000 AND 1000000000000000 AND (kind = 'sale' OR amount_minor >= 0)),
        CONSTRAINT sales_record_counts_ck CHECK (CASE kind
          WHEN 'sale' THEN net_minor = amount_minor AND loose_minor = 0 AND counts_at = at
          WHEN 'refund' THEN (net_minor = -amount_minor AND loose_minor = 0 AND refund_of IS NOT NULL)
                          OR (net_minor = 0 AND loose_minor = amount_minor AND counts_at = at)
          ELSE loose_minor = 0 AND (net_minor = 0 OR (net_minor = -amount_minor AND refund_of IS NOT NULL)) END)
      )`);
    await runner.query(`
      CREATE INDEX sales_record_counts_ix ON sales_record (set_id, counts_at) INCLUDE (period_ms, kind, net_minor, loose_minor)`);
    await runner.query(`
      CREATE UNIQUE INDEX sales_record_sale_uq ON sales_record (set_id, external_id) WHERE kind = 'sale' AND external_id IS NOT NULL`);
    await runner.query('GRANT SELECT, INSERT ON sales_record TO makegood_app');
  }

  private async rules(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE FUNCTION sales_record_is_sealed() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
      BEGIN
        IF EXISTS (SELECT FROM sales_set s WHERE s.id IN (SELECT DISTINCT set_id FROM added) AND s.written_in <> pg_current_xact_id()::text::bigint) THEN
          RAISE EXCEPTION 'a stored sales set is not added to; a new upload makes a new set'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'sales_record_sealed_ck';
        END IF;
        RETURN NULL;
      END $$`);
    await runner.query(`
      CREATE TRIGGER sales_record_sealed_tg AFTER INSERT ON sales_record REFERENCING NEW TABLE AS added
      FOR EACH STATEMENT EXECUTE FUNCTION sales_record_is_sealed()`);
    await runner.query(`
      CREATE FUNCTION sales_record_goes_with_its_set() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
      BEGIN
        IF EXISTS (SELECT FROM sales_set WHERE id IN (SELECT DISTINCT set_id FROM removed)) THEN
          RAISE EXCEPTION 'single records are not removed; an unused set is discarded as a whole'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'sales_record_stays_ck';
        END IF;
        RETURN NULL;
      END $$`);
    await runner.query(`
      CREATE TRIGGER sales_record_stays_tg AFTER DELETE ON sales_record REFERENCING OLD TABLE AS removed
      FOR EACH STATEMENT EXECUTE FUNCTION sales_record_goes_with_its_set()`);
    await runner.query(`
      CREATE TRIGGER sales_record_append_only_tg BEFORE UPDATE OR TRUNCATE ON sales_record FOR EACH STATEMENT EXECUTE FUNCTION forbid_change()`);
    await runner.query(`
      CREATE FUNCTION sales_set_is_frozen() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
      BEGIN
        IF OLD.used_at IS NOT NULL THEN
          RAISE EXCEPTION 'a sales set that an assessment may have read is not changed; a new upload makes a new set'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'sales_set_frozen_ck';
        END IF;
        RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
      END $$`);
    await runner.query(`
      CREATE TRIGGER sales_set_frozen_tg BEFORE UPDATE OR DELETE ON sales_set FOR EACH ROW EXECUTE FUNCTION sales_set_is_frozen()`);
    for (const [table, trigger] of TRIGGERS) await runner.query(`ALTER TABLE ${table} ENABLE ALWAYS TRIGGER ${trigger}`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE sales_record, sales_set');
    await runner.query('DROP FUNCTION sales_set_is_frozen(), sales_record_goes_with_its_set(), sales_record_is_sealed()');
  }
}

const TRIGGERS = [
  ['sales_record', 'sales_record_sealed_tg'], ['sales_record', 'sales_record_stays_tg'], ['sales_record', 'sales_record_append_only_tg'],
  ['sales_set', 'sales_set_frozen_tg'],
] as const;
