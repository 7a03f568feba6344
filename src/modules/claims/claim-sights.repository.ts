import { Injectable } from '@nestjs/common';
import { formatInstant, type Instant } from '../../core/time/index.js';
import type { Reader, Tx } from '../../platform/database/tx.js';

/** Who of the staff looked at a claim on a day (UTC), from when to when. */
export interface ClaimSight {
  readonly userId: string;
  readonly firstAt: Date;
  readonly lastAt: Date;
}

@Injectable()
export class ClaimSightsRepository {
  /** One row a person, claim and day; looked at again within five minutes writes nothing. */
  async add(tx: Tx, sight: { claimId: string; userId: string; at: Instant }): Promise<void> {
    await tx.named('case_sight_add', `
      INSERT INTO case_sight (claim_id, user_id, seen_on, first_at, last_at) VALUES ($1, $2, ($3::timestamptz AT TIME ZONE 'UTC')::date, $3, $3)
      ON CONFLICT (claim_id, seen_on, user_id) DO UPDATE SET last_at = excluded.last_at WHERE case_sight.last_at < excluded.last_at - interval '5 minutes'`,
    [sight.claimId, sight.userId, formatInstant(sight.at)]);
  }

  /** Newest day first. */
  of(reader: Reader, claimId: string): Promise<ClaimSight[]> {
    return reader.query(`
      SELECT user_id AS "userId", first_at AS "firstAt", last_at AS "lastAt" FROM case_sight WHERE claim_id = $1 ORDER BY seen_on DESC, first_at DESC LIMIT 200`, [claimId]);
  }
}
