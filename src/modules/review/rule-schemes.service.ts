import { Injectable } from '@nestjs/common';
import { ok, type Result } from '../../core/errors/index.js';
import type { Tx } from '../../platform/database/tx.js';
import type { ClaimRow } from '../claims/index.js';
import { RegisterQueries } from '../outages/index.js';
import { SchemeQueries } from '../schemes/index.js';
import type { RuleFacts } from './decide-by-rule.rules.js';

type SchemeRuleFacts = Pick<RuleFacts, 'hasFund' | 'outagesEnded'>;

/** What a rule looks at of the schemes of claims. */
@Injectable()
export class RuleSchemes {
  constructor(private readonly schemes: SchemeQueries, private readonly register: RegisterQueries) {}

  /** By scheme. */
  async of(tx: Tx, claims: readonly ClaimRow[]): Promise<Result<ReadonlyMap<string, SchemeRuleFacts>>> {
    const found = new Map<string, SchemeRuleFacts>();
    for (const id of new Set(claims.map(({ schemeId }) => schemeId))) {
      const scheme = await this.schemes.get(tx, id);
      if (!scheme.ok) return scheme;
      const states = await this.register.statesOf(tx, scheme.value.outageIds);
      found.set(id, { hasFund: scheme.value.fundId !== undefined, outagesEnded: [...states.values()].every((state) => state === 'ended' || state === 'final') });
    }
    return ok(found);
  }
}
