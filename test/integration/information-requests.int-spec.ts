import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { DEMO_PASSWORD, DEMO_PEOPLE } from '../../src/demo/demo-people.js';
import type { Result } from '../../src/core/errors/index.js';
import { OutageRegister, ServiceCatalogue } from '../../src/modules/outages/index.js';
import { PolicyImports } from '../../src/modules/policies/index.js';
import { RequestQueries, type RequestList } from '../../src/modules/review/index.js';
import { SchemePlanning } from '../../src/modules/schemes/index.js';
import { Jobs } from '../../src/platform/jobs/jobs.js';
import { Database } from '../../src/platform/database/database.js';
import { call, FixedClock, type Answer } from '../support/app.js';
import { newPerson, newSite, type Claim } from '../support/claims.js';
import { pdf, sendEvidence } from '../support/evidence-files.js';
import { actingAs, asSystem, at } from '../support/lower-floors.js';
import { DECLARED, draftClaim, ifMatch, openWorld, uploadSales, type Person, type World } from '../support/world.js';

const clock = new FixedClock(at('2026-11-02T12:00:00Z'));
let world: World;
let owner: Client;
/** A scheme whose policy lets a claim end when nobody answers. */
let strictSchemeId: string;

function value<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(JSON.stringify(result.refusal));
  return result.value;
}

beforeAll(async () => {
  world = await openWorld({ clock, config: { autoDecisionDelaySeconds: 3_600 } });
  owner = new Client({ connectionString: world.database.ownerUrl });
  await owner.connect();
  const folder = mkdtempSync(join(tmpdir(), 'makegood-strict-'));
  writeFileSync(join(folder, 'reasons.yaml'), readFileSync('policies/reasons.yaml'));
  writeFileSync(join(folder, 'strict-gbp.yaml'), readFileSync('policies/default-gbp.yaml', 'utf8').replace('policy: default-gbp', 'policy: strict-gbp').replace('noAnswer: decide_on_file', 'noAnswer: expire'));
  value(await world.app.get(PolicyImports).importFolder(asSystem, folder));
  const author = actingAs(await idOf('policyAuthor'));
  strictSchemeId = value(await world.app.get(SchemePlanning).plan(author, {
    code: 'strict', title: { en: 'Strict' }, policyKey: 'strict-gbp', fundId: world.world.fundId, outageIds: [world.world.outageId], zone: 'Europe/London', opensAt: at('2026-10-14T00:00Z'), closesAt: at('2026-11-20T00:00Z'),
    graceDays: 0, contact: { name: 'Care' }, targetDays: {}, texts: [{ kind: 'terms', language: 'en', body: 'You agree.' }, { kind: 'who_decides', language: 'en', body: 'A rule.' }],
  })).id;
});
afterAll(async () => {
  await owner.end();
  await world.close();
});

const idOf = async (person: Person): Promise<string> => (await owner.query<{ id: string }>('SELECT id FROM app_user WHERE email = $1', [DEMO_PEOPLE[person].email])).rows[0]?.id ?? '';

/** A session does not outlive days that pass in a test, and attempts to sign in are counted: one an hour of the clock. */
const sessions = new Map<string, Promise<string>>();
function tokenOf(person: Person): Promise<string> {
  const key = `${person} ${Math.floor(clock.now() / 3_600_000)}`;
  const token = sessions.get(key) ?? call<{ token: string }>(world.url, 'POST', '/v1/sessions', { body: { email: DEMO_PEOPLE[person].email, password: DEMO_PASSWORD } }).then(({ body }) => body.token);
  sessions.set(key, token);
  return token;
}
const as = async <Body = Claim & { code: string; errors?: { pointer: string; code: string }[] }>(person: Person, method: string, path: string, options: Parameters<typeof call>[3] = {}): Promise<Answer<Body>> =>
  call<Body>(world.url, method, path, { ...options, token: await tokenOf(person) });
const claimOf = async (id: string): Promise<Claim> => (await as('reviewer', 'GET', `/v1/claims/${id}`)).body;
const act = async (person: Person, id: string, path: string, body?: object) => as(person, 'POST', `/v1/claims/${id}/${path}`, { ...(body === undefined ? {} : { body }), ...ifMatch((await claimOf(id)).version) });

