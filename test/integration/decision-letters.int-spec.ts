import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { HOUR, MINUTE } from '../../src/core/time/index.js';
import { sha256Hex } from '../../src/core/audit/index.js';
import { ClaimDeliveries } from '../../src/modules/claims/index.js';
import { CLAIM_DIGESTS } from '../../src/modules/claim-batches/claim-digests.service.js';
import { LetterDelivery, LetterQueries } from '../../src/modules/mail/index.js';
import type { Context } from '../../src/platform/access/context.js';
import { Database } from '../../src/platform/database/database.js';
import { Jobs } from '../../src/platform/jobs/jobs.js';
import { newAgency, openedByAgent } from '../support/agents.js';
import { call, FixedClock } from '../support/app.js';
import { claimAt, cause, claimOf, type Claim } from '../support/claims.js';
import { asSystem, at } from '../support/lower-floors.js';
import { openPostOffice, type PostOffice } from '../support/post-office.js';
import { DECLARED, ifMatch, openWorld, OUTAGE_WINDOW, type Person, type World } from '../support/world.js';

const clock = new FixedClock(at('2026-11-24T12:00:00Z'));
let office: PostOffice;
let world: World;
let owner: Client;

beforeAll(async () => {
  office = await openPostOffice();
  world = await openWorld({ clock, config: { smtpUrl: office.url, mailFrom: 'Makegood <claims@operator.example>', autoDecisionDelaySeconds: 3_600 } });
  owner = new Client({ connectionString: world.database.ownerUrl });
  await owner.connect();
});
afterAll(async () => {
  await owner.end();
  await world.close();
  await office.close();
});

const refused = (): Promise<Claim> =>
  claimAt(world, ['submit', world.tokens.owner], ['pull', world.tokens.reviewer], ['recommend_refusal', world.tokens.reviewer], ['refuse', world.tokens.approver]);
interface Letter { readonly id: string; readonly template: string; readonly state: string; readonly plain: string | null; readonly recipient: string }
const lettersAbout = async (id: string, template: string): Promise<Letter[]> =>
  (await owner.query<Letter>('SELECT l.id, l.template, l.state, c.plain, c.recipient FROM letter l JOIN letter_content c ON c.letter_id = l.id WHERE l.about_id = $1 AND l.template = $2 ORDER BY l.id', [id, template])).rows;
const deliver = (id = ''): Promise<void> => world.app.get(LetterDelivery).deliver(asSystem, id);
/** When one of a claim's letters reached the business; by its delivery alone, and by that or a sight of it. */
const arrivedAt = async (letter: Letter | undefined): Promise<number | undefined> => (await world.app.get(ClaimDeliveries).arrivedAt(world.app.get(Database).reader, [letter?.id ?? ''])).get(letter?.id ?? '');
const handedOverAt = async (letter: Letter | undefined): Promise<number | undefined> => (await world.app.get(LetterQueries).arrivedAt(world.app.get(Database).reader, [letter?.id ?? ''])).get(letter?.id ?? '');
const tasksAbout = async (claimId: string) => (await owner.query<{ kind: string; cause_id: string; reasons: string[] }>('SELECT kind, cause_id, reasons FROM task WHERE subject_id = $1 ORDER BY id', [claimId])).rows;
const document = (person: Person | undefined, claimId: string, n: number, rest: string, accept = 'application/json') =>
  fetch(`${world.url}/v1/claims/${claimId}/determinations/${n}/letter${rest}`, { headers: { accept, ...(person === undefined ? {} : { authorization: `Bearer ${world.tokens[person]}` }) } });

