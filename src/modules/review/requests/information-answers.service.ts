import { Injectable } from '@nestjs/common';
import { ok, refuse, type Refusal, type Result } from '../../../core/errors/index.js';
import { formatInstant } from '../../../core/time/index.js';
import { mayFor, userIdOf } from '../../../platform/access/ownership.js';
import type { Context } from '../../../platform/access/context.js';
import { Clock } from '../../../platform/clock/clock.js';
import type { Tx } from '../../../platform/database/tx.js';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import { AuditTrail } from '../../audit/index.js';
import { ClaimLifecycle, ClaimSubmission, claimView, type Answers, type ClaimRow, type ClaimView } from '../../claims/index.js';
import { InformationRequestsRepository } from './information-requests.repository.js';
import type { ItemOutcome } from './request-catalogue.rules.js';
import { RequestSetting } from './request-setting.service.js';
import type { ItemRow, RequestRow } from '../views/request-row.js';

/** What is said to one item: that it is given, or why it cannot be; an explanation is given in words. */
export interface Reply {
  readonly n: number;
  readonly outcome: ItemOutcome;
  readonly text?: string;
}

export interface Answering {
  readonly replies: readonly Reply[];
  /** Answers to those inputs of the policy that were to be checked again. */
  readonly answers: Answers;
}

/** Answering a request: all of it at once, or nothing, so that what is still missing is said while it can be brought. */
@Injectable()
export class InformationAnswers {
  constructor(
    private readonly work: UnitOfWork,
    private readonly lifecycle: ClaimLifecycle,
    private readonly requests: InformationRequestsRepository,
    private readonly setting: RequestSetting,
    private readonly submission: ClaimSubmission,
    private readonly audit: AuditTrail,
    private readonly clock: Clock,
  ) {}

  /** A new claim version is frozen, and the claim assessed again as after an amendment. Codes: `requests.incomplete` with every fault, and those of filing. */
  answer(ctx: Context, claimId: string, n: number, version: number, given: Answering): Promise<Result<ClaimView>> {
    return this.work.run(ctx, async (tx): Promise<Result<ClaimView>> => {
      const claim = await this.#held(tx, ctx, claimId, version);
      if (!claim.ok) return claim;
      const request = await this.requests.open(tx, claimId);
      if (request?.n !== n) return refuse('requests.not_found');
      const whole = checkReplies(request, given, claim.value, await this.setting.arrived(tx, claimId, request.askedAt));
      if (!whole.ok) return whole;
      await this.#store(tx, ctx, request, given.replies);
      const outcomes = given.replies.map(({ n: item, outcome }) => ({ item, outcome }));
      const moved = await this.submission.answerIn(tx, ctx, claim.value, given.answers, { n, outcomes });
      return moved.ok ? ok(claimView(moved.value)) : moved;
    });
  }

  async #held(tx: Tx, ctx: Context, claimId: string, version: number): Promise<Result<ClaimRow>> {
    const claim = await this.lifecycle.locked(tx, claimId);
    if (!claim.ok) return claim;
    if (!mayFor(ctx.actor, 'claim.file', claim.value.merchantId)) return refuse('claims.not_found');
    const allowed = this.lifecycle.decide(ctx, claim.value, { event: 'answer' });
    if (!allowed.ok) return allowed;
    return claim.value.version === version ? claim : refuse('http.stale', { seen: version, current: claim.value.version });
  }

  async #store(tx: Tx, ctx: Context, request: RequestRow, replies: readonly Reply[]): Promise<void> {
    const kept = [];
    for (const { n, outcome, text = '' } of replies) kept.push({ n, outcome, textDigest: text.trim() === '' ? undefined : await this.audit.keepText(tx, text.trim()) });
    await this.requests.answer(tx, request, kept);
    await this.requests.settle(tx, request.claimId, { state: 'answered', at: this.clock.now(), by: userIdOf(ctx.actor) });
  }
}

type Arrived = Awaited<ReturnType<RequestSetting['arrived']>>;

/** Every item has its reply, and what is said to be there is there; all faults at once. */
function checkReplies({ items }: RequestRow, { replies, answers }: Answering, claim: ClaimRow, arrived: Arrived): Result<void> {
  const stray = replies.filter(({ n }) => !items.some((item) => item.n === n)).map(({ n }) => fault('item_unknown', n, { n }));
  const asked = items.flatMap(({ kind, subject }) => (kind === 'answer' && subject !== undefined ? [subject] : []));
  const unasked = Object.keys(answers).filter((input) => !asked.includes(input))
    .map((input): Refusal => ({ code: 'requests.answer_unasked', params: { input, asked }, pointer: `/answers/${input}` }));
  const causes = [...items.flatMap((item) => replyFault(item, replies.filter(({ n }) => n === item.n), { ...claim.answers, ...answers }, arrived) ?? []), ...stray, ...unasked];
  return causes.length === 0 ? ok(undefined) : refuse('requests.incomplete', { count: causes.length }, { causes });
}

const fault = (reason: string, n: number, params: Refusal['params']): Refusal => ({ code: `requests.${reason}`, params, pointer: `/items/${n}` });

function replyFault(item: ItemRow, [reply, more]: readonly Reply[], answers: Answers, arrived: Arrived): Refusal | undefined {
  const { n } = item;
  if (reply === undefined || more !== undefined) return fault('item_unanswered', n, { n });
  const hasText = (reply.text ?? '').trim() !== '';
  if (reply.outcome === 'cannot') return hasText ? undefined : fault('reason_missing', n, { n });
  return givenFault(item, { hasText, answers, arrived });
}

function givenFault(item: ItemRow, { hasText, answers, arrived }: { hasText: boolean; answers: Answers; arrived: Arrived }): Refusal | undefined {
  const { n, kind, subject = '', period } = item;
  switch (kind) {
    case 'opening_hours': return undefined;
    case 'explanation': return hasText ? undefined : fault('explanation_missing', n, { n });
    case 'answer': return answers[subject] === undefined || answers[subject] === null ? fault('answer_missing', n, { input: subject }) : undefined;
    case 'sales_records': return arrived(item) || period === undefined ? undefined : fault('sales_missing', n, { from: formatInstant(period.from), to: formatInstant(period.to) });
    case 'evidence':
    case 'identity': return arrived(item) ? undefined : fault('evidence_missing', n, { kind: kind === 'identity' ? 'other' : subject });
  }
}
