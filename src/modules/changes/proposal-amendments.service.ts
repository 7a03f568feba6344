import { Injectable } from '@nestjs/common';
import { ok, type Result } from '../../core/errors/index.js';
import type { Context } from '../../platform/access/context.js';
import { OutageProposals, type Acceptance, type Accepted } from '../outages/index.js';
import { Amendments } from './amendments.service.js';
import { amendmentOf } from './changes.repository.js';

/** Accepts what a source proposes, in one transaction: a draft, or, where the outage is recorded, the change that would amend it. */
@Injectable()
export class ProposalAmendments {
  constructor(private readonly proposals: OutageProposals, private readonly amendments: Amendments) {}

  /** Codes: those of `imports`, of the register's lines, and of `Amendments.proposeIn`. */
  accept(ctx: Context, id: string, version: number, acceptance: Acceptance): Promise<Result<Accepted>> {
    return this.proposals.accept(ctx, id, version, acceptance, async (tx, amendment) => {
      const change = await this.amendments.proposeIn(tx, ctx, amendment);
      return change.ok ? ok({ revision: amendmentOf(change.value).revision, changeId: change.value.id }) : change;
    });
  }
}
