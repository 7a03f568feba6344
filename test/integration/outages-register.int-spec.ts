import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import pg from 'pg';
import type { Result } from '../../src/core/errors/index.js';
import type { OutageView, RevisionContent, SegmentLine } from '../../src/modules/outages/index.js';
import { transitionRows } from '../../src/core/machine/index.js';
import { OUTAGE_MACHINE, OUTAGE_STATES } from '../../src/modules/outages/outage.machine.js';
import { createTestDatabase } from '../support/database.js';
import { actingAs, asSystem, at, openLowerFloors, type LowerFloors } from '../support/lower-floors.js';

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let floors: LowerFloors;
let [editor, another] = ['', ''];
let count = 0;

beforeAll(async () => {
  database = await createTestDatabase();
  floors = openLowerFloors(database.appUrl);
  [editor, another] = [await floors.person('editor'), await floors.person('another')];
  for (const [code, parent] of [['pay'], ['card', 'pay'], ['qr', 'pay']] as const) {
    value(await floors.services.add(actingAs(editor), { code, names: { en: code }, ...(parent === undefined ? {} : { parent }) }));
  }
});

afterAll(async () => {
  await floors.close();
  await database.drop();
});

function value<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(JSON.stringify(result.refusal));
  return result.value;
}
const code = (result: Result<unknown>): string => (result.ok ? 'ok' : result.refusal.code);

const scope = [{ service: 'card', region: '*', from: at('2026-10-13T08:00Z'), to: at('2026-10-13T20:00Z'), entry: 0 }];
const down = (from: string, to?: string): SegmentLine => ({
  service: 'card', region: '*', state: 'down', source: 'probe', from: at(`2026-10-13T${from}Z`), ...(to === undefined ? {} : { to: at(`2026-10-13T${to}Z`) }),
});
const said = (segments: readonly SegmentLine[], more: Partial<RevisionContent> = {}): RevisionContent => ({ complete: true, scope, officialWindows: [], segments, ...more });
const draft = async (content: RevisionContent): Promise<OutageView> =>
  value(await floors.register.createDraft(actingAs(editor), { code: `outage-${(count += 1)}`, title: { en: 'Outage' }, content }));
const confirmed = async (content: RevisionContent): Promise<OutageView> => {
  const { id, version } = await draft(content);
  return value(await floors.register.confirm(actingAs(another), id, version, 1));
};

/** A statement as the application's role, on a connection of its own, in one transaction. */
async function directly(...statements: readonly [string, unknown[]?][]): Promise<string> {
  const client = new pg.Client(database.appUrl);
  await client.connect();
  try {
    await client.query('BEGIN');
    for (const [sql, params] of statements) await client.query(sql, params ?? []);
    await client.query('COMMIT');
    return 'ok';
  } catch (error) {
    return (error as { constraint?: string; code: string }).constraint ?? (error as { code: string }).code;
  } finally {
    await client.end();
  }
}

const newRevision = (outageId: string, number: number, kind: string, base: number | null): [string, unknown[]] => [
  `INSERT INTO outage_revision (id, outage_id, number, base_number, kind, complete, reason, proposed_by, proposed_at)
   VALUES ('01990000-0000-7000-8000-0000000000${String(number).padStart(2, '0')}', $1, $2, $3, $4, true, 'x', $5, now())`,
  [outageId, number, base, kind, editor],
];
const revisionId = (number: number): string => `01990000-0000-7000-8000-0000000000${String(number).padStart(2, '0')}`;
const segment = (revision: string, line: number, during: string, more: { state?: string; region?: string; levelNum?: number } = {}): [string, unknown[]] => [
  `INSERT INTO outage_segment (revision_id, line, service, region, during, state, level_num, level_den, source) VALUES ($1, $2, 'card', $3, $4, $5, $6, $7, 'x')`,
  [revision, line, more.region ?? '*', during, more.state ?? 'down', more.levelNum ?? null, more.levelNum === undefined ? null : 2],
];
const bump: [string] = ['UPDATE register SET version = version + 1, recorded_at = greatest(recorded_at, now())'];
const entry = (outageId: string, revision: string, action: string, state: string, by: string, ended: string | null = null): [string, unknown[]] => [
  `INSERT INTO register_entry (version, outage_id, revision_id, action, state, ended_at, proposed_by, recorded_by, recorded_at)
   SELECT version, $1, $2, $3, $4, $5, $6, $7, recorded_at FROM register`, [outageId, revision, action, state, ended, editor, by],
];

