import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { Refusal, Result } from '../../src/core/errors/index.js';
import { decide, structuralFaults, transitionRows } from '../../src/core/machine/index.js';
import type { Instant } from '../../src/core/time/index.js';
import { People } from '../../src/modules/identity/index.js';
import { PolicyDrafting, PolicyImports, PolicyPublication, PolicyQueries } from '../../src/modules/policies/index.js';
import { POLICY_GUARDS, POLICY_MACHINE, POLICY_STATES, type PolicyEvent } from '../../src/modules/policies/policy.machine.js';
import type { Context } from '../../src/platform/access/context.js';
import { Database } from '../../src/platform/database/database.js';
import { UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { asSystem, at } from '../support/lower-floors.js';

const KEY = 'kr-kt-2018';
const text = readFileSync('policies/kr-kt-2018.yaml', 'utf8');
const better = (words: string): string => text.replace('sums were set from income statistics', words);

let app: TestApp;
let [author, helper, approver] = [asSystem, asSystem, asSystem];
let drafting: PolicyDrafting;
let publication: PolicyPublication;
let queries: PolicyQueries;
const reader = () => app.app.get(Database).reader;

function value<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(JSON.stringify(result.refusal));
  return result.value;
}
const refusal = (result: Result<unknown>): Refusal | undefined => (result.ok ? undefined : result.refusal);
const plain = { effectiveFrom: at('2018-11-24T00:00Z'), decidedFrom: null, reach: 'undecided' as const };

async function person(name: string): Promise<Context> {
  const people = app.app.get(People);
  const made = value(await people.create(asSystem, { email: `${name}@test.example`, name, password: 'correct horse battery staple' }));
  const roles = ['policy_author', 'policy_approver', 'administrator'] as const;
  for (const role of roles) value(await people.grant(asSystem, made.id, role));
  return { actor: { kind: 'user', userId: made.id, roles, memberships: [] }, requestId: 'test' };
}

async function inReview(source: string, more: { decidedFrom?: Instant } = {}) {
  const draft = value(await drafting.create(author, KEY, { ...plain, ...more, source }));
  return value(await drafting.submit(author, KEY, String(draft.number), draft.version));
}

async function publish(by: Context, number: number) {
  const candidate = value(await publication.candidate(reader(), KEY, String(number)));
  return app.app.get(UnitOfWork).run(by, (tx) => publication.publish(tx, by, candidate));
}

beforeAll(async () => {
  app = await startTestApp();
  [author, helper, approver] = [await person('author'), await person('helper'), await person('approver')];
  drafting = app.app.get(PolicyDrafting);
  publication = app.app.get(PolicyPublication);
  queries = app.app.get(PolicyQueries);
  value(await app.app.get(PolicyImports).importFolder(asSystem, 'policies'));
});

afterAll(() => app.close());

describe('the machine', () => {
  it('has no dead ends, and is the table of the database', async () => {
    expect(structuralFaults(POLICY_MACHINE)).toEqual([]);
    const rows = await reader().query('SELECT event, from_state AS "from", to_state AS "to" FROM policy_transition ORDER BY 1, 2, 3');
    const sort = (all: object[]): string[] => all.map((row) => JSON.stringify(row)).sort();
    expect(sort(rows as object[])).toEqual(sort(transitionRows(POLICY_MACHINE)));
  });

  it.each(POLICY_STATES)('from %s allows what it lists, and approval never to an author', (state) => {
    for (const event of Object.keys(POLICY_MACHINE.events) as PolicyEvent[]) {
      const listed = POLICY_MACHINE.events[event].from.includes(state);
      expect([event, decide(POLICY_MACHINE, { state, event }, POLICY_GUARDS, { isAuthor: false }).ok]).toEqual([event, listed]);
      expect([event, decide(POLICY_MACHINE, { state, event }, POLICY_GUARDS, { isAuthor: true }).ok]).toEqual([event, listed && event !== 'approve']);
    }
  });
});

describe('a draft', () => {
  it('is stored with its faults, and handed in without', async () => {
    const draft = value(await drafting.create(author, KEY, { ...plain, source: text.replace('use: measure', 'use: guess').replace('head: lost_sales', 'head: patience') }));
    const number = String(draft.number);
    const { faults } = value(await drafting.get(reader(), KEY, number));
    expect(faults.every(({ line, column }) => line > 0 && column > 0)).toBe(true);
    expect(faults.length).toBeGreaterThan(0);
    const refused = refusal(await drafting.submit(author, KEY, number, draft.version));
    expect([refused?.code, refused?.causes?.length]).toEqual(['policies.draft_faulty', faults.length]);
    const mended = value(await drafting.edit(author, KEY, number, draft.version, { source: better('sums differ') }));
    expect(refusal(await drafting.edit(author, KEY, number, draft.version, { source: 'lost' }))?.code).toBe('http.stale');
    const handedIn = value(await drafting.submit(author, KEY, number, mended.version));
    expect([handedIn.state, handedIn.hash?.length]).toEqual(['in_review', 64]);
    expect(refusal(await drafting.edit(author, KEY, number, handedIn.version, { source: text }))?.code).toBe('machine.not_allowed');
    const back = value(await drafting.sendBack(approver, KEY, number, handedIn.version, 'The cap has no source.'));
    const given = value(await drafting.withdraw(author, KEY, number, back.version));
    expect([back.state, given.state, given.allowedEvents]).toEqual(['draft', 'withdrawn', []]);
  });

  it('of another policy than its text names is refused', async () => {
    const draft = value(await drafting.create(author, 'kr-kt-2099', { ...plain, source: text }));
    expect(refusal(await drafting.submit(author, 'kr-kt-2099', String(draft.number), draft.version))).toMatchObject({ code: 'policies.key_differs' });
  });

  it('is not rehearsed or published before it was handed in', async () => {
    const draft = value(await drafting.create(author, KEY, { ...plain, source: text }));
    expect(refusal(await publication.candidate(reader(), KEY, String(draft.number)))?.code).toBe('policies.not_in_review');
  });
});

