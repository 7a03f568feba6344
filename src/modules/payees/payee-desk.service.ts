import { Injectable } from '@nestjs/common';
import { ok, refuse, type Result } from '../../core/errors/index.js';
import { formatInstant, type Instant } from '../../core/time/index.js';
import { isAllowed } from '../../platform/access/permissions.js';
import type { Context } from '../../platform/access/context.js';
import { Database } from '../../platform/database/database.js';
import { pageOf, type Page } from '../../platform/database/paging.js';
import { AuditQueries } from '../audit/index.js';
import { People } from '../identity/index.js';
import { MerchantQueries } from '../merchants/index.js';
import type { HolderAnswer } from './holder-check.port.js';
import { PayeeHoldsRepository } from './payee-holds.repository.js';
import { PayeesRepository } from './payees.repository.js';
import { payeeView, type PayeeAccountView } from './views/payee-view.js';

/** What the desk can show: accounts that wait, by what the bank answered, and businesses that are paid nothing. */
export const DESK_LISTS = ['close', 'none', 'unavailable', 'match', 'held'] as const;
export type DeskList = (typeof DESK_LISTS)[number];

/** Answers after which a person has to look. */
export const UNCHECKED = ['close', 'none', 'unavailable'] as const;

export interface WaitingAccount extends PayeeAccountView {
  readonly business: string;
}

export interface HeldBusiness {
  readonly merchantId: string;
  readonly business: string;
  readonly heldSince: string;
  readonly heldBy: 'letter' | 'staff';
}

/** Who did something with the accounts of a business, when, and in which words they said why. */
export interface Noted {
  readonly at: string;
  readonly by: string | null;
  /** Null: none was given, or it was erased. */
  readonly reason: string | null;
}

export interface PayeeRecord {
  readonly stops: readonly { readonly placed: Noted; readonly released: Noted | null }[];
  readonly reveals: readonly (Noted & { readonly accountId: string })[];
}

type Paging = { readonly after?: string; readonly limit: number };

const instant = (date: Date): string => formatInstant(date.getTime() as Instant);

/** What finance looks after: accounts that wait, businesses that are stopped, and what was done with each. Numbers are masked here too. */
@Injectable()
export class PayeeDesk {
  constructor(
    private readonly database: Database,
    private readonly payees: PayeesRepository,
    private readonly holds: PayeeHoldsRepository,
    private readonly merchants: MerchantQueries,
    private readonly people: People,
    private readonly audit: AuditQueries,
  ) {}

  /** How long each list is. Code: `payees.not_found`. */
  async counts({ actor }: Context): Promise<Result<Readonly<Record<DeskList, number>>>> {
    if (!isAllowed(actor, 'payee.oversee')) return refuse('payees.not_found');
    const waiting = new Map((await this.payees.countWaiting(this.database.reader)).map(({ outcome, count }) => [outcome, count]));
    const held = await this.holds.countStanding(this.database.reader);
    return ok({ close: waiting.get('close') ?? 0, none: waiting.get('none') ?? 0, unavailable: waiting.get('unavailable') ?? 0, match: waiting.get('match') ?? 0, held });
  }

  /** Accounts that wait with one of these answers, the longest first. Code: `payees.not_found`. */
  async waiting({ actor }: Context, { outcomes, ...paging }: Paging & { outcomes: readonly HolderAnswer['outcome'][] }): Promise<Result<Page<WaitingAccount>>> {
    if (!isAllowed(actor, 'payee.oversee')) return refuse('payees.not_found');
    const { reader } = this.database;
    const page = pageOf(await this.payees.waiting(reader, { ...paging, outcomes, limit: paging.limit + 1 }), paging.limit, ({ id }) => [id]);
    const names = await this.merchants.names(reader, page.items.map(({ merchantId }) => merchantId));
    const items = await Promise.all(page.items.map(async (row) => ({
      ...payeeView(row), sharedWith: (await this.payees.othersWith(reader, row)).length, business: names.get(row.merchantId) ?? '',
    })));
    return ok({ ...page, items });
  }

  /** Businesses that are paid nothing, the longest first. Code: `payees.not_found`. */
  async held({ actor }: Context, paging: Paging): Promise<Result<Page<HeldBusiness>>> {
    if (!isAllowed(actor, 'payee.oversee')) return refuse('payees.not_found');
    const { reader } = this.database;
    const page = pageOf(await this.holds.standing(reader, { ...paging, limit: paging.limit + 1 }), paging.limit, ({ id }) => [id]);
    const names = await this.merchants.names(reader, page.items.map(({ merchantId }) => merchantId));
    return ok({
      ...page, items: page.items.map(({ merchantId, placedAt, byStaff }) => ({ merchantId, business: names.get(merchantId) ?? '', heldSince: instant(placedAt), heldBy: byStaff ? 'staff' : 'letter' })),
    });
  }

  /** Stops and readings of a business, newest first. Code: `payees.not_found`. */
  async record({ actor }: Context, merchantId: string): Promise<Result<PayeeRecord>> {
    if (!isAllowed(actor, 'payee.oversee')) return refuse('payees.not_found');
    const [stops, reveals] = [await this.holds.ofMerchant(this.database.reader, merchantId), await this.holds.revealsOf(this.database.reader, merchantId)];
    const reasons = await this.audit.texts([...stops.flatMap(({ placedReasonDigest, reasonDigest }) => [placedReasonDigest, reasonDigest]), ...reveals.map(({ reasonDigest }) => reasonDigest)].filter((digest) => digest !== null));
    const names = await this.people.names([...stops.flatMap(({ placedBy, releasedBy }) => [placedBy, releasedBy]), ...reveals.map(({ userId }) => userId)].filter((id) => id !== null));
    const noted = (at: Date, by: string | null, digest: string | null): Noted =>
      ({ at: instant(at), by: by === null ? null : names.get(by) ?? null, reason: digest === null ? null : reasons.get(digest) ?? null });
    return ok({
      stops: stops.map((row) => ({
        placed: noted(row.placedAt, row.placedBy, row.placedReasonDigest), released: row.releasedAt === null ? null : noted(row.releasedAt, row.releasedBy, row.reasonDigest),
      })),
      reveals: reveals.map(({ at, userId, reasonDigest, accountId }) => ({ ...noted(at, userId, reasonDigest), accountId })),
    });
  }
}
