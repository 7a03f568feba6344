import type { MigrationInterface, QueryRunner } from 'typeorm';

const closed = (range: string): string =>
  `CASE WHEN upper_inf(${range}) THEN tstzrange(lower(${range}), NEW.ended_at) ELSE ${range} END`;

/**
 * The register is a log: entry n says which revision of which outage holds, and in which state, from register version n on.
 * "As of" is a filter on that log, so an answer about the past cannot change.
 */
export class Register2026112412100 implements MigrationInterface {
  name = 'Register2026112412100';

  async up(runner: QueryRunner): Promise<void> {
    await this.tables(runner);
    await this.versionTrigger(runner);
    await this.entryTrigger(runner);
    await this.contentTrigger(runner);
    await this.stateTriggers(runner);
  }

  private async tables(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE register (
        singleton boolean NOT NULL DEFAULT true,
        version bigint NOT NULL DEFAULT 0,
        recorded_at timestamptz(3) NOT NULL DEFAULT '1970-01-01T00:00:00Z',
        CONSTRAINT register_pk PRIMARY KEY (singleton),
        CONSTRAINT register_singleton_ck CHECK (singleton)
      )`);
    await runner.query('INSERT INTO register DEFAULT VALUES');
    await runner.query(`
      CREATE TABLE register_entry (
        version bigint NOT NULL,
        outage_id uuid NOT NULL,
        revision_id uuid NOT NULL,
        action text NOT NULL,
        state text NOT NULL,
        ended_at timestamptz(3),
        proposed_by uuid NOT NULL,
        recorded_by uuid NOT NULL,
        recorded_at timestamptz(3) NOT NULL,
        CONSTRAINT register_entry_pk PRIMARY KEY (version),
        CONSTRAINT register_entry_revision_fk FOREIGN KEY (revision_id, outage_id, proposed_by)
          REFERENCES outage_revision (id, outage_id, proposed_by),
        CONSTRAINT register_entry_by_fk FOREIGN KEY (recorded_by) REFERENCES app_user (id),
        CONSTRAINT register_entry_action_ck CHECK (action IN ('confirmed', 'amended', 'ended', 'finalised')),
        CONSTRAINT register_entry_state_ck CHECK (state IN ('confirmed', 'ended', 'final')),
        CONSTRAINT register_entry_ended_ck CHECK ((state = 'confirmed') = (ended_at IS NULL)),
        CONSTRAINT register_entry_four_eyes_ck CHECK (action NOT IN ('confirmed', 'amended') OR recorded_by <> proposed_by)
      )`);
    await runner.query('CREATE UNIQUE INDEX register_entry_outage_uq ON register_entry (outage_id, version)');
    await runner.query('CREATE INDEX register_entry_revision_ix ON register_entry (revision_id)');
    await runner.query('CREATE INDEX register_entry_recorded_ix ON register_entry (recorded_at, version)');
    await runner.query(`
      CREATE TRIGGER register_entry_append_only_tg BEFORE UPDATE OR DELETE OR TRUNCATE ON register_entry
      FOR EACH STATEMENT EXECUTE FUNCTION forbid_change()`);
    await runner.query('ALTER TABLE register_entry ENABLE ALWAYS TRIGGER register_entry_append_only_tg');
    await runner.query('GRANT SELECT, UPDATE (version, recorded_at) ON register TO makegood_app');
    await runner.query('GRANT SELECT, INSERT ON register_entry TO makegood_app');
  }

  /** One step at a time, never back: the row lock of this update orders all changes of the register. */
  private async versionTrigger(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE FUNCTION register_rises_by_one() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
      BEGIN
        IF NEW.version <> OLD.version + 1 OR NEW.recorded_at < OLD.recorded_at THEN
          RAISE EXCEPTION 'the register version rises by one and its time never falls'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'register_version_ck';
        END IF;
        RETURN NEW;
      END $$`);
    await runner.query('CREATE TRIGGER register_version_tg BEFORE UPDATE ON register FOR EACH ROW EXECUTE FUNCTION register_rises_by_one()');
    await runner.query('ALTER TABLE register ENABLE ALWAYS TRIGGER register_version_tg');
    // Every number has its entry: a version without one would be a gap in what can be asked for.
    await runner.query(`
      CREATE FUNCTION register_version_has_entry() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
      BEGIN
        IF NOT EXISTS (SELECT FROM register_entry WHERE version = NEW.version) THEN
          RAISE EXCEPTION 'register version % has no entry', NEW.version
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'register_gapless_ck';
        END IF;
        RETURN NULL;
      END $$`);
    await runner.query(`
      CREATE CONSTRAINT TRIGGER register_gapless_tg AFTER UPDATE ON register DEFERRABLE INITIALLY DEFERRED
      FOR EACH ROW EXECUTE FUNCTION register_version_has_entry()`);
    await runner.query('ALTER TABLE register ENABLE ALWAYS TRIGGER register_gapless_tg');
  }

  private async entryTrigger(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE FUNCTION register_entry_follows() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
      DECLARE
        previous register_entry;
        previous_number int;
        revision outage_revision;
        allowed boolean;
      BEGIN
        IF NOT EXISTS (SELECT FROM register WHERE version = NEW.version AND recorded_at = NEW.recorded_at) THEN
          RAISE EXCEPTION 'entry % is not at the head of the register', NEW.version
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'register_entry_head_ck';
        END IF;
        SELECT * INTO previous FROM register_entry WHERE outage_id = NEW.outage_id ORDER BY version DESC LIMIT 1;
        SELECT * INTO revision FROM outage_revision WHERE id = NEW.revision_id;
        SELECT number INTO previous_number FROM outage_revision WHERE id = previous.revision_id;
        allowed := CASE NEW.action
          WHEN 'confirmed' THEN previous IS NULL AND revision.kind = 'draft' AND NEW.state = 'confirmed'
          WHEN 'amended' THEN revision.kind = 'amendment' AND revision.base_number = previous_number
            AND NEW.state = previous.state AND NEW.ended_at IS NOT DISTINCT FROM previous.ended_at
          WHEN 'ended' THEN revision.kind = 'ending' AND revision.base_number = previous_number
            AND previous.state = 'confirmed' AND NEW.state = 'ended'
          WHEN 'finalised' THEN NEW.revision_id = previous.revision_id AND previous.state = 'ended' AND NEW.state = 'final'
            AND NEW.ended_at = previous.ended_at
        END;
        IF allowed IS NOT TRUE THEN
          RAISE EXCEPTION 'entry % (%) does not follow from the one before', NEW.version, NEW.action
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'register_entry_follows_ck';
        END IF;
        RETURN NEW;
      END $$`);
    await runner.query(`
      CREATE TRIGGER register_entry_follows_tg BEFORE INSERT ON register_entry FOR EACH ROW EXECUTE FUNCTION register_entry_follows()`);
    await runner.query('ALTER TABLE register_entry ENABLE ALWAYS TRIGGER register_entry_follows_tg');
  }

  /** What a revision says must hang together before it counts: inside its scope, closed once ended, an ending only closes. */
  private async contentTrigger(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE FUNCTION register_entry_hangs_together() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
      DECLARE
        base uuid;
      BEGIN
        IF EXISTS (
          SELECT FROM outage_segment g WHERE g.revision_id = NEW.revision_id AND NOT COALESCE(
            (SELECT range_agg(s.during) FROM outage_scope s
             WHERE s.revision_id = g.revision_id AND s.service = g.service AND s.region = g.region) @> g.during, false))
        OR EXISTS (
          SELECT FROM outage_official_window w WHERE w.revision_id = NEW.revision_id AND NOT COALESCE(
            (SELECT range_agg(s.during) FROM outage_scope s WHERE s.revision_id = w.revision_id AND s.service = w.service) @> w.during, false))
        THEN
          RAISE EXCEPTION 'a segment or official window lies outside the scope of its revision'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'register_entry_inside_scope_ck';
        END IF;
        IF NEW.state <> 'confirmed' AND (
          EXISTS (SELECT FROM outage_segment WHERE revision_id = NEW.revision_id AND upper_inf(during))
          OR EXISTS (SELECT FROM outage_scope WHERE revision_id = NEW.revision_id AND upper_inf(during)))
        THEN
          RAISE EXCEPTION 'an outage that has ended has no open line'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'register_entry_closed_ck';
        END IF;
        IF NEW.action = 'ended' THEN
          SELECT b.id INTO base FROM outage_revision r JOIN outage_revision b ON b.outage_id = r.outage_id AND b.number = r.base_number
          WHERE r.id = NEW.revision_id;
          IF EXISTS (
            SELECT line, service, region, state, level_num, level_den, notice, source, evidence, ${closed('during')} FROM outage_segment WHERE revision_id = base
            EXCEPT SELECT line, service, region, state, level_num, level_den, notice, source, evidence, during FROM outage_segment WHERE revision_id = NEW.revision_id)
          OR EXISTS (
            SELECT line, service, region, ${closed('during')} FROM outage_scope WHERE revision_id = base
            EXCEPT SELECT line, service, region, during FROM outage_scope WHERE revision_id = NEW.revision_id)
          OR EXISTS (
            SELECT service, during FROM outage_official_window WHERE revision_id = base
            EXCEPT SELECT service, during FROM outage_official_window WHERE revision_id = NEW.revision_id)
          OR (SELECT count(*) FROM outage_official_window WHERE revision_id = base)
            <> (SELECT count(*) FROM outage_official_window WHERE revision_id = NEW.revision_id)
          OR (SELECT count(*) FROM outage_segment WHERE revision_id = base) <> (SELECT count(*) FROM outage_segment WHERE revision_id = NEW.revision_id)
          OR (SELECT count(*) FROM outage_scope WHERE revision_id = base) <> (SELECT count(*) FROM outage_scope WHERE revision_id = NEW.revision_id)
          OR (SELECT complete FROM outage_revision WHERE id = base) <> (SELECT complete FROM outage_revision WHERE id = NEW.revision_id)
          THEN
            RAISE EXCEPTION 'ending an outage closes its open lines and changes nothing else'
              USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'register_entry_ending_only_closes_ck';
          END IF;
        END IF;
        RETURN NEW;
      END $$`);
    await runner.query(`
      CREATE TRIGGER register_entry_hangs_together_tg BEFORE INSERT ON register_entry FOR EACH ROW EXECUTE FUNCTION register_entry_hangs_together()`);
    await runner.query('ALTER TABLE register_entry ENABLE ALWAYS TRIGGER register_entry_hangs_together_tg');
  }

  private async stateTriggers(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE FUNCTION outage_moves_forward() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
      BEGIN
        IF (OLD.state, NEW.state) NOT IN (('draft', 'confirmed'), ('confirmed', 'ended'), ('ended', 'final')) THEN
          RAISE EXCEPTION 'an outage does not go from % to %', OLD.state, NEW.state
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'outage_transition_ck';
        END IF;
        RETURN NEW;
      END $$`);
    await runner.query(`
      CREATE TRIGGER outage_transition_tg BEFORE UPDATE OF state ON outage FOR EACH ROW
      WHEN (OLD.state <> NEW.state) EXECUTE FUNCTION outage_moves_forward()`);
    await runner.query('ALTER TABLE outage ENABLE ALWAYS TRIGGER outage_transition_tg');
    await runner.query(`
      CREATE FUNCTION outage_state_is_recorded() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
      DECLARE
        target uuid := COALESCE(to_jsonb(NEW) ->> 'outage_id', to_jsonb(NEW) ->> 'id');
      BEGIN
        IF (SELECT state FROM outage WHERE id = target)
          <> COALESCE((SELECT state FROM register_entry WHERE outage_id = target ORDER BY version DESC LIMIT 1), 'draft') THEN
          RAISE EXCEPTION 'the state of outage % is not what the register says', target
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'outage_state_recorded_ck';
        END IF;
        RETURN NULL;
      END $$`);
    await runner.query(`
      CREATE CONSTRAINT TRIGGER outage_state_recorded_tg AFTER INSERT OR UPDATE OF state ON outage DEFERRABLE INITIALLY DEFERRED
      FOR EACH ROW EXECUTE FUNCTION outage_state_is_recorded()`);
    await runner.query(`
      CREATE CONSTRAINT TRIGGER register_entry_state_recorded_tg AFTER INSERT ON register_entry DEFERRABLE INITIALLY DEFERRED
      FOR EACH ROW EXECUTE FUNCTION outage_state_is_recorded()`);
    await runner.query('ALTER TABLE outage ENABLE ALWAYS TRIGGER outage_state_recorded_tg');
    await runner.query('ALTER TABLE register_entry ENABLE ALWAYS TRIGGER register_entry_state_recorded_tg');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TRIGGER outage_state_recorded_tg ON outage');
    await runner.query('DROP TRIGGER outage_transition_tg ON outage');
    await runner.query('DROP TABLE register_entry, register');
    await runner.query(`DROP FUNCTION outage_state_is_recorded(), outage_moves_forward(), register_entry_hangs_together(),
      register_entry_follows(), register_version_has_entry(), register_rises_by_one()`);
  }
}