describe('approval', () => {
  it('is not by anybody who wrote a part, administrators included; the database says the same', async () => {
    const draft = value(await drafting.create(author, KEY, { ...plain, source: better('one') }));
    const edited = value(await drafting.edit(helper, KEY, String(draft.number), draft.version, { source: better('two') }));
    value(await drafting.submit(author, KEY, String(draft.number), edited.version));
    expect(refusal(await publish(author, draft.number))?.code).toBe('policies.four_eyes');
    expect(refusal(await publish(helper, draft.number))?.code).toBe('policies.four_eyes');
    const owner = new pg.Client(app.database.ownerUrl);
    await owner.connect();
    const version = await owner.query<{ id: string }>(`SELECT id FROM policy_version WHERE key = $1`, [KEY]);
    for (const { actor } of [author, helper]) {
      await expect(owner.query(`UPDATE policy_edition SET state = 'approved', approved_by = $2, policy_version_id = $3, version = version + 1 WHERE id = $1`,
        [draft.id, actor.kind === 'user' ? actor.userId : '', version.rows[0]?.id])).rejects.toMatchObject({ constraint: 'policy_edition_four_eyes_ck' });
    }
    await owner.end();
  });

  it('publishes, and closes what it replaces in the same transaction: for events from its start on, for decisions from now on', async () => {
    const second = await inReview(better('second'));
    const published = value(await publish(approver, second.number));
    expect([published.version, published.state, published.effective]).toEqual([second.number, 'effective', { from: '2018-11-24T00:00:00.000Z' }]);
    const third = await inReview(better('third'));
    value(await publish(approver, third.number));
    const answers = await Promise.all(['2018-11-23T23:59Z', '2018-11-24T00:00Z', '2099-01-01T00:00Z'].map(async (event) => value(await queries.effective(reader(), KEY, at(event))).version));
    expect(answers).toEqual([1, third.number, third.number]);
    const versions = value(await queries.versions(reader(), KEY));
    expect(versions.map(({ version, state, decidedTo }) => [version, state, decidedTo !== undefined])).toEqual([[1, 'superseded', false], [second.number, 'superseded', true], [third.number, 'effective', false]]);
    expect((await queries.standing(reader(), KEY)).map(({ number }) => number)).toEqual([1, third.number]);
  });

  it('is refused to whoever lost the role between reading and acting', async () => {
    const draft = await inReview(better('lost'));
    const [late, people] = [await person('late'), app.app.get(People)];
    const { userId } = late.actor as { userId: string };
    value(await people.revoke(asSystem, userId, 'policy_approver'));
    expect(refusal(await publish(late, draft.number))).toMatchObject({ code: 'access.permission', params: { permission: 'change.approve' } });
    expect(value(await publish(approver, draft.number)).version).toBe(draft.number);
  });

  it('waits for the instant from which the version decides', async () => {
    const early = await inReview(better('early'), { decidedFrom: at('2098-01-01T00:00Z') });
    expect(refusal(await publish(approver, early.number))?.code).toBe('policies.too_early');
  });

  it('leaves nothing to edit: not by the service, not by the owner of the tables', async () => {
    const done = await inReview(better('done'));
    value(await publish(approver, done.number));
    expect(refusal(await drafting.edit(author, KEY, String(done.number), done.version + 1, { source: text }))?.code).toBe('machine.not_allowed');
    const owner = new pg.Client(app.database.ownerUrl);
    await owner.connect();
    const refused = (sql: string) => owner.query(sql).then(() => 'ok', (error: { constraint?: string; code: string }) => error.constraint ?? error.code);
    expect(await refused(`UPDATE policy_edition SET source = 'x', version = version + 1 WHERE id = '${done.id}'`)).toBe('policy_edition_stays_ck');
    expect(await refused(`UPDATE policy_edition SET state = 'draft', version = version + 1 WHERE id = '${done.id}'`)).toMatch(/^policy_/);
    expect(await refused(`DELETE FROM policy_edition WHERE id = '${done.id}'`)).toBe('policy_edition_stays_ck');
    await owner.end();
  });

  it('of the text as it was handed in: the hash covers the resolved block versions', async () => {
    const handedIn = await inReview(better('hash'));
    const published = value(await publish(approver, handedIn.number));
    const { document, hash } = value(await queries.document(reader(), KEY, String(published.version)));
    expect(hash).toBe(handedIn.hash);
    expect((document as { steps: { use: string }[] }).steps.every(({ use }) => /@\d+$/.test(use))).toBe(true);
  });
});

describe('an import', () => {
  it('publishes the first version of a key only', async () => {
    const imports = app.app.get(PolicyImports);
    expect(await imports.importFile(asSystem, 'policies', 'default-gbp.yaml')).toMatchObject({ outcome: 'unchanged' });
    const folder = mkdtempSync(join(tmpdir(), 'policies-'));
    writeFileSync(join(folder, 'next.yaml'), readFileSync('policies/default-gbp.yaml', 'utf8').replace('Makegood default policy, revision 1', 'Makegood default policy, revision 2'));
    const found = await imports.importFile(asSystem, folder, 'next.yaml');
    rmSync(folder, { recursive: true });
    expect(found).toMatchObject({ outcome: 'refused', refusal: { code: 'policies.needs_change', params: { key: 'default-gbp' } } });
  });
});
