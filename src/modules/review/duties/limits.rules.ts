import { ROLES, type Role } from '../../../platform/access/roles.js';
import { rolesAllow } from '../../identity/index.js';

/** Roles that decide on a claim: what a limit can be set for. The database keeps the same list. */
export const DECIDING_ROLES: readonly Role[] = ROLES.filter((role) => rolesAllow([role], 'claim.decide'));
