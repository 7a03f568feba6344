import { ROLES, type Role } from '../../../platform/access/roles.js';
import { EMAIL_SHAPE } from '../email.rules.js';
import { ChoiceField, TextField } from '../../../platform/http/fields.js';

export class NewPersonDto {
  @TextField({ max: 200, pattern: EMAIL_SHAPE })
  email!: string;

  @TextField({ max: 200 })
  name!: string;

  @TextField({ max: 200, about: 'At least 15 characters' })
  password!: string;
}

export class RoleRemovalDto {
  @ChoiceField(ROLES)
  role!: Role;

  @TextField({ max: 2_000, min: 10, optional: true, about: 'Why; kept apart from the record, which has its digest' })
  reason?: string;
}

export class RoleDto {
  @ChoiceField(ROLES)
  role!: Role;
}