describe('the life of an outage', () => {
  it('runs from draft to final, each step a register version', async () => {
    const first = await draft(said([down('10:00', '11:00'), down('12:00')], { scope: [{ service: 'card', region: '*', from: at('2026-10-13T08:00Z'), entry: 0 }] }));
    expect([first.state, first.allowed, first.registerVersion]).toEqual(['draft', ['confirm'], undefined]);
    const before = await floors.registerQueries.registerVersion(floors.reader);
    const second = value(await floors.register.confirm(actingAs(another), first.id, first.version, 1));
    const third = value(await floors.register.end(actingAs(editor), first.id, second.version, at('2026-10-13T13:00Z')));
    const last = value(await floors.register.finalise(actingAs(another), first.id, third.version));
    expect([second, third, last].map(({ state, registerVersion }) => [state, registerVersion])).toEqual([
      ['confirmed', before + 1], ['ended', before + 2], ['final', before + 3],
    ]);
    expect(second.segments[1]?.to).toBeUndefined();
    expect([third.segments, third.scope[0]?.to]).toEqual([last.segments, '2026-10-13T13:00:00.000Z']);
    expect(last.segments[1]?.to).toBe('2026-10-13T13:00:00.000Z');
    expect([last.revision, last.endedAt]).toEqual([2, '2026-10-13T13:00:00.000Z']);
  });

  it('refuses what the table does not list, and says what is possible', async () => {
    const { id, version } = await draft(said([]));
    const refused = await floors.register.finalise(actingAs(another), id, version);
    expect(refused).toMatchObject({ ok: false, refusal: { code: 'machine.not_allowed', params: { allowed: ['confirm'] } } });
    expect(code(await floors.register.end(actingAs(another), id, version, at('2026-10-13T13:00Z')))).toBe('machine.not_allowed');
  });

  it('refuses a command on a version that is not the current one', async () => {
    const { id, version } = await draft(said([]));
    value(await floors.register.putSegments(actingAs(editor), id, version, [down('10:00', '11:00')]));
    expect(code(await floors.register.confirm(actingAs(another), id, version, 2))).toBe('http.stale');
    expect(code(await floors.register.confirm(actingAs(another), id, version + 1, 1))).toBe('outages.revision_overtaken');
  });

  it('an end in the future or before recorded trouble is refused', async () => {
    const { id, version } = await confirmed(said([down('10:00', '11:00')]));
    expect(code(await floors.register.end(actingAs(editor), id, version, at('2026-11-25T00:00Z')))).toBe('outages.ends_in_future');
    expect(code(await floors.register.end(actingAs(editor), id, version, at('2026-10-13T10:30Z')))).toBe('outages.content_faulty');
  });

  it('the database lets through exactly the moves of the table', async () => {
    const moves = new Set(transitionRows(OUTAGE_MACHINE).map(({ from, to }) => `${from} ${to}`));
    const owner = new pg.Client(database.ownerUrl);
    await owner.connect();
    for (const from of OUTAGE_STATES) {
      for (const to of OUTAGE_STATES.filter((state) => state !== from)) {
        await owner.query('BEGIN');
        const { rows } = await owner.query<{ id: string }>(`INSERT INTO outage (code, title, state, created_by, created_at) VALUES ('moves', '{"en":"x"}', $1, $2, now()) RETURNING id`, [from, editor]);
        const outcome = await owner.query('UPDATE outage SET state = $2, version = 2 WHERE id = $1', [rows[0]?.id, to]).then(() => 'let through', (error: { constraint: string }) => error.constraint);
        expect(`${from} ${to}: ${outcome}`).toBe(`${from} ${to}: ${moves.has(`${from} ${to}`) ? 'let through' : 'outage_transition_ck'}`);
        await owner.query('ROLLBACK');
      }
    }
    await owner.end();
  });

  it('a state without its register entry is refused at commit', async () => {
    const { id } = await draft(said([]));
    expect(await directly([`UPDATE outage SET state = 'confirmed', version = version + 1 WHERE id = $1`, [id]])).toBe('outage_state_recorded_ck');
  });
});

