import { Injectable } from '@nestjs/common';
import { ok, refuse, type Result } from '../../core/errors/index.js';
import { allowedEvents, decide } from '../../core/machine/index.js';
import { checkPolicy, type CheckedPolicy, type CompiledPolicy } from '../../core/policy/index.js';
import type { Context } from '../../platform/access/context.js';
import { userIdOf } from '../../platform/access/ownership.js';
import { Clock } from '../../platform/clock/clock.js';
import type { Reader, Tx } from '../../platform/database/tx.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { AuditTrail } from '../audit/index.js';
import { Duties } from '../identity/index.js';
import { PoliciesRepository } from './policies.repository.js';
import { PolicyEditionsRepository, type EditionRow, type EditionText } from './policy-editions.repository.js';
import { isKey, PolicyQueries } from './policy-queries.service.js';
import { documentFaults } from './policy-faults.rules.js';
import { POLICY_GUARDS, POLICY_MACHINE, type PolicyEvent, type StoredState } from './policy.machine.js';
import { editionView, type EditionDetail, type EditionView } from './views/edition-view.js';

export type EditionChange = Partial<EditionText>;

const viewOf = (row: EditionRow): EditionView => editionView(row, allowedEvents(POLICY_MACHINE, row.state));

/** A draft as it stands, and what the check of its text came to. */
export interface OpenedEdition {
  readonly edition: EditionView;
  readonly source: string;
  readonly checked: CheckedPolicy;
}

/** Drafts of policies: text that may still be faulty, until its author hands it in and another person approves it through a change. */
@Injectable()
export class PolicyDrafting {
  constructor(
    private readonly work: UnitOfWork,
    private readonly clock: Clock,
    private readonly editions: PolicyEditionsRepository,
    private readonly policies: PoliciesRepository,
    private readonly queries: PolicyQueries,
    private readonly duties: Duties,
    private readonly audit: AuditTrail,
  ) {}

  async create(ctx: Context, key: string, text: EditionText): Promise<Result<EditionView>> {
    if (!isKey(key)) return refuse('policies.key_malformed', { key: key.slice(0, 80) });
    return this.work.run(ctx, async (tx): Promise<Result<EditionView>> => {
      const createdBy = userIdOf(ctx.actor);
      await this.policies.lockKey(tx, key);
      const number = await this.policies.nextNumber(tx, key);
      const row = await this.editions.add(tx, { ...text, key, number, createdBy, createdAt: this.clock.now() });
      const author = await this.duties.take(tx, row.id, createdBy, 'author', 'policy.edit');
      if (!author.ok) return author;
      await this.audit.record(tx, ctx, { aggregate: { type: 'policy_edition', id: row.id }, action: 'policy_edition.created', data: { key, number }, isNew: true });
      return ok(viewOf(row));
    });
  }

