import { Get, Param, Post } from '@nestjs/common';
import { Public } from '../../platform/http/metadata.js';
import { unwrap } from '../../platform/http/refusal-exception.js';
import { PayeeStops } from '../../modules/payees/index.js';
import { Pages, Visitor, type Visit } from '../shared/portal.page.js';
import { SeeOther, View } from '../shared/view.page.js';

/** The link of a letter about an account. Opening it changes nothing: mail programs open links by themselves. */
@Pages('payee-changes')
export class PayeeLinkController {
  constructor(private readonly stops: PayeeStops) {}

  @Get(':token')
  @Public()
  async ask(@Param('token') token: string): Promise<View> {
    return new View('payees/stop.njk', { change: unwrap(await this.stops.look(token)), token });
  }

  @Post(':token')
  @Public()
  async stop(@Visitor() { language, ctx }: Visit, @Param('token') token: string): Promise<SeeOther> {
    unwrap(await this.stops.stop(ctx.requestId, token));
    return new SeeOther(`/${language}/payee-changes/${encodeURIComponent(token)}`);
  }
}
