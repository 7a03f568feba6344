import { Module } from '@nestjs/common';
import { SessionReader } from '../../platform/access/session-reader.js';
import { mapConstraints } from '../../platform/database/constraint-refusals.js';
import { registerCatalogue } from '../../platform/http/catalogue-registry.js';
import { AuditModule } from '../audit/index.js';
import { Attempts } from './attempts.service.js';
import { Duties } from './duties.service.js';
import { DutyBoard } from './duty-board.service.js';
import { DutyProfiles } from './duty-profiles.service.js';
import { SessionsController, UsersController } from './identity.controller.js';
import { IDENTITY_ERRORS } from './identity.errors.js';
import { Members } from './members.service.js';
import { Passwords } from './passwords.service.js';
import { People } from './people.service.js';
import { StepUp } from './step-up.service.js';
import { MailModule } from '../mail/index.js';
import { AccountController } from './account.controller.js';
import { AccountRecovery } from './account-recovery.service.js';
import { Accounts } from './accounts.service.js';
import { LetterChoices } from './letter-choices.service.js';
import { PasskeyCeremonies } from './passkey-ceremonies.service.js';
import { PasskeyProofs } from './passkey-proofs.service.js';
import { PasskeySignIn } from './passkey-sign-in.service.js';
import { PasskeysRepository } from './passkeys.repository.js';
import { Passkeys } from './passkeys.service.js';
import { SessionOpening } from './session-opening.service.js';
import { Sessions } from './sessions.service.js';
import { SignInCodesController, SignUpsController } from './sign-in-codes.controller.js';
import { SignInCodesRepository } from './sign-in-codes.repository.js';
import { SignInCodes } from './sign-in-codes.service.js';
import { SignUps } from './sign-up.service.js';
import { UsersRepository } from './users.repository.js';

registerCatalogue(IDENTITY_ERRORS);
mapConstraints({ app_user_email_uq: 'identity.email_taken', app_user_phone_uq: 'identity.email_taken', passkey_credential_uq: 'identity.passkey_known', duty_held_conflict_ck: 'identity.duty_conflict', user_role_conflict_ck: { code: 'identity.role_conflict', params: { held: 'in a role that excludes it', granted: 'in this one' } } });

@Module({
  imports: [AuditModule, MailModule],
  controllers: [SessionsController, UsersController, SignInCodesController, SignUpsController, AccountController],
  providers: [
    UsersRepository, Passwords, Sessions, Members, People, Duties, DutyBoard, DutyProfiles, { provide: SessionReader, useExisting: Sessions }, Attempts, StepUp, SignInCodesRepository, SessionOpening,
    SignInCodes, SignUps, Accounts, LetterChoices, PasskeysRepository, PasskeyCeremonies, Passkeys, PasskeySignIn, PasskeyProofs, AccountRecovery,
  ],
  exports: [Sessions, People, Members, Duties, DutyBoard, SessionReader, Attempts, StepUp, SignInCodes, SignUps, Accounts, LetterChoices, Passkeys, PasskeySignIn, PasskeyProofs, AccountRecovery],
})
export class IdentityModule {}
