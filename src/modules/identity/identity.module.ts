import { Module } from '@nestjs/common';
import { SessionReader } from '../../platform/access/session-reader.js';
import { mapConstraints } from '../../platform/database/constraint-refusals.js';
import { registerCatalogue } from '../../platform/http/catalogue-registry.js';
import { AuditModule } from '../audit/index.js';
import { Duties } from './duties.service.js';
import { SessionsController, UsersController } from './identity.controller.js';
import { IDENTITY_ERRORS } from './identity.errors.js';
import { Passwords } from './passwords.service.js';
import { People } from './people.service.js';
import { Sessions } from './sessions.service.js';
import { UsersRepository } from './users.repository.js';

registerCatalogue(IDENTITY_ERRORS);
mapConstraints({ app_user_email_uq: 'identity.email_taken', duty_held_conflict_ck: 'identity.duty_conflict' });

@Module({
  imports: [AuditModule],
  controllers: [SessionsController, UsersController],
  providers: [UsersRepository, Passwords, Sessions, People, Duties, { provide: SessionReader, useExisting: Sessions }],
  exports: [Sessions, People, Duties, SessionReader],
})
export class IdentityModule {}