/** A claim of a new place, with a person. */
async function reviewed(schemeId?: string): Promise<string> {
  const { id } = await draftClaim(fresh(), { siteId: await newSite(fresh()), ...(schemeId === undefined ? {} : { schemeId }) });
  expect((await act('owner', id, 'submissions', DECLARED)).status).toBe(201);
  expect((await act('reviewer', id, 'pulls')).status).toBe(201);
  return id;
}

const HOURS = { kind: 'opening_hours' };
const MARGIN = { kind: 'answer', subject: 'grossMargin' };
async function asked(items: object[] = [HOURS], more: { dueOn?: string; schemeId?: string; note?: object } = {}): Promise<string> {
  const { schemeId, ...body } = more;
  const id = await reviewed(schemeId);
  const { status, body: answer } = await act('reviewer', id, 'information-requests', { items, dueOn: '2026-11-12', ...body });
  expect([status, answer.code]).toEqual([201, undefined]);
  return id;
}

const list = async (id: string, person: Person = 'reviewer'): Promise<RequestList> => (await as<RequestList>(person, 'GET', `/v1/claims/${id}/information-requests`)).body;
const sweep = (): Promise<void> => world.app.get(Jobs).sweep('review.information-requests-due');
const letters = async (id: string): Promise<string[]> => (await owner.query<{ template: string }>(`SELECT template FROM letter WHERE about_kind = 'claim' AND about_id::text = $1 AND template <> 'claim.received' ORDER BY id`, [id])).rows.map(({ template }) => template);
const faults = ({ body }: Answer<{ errors?: { pointer: string; code: string }[] }>): string[] => (body.errors ?? []).map(({ pointer, code }) => `${pointer} ${code}`);
const passTo = async (text: string): Promise<void> => {
  clock.moveTo(at(text));
  await sweep();
};
/** What the world's helpers send, by somebody whose session is fresh. */
const fresh = (): World => ({ ...world, as: as });

describe('asking', () => {
  it('takes items of the policy alone, and says of each what is wrong with it', async () => {
    const id = await reviewed();
    const answer = await act('reviewer', id, 'information-requests', {
      dueOn: '2026-11-12', items: [{ kind: 'answer', subject: 'shoeSize' }, { kind: 'evidence', subject: 'horoscope' }, HOURS, HOURS, { kind: 'sales_records', fromOn: '2026-10-30', toOn: '2026-10-20' }, { kind: 'sales_records' }],
    });
    expect([answer.status, faults(answer)]).toEqual([422, [
      '/items/0/subject requests.subject_unknown', '/items/1/subject requests.subject_unknown', '/items/3 requests.item_repeated', '/items/4/toOn requests.period_reversed', '/items/5 requests.item_repeated',
    ]]);
    for (const [dueOn, code] of [['2026-11-04', 'requests.due_out_of_range'], ['2027-01-02', 'requests.due_out_of_range'], ['2026-11-31', 'requests.day_unreadable']] as const) {
      expect((await act('reviewer', id, 'information-requests', { items: [HOURS], dueOn })).body.code).toBe(code);
    }
    expect([(await claimOf(id)).state, await letters(id)]).toEqual(['in_review', []]);
  });

  it('moves the claim, writes to its owners in words, and shows each side what is theirs to see', async () => {
    const id = await asked([{ kind: 'sales_records', fromOn: '2026-09-01', toOn: '2026-10-17' }, MARGIN, { kind: 'evidence', subject: 'accounts' }, { kind: 'explanation', subject: 'trading' }], { note: { text: '잘 부탁드립니다.', language: 'ko' } });
    expect([(await claimOf(id)).state, await letters(id)]).toEqual(['info_requested', ['claim.information_requested']]);
    const { rows: [letter] } = await owner.query<{ plain: string }>(`SELECT c.plain FROM letter l JOIN letter_content c ON c.letter_id = l.id WHERE l.about_id::text = $1 AND template = 'claim.information_requested'`, [id]);
    for (const said of ['Sales records, 1 September', '17 October 2026', 'Gross margin from your own accounts', 'How your business traded during the outage', '12 November 2026']) expect(letter?.plain).toContain(said);
    const [staff, merchant] = [await list(id), await list(id, 'owner')];
    expect(staff).toMatchObject({
      askable: { subjects: { answer: ['grossMargin', 'takeTariff'], evidence: ['accounts', 'other'] }, due: { earliest: '2026-11-05', latest: '2027-01-01' } },
      items: [{ n: 1, state: 'open', askedBy: DEMO_PEOPLE.reviewer.name, notice: 'delivered', dueAt: '2026-11-13T00:00:00.000Z', note: { text: '잘 부탁드립니다.', language: 'ko' }, items: [{ n: 1, arrived: false, days: { from: '2026-09-01', to: '2026-10-17' } }, { n: 2 }, { arrived: false }, { subject: 'trading' }] }],
    });
    expect([merchant.askable, merchant.items[0]?.askedBy, merchant.items[0]?.notice, merchant.items[0]?.items.length]).toEqual([undefined, undefined, undefined, 4]);
    expect(await act('reviewer', id, 'information-requests', { items: [HOURS], dueOn: '2026-11-12' })).toMatchObject({ status: 409, body: { code: 'machine.not_allowed' } });
  });
});

