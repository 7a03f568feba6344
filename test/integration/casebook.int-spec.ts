import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { call, FixedClock } from '../support/app.js';
import { cause, claimOf, newPerson, newSite, type Claim } from '../support/claims.js';
import { pdf, photo, sendEvidence } from '../support/evidence-files.js';
import { at } from '../support/lower-floors.js';
import { CAFE_SALES, DECLARED, draftClaim, ifMatch, openWorld, OUTAGE_WINDOW, submit, uploadSales, type World } from '../support/world.js';

interface Sheet {
  readonly signals: readonly { readonly code: string; readonly effect: string; readonly params: Readonly<Record<string, string>>; readonly claimIds: readonly string[] }[];
  readonly candidates: readonly { readonly claim: { readonly id: string }; readonly codes: readonly string[]; readonly verdict?: { readonly verdict: string; readonly reason: string } }[];
}
interface Entry { readonly key: string; readonly kind: string; readonly what: string; readonly by?: string; readonly text?: string; readonly data: Readonly<Record<string, unknown>> }
interface Timeline { readonly items: readonly Entry[]; readonly nextCursor?: string }

const clock = new FixedClock(at('2026-11-28T09:00:00Z'));
let world: World;
let application: Client;

beforeAll(async () => {
  world = await openWorld({ clock });
  application = new Client({ connectionString: world.database.appUrl });
  await application.connect();
});
afterAll(async () => {
  await application.end();
  await world.close();
});

const sheetOf = async ({ id }: Pick<Claim, 'id'>): Promise<Sheet> => (await world.as<Sheet>('reviewer', 'GET', `/v1/claims/${id}/signals`)).body;
const codesOf = (sheet: Sheet): string[] => sheet.signals.filter(({ code }) => code !== 'closed_hours').map(({ code }) => code);
const say = async (claim: Pick<Claim, 'id'>, other: Pick<Claim, 'id'>, verdict: string, person: 'reviewer' | 'owner' = 'reviewer') =>
  world.as(person, 'POST', `/v1/claims/${claim.id}/duplicate-verdicts`, { body: { otherClaimId: other.id, verdict, reason: 'Two shops, one till' }, ...ifMatch((await claimOf(world, claim.id)).version) });
const timeline = async ({ id }: Pick<Claim, 'id'>, query = ''): Promise<Timeline> => (await world.as<Timeline>('reviewer', 'GET', `/v1/claims/${id}/casebook${query}`)).body;

async function filed(csv: string | undefined, change: Record<string, unknown> = {}): Promise<Claim> {
  const draft = await draftClaim(world, { siteId: await newSite(world), ...change });
  if (csv !== undefined) expect((await uploadSales(world, draft.id, csv)).status).toBe(201);
  expect((await submit(world, draft)).status).toBe(201);
  return claimOf(world, draft.id);
}

/** The café's file with lines of another shop: other numbers, so that no line is the same. */
const otherTill = (): string => CAFE_SALES.replaceAll(/\bT(\d+)/g, 'U$1');

