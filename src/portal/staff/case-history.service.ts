import { Injectable } from '@nestjs/common';
import { AuditQueries } from '../../modules/audit/index.js';
import { People } from '../../modules/identity/index.js';
import { ClaimQueries } from '../../modules/claims/index.js';
import { Assignments } from '../../modules/review/index.js';
import { isAllowed } from '../../platform/access/permissions.js';
import { userIdOf } from '../../platform/access/ownership.js';
import { unwrap } from '../../platform/http/refusal-exception.js';
import type { Visit } from '../shared/portal.page.js';

export interface HistoryEntry {
  readonly at: string;
  /** Key of the words for it: an event of the machine, or what happened beside it. */
  readonly what: string;
  /** Undefined: a rule or a job. */
  readonly who: string | undefined;
}

const PERSON = /^[0-9a-f-]{36}$/;
const BESIDE: Readonly<Record<string, string>> = { 'claim.drafted': 'drafted', 'assessment.completed': 'assessed' };

const whatOf = (topic: string, payload: object): string =>
  ('event' in payload && typeof payload.event === 'string' ? payload.event : BESIDE[topic] ?? 'other');

/** What happened to a claim, newest first, with the names of those who did it. */
@Injectable()
export class CaseHistory {
  constructor(private readonly claims: ClaimQueries, private readonly people: People, private readonly audit: AuditQueries, private readonly assignments: Assignments) {}

  async of({ ctx }: Visit, claimId: string): Promise<HistoryEntry[]> {
    const { items } = unwrap(await this.claims.timeline(ctx, claimId));
    const names = await this.people.names(items.flatMap(({ actor }) => (PERSON.test(actor) ? [actor] : [])));
    return items.map(({ at, topic, actor, payload }): HistoryEntry => ({ at, what: whatOf(topic, payload), who: names.get(actor) })).reverse();
  }

  /** What a merchant wrote beside saying that a claim is not theirs; undefined where it wrote nothing. */
  async disownedWith(claimId: string): Promise<string | undefined> {
    const link = (await this.audit.chain('claim', claimId)).findLast(({ action }) => action === 'claim.not_mine');
    const { noteDigest } = (link?.data ?? {}) as { noteDigest?: string };
    return noteDigest === undefined ? undefined : (await this.audit.texts([noteDigest])).get(noteDigest);
  }

  /** Whose a claim is: who opens a claim of somebody else sees that. */
  async deskOf({ ctx }: Visit, claimId: string): Promise<object | undefined> {
    const found = await this.assignments.of(claimId);
    if (found === undefined) return undefined;
    const { ownerId, assignedAt } = found;
    const [me, mayTake, maySupervise] = [userIdOf(ctx.actor), isAllowed(ctx.actor, 'claim.take'), isAllowed(ctx.actor, 'claim.assign')];
    return {
      owner: ownerId === undefined ? undefined : (await this.people.names([ownerId])).get(ownerId), ownerId, assignedAt, me, isMine: ownerId === me,
      mayTake: mayTake && ownerId !== me && (ownerId === undefined || maySupervise), mayRelease: mayTake && ownerId !== undefined && (ownerId === me || maySupervise),
      workers: maySupervise ? await this.assignments.workers() : [],
    };
  }

  /** Why a rule gave the claim to people, by the codes it left in the record; none if a person took it. */
  async referredFor(claimId: string): Promise<readonly string[]> {
    const link = (await this.audit.chain('claim', claimId)).findLast(({ action }) => action === 'claim.refer');
    const { why } = (link?.data ?? {}) as { why?: readonly string[] };
    return why ?? [];
  }
}
