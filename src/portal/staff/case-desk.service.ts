import { Injectable } from '@nestjs/common';
import { isAllowed } from '../../platform/access/permissions.js';
import { userIdOf } from '../../platform/access/ownership.js';
import { People } from '../../modules/identity/index.js';
import { Assignments } from '../../modules/review/index.js';
import type { Visit } from '../shared/portal.page.js';

/** Whose a claim is: who opens a claim of somebody else sees that. */
@Injectable()
export class CaseDesk {
  constructor(private readonly people: People, private readonly assignments: Assignments) {}

  async of({ ctx }: Visit, claimId: string): Promise<object | undefined> {
    const found = await this.assignments.of(claimId);
    if (found === undefined) return undefined;
    const { ownerId, assignedAt } = found;
    const [me, mayTake, maySupervise] = [userIdOf(ctx.actor), isAllowed(ctx.actor, 'claim.take'), isAllowed(ctx.actor, 'claim.assign')];
    return {
      owner: ownerId === undefined ? undefined : (await this.people.names([ownerId])).get(ownerId), ownerId, assignedAt, me, isMine: ownerId === me,
      mayTake: mayTake && ownerId !== me && (ownerId === undefined || maySupervise), mayRelease: mayTake && ownerId !== undefined && (ownerId === me || maySupervise),
      workers: maySupervise ? await this.assignments.workers() : [],
    };
  }
}
