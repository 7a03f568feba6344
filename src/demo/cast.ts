import type { INestApplicationContext } from '@nestjs/common';
import { unwrap } from '../platform/http/refusal-exception.js';
import { systemActor } from '../platform/access/actor.js';
import type { Context } from '../platform/access/context.js';
import { Clock } from '../platform/clock/clock.js';
import { People } from '../modules/identity/index.js';
import { DEMO_PASSWORD, type DemoPerson } from './demo-people.js';

const SYSTEM: Context = { actor: systemActor('demo'), requestId: 'demo' };

/** The people of a demo. What they do is done in their name and under their roles, as if they had just signed in. */
export class Cast {
  readonly #ids = new Map<string, string>();

  constructor(private readonly app: INestApplicationContext) {}

  async hire(people: readonly DemoPerson[]): Promise<void> {
    const service = this.app.get(People);
    await Promise.all(people.map(async ({ email, name, roles }) => {
      const { id } = unwrap(await service.create(SYSTEM, { email, name, password: DEMO_PASSWORD }));
      for (const role of roles) unwrap(await service.grant(SYSTEM, id, role));
      this.#ids.set(email, id);
    }));
  }

  as({ email, roles }: DemoPerson, ownerOf: readonly string[] = []): Context {
    const userId = this.#ids.get(email);
    if (userId === undefined) throw new TypeError(`${email} is not in the cast`);
    const session = { id: userId, provedAt: this.app.get(Clock).now() };
    return { actor: { kind: 'user', userId, roles, memberships: ownerOf.map((merchantId) => ({ merchantId, role: 'owner' })), session }, requestId: 'demo' };
  }
}