describe('answering', () => {
  it('is refused while anything is missing, with every fault and nothing lost; whole, it is a new version and assessed anew', async () => {
    const id = await asked([{ kind: 'sales_records', fromOn: '2026-09-01', toOn: '2026-10-17' }, MARGIN, { kind: 'evidence', subject: 'accounts' }, { kind: 'explanation', subject: 'trading' }, { kind: 'identity' }]);
    const before = await claimOf(id);
    const all = [1, 2, 3, 4].map((n) => ({ n, outcome: 'given' }));
    const early = await act('owner', id, 'information-requests/1/answers', { items: [...all, { n: 5, outcome: 'cannot' }, { n: 9, outcome: 'given' }], answers: { takeTariff: false } });
    expect([early.status, faults(early)]).toEqual([422, [
      '/items/1 requests.sales_missing', '/items/2 requests.answer_missing', '/items/3 requests.evidence_missing', '/items/4 requests.explanation_missing', '/items/5 requests.reason_missing',
      '/items/9 requests.item_unknown', '/answers/takeTariff requests.answer_unasked',
    ]]);
    expect((await uploadSales(fresh(), id)).status).toBe(201);
    expect((await sendEvidence(world, id, pdf(), { kind: 'accounts', name: 'accounts.pdf', type: 'application/pdf', token: await tokenOf('owner') })).status).toBe(201);
    expect((await list(id, 'owner')).items[0]?.items.map(({ arrived }) => arrived)).toEqual([true, undefined, true, undefined, false]);
    await passTo('2026-11-04T12:00:00Z');
    const whole = { items: [...all.slice(0, 3), { n: 4, outcome: 'given', text: 'We sold for cash.' }, { n: 5, outcome: 'cannot', text: 'My passport is being renewed.' }], answers: { grossMargin: '0.70' } };
    expect(faults(await act('owner', id, 'information-requests/1/answers', { ...whole, answers: { grossMargin: 'plenty' } }))).toEqual(['/answers/grossMargin claims.answer_invalid']);
    expect([(await claimOf(id)).claimVersion, (await list(id)).items[0]?.items.some(({ reply }) => reply !== undefined)]).toEqual([1, false]);
    expect((await act('owner', id, 'information-requests/1/answers', whole)).status).toBe(201);
    const after = await claimOf(id);
    expect([after.state, after.claimVersion, after.assessmentId === before.assessmentId]).toEqual(['in_review', 2, false]);
    const { rows: [frozen] } = await owner.query<{ frozen: Record<string, unknown> }>('SELECT frozen FROM claim_version WHERE claim_id = $1 AND n = 2', [id]);
    expect(frozen?.frozen).toMatchObject({ answers: { takeTariff: true, grossMargin: '0.70' }, declarations: { isTrue: true }, evidence: [{ kind: 'accounts' }], salesSetId: expect.any(String) });
    const { items: [settled], pausedMs } = await list(id);
    expect([settled?.state, pausedMs, settled?.items[3]?.reply, settled?.items[4]?.reply]).toEqual(['answered', 2 * 86_400_000, { outcome: 'given', text: 'We sold for cash.' }, { outcome: 'cannot', text: 'My passport is being renewed.' }]);
    expect((await act('owner', id, 'information-requests/1/answers', whole)).status).toBe(409);
    // A second round has a number of its own.
    expect((await act('reviewer', id, 'information-requests', { items: [HOURS], dueOn: '2026-11-12' })).status).toBe(201);
    expect((await act('owner', id, 'information-requests/1/answers', { items: [{ n: 1, outcome: 'given' }] })).body.code).toBe('requests.not_found');
    expect((await act('owner', id, 'information-requests/2/answers', { items: [{ n: 1, outcome: 'given' }] })).status).toBe(201);
  });

  it('is not for somebody of the business who recommended on the claim', async () => {
    const id = await asked();
    const partner = await newPerson(fresh(), ['reviewer']);
    await owner.query('INSERT INTO duty_held (subject_id, duty, user_id, held_at) VALUES ($1, \'recommender\', $2, now())', [id, partner.id]);
    await owner.query('INSERT INTO membership (user_id, merchant_id, role) VALUES ($1, $2, \'member\')', [partner.id, world.world.merchantId]);
    const { version } = await claimOf(id);
    expect(await call(world.url, 'POST', `/v1/claims/${id}/information-requests/1/answers`, { token: partner.token, body: { items: [{ n: 1, outcome: 'given' }] }, ...ifMatch(version) }))
      .toMatchObject({ status: 403, body: { code: 'identity.duty_conflict' } });
    expect((await claimOf(id)).state).toBe('info_requested');
  });
});

