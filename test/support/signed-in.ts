import { People } from '../../src/modules/identity/index.js';
import type { Role } from '../../src/platform/access/roles.js';
import { call, type TestApp } from './app.js';
import { asSystem } from './lower-floors.js';

const PASSWORD = 'correct horse battery staple';

/** Somebody with one role in an application that has no world: the token of their session. */
export async function signedIn({ app, url }: Pick<TestApp, 'app' | 'url'>, name: string, role: Role): Promise<string> {
  const [people, email] = [app.get(People), `${name}@test.example`];
  const person = await people.create(asSystem, { email, name, password: PASSWORD });
  if (!person.ok) throw new Error(person.refusal.code);
  await people.grant(asSystem, person.value.id, role);
  return (await call<{ token: string }>(url, 'POST', '/v1/sessions', { body: { email, password: PASSWORD } })).body.token;
}
