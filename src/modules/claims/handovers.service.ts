import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { sha256Hex } from '../../core/audit/index.js';
import { ok, refuse, type Result } from '../../core/errors/index.js';
import { formatInstant, MINUTE, type Instant } from '../../core/time/index.js';
import { systemActor } from '../../platform/access/actor.js';
import { userIdOf } from '../../platform/access/ownership.js';
import type { Context } from '../../platform/access/context.js';
import { newToken } from '../../platform/crypto/tokens.js';
import { Database } from '../../platform/database/database.js';
import type { Tx } from '../../platform/database/tx.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { TillUploads, type TillUploadRow } from '../evidence/index.js';
import { Attempts } from '../identity/index.js';
import { DraftRecords } from './draft-records.service.js';
import { codeOf, shownCode, typedCode } from './handover-code.rules.js';
import { HandoversRepository, type HandoverRow } from './handovers.repository.js';
import { SalesDoor, type SalesDelegate } from './sales-door.service.js';

const LASTS_MS = 30 * MINUTE;
/** Wrong codes from one address, and from everywhere, in a quarter of an hour: with 5 · 10^11 codes nobody gets in by guessing. */
const MOST_TRIES = { ofAddress: 10, ofAll: 1_000 };

export interface HandoverView {
  readonly self: string;
  readonly id: string;
  readonly claimId: string;
  /** `arrived`: a file is there; `done`: it was read; `over`: nobody gets in any more. */
  readonly state: 'waiting' | 'opened' | 'arrived' | 'done' | 'over';
  readonly expiresAt: string;
  readonly uploadId?: string;
  readonly setId?: string;
}

/** What a device may act with: for one claim, as nobody in particular. */
export interface DeviceVisit {
  readonly handoverId: string;
  readonly claimId: string;
  readonly ctx: Context;
  readonly delegate: SalesDelegate;
  /** The file is in: nothing more is taken. */
  readonly isDone: boolean;
}

/** Finishing one upload on another device, by a code: who has it can bring a file for this claim and say how to read it, nothing else. */
@Injectable()
export class Handovers {
  constructor(
    private readonly work: UnitOfWork,
    private readonly database: Database,
    private readonly handovers: HandoversRepository,
    private readonly door: SalesDoor,
    private readonly records: DraftRecords,
    private readonly attempts: Attempts,
    private readonly uploads: TillUploads,
  ) {}

  /** Makes a code, which is told once; an earlier one of the same claim stops working. */
  async create(ctx: Context, claimId: string): Promise<Result<HandoverView & { code: string }>> {
    const way = await this.door.open(ctx, claimId);
    if (!way.ok) return way;
    const code = freshCode();
    // Outside the idempotency store on purpose: a stored answer would hold the code.
    return this.work.run({ actor: ctx.actor, requestId: ctx.requestId }, async (tx): Promise<Result<HandoverView & { code: string }>> => {
      const permitted = await way.value.permitting(tx);
      if (!permitted.ok) return permitted;
      const now = this.records.now();
      await this.#end(tx, ctx, claimId, now);
      const row = await this.handovers.add(tx, {
        claimId, merchantId: way.value.claim.merchantId, codeHash: sha256Hex(code), createdBy: userIdOf(ctx.actor), createdAt: now, expiresAt: (now + LASTS_MS) as Instant,
      });
      await this.records.changed(tx, ctx, claimId, 'handover.created', { handoverId: row.id });
      return ok({ ...viewOf(row, undefined, now), code: shownCode(code) });
    });
  }

  /** Where the last hand-over of a claim stands. */
  async ofClaim(ctx: Context, claimId: string): Promise<Result<HandoverView | undefined>> {
    const claim = await this.door.visible(ctx, claimId);
    if (!claim.ok) return claim;
    const row = await this.handovers.ofClaim(this.database.reader, claimId);
    return ok(row === undefined ? undefined : viewOf(row, await this.uploads.ofHandover(row.id), this.records.now()));
  }

  async get(ctx: Context, id: string): Promise<Result<HandoverView>> {
    const row = await this.handovers.find(this.database.reader, id);
    const claim = row === undefined ? undefined : await this.door.visible(ctx, row.claimId);
    if (row === undefined || claim?.ok !== true) return refuse('handovers.not_found');
    return ok(viewOf(row, await this.uploads.ofHandover(id), this.records.now()));
  }

  async revoke(ctx: Context, claimId: string): Promise<Result<null>> {
    const way = await this.door.open(ctx, claimId);
    if (!way.ok) return way;
    return this.work.run(ctx, async (tx): Promise<Result<null>> => {
      await this.#end(tx, ctx, claimId, this.records.now());
      return ok(null);
    });
  }

  /** Lets the first device that knows the code in, with a token of its own; the code is worth nothing afterwards. */
  async open(ctx: Context, text: string, address: string): Promise<Result<{ token: string }>> {
    for (const [subject, most] of [[`handover:${sha256Hex(address)}`, MOST_TRIES.ofAddress], ['handover', MOST_TRIES.ofAll]] as const) {
      const admitted = await this.attempts.admit(subject, most);
      if (!admitted.ok) return admitted;
    }
    const code = typedCode(text);
    if (code === undefined) return refuse('handovers.code_unknown', {}, { pointer: '/code' });
    const token = newToken();
    return this.work.run({ actor: ctx.actor, requestId: ctx.requestId }, async (tx): Promise<Result<{ token: string }>> => {
      const row = await this.handovers.open(tx, sha256Hex(code), sha256Hex(token), this.records.now());
      if (row === undefined) return refuse('handovers.code_unknown', {}, { pointer: '/code' });
      await this.records.changed(tx, ctx, row.claimId, 'handover.opened', { handoverId: row.id });
      return ok({ token });
    });
  }

  /** The device behind a token, while its hand-over lasts. */
  async device(ctx: Context, token: string): Promise<Result<DeviceVisit>> {
    const row = await this.handovers.byToken(this.database.reader, sha256Hex(token), this.records.now());
    if (row === undefined) return refuse('handovers.code_unknown', {}, { pointer: '/code' });
    const delegate = { uploadedBy: row.createdBy, handoverId: row.id };
    const visit = { actor: systemActor('handover'), requestId: ctx.requestId };
    if (!(await this.door.open(visit, row.claimId, delegate)).ok) return refuse('handovers.code_unknown', {}, { pointer: '/code' });
    const upload = await this.uploads.ofHandover(row.id);
    return ok({
      handoverId: row.id, claimId: row.claimId, ctx: visit, delegate, isDone: upload?.state === 'imported',
    });
  }

  async #end(tx: Tx, ctx: Context, claimId: string, now: Instant): Promise<void> {
    for (const handoverId of await this.handovers.revoke(tx, claimId, now)) {
      await this.records.changed(tx, ctx, claimId, 'handover.revoked', { handoverId });
    }
  }
}

function viewOf(row: HandoverRow, upload: TillUploadRow | undefined, now: Instant): HandoverView {
  const isOver = row.isRevoked || row.expiresAt <= now;
  const state = upload?.state === 'imported' ? 'done' : isOver ? 'over' : upload !== undefined ? 'arrived' : row.isOpened ? 'opened' : 'waiting';
  return {
    self: `/v1/handovers/${row.id}`, id: row.id, claimId: row.claimId, state, expiresAt: formatInstant(row.expiresAt),
    ...(upload === undefined ? {} : { uploadId: upload.id, ...(upload.setId === null ? {} : { setId: upload.setId }) }),
  };
}

function freshCode(): string {
  for (;;) {
    const code = codeOf(randomBytes(32));
    if (code !== undefined) return code;
  }
}