describe('two pairs of eyes', () => {
  it('the author of a draft does not confirm it', async () => {
    const { id, version } = await draft(said([]));
    expect(await floors.register.confirm(actingAs(editor), id, version, 1)).toMatchObject({ refusal: { code: 'outages.four_eyes', params: { revision: 1 } } });
  });

  const amendIn = (by: string, id: string, proposal: { reason: string; content: RevisionContent }) => floors.work.run(asSystem, (tx) => floors.register.amendIn(tx, actingAs(by), id, undefined, proposal));
  const recordIn = (by: string, id: string, revision: number) => floors.work.run(asSystem, (tx) => floors.register.recordIn(tx, actingAs(by), id, revision));

  it('what is recorded is not proposed anew, nor confirmed again: an amendment is a change', async () => {
    const { id, version } = await confirmed(said([down('10:00', '11:00')]));
    expect(code(await floors.register.proposeRevision(actingAs(another), id, version, { reason: 'x', content: said([]) }))).toBe('outages.not_draft');
    expect(code(await floors.register.confirm(actingAs(another), id, version, 1))).toBe('outages.not_draft');
    expect(code(await amendIn(editor, (await draft(said([]))).id, { reason: 'x', content: said([]) }))).toBe('outages.not_recorded');
  });

  it('the author of an amendment does not record it, another does', async () => {
    const { id } = await confirmed(said([down('10:00', '11:00')]));
    expect(value(await amendIn(another, id, { reason: 'probe log', content: said([down('10:00', '11:30')]) }))).toBe(2);
    const standing = async () => value(await floors.registerQueries.outage(floors.reader, actingAs(editor).actor, id));
    expect((await standing()).segments[0]?.to).toBe('2026-10-13T11:00:00.000Z');
    expect(code(await recordIn(another, id, 2))).toBe('outages.four_eyes');
    value(await recordIn(editor, id, 2));
    const applied = await standing();
    expect([applied.state, applied.revision, applied.segments[0]?.to]).toEqual(['confirmed', 2, '2026-10-13T11:30:00.000Z']);
    expect(code(await recordIn(editor, id, 2))).toBe('outages.revision_decided');
  });

  it('by direct SQL the author is refused too, also under another name for the author', async () => {
    const { id } = await draft(said([]));
    const [row] = await floors.reader.query<{ id: string }>('SELECT id FROM outage_revision WHERE outage_id = $1', [id]);
    const move: [string, unknown[]] = [`UPDATE outage SET state = 'confirmed', version = version + 1 WHERE id = $1`, [id]];
    expect(await directly(move, bump, entry(id, row?.id ?? '', 'confirmed', 'confirmed', editor))).toBe('register_entry_four_eyes_ck');
    expect(await directly(move, bump, [
      `INSERT INTO register_entry (version, outage_id, revision_id, action, state, proposed_by, recorded_by, recorded_at)
       SELECT version, $1, $2, 'confirmed', 'confirmed', $3, $4, recorded_at FROM register`, [id, row?.id, another, editor],
    ])).toBe('register_entry_revision_fk');
    expect(await directly(move, bump, entry(id, row?.id ?? '', 'ended', 'ended', editor, '2026-10-13T11:00Z'))).toBe('register_entry_follows_ck');
  });

  it('an overtaken amendment is refused', async () => {
    const { id } = await confirmed(said([down('10:00', '11:00')]));
    value(await amendIn(editor, id, { reason: 'a', content: said([down('10:00', '11:10')]) }));
    value(await amendIn(editor, id, { reason: 'b', content: said([down('10:00', '11:20')]) }));
    value(await recordIn(another, id, 3));
    expect(await recordIn(another, id, 2)).toMatchObject({ refusal: { code: 'outages.revision_overtaken', params: { base: 1, current: 3 } } });
    const revisions = value(await floors.registerQueries.revisions(floors.reader, actingAs(editor).actor, id));
    expect(revisions.map(({ number, status }) => [number, status])).toEqual([[1, 'held'], [2, 'overtaken'], [3, 'held']]);
  });
});

