import { Injectable, type OnModuleInit } from '@nestjs/common';
import { ok } from '../../../core/errors/index.js';
import { EventLog } from '../../../platform/events/event-log.js';
import { Reissues } from './reissues.service.js';

/** An account of a business has come into use. */
@Injectable()
export class AccountFixedHandler implements OnModuleInit {
  constructor(private readonly events: EventLog, private readonly reissues: Reissues) {}

  onModuleInit(): void {
    this.events.subscribe<{ merchantId: string; state: string }>({
      topic: 'payee.moved', subscriber: 'payouts.account-fixed', inline: false,
      handle: (ctx, { payload: { merchantId, state } }, tx) => (state === 'usable' ? this.reissues.accountFixed(tx, ctx, merchantId) : Promise.resolve(ok(undefined))),
    });
  }
}
