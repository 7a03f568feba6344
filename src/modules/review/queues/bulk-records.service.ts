import { Injectable } from '@nestjs/common';
import type { Context } from '../../../platform/access/context.js';
import { userIdOf } from '../../../platform/access/ownership.js';
import { Clock } from '../../../platform/clock/clock.js';
import type { Tx } from '../../../platform/database/tx.js';
import { AuditQueries, AuditTrail } from '../../audit/index.js';
import { People } from '../../identity/index.js';
import { BulkActionsRepository, type BulkRow, type NewBulk } from './bulk-actions.repository.js';

type Kept = Omit<NewBulk, 'noteDigest' | 'createdBy' | 'createdAt'> & { readonly note: string | undefined };

/** Keeps a frozen list and what happens to it, each with its audit entry. */
@Injectable()
export class BulkRecords {
  constructor(
    private readonly bulk: BulkActionsRepository, private readonly audit: AuditTrail, private readonly texts: AuditQueries, private readonly people: People, private readonly clock: Clock,
  ) {}

  async keep(tx: Tx, ctx: Context, { note, ...list }: Kept): Promise<BulkRow> {
    const noteDigest = note === undefined ? null : await this.audit.keepText(tx, note);
    const id = await this.bulk.insert(tx, { ...list, noteDigest, createdBy: userIdOf(ctx.actor), createdAt: this.clock.now() });
    await this.audit.record(tx, ctx, {
      aggregate: { type: 'bulk_action', id }, action: 'bulk_action.frozen', data: { kind: list.kind, digest: list.digest, seed: list.seed, count: list.items.length }, isNew: true,
    });
    return this.#again(tx, id);
  }

  async open(tx: Tx, ctx: Context, { id }: BulkRow, claimId: string): Promise<boolean> {
    if (!(await this.bulk.open(tx, id, claimId, this.clock.now()))) return false;
    await this.audit.record(tx, ctx, { aggregate: { type: 'bulk_action', id }, action: 'bulk_action.sample_opened', data: { claimId } });
    return true;
  }

  async send(tx: Tx, ctx: Context, { id, digest }: BulkRow): Promise<BulkRow> {
    await this.bulk.moveTo(tx, id, 'running', this.clock.now());
    await this.audit.record(tx, ctx, { aggregate: { type: 'bulk_action', id }, action: 'bulk_action.sent', data: { digest } });
    return this.#again(tx, id);
  }

  async end(tx: Tx, ctx: Context, { id, doneCount, skippedCount }: BulkRow): Promise<void> {
    await this.bulk.moveTo(tx, id, 'done', this.clock.now());
    await this.audit.record(tx, ctx, { aggregate: { type: 'bulk_action', id }, action: 'bulk_action.done', data: { doneCount, skippedCount } });
  }

  /** Whoever sent the list, as what they are by now, and what they wrote beside it. */
  async sender({ createdBy: userId, noteDigest }: BulkRow, { requestId }: Context): Promise<{ ctx: Context; note: string | undefined }> {
    const person = await this.people.get(userId);
    const roles = person.ok ? person.value.roles : [];
    const note = noteDigest === null ? undefined : (await this.texts.texts([noteDigest])).get(noteDigest);
    return { ctx: { actor: { kind: 'user', userId, roles, memberships: [] }, requestId }, note };
  }

  async #again(tx: Tx, id: string): Promise<BulkRow> {
    const row = await this.bulk.find(tx, id);
    if (row === undefined) throw new Error(`bulk action ${id} is gone`);
    return row;
  }
}
