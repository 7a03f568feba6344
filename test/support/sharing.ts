import { readFileSync } from 'node:fs';
import { Client } from 'pg';
import { PolicyCatalogue } from '../../src/modules/policies/index.js';
import { unwrap } from '../../src/platform/http/refusal-exception.js';
import { call, type Answer } from './app.js';
import { cause, claimOf, newPerson, newSite, type Claim, type RequestedEvent } from './claims.js';
import { actingAs } from './lower-floors.js';
import { draftClaim, ifMatch, submit, type World } from './world.js';

const DAY_MS = 86_400_000;

export interface Scene { readonly fundId: string; readonly schemeId: string }

/** Shared funds over HTTP, with people of finance beside those of the world. */
export class Sharing {
  private constructor(private readonly world: World, private readonly tokens: Readonly<Record<string, string>>, private readonly policyAuthor: string) {}

  static async of(world: World): Promise<Sharing> {
    const tokens: Record<string, string> = {};
    for (const [name, role] of [['preparer', 'finance_preparer'], ['financeApprover', 'finance_approver'], ['second', 'approver']] as const) tokens[name] = (await newPerson(world, [role])).token;
    const owner = new Client({ connectionString: world.database.ownerUrl });
    await owner.connect();
    const { rows: [author] } = await owner.query<{ id: string }>('SELECT id FROM app_user WHERE email LIKE \'policy@%\'');
    await owner.end();
    return new Sharing(world, tokens, author?.id ?? '');
  }

  post<Body = Record<string, unknown> & { code?: string }>(who: string, path: string, body?: object, version?: number): Promise<Answer<Body>> {
    return call<Body>(this.world.url, 'POST', path, { token: this.tokens[who] ?? '', ...(body === undefined ? {} : { body }), ...(version === undefined ? {} : ifMatch(version)) });
  }

  async read<Body>(path: string): Promise<Body> {
    return (await call<Body>(this.world.url, 'GET', path, { token: this.tokens['preparer'] ?? '' })).body;
  }

  /** A fund that is shared by a rule, and a scheme that closes in a week. */
  async open(key: string, limit: string, rule: string): Promise<Scene> {
    const fund = await this.post<{ id: string }>('preparer', '/v1/funds', { code: key, name: key, mode: 'shared', currency: 'GBP', limit: { amount: limit, currency: 'GBP' } });
    await this.post('financeApprover', `/v1/funds/${fund.body.id}/deposits/1/decisions`, { outcome: 'booked' });
    const text = readFileSync('policies/default-gbp.yaml', 'utf8').replace('policy: default-gbp', `policy: ${key}`).replace(/^fund: .*$/m, `fund: ${rule}`);
    unwrap(await this.world.app.get(PolicyCatalogue).publish(actingAs(this.policyAuthor), text));
    const { status, body } = await this.world.as<{ id: string }>('policyAuthor', 'POST', '/v1/schemes', {
      body: {
        code: key, policyKey: key, fundId: fund.body.id, outageIds: [this.world.world.outageId], zone: 'Europe/London', title: { en: key }, contact: { name: 'Care' }, graceDays: 60,
        opensAt: '2026-10-14T00:00:00Z', closesAt: new Date(this.world.clock.now() + 7 * DAY_MS).toISOString(),
        texts: ['terms', 'limitation', 'who_decides'].map((kind) => ({ kind, language: 'en', body: `${key} ${kind}` })),
      },
    });
    if (fund.status !== 201 || status !== 201) throw new Error(JSON.stringify([fund.body, body]));
    return { fundId: fund.body.id, schemeId: body.id };
  }

  async step(event: RequestedEvent, claim: Claim): Promise<Claim> {
    const { reviewer, approver, owner } = this.world.tokens;
    const token = { pull: reviewer, recommend: reviewer, award: approver, upheld: this.tokens['second'] }[event as 'pull'] ?? owner;
    const { status, body } = await cause(this.world, token, event, claim);
    if (status !== 201) throw new Error(`${event}: ${JSON.stringify(body)}`);
    return claimOf(this.world, claim.id);
  }

  /** A claim of £42.00 in full, taken as far as asked. */
  async filed({ schemeId }: Scene, ...events: RequestedEvent[]): Promise<Claim> {
    const draft = await draftClaim(this.world, { schemeId, siteId: await newSite(this.world) });
    const { status, body } = await submit(this.world, draft);
    if (status !== 201) throw new Error(JSON.stringify(body));
    let claim = await this.#assessed(draft.id);
    for (const event of events) claim = await this.step(event, claim);
    return claim;
  }

  /** Once the rule has set its hour, so that nothing moves the claim while people do. */
  async #assessed(id: string): Promise<Claim> {
    for (let tries = 0; tries < 100; tries += 1) {
      const claim = await claimOf(this.world, id);
      if (claim.autoDecisionAt !== undefined || claim.state !== 'submitted') return claim;
      await new Promise((resume) => setTimeout(resume, 100));
    }
    return claimOf(this.world, id);
  }

  decided(scene: Scene): Promise<Claim> {
    return this.filed(scene, 'pull', 'recommend', 'award');
  }
}
