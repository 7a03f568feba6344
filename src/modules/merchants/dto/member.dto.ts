import { ChoiceField, TextField } from '../../../platform/http/fields.js';
import type { Language } from '../../../core/policy/index.js';
import type { MemberRole } from '../../../platform/access/roles.js';

const ROLES = ['owner', 'member'];

export class InviteDto {
  @TextField({ max: 200, example: 'partner@corner-cafe.example' })
  email!: string;

  @ChoiceField(ROLES, { about: 'Owners sign; members file' })
  role!: MemberRole;

  @ChoiceField(['en', 'ko', 'fr'], { about: 'Of the letter' })
  language!: Language;
}

export class MemberRoleDto {
  @ChoiceField(ROLES)
  role!: MemberRole;
}

export class AcceptInvitationDto {
  @TextField({ max: 100, about: 'What the letter\'s link ends with' })
  token!: string;
}