/** A member of the business at its page, and an agent of it. */
async function memberOf(claimId: string, mandateId?: string): Promise<Context> {
  const { rows: [row] } = await owner.query<{ userId: string; merchantId: string }>(`
    SELECT m.user_id AS "userId", c.merchant_id AS "merchantId" FROM claim c JOIN membership m ON m.merchant_id = c.merchant_id WHERE c.id = $1 LIMIT 1`, [claimId]);
  const membership = { merchantId: row?.merchantId ?? '', role: mandateId === undefined ? 'owner' : 'agent', ...(mandateId === undefined ? {} : { mandateId }) } as const;
  return { actor: { kind: 'user', userId: row?.userId ?? '', roles: [], memberships: [membership] }, requestId: 'test' };
}
async function open(claimId: string, as: Context): Promise<void> {
  const { rows: [row] } = await owner.query<{ id: string; merchantId: string }>('SELECT id, merchant_id AS "merchantId" FROM claim WHERE id = $1', [claimId]);
  if (row !== undefined) await world.app.get(ClaimDeliveries).opened(as, row);
}

describe('a claim that is refused', () => {
  it('is told to the owner in the words of its letter, which is the same in JSON, mail and document, and stays as it was first written', async () => {
    const claim = await refused();
    const [mail] = await lettersAbout(claim.id, 'claim.decided');
    const answer = await document('owner', claim.id, 2, '');
    const letter = await answer.json() as { title: string; at: string; parts: { name: string; blocks: { kind: string; text?: string; items?: string[] }[] }[] };
    expect(letter).toMatchObject({ at: '2026-11-24T12:00:00.000Z', title: `Decision on your claim ${claim.reference}` });
    const said = letter.parts.filter(({ name }) => ['decision', 'why', 'next', 'objection', 'who'].includes(name)).flatMap(({ blocks }) => blocks.flatMap(({ text, items, kind }) => (kind === 'quote' ? [] : items ?? [text ?? ''])));
    expect(said).toContain('We grant nothing for this claim.');
    expect(said.some((sentence) => sentence.startsWith('No trouble with the services'))).toBe(true);
    for (const sentence of said) expect(mail?.plain).toContain(sentence);

    const bytes = async (rest: string, accept?: string): Promise<string> => sha256Hex(new Uint8Array(await (await document('reviewer', claim.id, 2, rest, accept)).arrayBuffer()));
    const before = await bytes('.pdf?lang=ko');
    await owner.query("UPDATE site SET name = 'Renamed', version = version + 1 WHERE id = $1", [claim.siteId]);
    clock.advance(MINUTE);
    expect(await bytes('.pdf?lang=ko')).toBe(before);
    expect(await bytes('?lang=ko', 'application/pdf')).toBe(before);
    expect(await bytes('.pdf?lang=fr')).not.toBe(before);
  });

  it('has a letter for its decision only, for those who may see the claim', async () => {
    const claim = await refused();
    const answers = await Promise.all([document('owner', claim.id, 1, ''), document('owner', claim.id, 9, '.pdf'), document(undefined, claim.id, 2, '')]);
    expect(answers.map(({ status }) => status)).toEqual([404, 404, 401]);
    expect(answers[0]?.headers.get('content-type')).toContain('application/problem+json');
  });
});

describe('proof that a decision arrived', () => {
  it('begins when a letter is handed over, ends when it comes back, and a person of the business at the page proves it for good', async () => {
    const claim = await refused();
    const [letter] = await lettersAbout(claim.id, 'claim.decided');
    expect([letter?.state, await arrivedAt(letter)]).toEqual(['queued', undefined]);
    await deliver(letter?.id);
    const handedOver = clock.now();
    clock.advance(MINUTE);
    expect([await arrivedAt(letter), await handedOverAt(letter)]).toEqual([handedOver, handedOver]);

    await world.app.get(LetterDelivery).bounced(asSystem, letter?.id ?? '');
    await world.app.get(LetterDelivery).bounced(asSystem, letter?.id ?? '');
    expect(await arrivedAt(letter)).toBeUndefined();
    expect(await handedOverAt(letter)).toBeUndefined();
    expect(await tasksAbout(claim.id)).toEqual([{ kind: 'letter_returned', cause_id: letter?.id, reasons: ['letter_bounced'] }]);

    await open(claim.id, await memberOf(claim.id, letter?.id ?? ''));
    expect(await arrivedAt(letter)).toBeUndefined();
    clock.advance(MINUTE);
    const seen = clock.now();
    await open(claim.id, await memberOf(claim.id));
    clock.advance(MINUTE);
    await open(claim.id, await memberOf(claim.id));
    expect([await arrivedAt(letter), await handedOverAt(letter)]).toEqual([seen, undefined]);
  });

  it('is never had from a letter that could not be handed over; a confirmation that fails is nobody\'s task', async () => {
    const claim = await refused();
    const [decided] = await lettersAbout(claim.id, 'claim.decided');
    const [received] = await lettersAbout(claim.id, 'claim.received');
    office.refusals.push({ code: 550, text: 'no such user' }, { code: 550, text: 'no such user' });
    await deliver(received?.id);
    expect(await tasksAbout(claim.id)).toEqual([]);
    await deliver(decided?.id);
    expect(await arrivedAt(decided)).toBeUndefined();
    expect(await tasksAbout(claim.id)).toEqual([{ kind: 'letter_returned', cause_id: decided?.id, reasons: ['letter_failed'] }]);
  });
});

