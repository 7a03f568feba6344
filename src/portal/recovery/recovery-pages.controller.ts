import { Body, Get, Param, Post, Query, UseGuards } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { Public } from '../../platform/http/metadata.js';
import { limitedTo } from '../../platform/http/rate-limit.guard.js';
import { unwrap } from '../../platform/http/refusal-exception.js';
import { MerchantQueries } from '../../modules/merchants/index.js';
import { RECOVERY_KINDS, RecoveryRequests, RecoveryStops } from '../../modules/recoveries/index.js';
import { formText } from '../shared/form-fields.form.js';
import { Pages, Visitor, type Visit } from '../shared/portal.page.js';
import { again, SeeOther, View } from '../shared/view.page.js';

const ASKS = { most: 60, perSeconds: 3_600 };
const REFERENCE = /^RQ(-[0-9A-Z]{4}){2}-[0-9A-Z]$/;

/** For whoever cannot get in any more, and for whoever is told that somebody says so. Both work without signing in. */
@Pages('recovery')
export class RecoveryPagesController {
  constructor(
    private readonly requests: RecoveryRequests, private readonly stops: RecoveryStops, private readonly merchants: MerchantQueries, private readonly database: Database,
  ) {}

  @Get()
  @Public()
  form(@Query() query: Record<string, unknown>): View {
    return new View('recovery/ask.njk', { kinds: RECOVERY_KINDS, typed: { kind: formText(query, 'kind', 20) } });
  }

  @Post()
  @Public()
  @UseGuards(limitedTo(ASKS.most, ASKS.perSeconds))
  async ask(@Visitor() { ctx, language }: Visit, @Body() body: unknown): Promise<View | SeeOther> {
    const typed = {
      kind: formText(body, 'kind', 20), name: formText(body, 'name', 200), business: formText(body, 'business', 80), contact: formText(body, 'contact', 200),
      told: formText(body, 'told', 4_000), language,
    };
    const asked = await this.requests.ask(ctx, typed);
    if (asked.ok) return new SeeOther(`/${language}/recovery/sent?reference=${asked.value.reference}`);
    return again('recovery/ask.njk', { kinds: RECOVERY_KINDS, typed }, asked.refusal, asked.refusal.code === 'rate.too_many' ? 429 : 422);
  }

  @Get('sent')
  @Public()
  sent(@Query() query: Record<string, unknown>): View {
    const reference = formText(query, 'reference', 20);
    return new View('recovery/sent.njk', { reference: REFERENCE.test(reference) ? reference : undefined });
  }

  /** Opening it changes nothing: mail programs open links by themselves. */
  @Get('stop/:token')
  @Public()
  async question(@Param('token') token: string): Promise<View> {
    const request = unwrap(await this.stops.look(token));
    return new View('recovery/stop.njk', { request, token, business: (await this.merchants.written(this.database.reader, request.merchantId))?.legalName ?? '' });
  }

  @Post('stop/:token')
  @Public()
  async stop(@Visitor() { ctx, language }: Visit, @Param('token') token: string): Promise<SeeOther> {
    unwrap(await this.stops.stop(ctx.requestId, token));
    return new SeeOther(`/${language}/recovery/stop/${encodeURIComponent(token)}`);
  }
}