describe('what the database does not take', () => {
  const free = async (): Promise<{ id: string; write: (number: number) => [string, unknown[]] }> => {
    const { id } = await confirmed(said([]));
    return { id, write: (number) => newRevision(id, number, 'amendment', 1) };
  };

  it.each([
    ['two states at one instant', [[1, '[2026-10-13T10:00Z,2026-10-13T11:00Z)'], [2, '[2026-10-13T10:59Z,2026-10-13T12:00Z)']], {}, 'outage_segment_disjoint_ex'],
    ['a period without length', [[1, 'empty']], {}, 'outage_segment_during_ck'],
    ['a period without beginning', [[1, '(,2026-10-13T11:00Z)']], {}, 'outage_segment_during_ck'],
    ['a closed upper edge', [[1, '[2026-10-13T10:00Z,2026-10-13T11:00Z]']], {}, 'outage_segment_during_ck'],
    ['an edge finer than a millisecond', [[1, '[2026-10-13T10:00:00.0001Z,2026-10-13T11:00Z)']], {}, 'outage_segment_during_ck'],
    ['a degraded line without level', [[1, '[2026-10-13T10:00Z,2026-10-13T11:00Z)']], { state: 'degraded' }, 'outage_segment_level_ck'],
    ['a level of one', [[1, '[2026-10-13T10:00Z,2026-10-13T11:00Z)']], { state: 'degraded', levelNum: 2 }, 'outage_segment_level_ck'],
    ['maintenance without notice', [[1, '[2026-10-13T10:00Z,2026-10-13T11:00Z)']], { state: 'maintenance' }, 'outage_segment_notice_ck'],
  ] as const)('%s', async (_what, lines, more, constraint) => {
    const { write } = await free();
    const statements = lines.map(([line, during]) => segment(revisionId(2), line, during, more));
    expect(await directly(write(2), ...statements)).toBe(constraint);
  });

  it('everywhere and a region at one instant', async () => {
    const { write } = await free();
    const during = '[2026-10-13T10:00Z,2026-10-13T11:00Z)';
    expect(await directly(write(2), segment(revisionId(2), 1, during), segment(revisionId(2), 2, during, { region: 'seoul' }))).toBe('outage_segment_everywhere_ex');
    expect(await directly(write(2), segment(revisionId(2), 1, during, { region: 'jeju' }), segment(revisionId(2), 2, during, { region: 'seoul' }), ['ROLLBACK'])).toBe('ok');
  });

  it('a line added to a stored revision', async () => {
    const { id } = await free();
    const [row] = await floors.reader.query<{ id: string }>('SELECT id FROM outage_revision WHERE outage_id = $1', [id]);
    expect(await directly(segment(row?.id ?? '', 9, '[2026-10-13T10:00Z,2026-10-13T11:00Z)'))).toBe('outage_revision_sealed_ck');
  });

  it.each([
    ['outage_revision', 'number'], ['outage_scope', 'line'], ['outage_segment', 'line'], ['outage_official_window', 'service'], ['outage_revision_withdrawal', 'withdrawn_by'], ['register_entry', 'version'],
  ])('a change of %s: not allowed to the application, impossible for the owner', async (table, column) => {
    expect(await directly([`UPDATE ${table} SET ${column} = ${column}`])).toBe('42501');
    expect(await directly([`DELETE FROM ${table}`])).toBe('42501');
    const owner = new pg.Client(database.ownerUrl);
    await owner.connect();
    for (const statement of [`DELETE FROM ${table}`, `UPDATE ${table} SET ${column} = ${column}`, `TRUNCATE ${table} CASCADE`]) {
      await expect(owner.query(statement)).rejects.toMatchObject({ constraint: expect.stringMatching(/_append_only_ck$/) });
    }
    await owner.end();
  });

  it('a revision that is recorded and withdrawn, whichever came first', async () => {
    const { id, write } = await free();
    const touch: [string, unknown[]] = ['UPDATE outage SET version = version + 1 WHERE id = $1', [id]];
    const withdrawal: [string, unknown[]] = ['INSERT INTO outage_revision_withdrawal VALUES ($1, $2, now())', [revisionId(4), another]];
    const inScope: [string] = [`INSERT INTO outage_scope VALUES ('${revisionId(4)}', 1, 'card', '*', '[2026-10-13T08:00Z,2026-10-13T13:00Z)')`];
    const recorded = entry(id, revisionId(4), 'amended', 'confirmed', another);
    expect(await directly(touch, write(4), inScope, withdrawal, bump, recorded)).toBe('outage_revision_withdrawal_ck');
    expect(await directly(touch, write(4), inScope, bump, recorded, withdrawal)).toBe('outage_revision_withdrawal_ck');
    expect(await directly(touch, write(4), inScope, bump, recorded)).toBe('ok');
    expect(await directly(withdrawal)).toBe('outage_revision_withdrawal_ck');
  });

  it('a segment outside the scope, once it should count', async () => {
    const { id, write } = await free();
    const touch: [string, unknown[]] = ['UPDATE outage SET version = version + 1 WHERE id = $1', [id]];
    const out = segment(revisionId(2), 1, '[2026-10-13T10:00Z,2026-10-13T11:00Z)');
    expect(await directly(touch, write(2), out, bump, entry(id, revisionId(2), 'amended', 'confirmed', another))).toBe('register_entry_inside_scope_ck');
  });

  it('an ending that alters more than open ends', async () => {
    const { id } = await confirmed(said([down('10:00', '11:00'), down('12:00')], { scope: [{ service: 'card', region: '*', from: at('2026-10-13T08:00Z'), entry: 0 }] }));
    const inScope: [string] = [`INSERT INTO outage_scope VALUES ('${revisionId(2)}', 1, 'card', '*', '[2026-10-13T08:00Z,2026-10-13T13:00Z)')`];
    const lines = (first: string) => [
      newRevision(id, 2, 'ending', 1), inScope,
      [`INSERT INTO outage_segment (revision_id, line, service, region, during, state, source) VALUES
        ('${revisionId(2)}', 1, 'card', '*', '${first}', 'down', 'probe'), ('${revisionId(2)}', 2, 'card', '*', '[2026-10-13T12:00Z,2026-10-13T13:00Z)', 'down', 'probe')`],
      [`UPDATE outage SET state = 'ended', version = version + 1 WHERE id = '${id}'`], bump, entry(id, revisionId(2), 'ended', 'ended', editor, '2026-10-13T13:00Z'),
    ] as [string, unknown[]?][];
    expect(await directly(...lines('[2026-10-13T10:00Z,2026-10-13T10:30Z)'))).toBe('register_entry_ending_only_closes_ck');
    expect(await directly(...lines('[2026-10-13T10:00Z,2026-10-13T11:00Z)'))).toBe('ok');
  });

  it('a jump or a step back of the register version, or one without an entry', async () => {
    expect(await directly(['UPDATE register SET version = version + 2'])).toBe('register_version_ck');
    expect(await directly(['UPDATE register SET version = version - 1'])).toBe('register_version_ck');
    expect(await directly(bump)).toBe('register_gapless_ck');
  });

  it('records on a service with parts, and parts for a service with records', async () => {
    const { write } = await free();
    expect(await directly(write(3), [`INSERT INTO outage_scope VALUES ('${revisionId(3)}', 1, 'pay', '*', '[2026-10-13T08:00Z,2026-10-13T13:00Z)')`])).toBe('outage_scope_leaf_ck');
    expect(code(await floors.services.add(actingAs(editor), { code: 'card-tap', names: { en: 'Tap' }, parent: 'card' }))).toBe('services.parent_recorded');
  });
});

