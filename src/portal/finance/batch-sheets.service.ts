import { Injectable } from '@nestjs/common';
import { isAllowed } from '../../platform/access/permissions.js';
import { Database } from '../../platform/database/database.js';
import { unwrap } from '../../platform/http/refusal-exception.js';
import { ClaimQueries } from '../../modules/claims/index.js';
import { Duties, People, type Duty } from '../../modules/identity/index.js';
import { PayoutQueries, type BatchDetail, type BatchEvent } from '../../modules/payouts/index.js';
import type { Visit } from '../shared/portal.page.js';
import { BatchComparison } from './batch-comparison.service.js';
import { BatchFiles } from './batch-files.service.js';

/** Who does what with a batch, and which duty they take by it. */
const STEPS = {
  lock: { permission: 'payout.prepare', duty: 'locker' }, approve: { permission: 'payout.approve', duty: 'batch_approver' }, release: { permission: 'payout.release', duty: 'releaser' },
} as const satisfies Partial<Record<BatchEvent, { permission: Parameters<typeof isAllowed>[1]; duty: Duty }>>;

const LINES_ON_A_PAGE = 50;

/** What the page of a batch shows, and which buttons are there for this person. */
@Injectable()
export class BatchSheets {
  constructor(
    private readonly database: Database, private readonly payouts: PayoutQueries, private readonly files: BatchFiles, private readonly comparison: BatchComparison,
    private readonly claims: ClaimQueries, private readonly people: People, private readonly duties: Duties,
  ) {}

  /** As short as the card before a release needs it. */
  async heading(visit: Visit, id: string): Promise<{ batch: BatchDetail; may: Awaited<ReturnType<BatchSheets['may']>> }> {
    const batch = unwrap(await this.payouts.get(id));
    return { batch, may: await this.may(visit, batch), ...await this.comparison.setting(visit, batch) };
  }

  async of(visit: Visit, id: string, after: string | undefined): Promise<object> {
    const { batch, may, ...setting } = await this.heading(visit, id);
    const lines = unwrap(await this.payouts.linesOf(id, { ...(after === undefined ? {} : { after }), limit: LINES_ON_A_PAGE }));
    const [files, compared] = [await this.files.of(visit, batch), await this.comparison.of(visit, id)];
    const claimIds = [...lines.items, ...batch.dropped, ...compared.variance.largest].map(({ claimId }) => claimId);
    return {
      batch, may, ...setting, ...compared, lines, paged: after !== undefined, ...files,
      references: await this.claims.references(this.database.reader, [...new Set([...claimIds, ...compared.claimIds])]),
      names: await this.people.names([batch.createdBy, ...[batch.lockedBy, batch.releasedBy].flatMap((one) => one ?? []), ...batch.approvals.map(({ userId }) => userId)]),
    };
  }

  /** A step is offered where the machine has it, the person's roles allow it, and nothing they did to this batch forbids it. */
  async may({ ctx: { actor } }: Visit, { id, allowedEvents, approvals }: BatchDetail): Promise<Readonly<Record<'lock' | 'approve' | 'release' | 'cancel', boolean>>> {
    const userId = actor.kind === 'user' ? actor.userId : undefined;
    const step = async (event: keyof typeof STEPS): Promise<boolean> => {
      const { permission, duty } = STEPS[event];
      return allowedEvents.includes(event) && userId !== undefined && isAllowed(actor, permission) && this.duties.may(this.database.reader, id, userId, duty, permission);
    };
    return {
      lock: await step('lock'), approve: await step('approve') && !approvals.some((one) => one.userId === userId), release: await step('release'),
      cancel: allowedEvents.includes('cancel') && isAllowed(actor, 'payout.prepare'),
    };
  }
}
