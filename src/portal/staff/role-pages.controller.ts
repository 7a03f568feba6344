import { Body, Get, Param, Post, Query } from '@nestjs/common';
import { refuse, type Refusal, type Result } from '../../core/errors/index.js';
import { ROLES, type Role } from '../../platform/access/roles.js';
import { Requires } from '../../platform/http/metadata.js';
import { RefusalException } from '../../platform/http/refusal-exception.js';
import { DutyBoard, People } from '../../modules/identity/index.js';
import { DecisionLimits } from '../../modules/review/index.js';
import { formText, formVersion } from '../shared/form-fields.form.js';
import { Pages, Visitor, type Visit } from '../shared/portal.page.js';
import { again, SeeOther, View } from '../shared/view.page.js';

const LEAST_REASON = 10;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Who holds a role, what they do in it, and taking it away with a reason. */
@Pages('duties/roles')
export class RolePagesController {
  constructor(private readonly board: DutyBoard, private readonly people: People, private readonly limits: DecisionLimits) {}

  @Get(':role')
  @Requires('user.manage')
  async role(@Param('role') role: string, @Query() query: Record<string, unknown>): Promise<View> {
    return new View('staff/duties/role.njk', { ...await this.#sheet(roleNamed(role)), done: formText(query, 'done', 20) === 'removed' });
  }

  @Post(':role/removals')
  @Requires('user.manage')
  async remove(@Visitor() { ctx, language }: Visit, @Param('role') name: string, @Body() body: unknown): Promise<View | SeeOther> {
    const role = roleNamed(name);
    const person = formText(body, 'person', 36);
    const removed = UUID.test(person) ? await this.#removed(body, person, (reason) => this.people.revoke(ctx, person, role, { version: formVersion(body), reason })) : refuse('identity.user_not_found');
    return removed.ok ? new SeeOther(`/${language}/duties/roles/${role}?done=removed`) : this.#refused(role, removed.refusal, { person, reason: formText(body, 'reason', 2_000) });
  }

  async #removed(body: unknown, person: string, act: (reason: string) => Promise<Result<unknown>>): Promise<Result<unknown>> {
    const reason = formText(body, 'reason', 2_000).trim();
    return reason.length < LEAST_REASON ? refuse('portal.field_missing', {}, { pointer: `/reason-${person}` }) : act(reason);
  }

  async #sheet(role: Role): Promise<object> {
    return { role: await this.board.role(role, { hasLimits: await this.limits.any() }) };
  }

  async #refused(role: Role, refusal: Refusal, typed: object): Promise<View> {
    return again('staff/duties/role.njk', { ...await this.#sheet(role), typed }, refusal, refusal.pointer === undefined ? 409 : 422);
  }
}

/** A role of staff by its name in an address; agents are no staff. */
function roleNamed(name: string): Role {
  const role = ROLES.find((one) => one === name && one !== 'agent');
  if (role === undefined) throw new RefusalException({ code: 'http.not_found', params: {} });
  return role;
}
