// A book to work on, made set-based: sites with a draft each for submissions, and many claims to list.

/** So many sites of the demo merchant, each with the café's hours and enrolment, and one draft, as the server would have stored it. */
export async function draftsFor(owner, { draftId, count }) {
  await owner.query(`
    CREATE TEMP TABLE pattern AS SELECT c.*, s.opening_hours, s.zone, s.hours_entered_at, s.created_at AS site_created FROM claim c JOIN site s ON s.id = c.site_id WHERE c.id = '${draftId}'`);
  await owner.query(`
    CREATE TABLE IF NOT EXISTS bench_draft (n bigserial PRIMARY KEY, claim_id uuid NOT NULL DEFAULT uuidv7(), site_id uuid NOT NULL DEFAULT uuidv7());
    CREATE SEQUENCE IF NOT EXISTS bench_next;
    GRANT SELECT ON bench_draft TO makegood_app; GRANT USAGE ON SEQUENCE bench_next TO makegood_app;
    TRUNCATE bench_draft RESTART IDENTITY`);
  await owner.query(`INSERT INTO bench_draft (n) SELECT generate_series(1, ${count})`);
  await owner.query(`
    INSERT INTO site (id, merchant_id, name, online, zone, country, opening_hours, hours_entered_at, created_at)
    SELECT b.site_id, p.merchant_id, 'bench ' || b.n, false, p.zone, 'GB', p.opening_hours, p.hours_entered_at, p.site_created FROM bench_draft b, pattern p`);
  await owner.query(`
    INSERT INTO enrolment (merchant_id, site_id, service_code, region, during, source, created_at)
    SELECT e.merchant_id, b.site_id, e.service_code, e.region, e.during, e.source, e.created_at FROM bench_draft b, pattern p JOIN enrolment e ON e.site_id = p.site_id`);
  await owner.query(`
    INSERT INTO claim (id, reference, scheme_id, site_id, merchant_id, head, currency, services, claim_window, answers, created_by, created_at)
    SELECT b.claim_id, 'BENCH-' || b.claim_id, p.scheme_id, b.site_id, p.merchant_id, p.head, p.currency, p.services, p.claim_window, p.answers, p.created_by, p.created_at
    FROM bench_draft b, pattern p`);
  await owner.query(`
    INSERT INTO duty_held (subject_id, duty, user_id, held_at) SELECT b.claim_id, d.duty, d.user_id, d.held_at FROM bench_draft b, duty_held d WHERE d.subject_id = '${draftId}'`);
  await owner.query(`
    INSERT INTO audit_entry (aggregate_type, aggregate_id, n, at, actor, action, data, prev_hash, hash)
    SELECT 'claim', b.claim_id, a.n, a.at, a.actor, a.action, a.data, a.prev_hash, a.hash FROM bench_draft b, audit_entry a WHERE a.aggregate_id = '${draftId}'`);
  await owner.query(`INSERT INTO audit_head (aggregate_type, aggregate_id, n, hash) SELECT 'claim', b.claim_id, a.n, a.hash FROM bench_draft b, audit_head a WHERE a.aggregate_id = '${draftId}'`);
  await owner.query('DROP TABLE pattern; ANALYZE');
  return (await owner.query('SELECT claim_id AS claim, site_id AS site FROM bench_draft ORDER BY n')).rows;
}

/** More drafts of one site, only there to be listed. */
export async function manyClaims(owner, { draftId, count }) {
  await owner.query(`
    INSERT INTO claim (reference, scheme_id, site_id, merchant_id, head, currency, services, claim_window, answers, created_by, created_at)
    SELECT 'LIST-' || n, scheme_id, site_id, merchant_id, head, currency, services, claim_window, answers, created_by, created_at + n * interval '1 ms'
    FROM claim, generate_series(1, ${count}) n WHERE id = '${draftId}'`);
  await owner.query('ANALYZE claim');
}
