import { Injectable } from '@nestjs/common';
import { ok, type Result } from '../../../core/errors/index.js';
import { formatInstant } from '../../../core/time/index.js';
import type { Context } from '../../../platform/access/context.js';
import { Database } from '../../../platform/database/database.js';
import { AssessmentQueries } from '../../assessments/index.js';
import { AuditQueries } from '../../audit/index.js';
import { ClaimQueries, ClaimSights, type ClaimRow } from '../../claims/index.js';
import { LetterQueries } from '../../mail/index.js';
import { TaskBook } from '../../tasks/index.js';
import { changesBetween, SAID_ELSEWHERE, type TimelineEntry } from './casebook-timeline.rules.js';

/** An entry before people have names and digests have texts. */
export interface BareEntry extends Omit<TimelineEntry, 'by' | 'text'> {
  /** A person's id, or `system:<name>`. */
  readonly actor?: string;
  readonly digest?: string;
  readonly text?: string;
}

const DIGESTS = ['noteDigest', 'reasonDigest', 'releaseDigest', 'evidenceDigest'] as const;

const digestIn = (data: object): string | undefined => {
  const found = DIGESTS.map((name) => (data as Readonly<Record<string, unknown>>)[name]).find((value) => typeof value === 'string');
  return typeof found === 'string' ? found : undefined;
};

const plain = (data: object): Readonly<Record<string, unknown>> => Object.fromEntries(Object.entries(data).filter(([name]) => !name.endsWith('Digest')));

/** What each part of the house knows of a claim's past: one question a part, however long the past. */
@Injectable()
export class TimelineSources {
  constructor(
    private readonly database: Database,
    private readonly audit: AuditQueries,
    private readonly claims: ClaimQueries,
    private readonly sights: ClaimSights,
    private readonly assessments: AssessmentQueries,
    private readonly letters: LetterQueries,
    private readonly tasks: TaskBook,
  ) {}

  async of(ctx: Context, claim: ClaimRow): Promise<Result<BareEntry[]>> {
    const versions = await this.#versions(ctx, claim);
    if (!versions.ok) return versions;
    const assessments = await this.#assessments(ctx, claim);
    if (!assessments.ok) return assessments;
    return ok([...await this.#events(claim.id), ...versions.value, ...assessments.value, ...await this.#letters(claim.id), ...await this.#tasks(claim.id), ...await this.#sights(claim.id)]);
  }

  async #events(claimId: string): Promise<BareEntry[]> {
    return (await this.audit.chain('claim', claimId)).filter(({ action }) => !SAID_ELSEWHERE.includes(action)).map(({ n, at, actor, action, data }) => {
      const digest = digestIn(data);
      return { key: `event-${String(n).padStart(8, '0')}`, at: formatInstant(at as never), kind: 'event', what: action, actor, data: plain(data), ...(digest === undefined ? {} : { digest }) };
    });
  }

  /** What a merchant changed in what was filed; the first filing is an event like any other. */
  async #versions(ctx: Context, claim: ClaimRow): Promise<Result<BareEntry[]>> {
    const versions = await this.claims.versions(ctx, claim);
    if (!versions.ok) return versions;
    return ok(versions.value.slice(1).map(({ n, frozen, filedBy, filedAt }, index) => {
      const before = versions.value[index];
      return {
        key: `version-${n}`, at: formatInstant(filedAt), kind: 'version', what: 'filed_again', actor: filedBy,
        data: { n, changes: before === undefined ? [] : changesBetween(before.frozen, frozen) },
      };
    }));
  }

  async #assessments(ctx: Context, claim: ClaimRow): Promise<Result<BareEntry[]>> {
    const list = await this.assessments.list(ctx, claim);
    if (!list.ok) return list;
    const oldestFirst = [...list.value.items].reverse();
    return ok(oldestFirst.map(({ n, id, outcome, cash, assessedAt }, index) => {
      const before = oldestFirst[index - 1];
      return {
        key: `assessment-${String(n).padStart(6, '0')}`, at: assessedAt, kind: 'assessment', what: outcome,
        data: { n, id, ...(before?.cash === undefined ? {} : { before: before.cash }), ...(cash === undefined ? {} : { after: cash }) },
      };
    }));
  }

  async #letters(claimId: string): Promise<BareEntry[]> {
    return (await this.letters.fates('claim', claimId)).map(({ id, template, channel, state, fault, subject, createdAt }) => ({
      key: `letter-${id}`, at: createdAt.toISOString(), kind: 'letter', what: template,
      data: { channel, state, ...(subject === null ? {} : { subject }), ...(fault === null ? {} : { fault }) },
    }));
  }

  async #tasks(claimId: string): Promise<BareEntry[]> {
    const tasks = await this.tasks.about(this.database.reader, { type: 'claim', id: claimId });
    return tasks.flatMap(({ id, kind, createdAt, done, reasons }): BareEntry[] => [
      { key: `task-${id}-opened`, at: createdAt, kind: 'task', what: 'opened', data: { kind, reasons } },
      ...(done === undefined ? [] : [{ key: `task-${id}-settled`, at: done.at, kind: 'task' as const, what: 'settled', actor: done.by, text: done.note, data: { kind } }]),
    ]);
  }

  async #sights(claimId: string): Promise<BareEntry[]> {
    return (await this.sights.of(this.database.reader, claimId)).map(({ userId, firstAt, lastAt }) => ({
      key: `sight-${userId}-${firstAt.toISOString()}`, at: firstAt.toISOString(), kind: 'sight', what: 'seen', actor: userId, data: { lastAt: lastAt.toISOString() },
    }));
  }
}