  /** Whoever edits becomes an author, and so does not approve. */
  edit(ctx: Context, key: string, number: string, version: number, change: EditionChange): Promise<Result<EditionView>> {
    return this.#on(ctx, key, number, { event: 'edit', version }, async (tx, row) => {
      const author = await this.duties.take(tx, row.id, userIdOf(ctx.actor), 'author', 'policy.edit');
      return author.ok ? ok(await this.editions.save(tx, row.id, { ...row, ...change })) : author;
    });
  }

  /** Into review: only without faults. The hash of the resolved document is what a change rehearses and an approval publishes. */
  submit(ctx: Context, key: string, number: string, version: number): Promise<Result<EditionView>> {
    return this.#on(ctx, key, number, { event: 'submit', version }, async (tx, row) => {
      const checked = await this.compiled(tx, row);
      return checked.ok ? ok(await this.editions.moveTo(tx, row.id, 'in_review', { hash: checked.value.hash })) : checked;
    });
  }

  sendBack(ctx: Context, key: string, number: string, version: number, reason: string): Promise<Result<EditionView>> {
    return this.#on(ctx, key, number, { event: 'send_back', version, reason }, async (tx, row) => ok(await this.editions.moveTo(tx, row.id, 'draft')));
  }

  withdraw(ctx: Context, key: string, number: string, version: number): Promise<Result<EditionView>> {
    return this.#on(ctx, key, number, { event: 'withdraw', version }, async (tx, row) => ok(await this.editions.moveTo(tx, row.id, 'withdrawn')));
  }

  async get(reader: Reader, key: string, number: string): Promise<Result<EditionDetail>> {
    const opened = await this.open(reader, key, number);
    return opened.ok ? ok({ ...opened.value.edition, source: opened.value.source, faults: opened.value.checked.faults }) : opened;
  }

  /** A draft without its text. */
  async view(reader: Reader, key: string, number: string): Promise<Result<EditionView>> {
    const row = await this.find(reader, key, number);
    return row.ok ? ok(viewOf(row.value)) : row;
  }

  async open(reader: Reader, key: string, number: string): Promise<Result<OpenedEdition>> {
    const row = await this.find(reader, key, number);
    if (!row.ok) return row;
    const checked = await this.check(reader, row.value.source);
    return checked.ok ? ok({ edition: viewOf(row.value), source: row.value.source, checked: checked.value }) : checked;
  }

  /** Every fault of a text, and the policy when it can run; stores nothing. */
  async check(reader: Reader, source: string): Promise<Result<CheckedPolicy>> {
    const reasons = await this.queries.reasons(reader);
    return reasons.ok ? ok(checkPolicy(source, reasons.value)) : reasons;
  }

  /** Newest first; `before` is an id. */
  async list(reader: Reader, wanted: { key?: string; states?: readonly StoredState[]; before?: string; limit: number }): Promise<EditionView[]> {
    return (await this.editions.list(reader, wanted)).map(viewOf);
  }

  async find(reader: Reader, key: string, number: string): Promise<Result<EditionRow>> {
    const row = isKey(key) && /^[1-9]\d{0,8}$/.test(number) ? await this.editions.find(reader, key, number) : undefined;
    return row === undefined ? refuse('policies.draft_not_found', { key: key.slice(0, 80), number: number.slice(0, 20) }) : ok(row);
  }

  /** The text as it stands, ready to run; or every fault of it. */
  async compiled(reader: Reader, { key, source }: Pick<EditionRow, 'key' | 'source'>): Promise<Result<CompiledPolicy>> {
    const checked = await this.check(reader, source);
    if (!checked.ok) return checked;
    const { policy, faults } = checked.value;
    if (policy === undefined || faults.length > 0) return refuse('policies.draft_faulty', { count: faults.length }, { causes: documentFaults(faults) });
    return policy.document.policy === key ? ok(policy) : refuse('policies.key_differs', { key, written: policy.document.policy });
  }

  /** Whether the machine lets somebody move it, and where to. */
  decide(row: EditionRow, event: PolicyEvent, isAuthor: boolean): Result<StoredState> {
    return decide(POLICY_MACHINE, { state: row.state, event }, POLICY_GUARDS, { isAuthor }) as Result<StoredState>;
  }

  #on(
    ctx: Context, key: string, number: string, { event, version, reason }: { event: PolicyEvent; version: number; reason?: string }, work: (tx: Tx, row: EditionRow) => Promise<Result<EditionRow>>,
  ): Promise<Result<EditionView>> {
    return this.work.run(ctx, async (tx): Promise<Result<EditionView>> => {
      const found = await this.find(tx, key, number);
      if (!found.ok) return found;
      const row = await this.editions.lock(tx, found.value.id);
      if (row.version !== version) return refuse('http.stale', { seen: version, current: row.version });
      const decided = this.decide(row, event, false);
      if (!decided.ok) return decided;
      const after = await work(tx, row);
      if (!after.ok) return after;
      const note = reason === undefined ? {} : { noteDigest: await this.audit.keepText(tx, reason) };
      await this.audit.record(tx, ctx, { aggregate: { type: 'policy_edition', id: row.id }, action: `policy_edition.${event}`, data: { from: row.state, to: after.value.state, hash: after.value.hash, ...note } });
      return ok(viewOf(after.value));
    });
  }
}