describe('the same sales in two claims', () => {
  let [first, second]: Claim[] = [];

  it('send the later one to a person, whoever files it, and the first was decided by rule', async () => {
    first = await filed(CAFE_SALES);
    expect(first.state).toBe('offered');
    second = await filed(CAFE_SALES);
    expect(second.state).toBe('in_review');
    const sheet = await sheetOf(second);
    expect(codesOf(sheet)).toEqual(['shared_sales']);
    expect(sheet.signals[0]).toMatchObject({ effect: 'refers', claimIds: [first.id] });
    expect(codesOf(await sheetOf(first))).toEqual(['shared_sales']);
  });

  it('are found line by line when the file is another one', async () => {
    const shorter = `${CAFE_SALES.trimEnd().split('\n').filter((_line, index) => index !== 1).join('\n')}\n`;
    const third = await filed(shorter);
    expect(third.state).toBe('in_review');
    expect((await sheetOf(third)).candidates.map(({ claim }) => claim.id).sort()).toEqual([first?.id, second?.id].sort());
  });

  it('are settled for good by "not a duplicate": it refers no more, also after another working, and from both sides', async () => {
    const claim = await filed(CAFE_SALES);
    const others = (await sheetOf(claim)).candidates;
    expect(others).toHaveLength(3);
    for (const other of others) expect((await say(claim, other.claim, 'not_duplicate')).status).toBe(201);
    expect(codesOf(await sheetOf(claim))).toEqual([]);
    expect((await world.as('reviewer', 'POST', `/v1/claims/${claim.id}/assessments`)).status).toBeLessThan(300);
    const after = await sheetOf(claim);
    expect(codesOf(after)).toEqual([]);
    expect(after.candidates.map(({ verdict }) => verdict)).toEqual(others.map(() => expect.objectContaining({ verdict: 'not_duplicate', reason: 'Two shops, one till' })));
    expect((await sheetOf(first as Claim)).signals.flatMap(({ claimIds }) => claimIds)).not.toContain(claim.id);
  });

  it('called a duplicate hold the claim until the last word is another one', async () => {
    const [claim, other] = [second as Claim, first as Claim];
    const holds = async (): Promise<unknown[]> => (await application.query<{ kind: string }>('SELECT kind FROM claim_hold WHERE claim_id = $1 AND released_at IS NULL', [claim.id])).rows;
    const third = (await sheetOf(claim)).candidates.map((one) => one.claim).find(({ id }) => id !== other.id) ?? other;
    expect((await say(claim, other, 'duplicate')).status).toBe(201);
    expect(await holds()).toEqual([{ kind: 'duplicate' }]);
    // Of two pairs one is cleared: the other counts as before.
    expect([third.id !== other.id, (await say(claim, third, 'duplicate')).status, (await say(claim, third, 'not_duplicate')).status]).toEqual([true, 201, 201]);
    expect(await holds()).toEqual([{ kind: 'duplicate' }]);
    expect(codesOf(await sheetOf(claim))).toEqual(['shared_sales']);
    expect((await say(claim, other, 'not_duplicate')).status).toBe(201);
    expect(await holds()).toEqual([]);
    await expect(application.query('UPDATE duplicate_verdict SET verdict = verdict')).rejects.toThrow(/permission denied/);
    expect((await say(claim, claim, 'duplicate'))).toMatchObject({ status: 422, body: { code: 'review.other_claim_unknown' } });
  });

  it('said of by whoever recommends afterwards is a recommender\'s part: they do not decide', async () => {
    const both = await newPerson(world, ['reviewer']);
    const { version } = await claimOf(world, (second as Claim).id);
    const said = await call(world.url, 'POST', `/v1/claims/${second?.id ?? ''}/duplicate-verdicts`, { token: both.token, body: { otherClaimId: first?.id, verdict: 'not_duplicate', reason: 'Looked again' }, ...ifMatch(version) });
    expect(said.status).toBe(201);
    const { rows } = await application.query('SELECT duty FROM duty_held WHERE subject_id = $1 AND user_id = $2', [second?.id, both.id]);
    expect(rows).toEqual([{ duty: 'recommender' }]);
  });
});

