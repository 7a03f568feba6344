import { Inject, Injectable } from '@nestjs/common';
import { ok, refuse, type Result } from '../../core/errors/index.js';
import type { Permission } from '../../platform/access/permissions.js';
import { Clock } from '../../platform/clock/clock.js';
import { APP_CONFIG, type AppConfig } from '../../platform/config/config.js';
import type { Reader, Tx } from '../../platform/database/tx.js';
import { clashingRoles, conflictingDuty, rolesAllow, type Duty } from './duties.rules.js';
import { UsersRepository } from './users.repository.js';

/** Who has been what to a thing. Asked before somebody acts; the database asks again. */
@Injectable()
export class Duties {
  constructor(private readonly users: UsersRepository, private readonly clock: Clock, @Inject(APP_CONFIG) private readonly config: AppConfig) {}

  /**
   * Takes a duty on a thing, or says that another person has to. With a permission, the roles are asked once more, under a lock that
   * keeps them until the commit: whoever lost one while this waited is refused. Codes: `identity.duty_conflict`, `access.permission`,
   * `identity.role_conflict`.
   */
  async take(tx: Tx, subjectId: string, userId: string, duty: Duty, permission?: Permission): Promise<Result<void>> {
    const allowed = permission === undefined ? ok(undefined) : await this.stillMay(tx, userId, permission);
    if (!allowed.ok) return allowed;
    const held = (await this.users.dutiesOf(tx, subjectId, userId)) as Duty[];
    const conflict = conflictingDuty(held, duty, this.config.dutyProfile);
    if (conflict !== undefined) return refuse('identity.duty_conflict', { held: conflict, wanted: duty });
    await this.users.holdDuty(tx, { subjectId, duty, userId, at: this.clock.now() });
    return ok(undefined);
  }

  /** As `take`, on different things: all of them or none. */
  async takeAll(tx: Tx, subjectIds: readonly string[], userId: string, duty: Duty, permission: Permission): Promise<Result<void>> {
    const allowed = await this.stillMay(tx, userId, permission);
    if (!allowed.ok) return allowed;
    const held = await this.heldOf(tx, subjectIds.map((subjectId) => ({ subjectId, userId })));
    const conflict = conflictingDuty(held.map((one) => one.duty), duty, this.config.dutyProfile);
    if (conflict !== undefined) return refuse('identity.duty_conflict', { held: conflict, wanted: duty });
    await this.users.holdDuties(tx, { subjectIds, duty, userId, at: this.clock.now() });
    return ok(undefined);
  }

  /** As `held`, of different people on different things. */
  heldOf(reader: Reader, asked: readonly { readonly subjectId: string; readonly userId: string }[]): Promise<{ subjectId: string; duty: Duty }[]> {
    return this.users.dutiesOfAll(reader, asked) as Promise<{ subjectId: string; duty: Duty }[]>;
  }

  /** What somebody has been to a thing: for what a page offers, never instead of `take`. */
  held(reader: Reader, subjectId: string, userId: string): Promise<Duty[]> {
    return this.users.dutiesOf(reader, subjectId, userId) as Promise<Duty[]>;
  }

  /** Whether `take` would let somebody: for what a page offers. */
  async may(reader: Reader, subjectId: string, userId: string, duty: Duty, permission: Permission): Promise<boolean> {
    return rolesAllow(await this.users.rolesOf(reader, userId), permission) && conflictingDuty(await this.held(reader, subjectId, userId), duty, this.config.dutyProfile) === undefined;
  }

  /** Notes a duty that excludes nothing yet, without asking first: on the path of every new claim. */
  note(tx: Tx, subjectId: string, userId: string, duty: Duty): Promise<void> {
    return this.users.holdDuty(tx, { subjectId, duty, userId, at: this.clock.now() });
  }

  /** Whether somebody holds a permission now, and keeps it until the commit. Codes: `access.permission`, `identity.role_conflict`. */
  async stillMay(tx: Tx, userId: string, permission: Permission): Promise<Result<void>> {
    const roles = await this.users.rolesKept(tx, userId);
    if (!rolesAllow(roles, permission)) return refuse('access.permission', { permission });
    const clash = clashingRoles(roles, this.config.dutyProfile);
    return clash === undefined ? ok(undefined) : refuse('identity.role_conflict', { held: clash[0], granted: clash[1] });
  }
}
