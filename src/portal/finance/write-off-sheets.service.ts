import { Injectable } from '@nestjs/common';
import { isAllowed, type Permission } from '../../platform/access/permissions.js';
import { Database } from '../../platform/database/database.js';
import { Duties, type Duty } from '../../modules/identity/index.js';
import type { MoneyView, WriteOffView } from '../../modules/payouts/index.js';
import type { Visit } from '../shared/portal.page.js';

/** May be pressed, or why not: somebody of another role does it, whoever proposed it does not decide it, something else they did excludes it, or it is no longer what was proposed. */
export type Verdict = 'may' | 'role' | 'own' | 'duty' | 'overtaken';

/** Money that is given up by two people, as its page shows it to this person. */
export interface WriteOffSheet {
  /** Undecided; there is one at most. */
  readonly waiting: WriteOffView | undefined;
  readonly decided: readonly WriteOffView[];
  /** Left out where nothing can be proposed now. */
  readonly propose?: Verdict;
  /** Left out where nothing waits. */
  readonly decide?: Verdict;
  readonly mayDrop: boolean;
  /** Whoever proposed it takes it back without a reason, in the place of dropping it. */
  readonly mayTakeBack: boolean;
}

/** What of a write-off is offered to somebody, by the roles and duties that the services ask for again. */
@Injectable()
export class WriteOffSheets {
  constructor(private readonly database: Database, private readonly duties: Duties) {}

  /** `left`: what there is to give up now; undefined where there is nothing. */
  async of(visit: Visit, subjectId: string, writeOffs: readonly WriteOffView[], left: MoneyView | undefined): Promise<WriteOffSheet> {
    const { actor } = visit.ctx;
    const waiting = writeOffs.find(({ decided }) => decided === undefined);
    const decided = writeOffs.filter((one) => one !== waiting);
    const isMine = waiting !== undefined && actor.kind === 'user' && waiting.proposed.by === actor.userId;
    const mayTakeBack = isMine && isAllowed(actor, 'payout.reconcile');
    const shown = { waiting, decided, mayTakeBack, mayDrop: !mayTakeBack && isAllowed(actor, 'payout.write_off') };
    if (waiting === undefined) return { ...shown, ...(left === undefined ? {} : { propose: await this.#verdict(visit, subjectId, 'write_off_proposer', 'payout.reconcile') }) };
    if (isMine) return { ...shown, decide: 'own' };
    const verdict = await this.#verdict(visit, subjectId, 'write_off_decider', 'payout.write_off');
    return { ...shown, decide: verdict === 'may' && waiting.amount.amount !== left?.amount ? 'overtaken' : verdict };
  }

  async #verdict({ ctx: { actor } }: Visit, subjectId: string, duty: Duty, permission: Permission): Promise<Verdict> {
    if (actor.kind !== 'user' || !isAllowed(actor, permission)) return 'role';
    return await this.duties.may(this.database.reader, subjectId, actor.userId, duty, permission) ? 'may' : 'duty';
  }
}