describe('a document that another business filed as well', () => {
  it('refers the later claim; one business may file it for all of its places', async () => {
    const paper = pdf('', 'certificate');
    const of = async (token: string, change: Record<string, unknown>): Promise<string> => {
      const draft = await call<{ id: string; version: number }>(world.url, 'POST', '/v1/claims', { token, body: { schemeId: world.world.schemeId, window: OUTAGE_WINDOW, answers: { takeTariff: true }, ...change } });
      expect((await sendEvidence(world, draft.body.id, paper, { kind: 'accounts', name: 'accounts.pdf', type: 'application/pdf', token })).status).toBe(201);
      const { version } = await claimOf(world, draft.body.id);
      expect((await call(world.url, 'POST', `/v1/claims/${draft.body.id}/submissions`, { token, body: DECLARED, ...ifMatch(version) })).status).toBe(201);
      return draft.body.id;
    };
    const [one, two] = [await of(world.tokens.owner, { siteId: await newSite(world) }), await of(world.tokens.owner, { siteId: await newSite(world) })];
    expect(codesOf(await sheetOf({ id: two }))).toEqual([]);
    const stranger = await newPerson(world, []);
    const made = await call<{ id: string }>(world.url, 'POST', '/v1/merchants', {
      token: stranger.token, body: { legalName: 'Second Café', registration: { scheme: 'none', value: '' }, sector: { system: 'makegood', code: 'food' }, country: 'GB', language: 'en', zone: 'Europe/London', sizes: [] },
    });
    // A new membership counts in a session that is open after a second at the latest.
    await new Promise((resolve) => { setTimeout(resolve, 1_050); });
    const site = await call<{ id: string }>(world.url, 'POST', `/v1/merchants/${made.body.id}/sites`, {
      token: stranger.token, body: { name: 'Shop', online: false, country: 'GB', openingHours: { zone: 'Europe/London', rows: [{ days: [1, 2, 3, 4, 5, 6], opens: '07:00', closes: '18:00' }], exceptions: [] } },
    });
    await call(world.url, 'POST', `/v1/sites/${site.body.id}/enrolments`, { token: stranger.token, body: { service: 'harbourline.payments', from: '2025-01-01T00:00:00Z' } });
    const theirs = await of(stranger.token, { siteId: site.body.id });
    const sheet = await sheetOf({ id: theirs });
    expect(sheet.signals).toContainEqual({ code: 'shared_document', effect: 'refers', params: {}, claimIds: [two, one] });
  });

  it('that says it is younger than the event sends the claim to a person; one of the day itself does not, nor a list drawn up afterwards', async () => {
    const withFile = async (file: Buffer, name: string): Promise<Claim> => {
      const draft = await draftClaim(world, { siteId: await newSite(world) });
      expect((await sendEvidence(world, draft.id, file, { name, type: name.endsWith('pdf') ? 'application/pdf' : 'image/jpeg', kind: 'other' })).status).toBe(201);
      expect((await submit(world, draft)).status).toBe(201);
      return claimOf(world, draft.id);
    };
    const [younger, same, list] = [await withFile(photo('2026:11:20 09:00:00'), 'door.jpg'), await withFile(photo('2026:10:13 10:00:00'), 'door.jpg'), await withFile(pdf('/CreationDate (D:20261120)'), 'list.pdf')];
    expect((await sheetOf(younger)).signals).toContainEqual({ code: 'papers_newer', effect: 'refers', params: { file: 'door.jpg', statedOn: '2026-11-20', endedOn: '2026-10-14', others: '0' }, claimIds: [] });
    for (const claim of [same, list]) expect(codesOf(await sheetOf(claim))).toEqual([]);
    expect([younger.state, same.state, list.state]).toEqual(['in_review', 'offered', 'offered']);
    const page = await call<string>(world.url, 'GET', `/en/work/${younger.reference}`, { headers: { cookie: `makegood_session=${world.tokens.reviewer}` } });
    expect(page.body).toContain('“door.jpg” says it was made on 20 November 2026, after the event (14 October 2026).');
    const owners = await call<string>(world.url, 'GET', `/en/claims/${younger.reference}`, { headers: { cookie: `makegood_session=${world.tokens.owner}` } });
    expect(owners.body).not.toContain('was made on');
    await expect(application.query(`UPDATE evidence_file SET stated_on = NULL WHERE frozen_at IS NOT NULL`)).rejects.toMatchObject({ constraint: 'evidence_file_frozen_ck' });
  });
});

