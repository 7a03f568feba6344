import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { ok } from '../../core/errors/index.js';
import { systemActor } from '../../platform/access/actor.js';
import type { Context } from '../../platform/access/context.js';
import { APP_CONFIG, type AppConfig } from '../../platform/config/config.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { AuditTrail } from '../audit/index.js';
import { UsersRepository } from './users.repository.js';

/** There is one; its chain says when its duties were made stricter or less so. */
const INSTALLATION = { type: 'installation', id: '00000000-0000-7000-8000-000000000001' } as const;
const SYSTEM: Context = { actor: systemActor('start'), requestId: 'start' };

/** Tells the database, whose triggers hold the duties, which profile the installation was configured with; each change leaves an audit entry. */
@Injectable()
export class DutyProfiles implements OnApplicationBootstrap {
  constructor(@Inject(APP_CONFIG) private readonly config: AppConfig, private readonly work: UnitOfWork, private readonly users: UsersRepository, private readonly audit: AuditTrail) {}

  async onApplicationBootstrap(): Promise<void> {
    const { dutyProfile } = this.config;
    const told = await this.work.run(SYSTEM, async (tx) => {
      const before = await this.users.changeProfile(tx, dutyProfile);
      if (before !== undefined) await this.audit.record(tx, SYSTEM, { aggregate: INSTALLATION, action: 'installation.duty_profile_set', data: { before, after: dutyProfile } });
      return ok(null);
    });
    if (!told.ok) throw new Error(`the duty profile could not be stored: ${told.refusal.code}`);
  }
}
