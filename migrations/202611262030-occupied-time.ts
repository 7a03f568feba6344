import type { MigrationInterface, QueryRunner } from 'typeorm';
import { occupiedBy, recompile, type CompiledPolicy, type PolicyDocument, type PolicyFacts, type ReasonCatalogue } from '../src/core/policy/index.js';

interface Row {
  readonly claimId: string;
  readonly versionId: string;
  readonly frozen: string;
}

const AT_A_TIME = 1_000;

/**
 * A claim takes the hull of its claim window and its loss window; so far it took the claim window alone. What stands is widened by the facts its
 * assessment was frozen with. Where two live claims would then meet, both were taken by the rule of their day, and keep what they have.
 */
export class OccupiedTime2026112620300 implements MigrationInterface {
  name = 'OccupiedTime2026112620300';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE claim_occupancy ADD CONSTRAINT claim_occupancy_span_ck
      CHECK (NOT isempty(span) AND lower_inc(span) AND NOT upper_inc(span) AND NOT lower_inf(span) AND NOT upper_inf(span))`);
    const reaching = await this.reaching(runner);
    for (let after = '00000000-0000-0000-0000-000000000000'; reaching.size > 0;) {
      const rows = await this.page(runner, [...reaching.keys()], after);
      for (const { claimId, versionId, frozen } of rows) {
        await this.widen(runner, claimId, occupiedBy(reaching.get(versionId) as CompiledPolicy, JSON.parse(frozen) as PolicyFacts));
      }
      const last = rows.at(-1);
      if (last === undefined || rows.length < AT_A_TIME) return;
      after = last.claimId;
    }
  }

  /** Versions whose policy looks beside the claim window. */
  private async reaching(runner: QueryRunner): Promise<ReadonlyMap<string, CompiledPolicy>> {
    const [reasons] = await runner.query('SELECT body FROM policy_reasons ORDER BY number DESC LIMIT 1') as { body: string }[];
    if (reasons === undefined) return new Map();
    const versions = await runner.query('SELECT id::text, resolved FROM policy_version WHERE EXISTS (SELECT FROM assessment a WHERE a.policy_version_id = policy_version.id)') as { id: string; resolved: string }[];
    return new Map(versions
      .map(({ id, resolved }) => [id, recompile(JSON.parse(resolved) as PolicyDocument, JSON.parse(reasons.body) as ReasonCatalogue)] as const)
      .filter(([, policy]) => policy.reaches));
  }

  private page(runner: QueryRunner, versions: readonly string[], after: string): Promise<Row[]> {
    return runner.query(`
      SELECT c.id::text AS "claimId", a.policy_version_id::text AS "versionId", a.frozen
      FROM claim c JOIN assessment a ON a.id = c.assessment_id AND a.claim_version = c.claim_version
      WHERE a.policy_version_id = ANY ($1::uuid[]) AND c.id > $2 AND EXISTS (SELECT FROM claim_occupancy o WHERE o.claim_id = c.id) ORDER BY c.id LIMIT ${AT_A_TIME}`,
    [versions, after]) as Promise<Row[]>;
  }

  private async widen(runner: QueryRunner, claimId: string, { from, to }: { readonly from: number; readonly to: number }): Promise<void> {
    await runner.query(`
      UPDATE claim_occupancy own SET span = wide.span
      FROM (SELECT tstzrange(to_timestamp($2::float8 / 1000), to_timestamp($3::float8 / 1000), '[)') AS span) wide
      WHERE own.claim_id = $1 AND NOT EXISTS (
        SELECT FROM claim_occupancy mine JOIN claim_occupancy other ON other.site_id = mine.site_id AND other.head = mine.head AND other.service = mine.service
        WHERE mine.claim_id = $1 AND other.claim_id <> $1 AND mine.live AND other.live AND other.span && wide.span)`, [claimId, from, to]);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('UPDATE claim_occupancy o SET span = c.claim_window FROM claim c WHERE c.id = o.claim_id');
    await runner.query('ALTER TABLE claim_occupancy DROP CONSTRAINT claim_occupancy_span_ck');
  }
}
