import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Later than anything a scheme promises: where none of its days applies. */
const NEVER = `timestamptz '9999-12-31T00:00:00Z'`;

/** What a list of claims is sorted by, each on an index of its own behind the state. */
const SORTS = ['filed_at', 'amount_minor', 'due_at', 'risk_count'] as const;

/** One row a filed claim: what lists of claims are searched and sorted by, kept in the transaction that moves the claim, and whose it is. */
export class Queues2026112800600 implements MigrationInterface {
  name = 'Queues2026112800600';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE claim_assignment (
        claim_id uuid NOT NULL,
        merchant_id uuid NOT NULL,
        scheme_id uuid NOT NULL,
        state text NOT NULL,
        filed_at timestamptz(3) NOT NULL,
        amount_minor bigint NOT NULL DEFAULT 0,
        currency char(3) NOT NULL,
        outcome text,
        due_at timestamptz(3) NOT NULL DEFAULT ${NEVER},
        paused_at timestamptz(3),
        paused interval NOT NULL DEFAULT '0',
        risk_count int NOT NULL DEFAULT 0,
        why text[] NOT NULL DEFAULT '{}',
        objected boolean NOT NULL DEFAULT false,
        language text NOT NULL,
        country char(2) NOT NULL,
        owner_id uuid,
        assigned_by uuid,
        assigned_at timestamptz(3),
        CONSTRAINT claim_assignment_pk PRIMARY KEY (claim_id),
        CONSTRAINT claim_assignment_claim_fk FOREIGN KEY (claim_id, merchant_id) REFERENCES claim (id, merchant_id),
        CONSTRAINT claim_assignment_owner_fk FOREIGN KEY (owner_id) REFERENCES app_user (id),
        CONSTRAINT claim_assignment_by_fk FOREIGN KEY (assigned_by) REFERENCES app_user (id),
        CONSTRAINT claim_assignment_owned_ck CHECK ((owner_id IS NULL) = (assigned_at IS NULL))
      )`);
    for (const key of SORTS) await runner.query(`CREATE INDEX claim_assignment_${key}_ix ON claim_assignment (state, ${key}, claim_id)`);
    await runner.query('CREATE INDEX claim_assignment_owner_ix ON claim_assignment (owner_id, state) WHERE owner_id IS NOT NULL');
    await runner.query('CREATE INDEX claim_assignment_objected_ix ON claim_assignment (state, filed_at, claim_id) WHERE objected');
    await this.following(runner);
    await runner.query(`
      INSERT INTO claim_assignment (claim_id, merchant_id, scheme_id, state, filed_at, currency, language, country)
      SELECT c.id, c.merchant_id, c.scheme_id, c.state, c.submitted_at, c.currency, m.language, t.country
      FROM claim c JOIN merchant m ON m.id = c.merchant_id JOIN site t ON t.id = c.site_id WHERE c.state <> 'draft'`);
    await runner.query(`UPDATE claim_assignment a SET amount_minor = f.amount_minor, outcome = f.outcome, due_at = f.due_at FROM claim c, claim_figures(c) f WHERE c.id = a.claim_id`);
    await runner.query('GRANT SELECT, INSERT ON claim_assignment TO makegood_app');
    await runner.query('GRANT UPDATE (state, amount_minor, outcome, due_at, paused_at, paused, risk_count, why, objected, owner_id, assigned_by, assigned_at) ON claim_assignment TO makegood_app');
    await this.savedFilters(runner);
  }

  private async following(runner: QueryRunner): Promise<void> {
    // At risk is what was granted, or what is worked out where that is more; the day is the promised one of the step, in the scheme's zone.
    await runner.query(`
      CREATE FUNCTION claim_figures(c claim, OUT amount_minor bigint, OUT outcome text, OUT due_at timestamptz) LANGUAGE sql STABLE SET search_path FROM CURRENT AS $$
        SELECT CASE WHEN c.state IN ('submitted', 'in_review', 'info_requested', 'recommended') THEN greatest(coalesce(a.cash_minor, 0), coalesce(e.gross_minor, 0))
                    ELSE coalesce(e.gross_minor, a.cash_minor, 0) END,
               a.outcome,
               coalesce((c.submitted_at AT TIME ZONE s.zone + make_interval(days => (s.target_days ->> CASE c.state WHEN 'submitted' THEN 'assess' WHEN 'in_review' THEN 'decide'
                 WHEN 'info_requested' THEN 'decide' WHEN 'recommended' THEN 'decide' END)::int)) AT TIME ZONE s.zone, ${NEVER})
        FROM scheme s LEFT JOIN assessment a ON a.id = c.assessment_id
        LEFT JOIN LATERAL (SELECT gross_minor FROM entitlement WHERE claim_id = c.id ORDER BY n DESC LIMIT 1) e ON true
        WHERE s.id = c.scheme_id
      $$`);
    await runner.query(`
      CREATE FUNCTION claim_assignment_follows() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
      BEGIN
        INSERT INTO claim_assignment AS a (claim_id, merchant_id, scheme_id, state, filed_at, currency, language, country, amount_minor, outcome, due_at)
        SELECT NEW.id, NEW.merchant_id, NEW.scheme_id, NEW.state, NEW.submitted_at, NEW.currency, m.language, t.country, f.amount_minor, f.outcome, f.due_at
        FROM merchant m, site t, claim_figures(NEW) f WHERE m.id = NEW.merchant_id AND t.id = NEW.site_id
        ON CONFLICT (claim_id) DO UPDATE SET state = excluded.state, amount_minor = excluded.amount_minor, outcome = excluded.outcome,
          due_at = CASE WHEN excluded.due_at >= ${NEVER} THEN ${NEVER} ELSE excluded.due_at + a.paused END;
        RETURN NULL;
      END $$`);
    await runner.query(`
      CREATE TRIGGER claim_assignment_follows_tg AFTER UPDATE OF state, assessment_id ON claim FOR EACH ROW
      WHEN (NEW.state <> 'draft') EXECUTE FUNCTION claim_assignment_follows()`);
    // Events carry the application's own time: while a merchant is asked, the promised day stands still.
    await runner.query(`
      CREATE FUNCTION claim_assignment_pauses() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
      BEGIN
        IF NEW.payload ->> 'to' = 'info_requested' THEN
          UPDATE claim_assignment SET paused_at = NEW.at WHERE claim_id = NEW.aggregate_id AND paused_at IS NULL;
        ELSE
          UPDATE claim_assignment SET paused = paused + (NEW.at - paused_at), due_at = CASE WHEN due_at >= ${NEVER} THEN due_at ELSE due_at + (NEW.at - paused_at) END, paused_at = NULL
          WHERE claim_id = NEW.aggregate_id AND paused_at IS NOT NULL;
        END IF;
        RETURN NULL;
      END $$`);
    await runner.query(`
      CREATE TRIGGER claim_assignment_pauses_tg AFTER INSERT ON event_log FOR EACH ROW
      WHEN (NEW.aggregate_type = 'claim' AND (NEW.payload ->> 'to' = 'info_requested' OR NEW.payload ->> 'from' = 'info_requested')) EXECUTE FUNCTION claim_assignment_pauses()`);
    await runner.query(`
      CREATE FUNCTION claim_assignment_promises() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
      BEGIN
        UPDATE claim_assignment a SET due_at = CASE WHEN f.due_at >= ${NEVER} THEN ${NEVER} ELSE f.due_at + a.paused END
        FROM claim c, claim_figures(c) f WHERE a.scheme_id = NEW.id AND c.id = a.claim_id AND a.state IN ('submitted', 'in_review', 'info_requested', 'recommended');
        RETURN NULL;
      END $$`);
    await runner.query(`
      CREATE TRIGGER claim_assignment_promises_tg AFTER UPDATE OF target_days ON scheme FOR EACH ROW
      WHEN (OLD.target_days IS DISTINCT FROM NEW.target_days) EXECUTE FUNCTION claim_assignment_promises()`);
  }

  private async savedFilters(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE saved_filter (
        id uuid NOT NULL DEFAULT uuidv7(),
        user_id uuid NOT NULL,
        name text NOT NULL,
        query jsonb NOT NULL,
        shared boolean NOT NULL DEFAULT false,
        created_at timestamptz(3) NOT NULL,
        CONSTRAINT saved_filter_pk PRIMARY KEY (id),
        CONSTRAINT saved_filter_user_fk FOREIGN KEY (user_id) REFERENCES app_user (id),
        CONSTRAINT saved_filter_name_uq UNIQUE (user_id, name),
        CONSTRAINT saved_filter_name_ck CHECK (length(name) BETWEEN 1 AND 80)
      )`);
    await runner.query('CREATE INDEX saved_filter_shared_ix ON saved_filter (name) WHERE shared');
    await runner.query('GRANT SELECT, INSERT, DELETE ON saved_filter TO makegood_app');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE saved_filter');
    await runner.query('DROP TRIGGER claim_assignment_promises_tg ON scheme; DROP TRIGGER claim_assignment_pauses_tg ON event_log; DROP TRIGGER claim_assignment_follows_tg ON claim');
    await runner.query('DROP FUNCTION claim_assignment_promises(), claim_assignment_pauses(), claim_assignment_follows(), claim_figures(claim)');
    await runner.query('DROP TABLE claim_assignment');
  }
}