describe('the clock of a request', () => {
  it('reminds at half time and two days before the end, once however many look, and never after an answer', async () => {
    clock.moveTo(at('2026-11-02T12:00:00Z'));
    const [waits, answered] = [await asked(), await asked()];
    await passTo('2026-11-07T17:59:59Z');
    expect(await letters(waits)).toEqual(['claim.information_requested']);
    clock.moveTo(at('2026-11-07T18:00:00Z'));
    await Promise.all([sweep(), sweep()]);
    expect([await letters(waits), await letters(answered)].map(({ length }) => length)).toEqual([2, 2]);
    expect((await act('owner', answered, 'information-requests/1/answers', { items: [{ n: 1, outcome: 'given' }] })).status).toBe(201);
    await passTo('2026-11-11T00:00:00Z');
    expect([await letters(waits), await letters(answered)]).toEqual([['claim.information_requested', 'claim.information_reminder', 'claim.information_reminder'], ['claim.information_requested', 'claim.information_reminder']]);
    await passTo('2026-11-12T23:59:59Z');
    expect([(await claimOf(waits)).state, (await letters(waits)).length]).toEqual(['info_requested', 3]);
    await passTo('2026-11-13T00:00:00Z');
    expect([(await claimOf(waits)).state, (await list(waits)).items[0]?.state, (await claimOf(answered)).state]).toEqual(['in_review', 'unanswered', 'in_review']);
  });

  it('says one reminder after a standstill, and lets a claim end where the policy says so, with a letter', async () => {
    clock.moveTo(at('2026-11-02T12:00:00Z'));
    const id = await asked([HOURS], { schemeId: strictSchemeId });
    await passTo('2026-11-11T12:00:00Z');
    await passTo('2026-11-12T12:00:00Z');
    expect(await letters(id)).toEqual(['claim.information_requested', 'claim.information_reminder']);
    await passTo('2026-11-15T12:00:00Z');
    expect([(await claimOf(id)).state, (await letters(id)).at(-1)]).toEqual(['expired', 'claim.expired_unanswered']);
  });

  it('ends no claim that was granted something before: silence loses nothing', async () => {
    clock.moveTo(at('2026-11-02T12:00:00Z'));
    const id = await reviewed(strictSchemeId);
    const { assessmentId } = await claimOf(id);
    for (const [person, path, body] of [
      ['reviewer', 'recommendations', { outcome: 'award', assessmentId, reasons: [] }], ['approver', 'decisions', { outcome: 'award', assessmentId, reasons: [] }], ['owner', 'offers/1/refusals', undefined],
      ['supervisor', 'reopenings', { reason: 'Look again.' }], ['reviewer', 'information-requests', { items: [HOURS], dueOn: '2026-11-12' }],
    ] as const) expect([path, (await act(person, id, path, body)).status]).toEqual([path, 201]);
    await passTo('2026-11-13T00:00:00Z');
    expect([(await claimOf(id)).state, (await list(id)).items[0]?.state]).toEqual(['in_review', 'unanswered']);
  });

  it('hears an answer after the scheme has closed, and does not call it late', async () => {
    clock.moveTo(at('2026-11-18T12:00:00Z'));
    const id = await asked([{ kind: 'answer', subject: 'takeTariff' }], { schemeId: strictSchemeId, dueOn: '2026-11-28' });
    await passTo('2026-11-25T12:00:00Z');
    expect((await act('owner', id, 'information-requests/1/answers', { items: [{ n: 1, outcome: 'given' }], answers: { takeTariff: false } })).body).toMatchObject({ state: 'in_review', late: false, claimVersion: 2, answers: { takeTariff: false } });
  });

  it('moves nothing over a notice that came back: somebody is told, and the request can be put again', async () => {
    clock.moveTo(at('2026-11-02T12:00:00Z'));
    const id = await asked([HOURS], { schemeId: strictSchemeId });
    const mark = (state: string) => owner.query(`UPDATE letter SET state = $2, fault = 'x', settled_at = CASE WHEN $2 = 'bounced' THEN now() END WHERE about_id::text = $1 AND template = 'claim.information_requested'`, [id, state]);
    await mark('deferred');
    await passTo('2026-11-13T00:00:00Z');
    const tasks = async (): Promise<number> => (await owner.query('SELECT FROM task WHERE kind = \'letter_returned\' AND subject_id = $1', [id])).rows.length;
    expect([(await claimOf(id)).state, await tasks()]).toEqual(['info_requested', 0]);
    await mark('bounced');
    await passTo('2026-11-13T01:00:00Z');
    await passTo('2026-11-16T01:00:00Z');
    expect([(await claimOf(id)).state, await tasks(), (await list(id)).items[0]?.notice]).toEqual(['info_requested', 1, 'returned']);
    // The one of the letter itself, which whoever hears of its bounce opens too.
    expect((await owner.query(`SELECT t.cause_type AS cause, l.template FROM task t JOIN letter l ON l.id = t.cause_id WHERE t.kind = 'letter_returned' AND t.subject_id = $1`, [id])).rows).toEqual([{ cause: 'letter', template: 'claim.information_requested' }]);
    expect((await act('reviewer', id, 'information-requests/1/notices', { dueOn: '2026-11-20' })).status).toBe(201);
    expect((await list(id, 'owner')).items[0]).toMatchObject({ n: 1, dueOn: '2026-11-20', dueAt: '2026-11-21T00:00:00.000Z' });
    await passTo('2026-11-20T23:00:00Z');
    expect((await claimOf(id)).state).toBe('info_requested');
    await passTo('2026-11-21T00:00:00Z');
    expect([(await claimOf(id)).state, await tasks()]).toEqual(['expired', 1]);
  });

  it('ends with a withdrawal, and stands still while this portal is down', async () => {
    clock.moveTo(at('2026-11-23T12:00:00Z'));
    const [gone, waits] = [await asked([HOURS], { dueOn: '2026-11-30' }), await asked([HOURS], { dueOn: '2026-11-30' })];
    expect((await act('owner', gone, 'withdrawals')).status).toBe(201);
    expect((await list(gone)).items[0]?.state).toBe('ended');
    const [editor, second] = [actingAs(await idOf('registerEditor')), actingAs(await idOf('registerSecond'))];
    value(await world.app.get(ServiceCatalogue).add(editor, { code: 'portal', names: { en: 'This portal' }, own: true }));
    const register = world.app.get(OutageRegister);
    const line = { service: 'portal', region: '*', from: at('2026-11-25T08:00Z'), to: at('2026-11-25T11:00Z') };
    clock.moveTo(at('2026-11-25T12:00:00Z'));
    const { id, version } = value(await register.createDraft(editor, { code: 'ours', title: { en: 'Ours' }, content: { complete: true, scope: [{ ...line, entry: 0 }], officialWindows: [], segments: [{ ...line, state: 'down', source: 'watch' }] } }));
    value(await register.confirm(second, id, version, 1));
    expect((await list(waits, 'owner')).items[0]).toMatchObject({ dueAt: '2026-12-01T03:00:00.000Z', movedMs: 3 * 3_600_000 });
    await passTo('2026-12-01T02:59:59Z');
    expect((await claimOf(waits)).state).toBe('info_requested');
    const waiting = (await world.app.get(RequestQueries).waiting(world.app.get(Database).reader, [waits, gone])).get(waits);
    expect([waiting?.spans.length, waiting?.by?.at]).toEqual([1, at('2026-12-01T03:00:00Z')]);
    await passTo('2026-12-01T03:00:00Z');
    expect([(await claimOf(waits)).state, (await claimOf(gone)).state]).toEqual(['in_review', 'withdrawn']);
  });
});
