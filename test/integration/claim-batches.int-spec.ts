import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { structuralFaults, transitionRows } from '../../src/core/machine/index.js';
import { ok } from '../../src/core/errors/index.js';
import { formatInstant } from '../../src/core/time/index.js';
import { AgentDigests, BATCH_MACHINE, BatchCommits, COLUMNS } from '../../src/modules/claim-batches/index.js';
import { Database } from '../../src/platform/database/database.js';
import { UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import { unwrap } from '../../src/platform/http/refusal-exception.js';
import { newAgency, type Agency } from '../support/agents.js';
import { batchOf, checkAll, commit, csvOf, fileAll, fileStep, itemsOf, resultOf, rowOf, send, through, writeLetters, type Row } from '../support/batches.js';
import { asSystem } from '../support/lower-floors.js';
import { openWorld, type World } from '../support/world.js';

let world: World;
beforeAll(async () => { world = await openWorld(); });
afterAll(() => world.close());

const rows = (from: number, to: number, change: Row = {}): Row[] => Array.from({ length: to - from }, (_, index) => rowOf(from + index, change));
const count = async (table: string, where = 'TRUE'): Promise<number> =>
  (await world.app.get(Database).reader.query<{ count: number }>(`SELECT count(*)::int AS count FROM ${table} WHERE ${where}`))[0]?.count ?? -1;
const claims = (): Promise<number> => count('claim');
const claimsOf = (agency: Agency): Promise<number> => count('claim c JOIN mandate d ON d.id = c.mandate_id', `d.agent_id = '${agency.agentId}'`);

describe('the machine of batches', () => {
  it('has no dead ends, and is the table of the database', async () => {
    expect(structuralFaults(BATCH_MACHINE)).toEqual([]);
    const stored = await world.app.get(Database).reader.query('SELECT event, from_state AS "from", to_state AS "to" FROM claim_batch_transition');
    const sort = (all: readonly unknown[]): string[] => all.map((row) => JSON.stringify(row)).sort();
    expect(sort(stored)).toEqual(sort(transitionRows(BATCH_MACHINE)));
  });
});

describe('the dry run', () => {
  let agency: Agency;
  beforeAll(async () => { agency = await newAgency(world); });

  it('says every error of every row at once, with its line and column, and writes nothing else', async () => {
    const before = [await claims(), await count('merchant'), await count('mandate')];
    const { body } = await send(world, agency, csvOf([
      rowOf(1), rowOf(2, { zone: 'Europe/Londno', country: 'gb', opening_hours: 'always', agent_fee: '0%', true_statement: 'no', declared_loss: '1.234 GBP' }),
      rowOf(3, { scheme: 'nothing-there' }), rowOf(4, { services: 'harbourline.payments kakao.talk.pc', window_to: '2099-01-01T00:00:00Z', 'answer.takeTariff': 'perhaps', declared_loss: '10.00 EUR' }),
      rowOf(5, { contact_email: agency.email }), rowOf(6, { external_id: 'row-7' }), rowOf(7), rowOf(1, { external_id: 'row-8' }),
    ]), { query: '?ceilingPercent=100' });
    await checkAll(world, body.id);
    const items = await itemsOf(world, agency, body.id);
    expect(items.map(({ line, state, errors }) => [line, state, errors.map(({ column, code }) => `${column} ${code.split('.')[1]}`)])).toEqual([
      [2, 'faulty', ['site_name place_repeated']],
      [3, 'faulty', ['country cell_invalid', 'zone cell_invalid', 'opening_hours cell_invalid', 'declared_loss cell_invalid', 'agent_fee cell_invalid', 'true_statement declaration_missing']],
      [4, 'faulty', ['scheme scheme_unknown']],
      [5, 'faulty', ['services service_not_covered', 'window_from window_too_long', 'window_to window_in_future', 'declared_loss currency_differs', 'answer.takeTariff answer_invalid']],
      [6, 'faulty', ['contact_email contact_is_agent']],
      [7, 'faulty', ['external_id key_repeated']],
      [8, 'faulty', ['external_id key_repeated']],
      [9, 'faulty', ['site_name place_repeated']],
    ]);
    expect(items[1]?.errors[1]?.detail).toBe('"zone" says "Europe/Londno". Write an IANA time zone, such as Europe/London.');
    expect([await claims(), await count('merchant'), await count('mandate')]).toEqual(before);
  });

  it('stops above the ceiling, and not at it', async () => {
    for (const [faulty, state] of [[2, 'checked'], [3, 'over_ceiling']] as const) {
      const { body } = await send(world, agency, csvOf([...rows(100, 110 - faulty), ...rows(110 - faulty, 110, { trade: '' })]), { query: '?ceilingPercent=20' });
      await checkAll(world, body.id);
      expect(await batchOf(world, agency, body.id)).toMatchObject({ state, rows: { all: 10, faulty, good: 10 - faulty } });
      if (state === 'over_ceiling') expect((await commit(world, agency, body.id)).body.code).toBe('machine.not_allowed');
    }
  });

  it('refuses what is no table of claims in words, with every column at once', async () => {
    const { status, body } = await send(world, agency, 'external_id,busness_name,zone,zone\r\n1,2,3,4\r\n');
    expect([status, body.code]).toEqual([422, 'batches.header_faulty']);
    expect(body.errors?.map(({ code }) => code)).toEqual(['batches.column_unknown', 'batches.column_repeated', ...Array.from({ length: COLUMNS.filter(({ needed }) => needed).length - 2 }, () => 'batches.column_missing')]);
    for (const [text, code] of [['', 'batches.file_empty'], [csvOf([rowOf(1)]).split('\r\n')[0] ?? '', 'batches.file_empty'], [`${csvOf([rowOf(1)])}\r\n"open`, 'batches.not_csv']] as const) {
      expect((await send(world, agency, text)).body.code).toBe(code);
    }
    expect((await send(world, agency, csvOf([rowOf(1)]), { query: '?mode=loose' })).body.code).toBe('batches.option_invalid');
  });

  it('finds the same whatever the order of rows and columns, and in each format', async () => {
    const some = [rowOf(200), rowOf(201, { trade: '' }), rowOf(202, { external_id: 'row-200' }), rowOf(203)];
    const found = async (text: string, type?: string): Promise<unknown> => {
      const { body } = await send(world, agency, text, { query: '?ceilingPercent=100', ...(type === undefined ? {} : { type }) });
      await checkAll(world, body.id);
      return (await itemsOf(world, agency, body.id)).map(({ externalId, state, errors }) => `${externalId} ${state} ${errors.map(({ code, column }) => `${column} ${code}`).join()}`).sort();
    };
    const expected = await found(csvOf(some));
    expect(await found(csvOf([...some].reverse()))).toEqual(expected);
    expect(await found(csvOf(some.map((row) => Object.fromEntries(Object.entries(row).reverse()))))).toEqual(expected);
    expect(await found(csvOf(some).replaceAll('","', '";"').replace(/^[^\r]*/, (head) => head.replaceAll(',', ';')))).toEqual(expected);
    expect(await found(some.map((row) => JSON.stringify(row)).join('\n'), 'application/x-ndjson')).toEqual(expected);
    expect(await found(JSON.stringify({ rows: some }), 'application/json')).toEqual(expected);
  });
});

describe('filing', () => {
  it('makes business, mandate, shop and claim of each good row, filed in the name of who committed, and waits for the business', async () => {
    const agency = await newAgency(world);
    const batch = await through(world, agency, csvOf([...rows(300, 303), rowOf(303, { trade: '' }), rowOf(300, { external_id: 'row-300b', site_name: 'A second shop' })]), { query: '?ceilingPercent=50' });
    expect(batch).toMatchObject({ state: 'done', rows: { all: 5, good: 0, faulty: 1, filed: 4, failed: 0 } });
    const filed = await world.app.get(Database).reader.query(`
      SELECT c.state, c.submitted_by = $2 AS "byMember", m.verified_at IS NOT NULL AS verified, d.state AS mandate, c.assessment_id IS NOT NULL AS assessed
      FROM claim c JOIN mandate d ON d.id = c.mandate_id JOIN merchant m ON m.id = c.merchant_id WHERE d.agent_id = $1`, [agency.agentId, agency.userId]);
    expect(filed).toEqual(Array.from({ length: 4 }, () => ({ state: 'submitted', byMember: true, verified: false, mandate: 'asserted', assessed: true })));
    expect(await count('mandate', `agent_id = '${agency.agentId}'`)).toBe(3);
  });

  it('a corrected result file that comes back files only what was not filed', async () => {
    const agency = await newAgency(world);
    const first = await through(world, agency, csvOf([...rows(400, 404), rowOf(404, { trade: '', business_name: '=1+1', site_name: '-5, "The" shop' })]));
    expect(first.rows).toMatchObject({ filed: 4, faulty: 1 });
    const result = await resultOf(world, agency, first.id);
    expect(result).toContain(`,'=1+1,`);
    expect(result).toContain(`"'-5, ""The"" shop"`);
    const untouched = await through(world, agency, result);
    expect(untouched.rows).toMatchObject({ already: 4, faulty: 1, filed: 0 });
    const before = await claims();
    const corrected = await through(world, agency, result.replace(',"\'=1+1",', ',=1+1,').replace(/(none,,),GB/, '$1food,GB'));
    expect(corrected).toMatchObject({ state: 'done', rows: { already: 4, faulty: 0, filed: 1 } });
    expect(await claims()).toBe(before + 1);
    const names = await world.app.get(Database).reader.query<{ name: string }>(`SELECT s.name FROM site s JOIN agent_place p ON p.site_id = s.id WHERE p.agent_id = $1 AND s.name LIKE '-5%'`, [agency.agentId]);
    expect(names).toEqual([{ name: '-5, "The" shop' }]);
    const again = await through(world, agency, await resultOf(world, agency, corrected.id));
    expect(again.rows).toMatchObject({ already: 5, filed: 0 });
    expect(await claims()).toBe(before + 1);
  });

  it('says when a row that was filed says something else now', async () => {
    const agency = await newAgency(world);
    await through(world, agency, csvOf(rows(450, 452)));
    const { body } = await send(world, agency, csvOf([rowOf(450), rowOf(451, { declared_loss: '99.00 GBP' })]));
    await checkAll(world, body.id);
    expect((await itemsOf(world, agency, body.id)).map(({ state, errors }) => [state, errors.map(({ code }) => code)])).toEqual([['already', []], ['already', ['batches.changed_since']]]);
  });

  it('is strict when asked: one row that is refused while filing undoes all, and says which', async () => {
    const agency = await newAgency(world);
    const { body } = await send(world, agency, csvOf(rows(500, 510)), { query: '?mode=strict' });
    await checkAll(world, body.id);
    // The scheme of one row closes between dry run and filing: here its shop has a claim by then, filed under another key.
    const lenient = await through(world, agency, csvOf([rowOf(507, { external_id: 'row-507-first' })]));
    expect(lenient.rows.filed).toBe(1);
    const before = [await claims(), await count('merchant'), await count('mandate'), await count('event_log', `topic LIKE 'claim.%'`)];
    expect((await commit(world, agency, body.id)).status).toBe(202);
    await fileAll(world, body.id);
    expect(await batchOf(world, agency, body.id)).toMatchObject({ state: 'undone', rows: { filed: 0, failed: 1 } });
    expect([await claims(), await count('merchant'), await count('mandate'), await count('event_log', `topic LIKE 'claim.%'`)]).toEqual(before);
    const items = await itemsOf(world, agency, body.id);
    expect(items.map(({ state }) => state)).toEqual([...Array.from({ length: 7 }, () => 'left'), 'failed', 'left', 'left']);
    expect(items[7]?.errors.map(({ code }) => code)).toEqual(['claims.already_claimed']);
    const faulty = await send(world, agency, csvOf([rowOf(520), rowOf(521, { trade: '' })]), { query: '?mode=strict&ceilingPercent=100' });
    await checkAll(world, faulty.body.id);
    expect((await commit(world, agency, faulty.body.id)).body.code).toBe('batches.not_whole');
  });

  it('is lenient otherwise: the refused row is taken back whole, the others go, and it stops above the ceiling', async () => {
    const agency = await newAgency(world);
    const taken = await through(world, agency, csvOf([rowOf(540, { external_id: 'first' })]));
    expect(taken.rows.filed).toBe(1);
    const batch = await through(world, agency, csvOf(rows(539, 543)), { query: '?ceilingPercent=25' });
    expect(batch).toMatchObject({ state: 'done', rows: { filed: 3, failed: 1 } });
    const businesses = await count('agent_business', `agent_id = '${agency.agentId}'`);
    expect([businesses, await claimsOf(agency)]).toEqual([4, 4]);
    const other = await newAgency(world);
    await through(world, other, csvOf([rowOf(600, { external_id: 'a' }), rowOf(601, { external_id: 'b' })]));
    const stopped = await through(world, other, csvOf(rows(600, 640)), { query: '?ceilingPercent=3' });
    expect(stopped).toMatchObject({ state: 'stopped', rows: { all: 40, filed: 23, failed: 2, good: 15 } });
    expect((await itemsOf(world, other, stopped.id, '?state=left&limit=200')).map(({ errors }) => errors[0]?.code)).toEqual(Array.from({ length: 15 }, () => 'batches.left'));
  });
});

describe('a batch that is cut short', () => {
  it('goes on where it left off, without a claim too many', async () => {
    const agency = await newAgency(world);
    const { body } = await send(world, agency, csvOf(rows(700, 770)));
    await checkAll(world, body.id);
    await commit(world, agency, body.id);
    expect(await fileStep(world, body.id)).toBe(false);
    // Killed in the middle of a step: all it did is gone with its transaction.
    await expect(world.app.get(UnitOfWork).run(asSystem, async (tx) => {
      await world.app.get(BatchCommits).step(tx, asSystem, body.id);
      throw new Error('killed');
    })).rejects.toThrow('killed');
    expect((await batchOf(world, agency, body.id)).rows).toMatchObject({ filed: 25, good: 45 });
    await fileAll(world, body.id);
    // Delivered once more after its end, the job has nothing to do.
    expect(await fileStep(world, body.id)).toBe(true);
    expect(await batchOf(world, agency, body.id)).toMatchObject({ state: 'done', rows: { filed: 70, good: 0, failed: 0 } });
    expect([await claimsOf(agency), await count('agent_row', `agent_id = '${agency.agentId}'`)]).toEqual([70, 70]);
  });

  it('and several at once, of the same file, by several workers, file each row once', async () => {
    const agency = await newAgency(world);
    const text = csvOf(rows(800, 840));
    const ids = await Promise.all([1, 2, 3].map(async () => (await send(world, agency, text)).body.id));
    for (const id of ids) await checkAll(world, id);
    const { version } = await batchOf(world, agency, ids[0] ?? '');
    const twice = await Promise.all([1, 2].map(() => commit(world, agency, ids[0] ?? '', version)));
    expect(twice.map(({ status }) => status).sort()).toEqual([202, 412]);
    for (const id of ids.slice(1)) expect((await commit(world, agency, id)).status).toBe(202);
    // Two workers a batch; who finds it another's turn comes again later, as the queue would have it.
    for (let left = 3; left > 0; left = (await Promise.all(ids.map(async (id) => (await batchOf(world, agency, id)).state))).filter((state) => state === 'filing').length) {
      await Promise.all([...ids, ...ids].map((id) => fileAll(world, id)));
    }
    const batches = await Promise.all(ids.map((id) => batchOf(world, agency, id)));
    expect(batches.map(({ state }) => state)).toEqual(['done', 'done', 'done']);
    expect(batches.reduce((sum, { rows: { filed } }) => sum + filed, 0)).toBe(40);
    expect(batches.reduce((sum, { rows: { filed, already } }) => sum + filed + already, 0)).toBe(120);
    expect(await claimsOf(agency)).toBe(40);
  });
});

describe('letters', () => {
  const letters = (template: string, agentId: string) => world.app.get(Database).reader.query<{ recipient: string; subject: string; plain: string }>(`
    SELECT c.recipient, c.subject, c.plain FROM letter l JOIN letter_content c ON c.letter_id = l.id LEFT JOIN mandate d ON d.id = l.about_id
    WHERE l.template = $1 AND coalesce(d.agent_id, l.about_id) = $2 ORDER BY c.recipient`, [template, agentId]);

  it('ask each business once, however many claims and batches', async () => {
    const agency = await newAgency(world);
    const one = await through(world, agency, csvOf([rowOf(900), rowOf(900, { external_id: 'second', site_name: 'Second' }), rowOf(901)]));
    await writeLetters(world, one.id);
    const two = await through(world, agency, csvOf([rowOf(900, { external_id: 'third', site_name: 'Third' })]));
    await writeLetters(world, two.id);
    await writeLetters(world, two.id);
    const sent = await letters('mandate.confirm', agency.agentId);
    expect(sent.map(({ recipient }) => recipient)).toEqual(['keeper-900@bulk-shops.example', 'keeper-901@bulk-shops.example']);
    expect(sent[0]?.plain).toMatch(/15 % of what is paid[\s\S]*\/en\/mandates\/answer\/[\w-]{43}\b/);
    const day = formatInstant(world.clock.now()).slice(0, 10);
    expect(await count('agent_digest', `agent_id = '${agency.agentId}'`)).toBe(1);
    unwrap(await world.app.get(UnitOfWork).run(asSystem, async (tx) => ok(await world.app.get(AgentDigests).write(tx, agency.agentId, day))));
    expect(await letters('batches.digest', agency.agentId)).toMatchObject([{ recipient: agency.email, subject: `${day}: 4 claims filed by Claims for you` }]);
    expect(await count('mandate_link l JOIN mandate d ON d.id = l.mandate_id', `d.agent_id = '${agency.agentId}'`)).toBe(2);
  });
});
