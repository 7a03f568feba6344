export { Duties } from './duties.service.js';
export { conflictingDuty, DUTY_CONFLICTS, type Duty } from './duties.rules.js';
export { EMAIL_SHAPE } from './email.rules.js';
export { IdentityModule } from './identity.module.js';
export { People, type NewPerson, type PersonView } from './people.service.js';
export { Sessions, type SessionView } from './sessions.service.js';
export { UserEntity } from './user.entity.js';
