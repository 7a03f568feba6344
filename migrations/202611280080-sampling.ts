import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Samples that nobody can steer: the seed's digest stands before a period begins, the seed itself is there when it is over. */
export class Sampling2026112800800 implements MigrationInterface {
  name = 'Sampling2026112800800';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE sampling_period (
        id uuid NOT NULL DEFAULT uuidv7(),
        span tstzrange NOT NULL,
        rate_per_million int NOT NULL,
        commitment char(64) NOT NULL,
        sealed bytea NOT NULL,
        wrapped_key bytea NOT NULL,
        key_id text NOT NULL,
        committed_by uuid,
        committed_at timestamptz(3) NOT NULL,
        seed bytea,
        revealed_at timestamptz(3),
        version int NOT NULL DEFAULT 1,
        CONSTRAINT sampling_period_pk PRIMARY KEY (id),
        CONSTRAINT sampling_period_user_fk FOREIGN KEY (committed_by) REFERENCES app_user (id),
        CONSTRAINT sampling_period_overlap_ex EXCLUDE USING gist (span WITH &&),
        CONSTRAINT sampling_period_span_ck CHECK (NOT isempty(span) AND lower_inc(span) AND NOT upper_inc(span) AND NOT lower_inf(span) AND NOT upper_inf(span)),
        CONSTRAINT sampling_period_rate_ck CHECK (rate_per_million BETWEEN 1 AND 1000000),
        CONSTRAINT sampling_period_before_ck CHECK (committed_at < lower(span)),
        CONSTRAINT sampling_period_after_ck CHECK (revealed_at >= upper(span)),
        CONSTRAINT sampling_period_revealed_ck CHECK ((seed IS NULL) = (revealed_at IS NULL)),
        CONSTRAINT sampling_period_seed_ck CHECK (octet_length(seed) = 32 AND encode(sha256(seed), 'hex') = commitment)
      )`);
    await runner.query('CREATE INDEX sampling_period_due_ix ON sampling_period (upper(span)) WHERE seed IS NULL');
    await runner.query(`
      CREATE FUNCTION sampling_period_stands() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
      BEGIN
        RAISE EXCEPTION 'what was committed to stands, and a seed is revealed once' USING ERRCODE = 'P0001', CONSTRAINT = 'sampling_period_stands_ck';
      END $$`);
    await runner.query('CREATE TRIGGER sampling_period_revealed_tg BEFORE UPDATE ON sampling_period FOR EACH ROW WHEN (OLD.seed IS NOT NULL) EXECUTE FUNCTION sampling_period_stands()');
    await runner.query('CREATE TRIGGER sampling_period_kept_tg BEFORE DELETE ON sampling_period FOR EACH ROW EXECUTE FUNCTION sampling_period_stands()');
    await runner.query('ALTER TABLE sampling_period ENABLE ALWAYS TRIGGER sampling_period_revealed_tg');
    await runner.query('ALTER TABLE sampling_period ENABLE ALWAYS TRIGGER sampling_period_kept_tg');
    await runner.query('CREATE TRIGGER sampling_period_version_tg BEFORE UPDATE ON sampling_period FOR EACH ROW EXECUTE FUNCTION bump_version()');
    await runner.query(`
      GRANT SELECT, INSERT ON sampling_period TO makegood_app;
      GRANT UPDATE (seed, revealed_at, version) ON sampling_period TO makegood_app`);
    await runner.query('CREATE INDEX claim_submitted_ix ON claim (submitted_at, id) WHERE submitted_at IS NOT NULL');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX claim_submitted_ix; DROP TABLE sampling_period; DROP FUNCTION sampling_period_stands()');
  }
}
