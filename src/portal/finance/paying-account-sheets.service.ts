import { Injectable } from '@nestjs/common';
import type { Refusal } from '../../core/errors/index.js';
import { readProfile } from '../../core/payments/index.js';
import { isAllowed } from '../../platform/access/permissions.js';
import { Clock } from '../../platform/clock/clock.js';
import { decodeCursor, decodeIdCursor } from '../../platform/http/page.js';
import { unwrap } from '../../platform/http/refusal-exception.js';
import { FundQueries, LedgerQueries, PayingAccountChanges, PayingAccountQueries } from '../../modules/funds/index.js';
import { People, requireProof } from '../../modules/identity/index.js';
import { LedgerProofs } from '../../modules/payouts/index.js';
import type { Visit } from '../shared/portal.page.js';

const NEWEST_CHANGES = 20;
const ON_A_PAGE = 50;

/** What the pages of an account to pay from show: its terms, who wants to change them, what its bank has booked, and its proofs. */
@Injectable()
export class PayingAccountSheets {
  constructor(
    private readonly queries: PayingAccountQueries, private readonly changes: PayingAccountChanges, private readonly ledger: LedgerQueries, private readonly proving: LedgerProofs,
    private readonly funds: FundQueries, private readonly people: People, private readonly clock: Clock,
  ) {}

  async list({ ctx: { actor } }: Visit, after: string | undefined): Promise<object> {
    return { page: await this.queries.page(after, ON_A_PAGE), paged: after !== undefined, mayEdit: isAllowed(actor, 'fund.edit') };
  }

  async of({ ctx: { actor } }: Visit, id: string, cursor: string | undefined): Promise<object> {
    const account = unwrap(await this.queries.get(id));
    const changes = unwrap(await this.changes.list(id, undefined, NEWEST_CHANGES)).items;
    const [balances, after] = [unwrap(await this.ledger.balances({ payingAccountId: id })).items, unwrap(decodeCursor(cursor, 1))?.[0]];
    const entries = unwrap(await this.ledger.entries({ payingAccountId: id }, after, ON_A_PAGE));
    return {
      account, changes, balances, entries, paged: after !== undefined, profile: JSON.stringify(account.profile, null, 2),
      latest: unwrap(await this.proving.ofAccount(id, undefined, 1)).items[0], names: await this.people.names(changes.flatMap(({ proposedBy, decidedBy }) => [proposedBy, decidedBy ?? proposedBy])),
      fundNames: Object.fromEntries((await this.funds.list()).items.map((fund) => [fund.id, fund.name])),
      reader: actor.kind === 'user' ? actor.userId : undefined, mayEdit: isAllowed(actor, 'fund.edit'), mayDecide: isAllowed(actor, 'fund.book'), proofNeeded: !requireProof(actor, this.clock.now()).ok,
    };
  }

  async proofs(id: string, cursor: string | undefined): Promise<object> {
    const before = unwrap(decodeIdCursor(cursor));
    return { account: unwrap(await this.queries.get(id)), page: unwrap(await this.proving.ofAccount(id, before, ON_A_PAGE)), paged: before !== undefined };
  }

  /** Each with its place in the document, at the field that holds all of it. */
  profileFaults(profile: object): Refusal[] {
    return readProfile(profile).faults.map(({ code, params }) => ({ code, params, pointer: '/profile' }));
  }
}