describe('somebody who wants no letters of courtesy', () => {
  it('gets none, and every one that a right hangs on', async () => {
    const path = '/v1/account/letter-preferences';
    expect((await world.as('owner', 'GET', path)).body).toEqual({ courtesy: true });
    expect(await world.as('owner', 'PATCH', path, { body: { courtesy: false } })).toMatchObject({ status: 200, body: { courtesy: false } });
    const claim = await refused();
    const [received] = await lettersAbout(claim.id, 'claim.received');
    const [decided] = await lettersAbout(claim.id, 'claim.decided');
    expect([received?.state, decided?.state]).toEqual(['declined', 'queued']);
    await deliver(received?.id);
    expect(await handedOverAt(received)).toBeUndefined();
    await world.as('owner', 'PATCH', path, { body: { courtesy: true } });
    expect((await world.as('owner', 'GET', path)).body).toEqual({ courtesy: true });
    expect((await world.as('owner', 'PATCH', path, { body: { courtesy: 'no' } })).status).toBe(400);
  });
});

describe('an agent', () => {
  it('is told once a day of all claims under its mandates, also of days on which nobody looked, and not when nothing happened', async () => {
    const agency = await newAgency(world);
    const { merchantId, siteId } = await openedByAgent(world, agency);
    const draft = await call<Claim>(world.url, 'POST', '/v1/claims', {
      token: agency.token, headers: { 'act-for': merchantId }, body: { schemeId: world.world.schemeId, siteId, window: OUTAGE_WINDOW, answers: { takeTariff: true } },
    });
    expect(await call(world.url, 'POST', `/v1/claims/${draft.body.id}/submissions`, { token: agency.token, body: DECLARED, headers: { 'act-for': merchantId, ...ifMatch(1).headers } })).toMatchObject({ status: 201 });
    const { id } = draft.body;
    if ((await claimOf(world, id)).state === 'submitted') expect((await cause(world, world.tokens.reviewer, 'pull', await claimOf(world, id))).status).toBe(201);
    expect((await cause(world, world.tokens.reviewer, 'recommend_refusal', await claimOf(world, id))).status).toBe(201);
    const claim = await claimOf(world, id);
    const jobs = world.app.get(Jobs);
    await jobs.sweep(CLAIM_DIGESTS);
    expect(await lettersAbout(agency.agentId, 'claims.digest')).toEqual([]);

    expect((await cause(world, world.tokens.approver, 'refuse', await claimOf(world, claim.id))).status).toBe(201);
    clock.advance(72 * HOUR);
    await Promise.all([jobs.sweep(CLAIM_DIGESTS), jobs.sweep(CLAIM_DIGESTS)]);
    await jobs.sweep(CLAIM_DIGESTS);
    const letters = await lettersAbout(agency.agentId, 'claims.digest');
    expect(letters.map(({ recipient }) => recipient)).toEqual([agency.email]);
    expect(letters[0]?.plain).toContain(`Refused: 1 (${claim.reference})`);
    expect(letters[0]?.plain).toContain('Offered: 0');
    clock.advance(24 * HOUR);
    await jobs.sweep(CLAIM_DIGESTS);
    expect(await lettersAbout(agency.agentId, 'claims.digest')).toHaveLength(1);
  });
});
