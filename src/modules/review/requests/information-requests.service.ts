import { Injectable } from '@nestjs/common';
import { ok, refuse, type Result } from '../../../core/errors/index.js';
import type { Language } from '../../../core/policy/index.js';
import { userIdOf } from '../../../platform/access/ownership.js';
import type { Context } from '../../../platform/access/context.js';
import { Clock } from '../../../platform/clock/clock.js';
import type { Tx } from '../../../platform/database/tx.js';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import { AuditTrail } from '../../audit/index.js';
import { ClaimLifecycle, claimView, type ClaimRow, type ClaimView } from '../../claims/index.js';
import { InformationRequestsRepository } from './information-requests.repository.js';
import { readItems, type AskedItem } from './request-catalogue.rules.js';
import { RequestLetters, type Wording } from './request-letters.service.js';
import { RequestSetting } from './request-setting.service.js';
import { readDue, remindersOf } from './request-times.rules.js';

/** What a reviewer asks for. */
export interface Asking {
  readonly items: readonly AskedItem[];
  /** The last day for an answer at the place of business, `YYYY-MM-DD`. */
  readonly dueOn: string;
  readonly note?: { readonly text: string; readonly language: Language };
}

/** Asking a merchant for things of the catalogue: the claim waits, and the clock that runs is the merchant's. */
@Injectable()
export class InformationRequests {
  constructor(
    private readonly work: UnitOfWork,
    private readonly lifecycle: ClaimLifecycle,
    private readonly requests: InformationRequestsRepository,
    private readonly setting: RequestSetting,
    private readonly letters: RequestLetters,
    private readonly audit: AuditTrail,
    private readonly clock: Clock,
  ) {}

  /** The machine is asked first: in the wrong state the answer is what is possible there, whatever was to be asked. */
  ask(ctx: Context, claimId: string, version: number, { items, dueOn, note }: Asking): Promise<Result<ClaimView>> {
    return this.work.run(ctx, async (tx): Promise<Result<ClaimView>> => {
      const claim = await this.#held(tx, ctx, claimId, version);
      if (!claim.ok) return claim;
      const setting = await this.setting.of(tx, claim.value);
      if (!setting.ok) return setting;
      const { document, zone } = setting.value;
      const now = this.clock.now();
      const chosen = readItems(items, { document, zone, now });
      if (!chosen.ok) return chosen;
      const due = readDue(dueOn, zone, now);
      if (!due.ok) return due;
      const noteDigest = note === undefined ? undefined : await this.audit.keepText(tx, note.text);
      const { id, n } = await this.requests.insert(tx, {
        claimId, merchantId: claim.value.merchantId, askedBy: userIdOf(ctx.actor), askedAt: now, dueOn, promisedAt: due.value, items: chosen.value,
        note: note === undefined || noteDigest === undefined ? undefined : { digest: noteDigest, language: note.language },
      });
      await this.#notice(tx, claim.value, id, { document, items: chosen.value, by: due.value }, { dueOn, zone });
      const asked = chosen.value.map(({ kind, subject }) => (subject === undefined ? { kind } : { kind, subject }));
      const moved = await this.lifecycle.apply(tx, ctx, claim.value, { event: 'ask', openedByStaff: true, data: { n, items: asked, dueOn, noteDigest } });
      return moved.ok ? ok(claimView(moved.value)) : moved;
    });
  }

  /** Puts an open request again, when its notice did not arrive: with a new last day, and reminders from the beginning. */
  askAgain(ctx: Context, claimId: string, n: number, version: number, dueOn: string): Promise<Result<ClaimView>> {
    return this.work.run(ctx, async (tx): Promise<Result<ClaimView>> => {
      const claim = await this.lifecycle.locked(tx, claimId, version);
      if (!claim.ok) return claim;
      const open = await this.requests.open(tx, claimId);
      if (open?.n !== n) return refuse(open === undefined ? 'requests.settled' : 'requests.not_found');
      const setting = await this.setting.of(tx, claim.value);
      if (!setting.ok) return setting;
      const due = readDue(dueOn, setting.value.zone, this.clock.now());
      if (!due.ok) return due;
      await this.#notice(tx, claim.value, open.id, { document: setting.value.document, items: open.items, by: due.value }, { dueOn, zone: setting.value.zone });
      await this.audit.record(tx, ctx, { aggregate: { type: 'claim', id: claimId }, action: 'claim.asked_again', data: { n, dueOn } });
      return ok(claimView(claim.value));
    });
  }

  async #held(tx: Tx, ctx: Context, claimId: string, version: number): Promise<Result<ClaimRow>> {
    const claim = await this.lifecycle.locked(tx, claimId, version);
    if (!claim.ok) return claim;
    const allowed = this.lifecycle.decide(ctx, claim.value, { event: 'ask' });
    return allowed.ok ? claim : allowed;
  }

  async #notice(tx: Tx, claim: ClaimRow, id: string, wording: Wording, { dueOn, zone }: { dueOn: string; zone: string }): Promise<void> {
    const [at, promisedAt] = [this.clock.now(), wording.by];
    const [nextAt = promisedAt] = remindersOf({ noticedAt: at, promisedAt }, promisedAt, zone);
    await this.requests.noticed(tx, id, { ids: await this.letters.asked(tx, claim, wording), at, dueOn, promisedAt, nextAt });
  }
}
