import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Jobs } from '../../platform/jobs/jobs.js';
import { PayeeLifecycle } from './payee-lifecycle.service.js';
import { PayeesRepository } from './payees.repository.js';

export const CHANGE_DUE = 'payees.change-due';

/** The hour has come at which a changed account may be used. */
@Injectable()
export class PayeeChangeDueHandler implements OnModuleInit {
  constructor(private readonly jobs: Jobs, private readonly lifecycle: PayeeLifecycle, private readonly payees: PayeesRepository) {}

  onModuleInit(): void {
    this.jobs.define<{ merchantId: string; accountId: string }>({
      queue: CHANGE_DUE,
      handle: async (ctx, { merchantId, accountId }, tx) => {
        await this.payees.lockMerchant(tx, merchantId);
        await this.lifecycle.takeEffectIfDue(tx, ctx, merchantId, accountId);
      },
    });
  }
}
