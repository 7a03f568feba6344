import type { INestApplicationContext } from '@nestjs/common';
import type { Client } from 'pg';
import { BatchApprovals, BatchPreparation, BatchRelease, PayoutQueries, type BatchView } from '../../src/modules/payouts/index.js';
import type { Context } from '../../src/platform/access/context.js';
import type { Clock } from '../../src/platform/clock/clock.js';
import { asSystem } from './lower-floors.js';
import { financePerson } from './payables.js';
import { value } from './results.js';

export type FinancePerson = Awaited<ReturnType<typeof financePerson>>;

/** Those who pay, one for each duty, and what they do with a batch: through the services, as requests and jobs do it. */
export class PayoutDesk {
  private constructor(private readonly world: { readonly app: INestApplicationContext; readonly clock: Clock }, readonly people: Record<'preparer' | 'approver' | 'releaser' | 'second', FinancePerson>) {}

  static async of(world: { readonly app: INestApplicationContext; readonly clock: Clock }, owner: Client): Promise<PayoutDesk> {
    return new PayoutDesk(world, {
      preparer: await financePerson(owner, 'preparer', 'finance_preparer'), approver: await financePerson(owner, 'payout-approver', 'finance_approver'),
      releaser: await financePerson(owner, 'releaser', 'finance_releaser'), second: await financePerson(owner, 'second', 'finance_approver'),
    });
  }

  /** As somebody who has just shown who they are. */
  proved({ userId, ...person }: FinancePerson): Context {
    return { ...person, actor: { kind: 'user', userId, roles: [], memberships: [], session: { id: userId, provedAt: this.world.clock.now() } } };
  }

  /** Opened and locked. */
  async locked(fundId: string): Promise<BatchView> {
    const preparation = this.world.app.get(BatchPreparation);
    const opened = value(await preparation.open(this.people.preparer, { fundId }));
    return value(await preparation.lock(this.people.preparer, opened.id, opened.version));
  }

  /** The same, and approved. */
  async approved(fundId: string): Promise<BatchView> {
    const { id, version, digest } = await this.locked(fundId);
    return value(await this.world.app.get(BatchApprovals).approve(this.people.approver, id, version, digest ?? ''));
  }

  /** Asked for and carried out; the id of the release, whatever became of it. */
  async release({ id: batchId, version, digest }: BatchView): Promise<string> {
    const { id } = value(await this.world.app.get(BatchRelease).request(this.proved(this.people.releaser), batchId, version, digest ?? ''));
    await this.world.app.get(BatchRelease).perform(asSystem, id);
    return id;
  }

  /** All of it; throws where the batch did not leave. */
  async released(fundId: string): Promise<BatchView> {
    const { id } = await this.approved(fundId).then(async (batch) => (await this.release(batch), batch));
    const batch = value(await this.world.app.get(PayoutQueries).get(id));
    if (batch.state !== 'released') throw new Error(`not released: ${batch.state}`);
    return batch;
  }
}