describe('what only staff see', () => {
  it('is in no answer, page or archive for the merchant', async () => {
    const claim = await filed(CAFE_SALES);
    expect(codesOf(await sheetOf(claim))).toEqual(['shared_sales']);
    const token = world.tokens.owner;
    for (const path of ['signals', 'casebook']) expect((await call(world.url, 'GET', `/v1/claims/${claim.id}/${path}`, { token })).status).toBe(403);
    expect((await say(claim, claim, 'duplicate', 'owner')).status).toBe(403);
    const given = [];
    for (const path of ['', '/timeline', '/assessments', '/assessments/1', '/assessments/1/trace', '/assessments/1/explanation', '/overrides', '/evidence']) {
      given.push(JSON.stringify((await call(world.url, 'GET', `/v1/claims/${claim.id}${path}`, { token })).body));
    }
    const archive = await fetch(`${world.url}/v1/claims/${claim.id}/archive`, { headers: { authorization: `Bearer ${token}` } });
    expect(archive.status).toBe(200);
    const bytes = Buffer.from(await archive.arrayBuffer()).toString('latin1');
    for (const text of [...given, bytes]) expect(text).not.toMatch(/shared_sales|signal|duplicate|looked_at_closely|case_sight/i);
    const references = (await sheetOf(claim)).candidates.map((one) => one.claim.id);
    for (const text of given) for (const id of references) expect(text).not.toContain(id);
  });
});

describe('the timeline', () => {
  it('tells events, workings, letters, what was changed and who looked, newest first, page by page', async () => {
    const claim = await filed(otherTill(), { answers: {} });
    await world.as('reviewer', 'GET', `/v1/claims/${claim.id}`);
    await world.as('reviewer', 'GET', `/v1/claims/${claim.id}`);
    clock.advance(600_000);
    await world.as('approver', 'GET', `/v1/claims/${claim.id}`);
    await world.as('owner', 'GET', `/v1/claims/${claim.id}`);
    if (claim.state === 'submitted') expect((await cause(world, world.tokens.reviewer, 'pull', await claimOf(world, claim.id))).status).toBe(201);
    const all = await timeline(claim);
    const kinds = all.items.map(({ kind }) => kind);
    expect(new Set(kinds)).toEqual(new Set(['event', 'assessment', 'letter', 'sight']));
    expect(all.items.filter(({ kind }) => kind === 'sight').map(({ by }) => by).sort()).toHaveLength(2);
    expect(all.items.find(({ what }) => what === 'claim.submit')?.by).toBeDefined();
    const walked: string[] = [];
    let next: string | undefined = '';
    while (next !== undefined) {
      const page: Timeline = await timeline(claim, `?limit=2${next === '' ? '' : `&cursor=${next}`}`);
      walked.push(...page.items.map(({ key }) => key));
      next = page.nextCursor;
    }
    expect(walked).toEqual(all.items.map(({ key }) => key));
    expect((await world.as('reviewer', 'GET', `/v1/claims/${claim.id}/casebook?cursor=nonsense`)).status).toBe(400);
  });

  it('has what each person wrote for colleagues beside a recommendation, a return, a decision and an answer to an objection', async () => {
    const { reviewer, approver, owner } = world.tokens;
    const judge = (await newPerson(world, ['approver'])).token;
    // The same sales twice: the later claim is people's.
    const twice = CAFE_SALES.replaceAll(/\bT(\d+)/g, 'V$1');
    await filed(twice);
    const claim = await filed(twice);
    const now = () => claimOf(world, claim.id);
    const verdict = async (note: string) => ({ outcome: 'award', assessmentId: (await now()).assessmentId, reasons: [], note });
    const post = async (token: string, path: string, body: object) =>
      expect((await call(world.url, 'POST', `/v1/claims/${claim.id}/${path}`, { token, body, ...ifMatch((await now()).version) })).status).toBe(201);
    await post(reviewer, 'recommendations', await verdict('the till was seen'));
    await post(approver, 'returns', { reason: 'which till?' });
    await post(reviewer, 'recommendations', await verdict('the till of the bar'));
    await post(approver, 'decisions', await verdict('clear'));
    await post(owner, 'objections', { grounds: ['other'], text: 'It was more.' });
    await post(judge, 'objections/1/decisions', { outcome: 'dismissed', reasons: ['objection_figures_right'], note: 'nothing new' });
    const told = (await timeline(claim)).items.filter(({ kind, text }) => kind === 'event' && text !== undefined).map(({ what, text }) => `${what}: ${text ?? ''}`);
    expect(told).toEqual(['claim.objection_decided: nothing new', 'claim.award: clear', 'claim.recommend: the till of the bar', 'claim.send_back: which till?', 'claim.recommend: the till was seen']);
  });
});
