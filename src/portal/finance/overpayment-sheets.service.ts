import { Injectable } from '@nestjs/common';
import { isAllowed } from '../../platform/access/permissions.js';
import { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/database.js';
import { unwrap } from '../../platform/http/refusal-exception.js';
import { People } from '../../modules/identity/index.js';
import { LetterQueries } from '../../modules/mail/index.js';
import { MerchantQueries } from '../../modules/merchants/index.js';
import { OverpaymentQueries, type OverpaymentDetail } from '../../modules/payouts/index.js';
import type { Visit } from '../shared/portal.page.js';
import { WriteOffSheets } from './write-off-sheets.service.js';

/** Something that happened to an overpayment and moved no money. */
interface Step {
  readonly what: 'opened' | 'told' | 'untold' | 'agreed' | 'proposed' | 'dropped' | 'taken_back' | 'closed';
  readonly at: string;
  readonly by?: string;
  readonly text?: string;
}

const NOT_ARRIVED = ['failed', 'bounced'];

/** What the pages of what was paid too much show, and what the person who looks may do about it. */
@Injectable()
export class OverpaymentSheets {
  constructor(
    private readonly database: Database, private readonly queries: OverpaymentQueries, private readonly merchants: MerchantQueries, private readonly people: People, private readonly letters: LetterQueries,
    private readonly writeOffs: WriteOffSheets, private readonly clock: Clock,
  ) {}

  async list({ ctx }: Visit, wanted: { state?: 'open' | 'closed' | 'unbooked'; before?: string; limit: number }): Promise<object> {
    const page = await this.queries.page(ctx, wanted);
    const now = this.clock.now();
    return {
      page: { ...page, items: page.items.map((owed) => ({ ...owed, ageMs: now - Date.parse(owed.openedAt) })) },
      businesses: await this.merchants.names(this.database.reader, page.items.map(({ merchantId }) => merchantId)),
    };
  }

  async of(visit: Visit, id: string): Promise<{ readonly owed: OverpaymentDetail; readonly [shown: string]: unknown }> {
    const owed = unwrap(await this.queries.get(visit.ctx, id));
    const isOpen = owed.closedAt === undefined;
    const steps = await this.#steps(owed);
    const people = [...steps.map(({ by }) => by), owed.repayment?.proposed.by, ...owed.entries.flatMap(({ by, decidedBy }) => [by, decidedBy]), ...(owed.writeOffs ?? []).flatMap(({ proposed, decided }) => [proposed.by, decided?.by])];
    return {
      owed, steps, isOpen, business: (await this.merchants.names(this.database.reader, [owed.merchantId])).get(owed.merchantId), ageMs: this.clock.now() - Date.parse(owed.openedAt),
      names: await this.people.names([...new Set(people.flatMap((one) => one ?? []))]), give: await this.writeOffs.of(visit, id, owed.writeOffs ?? [], isOpen ? owed.left : undefined),
      mayRecord: isAllowed(visit.ctx.actor, 'payout.reconcile'), isMine: isMine(visit, owed), mayConfirm: mayConfirm(visit, owed),
    };
  }

  /** In the order in which they happened. What moved money stands among the entries. */
  async #steps({ claimId, openedAt, offsetAgreedAt, offsetAgreedBy, closedAt, writeOffs = [] }: OverpaymentDetail): Promise<Step[]> {
    const letter = (await this.letters.newestAbout('payment.overpaid', 'claim', [claimId])).get(claimId);
    const told: Step[] = letter === undefined || letter.at < openedAt ? [] : [{ what: NOT_ARRIVED.includes(letter.state) ? 'untold' : 'told', at: letter.at }];
    const proposals = writeOffs.flatMap(({ proposed, reason, decided }): Step[] => [
      { what: 'proposed', at: proposed.at, by: proposed.by, text: reason }, ...(decided?.outcome === 'dropped' ? [{ what: decided.by === proposed.by ? 'taken_back' as const : 'dropped' as const, at: decided.at, by: decided.by, text: decided.note }] : []),
    ]);
    return [
      { what: 'opened' as const, at: openedAt }, ...told, ...(offsetAgreedAt === undefined ? [] : [{ what: 'agreed' as const, at: offsetAgreedAt, ...(offsetAgreedBy === undefined ? {} : { by: offsetAgreedBy }) }]),
      ...proposals, ...(closedAt === undefined ? [] : [{ what: 'closed' as const, at: closedAt }]),
    ].sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
  }
}

const isMine = ({ ctx: { actor } }: Visit, { repayment }: OverpaymentDetail): boolean => actor.kind === 'user' && repayment?.proposed.by === actor.userId;

/** Whether what somebody says came back may be confirmed, or why not: as the service answers. */
function mayConfirm(visit: Visit, owed: OverpaymentDetail): 'may' | 'role' | 'own' | 'overtaken' | 'more' {
  if (!isAllowed(visit.ctx.actor, 'payout.reconcile')) return 'role';
  if (isMine(visit, owed)) return 'own';
  return owed.repayment?.stoppedBy ?? 'may';
}
