import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { decodeCursor } from '../../platform/http/page.js';
import { unwrap } from '../../platform/http/refusal-exception.js';
import { ClaimQueries } from '../../modules/claims/index.js';
import { FundAllocations, FundDeposits, FundQueries, PAYOUT_METHODS, PayingAccountQueries, type FundView } from '../../modules/funds/index.js';
import { People } from '../../modules/identity/index.js';
import type { Instant } from '../../core/time/index.js';
import type { Visit } from '../shared/portal.page.js';

const ON_A_PAGE = 50;
const NEWEST = 20;
/** Of a fund's side, as people choose among them. */
export const ENTRY_KINDS = [
  'deposit', 'reservation', 'release', 'renewal', 'payment_release', 'payment_settle', 'payment_withhold', 'payment_find_paid', 'payment_reject', 'payment_return', 'payment_write_off',
  'recovery_overpaid', 'recovery_repaid', 'recovery_set_off', 'recovery_set_off_undone', 'recovery_annulled', 'recovery_forgone',
] as const;

export interface FundFilter {
  readonly cursor?: string;
  /** Its reference; empty for all. */
  readonly claim: string;
  readonly kind?: (typeof ENTRY_KINDS)[number];
  readonly asOf?: Instant;
}

/** What the page of a fund shows: balances, the newest deposits with who stated and who booked them, and a page of its ledger. */
@Injectable()
export class FundSheets {
  constructor(
    private readonly database: Database, private readonly funds: FundQueries, private readonly deposits: FundDeposits, private readonly claims: ClaimQueries, private readonly people: People,
    private readonly allocations: FundAllocations, private readonly paying: PayingAccountQueries,
  ) {}

  async of({ ctx }: Visit, id: string, { cursor, claim, kind, asOf }: FundFilter): Promise<object> {
    const after = unwrap(decodeCursor(cursor, 1));
    const fund = unwrap(await this.funds.get(id));
    const balances = unwrap(await this.funds.balances(id, asOf));
    const found = claim === '' ? undefined : await this.claims.byReference(ctx, claim);
    const entries = found?.ok === false ? { items: [] } : unwrap(await this.funds.entries(id, after?.[0], ON_A_PAGE, { ...(found === undefined ? {} : { claimId: found.value.id }), ...(kind === undefined ? {} : { kind }) }));
    const deposits = unwrap(await this.deposits.list(id, undefined, NEWEST)).items;
    const references = await this.claims.references(this.database.reader, entries.items.flatMap(({ claimId }) => claimId ?? []));
    const allocations = fund.mode === 'shared' ? await this.allocations.page(this.database.reader, id, fund.currency, { limit: NEWEST }) : [];
    return {
      allocations, isShared: allocations.some(({ stage }) => stage === 'final'),
      ...await this.#paying(fund), fund, balances: balances.items, kinds: ENTRY_KINDS, kind, claim, nextCursor: entries.nextCursor, paged: after !== undefined, deposits,
      names: await this.people.names(deposits.flatMap(({ statedBy, decidedBy }) => [statedBy, decidedBy ?? statedBy])),
      entries: entries.items.map((entry) => ({ ...entry, reference: entry.claimId === null ? undefined : references.get(entry.claimId) })),
    };
  }

  /** Where the fund pays from, and from where else it could. */
  async #paying({ payingAccountId, currency }: FundView): Promise<object> {
    const { items } = await this.paying.list();
    return { account: items.find(({ id }) => id === payingAccountId), accounts: items.filter((one) => one.currency === currency), methods: PAYOUT_METHODS };
  }
}
