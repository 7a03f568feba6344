import { Inject, Injectable } from '@nestjs/common';
import { APP_CONFIG, type AppConfig } from '../../../platform/config/config.js';
import type { Tx } from '../../../platform/database/tx.js';
import { ClaimLetters, Objections, type ClaimRow, type ObjectionRow } from '../../claims/index.js';
import { DecisionNotices } from '../offers/decision-notices.service.js';

/** The body outside that decides second objections, where the installation named one. */
export interface OutsideBody {
  readonly name: string;
  readonly email: string;
}

/** Letters about objections: that it came, that somebody outside is asked, and what was decided. */
@Injectable()
export class ObjectionLetters {
  constructor(
    private readonly letters: ClaimLetters, private readonly decisions: DecisionNotices, private readonly objections: Objections,
    @Inject(APP_CONFIG) private readonly config: AppConfig,
  ) {}

  /** Who decides at this level, when it is none of us. */
  outside(level: number): OutsideBody | undefined {
    return level === 2 ? this.config.outsideReviewer : undefined;
  }

  async received(tx: Tx, claim: ClaimRow, { k, level }: { k: number; level: number }): Promise<void> {
    const body = this.outside(level);
    await this.letters.toOwners(tx, claim, body === undefined
      ? { template: 'claim.objection_received' }
      : { template: 'claim.objection_received-outside', data: () => ({ body: body.name }) });
    if (body === undefined) return;
    const { token, endsAt } = await this.objections.link(tx, claim, k);
    await this.letters.to(tx, [{ email: body.email }], claim, { template: 'claim.outside-review', data: ({ local }) => ({ body: body.name, token, until: local(endsAt) }) });
  }

  /** From its arrival on the time for a second objection runs, and that of what is offered anew. */
  async decided(tx: Tx, claim: ClaimRow, { k, level }: Pick<ObjectionRow, 'k' | 'level'>, result: { raisedTo: number | undefined } | { reasons: readonly { code: string }[] }): Promise<void> {
    if ('raisedTo' in result) {
      if (result.raisedTo === undefined) {
        await this.decisions.tell(tx, claim, { kind: 'objection', objectionNo: k }, await this.decisions.points(tx, claim, 'claim.objection_decided-points'));
        return;
      }
      const template = claim.state === 'offered' ? 'claim.objection_decided-offer' : 'claim.objection_decided-raised';
      await this.decisions.tell(tx, claim, { kind: 'objection', objectionNo: k, entitlementNo: result.raisedTo }, await this.decisions.offer(tx, claim, template));
      return;
    }
    const said = await this.decisions.saying(tx, claim);
    await this.decisions.tell(tx, claim, { kind: 'objection', objectionNo: k }, {
      template: level === 1 ? 'claim.objection_decided' : 'claim.objection_decided-last', data: ({ language }) => ({ reasons: said(result.reasons, language) }),
    });
  }
}
