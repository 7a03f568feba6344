import { Injectable } from '@nestjs/common';
import { ok, type Result } from '../../../core/errors/index.js';
import { addDays, dateAt, type Deadline, type Interval } from '../../../core/time/index.js';
import { mayFor } from '../../../platform/access/ownership.js';
import { isAllowed } from '../../../platform/access/permissions.js';
import type { Context } from '../../../platform/access/context.js';
import { Clock } from '../../../platform/clock/clock.js';
import { Database } from '../../../platform/database/database.js';
import type { Reader } from '../../../platform/database/tx.js';
import { ClaimQueries, type ClaimAsked, type ClaimRow } from '../../claims/index.js';
import { InformationRequestsRepository } from './information-requests.repository.js';
import { subjectsIn } from './request-catalogue.rules.js';
import { RequestSetting, type ClaimGround } from './request-setting.service.js';
import { RequestSurroundings } from './request-surroundings.service.js';
import { answerBy, LEAST_DAYS, MOST_DAYS, pausedMs, waited } from './request-times.rules.js';
import type { RequestRow } from '../views/request-row.js';
import { requestView, type InformationRequestView } from '../views/request-view.js';

/** What may be asked for on a claim, made from its policy. */
export interface Askable {
  readonly subjects: ReturnType<typeof subjectsIn>;
  /** Between these days lies the last one for an answer. */
  readonly due: { readonly earliest: string; readonly latest: string };
}

export interface RequestList {
  /** Oldest first; at most the last one is open. */
  readonly items: readonly InformationRequestView[];
  /** How long the claim has waited for its merchant, in milliseconds: that time is not ours. */
  readonly pausedMs: number;
  /** For staff. */
  readonly askable?: Askable;
}

/** How requests bear on the clocks of a claim. */
export interface Waiting {
  /** Spans in which it waited for its merchant, half-open. */
  readonly spans: readonly Interval[];
  /** Of the open request: by when. */
  readonly by: Deadline | undefined;
}

/** Requests as both sides see them, and what they do to the clocks of a claim. */
@Injectable()
export class RequestQueries {
  constructor(
    private readonly database: Database,
    private readonly claims: ClaimQueries,
    private readonly requests: InformationRequestsRepository,
    private readonly setting: RequestSetting,
    private readonly around: RequestSurroundings,
    private readonly clock: Clock,
  ) {}

  async list(ctx: Context, claimId: string): Promise<Result<RequestList>> {
    const claim = await this.claims.visible(ctx, claimId);
    if (!claim.ok) return claim;
    const setting = await this.setting.of(this.database.reader, claim.value);
    return setting.ok ? this.within(ctx, claim.value, setting.value) : setting;
  }

  /** As `list`, for whoever has read the claim, its policy and the zone of its place already. */
  async within(ctx: Context, asked: ClaimAsked, { document, zone }: ClaimGround): Promise<Result<RequestList>> {
    const claim = await this.claims.visible(ctx, asked);
    if (!claim.ok) return claim;
    const rows = await this.requests.of(this.database.reader, [claim.value.id]);
    const items = await this.#views(ctx, claim.value, rows, zone);
    const today = dateAt(this.clock.now(), zone);
    const askable = { subjects: subjectsIn(document), due: { earliest: addDays(today, LEAST_DAYS), latest: addDays(today, MOST_DAYS) } };
    return ok({ items, pausedMs: pausedMs(rows, this.clock.now()), ...(isAllowed(ctx.actor, 'claim.recommend') ? { askable } : {}) });
  }

  /** By claim, for those that were ever asked for something. */
  async waiting(reader: Reader, claimIds: readonly string[]): Promise<ReadonlyMap<string, Waiting>> {
    const rows = await this.requests.of(reader, claimIds);
    const open = rows.filter(({ state }) => state === 'open');
    const down = await this.around.downSince(reader, open);
    const now = this.clock.now();
    return new Map([...new Set(rows.map(({ claimId }) => claimId))].map((id) => {
      const asked = open.find(({ claimId }) => claimId === id);
      return [id, { spans: waited(rows.filter(({ claimId }) => claimId === id), now), by: asked === undefined ? undefined : answerBy(asked, down) }];
    }));
  }

  async #views(ctx: Context, claim: ClaimRow, rows: readonly RequestRow[], zone: string): Promise<InformationRequestView[]> {
    const { reader } = this.database;
    const isStaff = mayFor(ctx.actor, 'queue.read', claim.merchantId);
    const down = await this.around.downSince(reader, rows);
    const names = isStaff ? await this.around.names(rows) : new Map<string, string>();
    const views: InformationRequestView[] = [];
    for (const row of rows) {
      const staff = isStaff ? { staff: { askedBy: names.get(row.askedBy) ?? '', notice: await this.around.fateOf(reader, row) } } : {};
      const arrived = row.state === 'open' ? { arrived: await this.setting.arrived(reader, claim.id, row.askedAt) } : {};
      views.push(requestView(row, { deadline: answerBy(row, down), zone, ...arrived, ...staff }));
    }
    return views;
  }
}
