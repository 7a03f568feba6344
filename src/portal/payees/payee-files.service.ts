import { Injectable } from '@nestjs/common';
import { isAllowed } from '../../platform/access/permissions.js';
import { Clock } from '../../platform/clock/clock.js';
import { unwrap } from '../../platform/http/refusal-exception.js';
import { requireProof } from '../../modules/identity/index.js';
import { MerchantProfiles, type MerchantView } from '../../modules/merchants/index.js';
import { DESK_LISTS, PayeeDesk, PayeeFindings, PayeeQueries, UNCHECKED, type DeskList } from '../../modules/payees/index.js';
import type { Visit } from '../shared/portal.page.js';

/** What finance sees: what waits, and everything there is about where one business is paid. */
@Injectable()
export class PayeeFiles {
  constructor(
    private readonly desk: PayeeDesk,
    private readonly payees: PayeeQueries,
    private readonly findings: PayeeFindings,
    private readonly merchants: MerchantProfiles,
    private readonly clock: Clock,
  ) {}

  /** Without a list: the first that has something for a person to do. */
  async list({ ctx }: Visit, asked: DeskList | undefined, paging: { after?: string; limit: number }): Promise<object> {
    const counts = unwrap(await this.desk.counts(ctx));
    const list = asked ?? [...UNCHECKED, 'held' as const].find((one) => counts[one] > 0) ?? 'unavailable';
    const page = list === 'held' ? unwrap(await this.desk.held(ctx, paging)) : unwrap(await this.desk.waiting(ctx, { ...paging, outcomes: [list] }));
    return { list, page, lists: DESK_LISTS.map((name) => ({ name, count: counts[name] })) };
  }

  async heading({ ctx }: Visit, merchantId: string): Promise<{ business: MerchantView }> {
    return { business: unwrap(await this.merchants.get(ctx, merchantId)) };
  }

  async of(visit: Visit, merchantId: string): Promise<object> {
    const { ctx } = visit;
    const may = (permission: Parameters<typeof isAllowed>[1]): boolean => isAllowed(ctx.actor, permission);
    const accounts = unwrap(await this.payees.list(ctx, merchantId));
    return {
      ...await this.heading(visit, merchantId), accounts, findings: unwrap(await this.findings.of(ctx, merchantId)).items, record: unwrap(await this.desk.record(ctx, merchantId)),
      endings: Object.fromEntries(accounts.items.map(({ id, masked }) => [id, masked])), proofNeeded: !requireProof(ctx.actor, this.clock.now()).ok,
      may: { check: may('payee.verify'), number: may('payee.reveal'), hold: may('payee.hold') && accounts.items.length > 0, release: may('payee.release_hold') },
    };
  }
}