const open = [{ service: 'card', region: '*', from: at('2026-10-13T08:00Z'), entry: 0 }];

/** One command on an outage, whatever its state; an amendment is only proposed. */
async function commanded(id: string, command: 'confirm' | 'confirm_own' | 'end' | 'finalise' | 'amend'): Promise<string> {
  const actor = { kind: 'user', userId: editor, roles: ['register_editor'], memberships: [] } as const;
  const { version } = value(await floors.registerQueries.outage(floors.reader, actor, id));
  const latest = value(await floors.registerQueries.revisions(floors.reader, actor, id)).at(-1)?.number ?? 0;
  switch (command) {
    case 'confirm': return code(await floors.register.confirm(actingAs(another), id, version, latest));
    case 'confirm_own': return code(await floors.register.confirm(actingAs(editor), id, version, latest));
    case 'end': return code(await floors.register.end(actingAs(another), id, version, at('2026-10-13T12:00Z')));
    case 'finalise': return code(await floors.register.finalise(actingAs(another), id, version));
    case 'amend': return code(await floors.register.proposeRevision(actingAs(editor), id, version, { reason: 'seen', content: said([down('10:00', '11:30')]) }));
  }
}

describe('the register version', () => {
  it('has no gaps and no repeats when many confirm at once', async () => {
    const drafts = [];
    for (let i = 0; i < 12; i += 1) drafts.push(await draft(said([down('10:00', '11:00')])));
    const before = await floors.registerQueries.registerVersion(floors.reader);
    const views = await Promise.all(drafts.map(async ({ id, version }) => value(await floors.register.confirm(actingAs(another), id, version, 1))));
    expect(views.map(({ registerVersion = 0 }) => registerVersion).sort((a, b) => a - b)).toEqual(drafts.map((_, i) => before + 1 + i));
  });

  it('rises by one with each command that is taken, and not with one that is refused, in any series of them', async () => {
    const commands = ['confirm', 'confirm_own', 'end', 'finalise', 'amend'] as const;
    await fc.assert(fc.asyncProperty(fc.array(fc.tuple(fc.nat(2), fc.constantFrom(...commands)), { minLength: 4, maxLength: 16 }), async (series) => {
      const ids = [await draft(said([down('10:00', '11:00')])), await draft(said([down('10:00')], { scope: open })), await draft(said([]))].map(({ id }) => id);
      const all = async () => (await floors.reader.query<{ version: number }>('SELECT version::int FROM register_entry ORDER BY version')).map(({ version }) => version);
      let expected = (await all()).length;
      for (const [which, command] of series) {
        const outcome = await commanded(ids[which] ?? '', command);
        if (outcome === 'ok' && command !== 'amend') expected += 1;
        const versions = await all();
        expect([versions.length, versions.at(-1)]).toEqual([expected, expected]);
        expect(await floors.registerQueries.registerVersion(floors.reader)).toBe(expected);
      }
    }), { numRuns: 8 });
  });

  it('two confirmations of one draft at once: one counts', async () => {
    const { id, version } = await draft(said([]));
    const outcomes = await Promise.all([1, 2, 3, 4].map(() => floors.register.confirm(actingAs(another), id, version, 1)));
    expect(outcomes.map(code).sort()).toEqual(['http.stale', 'http.stale', 'http.stale', 'ok']);
  });

  it('a service that gets parts while it is recorded on: one of the two is refused, or what was recorded lies on the part', async () => {
    for (let round = 0; round < 8; round += 1) {
      const [whole, part] = [`race-${round}`, `race-${round}-part`];
      value(await floors.services.add(actingAs(editor), { code: whole, names: { en: whole } }));
      const recorded = floors.register.createDraft(actingAs(editor), {
        code: `race-outage-${round}`, title: { en: 'x' }, content: said([], { scope: [{ service: whole, region: '*', from: at('2026-10-13T08:00Z'), entry: 0 }] }),
      });
      const divided = floors.services.add(actingAs(editor), { code: part, names: { en: part }, parent: whole });
      const outcomes = [code(await recorded), code(await divided)];
      const [after] = await floors.reader.query(`
        SELECT (SELECT count(*)::int FROM outage_scope WHERE service = $1) AS "onWhole", (SELECT count(*)::int FROM outage_scope WHERE service = $2) AS "onPart",
          (SELECT count(*)::int FROM service WHERE code = $2) AS parts`, [whole, part]);
      const allowed = { 'ok ok': { onWhole: 0, onPart: 1, parts: 1 }, 'ok services.parent_recorded': { onWhole: 1, onPart: 0, parts: 0 }, 'outages.parts_meanwhile ok': { onWhole: 0, onPart: 0, parts: 1 } };
      expect({ [outcomes.join(' ')]: after }).toEqual({ [outcomes.join(' ')]: allowed[outcomes.join(' ') as keyof typeof allowed] });
    }
  });
});
