import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseRatio } from '../../core/money/index.js';
import { durationMs, HOUR, instant, intersect, parseInstant, type Instant } from '../../core/time/index.js';
import { structuralFaults, transitionRows } from '../../core/machine/index.js';
import { OUTAGE_MACHINE } from './outage.machine.js';
import { checkRevision, closeOpenLines, EVERYWHERE, type RevisionCircumstances, type RevisionContent, type SegmentLine } from './outages.rules.js';

const at = (text: string): Instant => {
  const read = parseInstant(`2026-10-13T${text}:00Z`);
  if (!read.ok) throw new Error(text);
  return read.value;
};
const level = (text: string) => {
  const read = parseRatio(text);
  if (!read.ok) throw new Error(text);
  return read.value;
};

const circumstances: RevisionCircumstances = {
  now: at('23:00'),
  services: new Map([['card', ['card']], ['qr', ['qr']], ['pay', ['card', 'qr']]]),
  mayBeEmpty: false,
  hasEnded: false,
};
const down = (from: string, to: string | undefined, more: Partial<SegmentLine> = {}): SegmentLine => ({
  service: 'card', region: EVERYWHERE, from: at(from), ...(to === undefined ? {} : { to: at(to) }), state: 'down', source: 'probe', ...more,
});
const content = (segments: readonly SegmentLine[], more: Partial<RevisionContent> = {}): RevisionContent => ({
  complete: true, scope: [{ service: 'card', region: EVERYWHERE, from: at('08:00'), to: at('20:00'), entry: 0 }], officialWindows: [], segments, ...more,
});
const faultsOf = (subject: RevisionContent, given = circumstances): string[] => {
  const checked = checkRevision(subject, given);
  return checked.ok ? [] : (checked.refusal.causes ?? [checked.refusal]).map(({ code, pointer = '' }) => `${code} ${pointer}`);
};

describe('a revision', () => {
  it('is sound when its lines lie in the scope and only touch', () => {
    expect(faultsOf(content([down('10:00', '11:00'), down('11:00', '12:00', { state: 'degraded', level: level('2/5') })]))).toEqual([]);
  });

  it.each([
    ['a reversed window', [down('12:00', '11:00')], 'outages.window_reversed /segments/0'],
    ['a window without length', [down('12:00', '12:00')], 'outages.window_empty /segments/0'],
    ['a line outside the scope', [down('07:59', '09:00')], 'outages.outside_scope /segments/0'],
    ['an open line in a closed scope', [down('12:00', undefined)], 'outages.outside_scope /segments/0'],
    ['a region the scope does not name', [down('12:00', '13:00', { region: 'seoul' })], 'outages.outside_scope /segments/0'],
    ['an unknown service', [down('12:00', '13:00', { service: 'nope' })], 'outages.unknown_service /segments/0/service'],
    ['degraded without a level', [down('12:00', '13:00', { state: 'degraded' })], 'outages.level_needed /segments/0/level'],
    ['nothing lost', [down('12:00', '13:00', { state: 'degraded', level: level('0') })], 'outages.level_out_of_range /segments/0/level'],
    ['everything lost', [down('12:00', '13:00', { state: 'degraded', level: level('1') })], 'outages.level_out_of_range /segments/0/level'],
    ['a level on down', [down('12:00', '13:00', { level: level('1/2') })], 'outages.level_not_allowed /segments/0/level'],
    ['maintenance without notice', [down('12:00', '13:00', { state: 'maintenance' })], 'outages.notice_needed /segments/0/notice'],
    ['a notice on down', [down('12:00', '13:00', { notice: 'mail' })], 'outages.notice_not_allowed /segments/0/notice'],
  ])('%s is refused at its line', (_what, segments, fault) => {
    expect(faultsOf(content(segments))).toEqual([fault]);
  });

  it('of a service with parts is one of each part', () => {
    const scope = [{ service: 'pay', region: EVERYWHERE, from: at('08:00'), to: at('20:00'), entry: 0 }];
    const checked = checkRevision(content([down('10:00', '11:00', { service: 'pay' })], { scope, officialWindows: [{ service: 'pay', from: at('10:00'), to: at('12:00') }] }), {
      ...circumstances, services: new Map([['pay', ['card', 'qr']]]),
    });
    if (!checked.ok) throw new Error(JSON.stringify(checked.refusal));
    const services = (lines: readonly { service: string }[]): string[] => lines.map(({ service }) => service);
    const { scope: spoken, segments, officialWindows } = checked.value;
    expect([services(spoken), services(segments), services(officialWindows)]).toEqual([['card', 'qr'], ['card', 'qr'], ['card', 'qr']]);
  });

  it('of a service with parts and of a part of it at once is refused, at the line as it was sent', () => {
    const scope = [{ service: 'pay', region: EVERYWHERE, from: at('08:00'), to: at('20:00'), entry: 0 }];
    expect(faultsOf(content([down('10:00', '12:00', { service: 'pay' }), down('11:00', '11:30', { service: 'qr' })], { scope }))).toEqual(['outages.lines_overlap /segments/1']);
    expect(faultsOf(content([down('10:00', '21:00', { service: 'pay' })], { scope }))).toEqual(['outages.outside_scope /segments/0', 'outages.outside_scope /segments/0']);
  });

  it('an overlap names both lines', () => {
    const checked = checkRevision(content([down('10:00', '12:00'), down('13:00', '14:00'), down('11:00', '11:30', { state: 'up' })]), circumstances);
    expect(checked.ok).toBe(false);
    if (!checked.ok) {
      expect(checked.refusal.causes).toMatchObject([{ code: 'outages.lines_overlap', pointer: '/segments/2', params: { where: 'Segment 3', other: 'Segment 1' } }]);
    }
  });

  it('everywhere overlaps every region', () => {
    const scope = [
      { service: 'card', region: EVERYWHERE, from: at('08:00'), to: at('12:00'), entry: 0 },
      { service: 'card', region: 'seoul', from: at('11:00'), to: at('20:00'), entry: 1 },
    ];
    expect(faultsOf(content([], { scope }))).toEqual(['outages.lines_overlap /scope/1']);
  });

  it('only maintenance may lie ahead', () => {
    const early = { ...circumstances, now: at('10:30') };
    expect(faultsOf(content([down('10:00', '11:00')]), early)).toEqual(['outages.in_future /segments/0']);
    expect(faultsOf(content([down('10:00', '11:00', { state: 'maintenance', notice: 'mail of 1 October' })]), early)).toEqual([]);
  });

  it('speaks for something, unless it voids', () => {
    expect(faultsOf(content([], { scope: [] }))).toEqual(['outages.scope_needed /scope']);
    expect(faultsOf(content([], { scope: [] }), { ...circumstances, mayBeEmpty: true })).toEqual([]);
  });

  it('has one official window per service, inside the scope', () => {
    const officialWindows = [
      { service: 'card', from: at('09:00'), to: at('10:00') }, { service: 'card', from: at('11:00'), to: at('12:00') },
    ];
    expect(faultsOf(content([], { officialWindows }))).toEqual(['outages.window_repeated /officialWindows/1']);
    expect(faultsOf(content([], { officialWindows: [{ service: 'card', from: at('19:00'), to: at('21:00') }] }))).toEqual(['outages.outside_scope /officialWindows/0']);
  });

  it('tells all faults in one pass', () => {
    expect(faultsOf(content([down('12:00', '11:00'), down('07:00', '08:00'), down('09:00', '10:00', { service: 'nope' })]))).toHaveLength(3);
  });

  it('finds an overlap exactly when two lines share an instant', () => {
    const line = fc.tuple(fc.integer({ min: 8, max: 18 }), fc.integer({ min: 1, max: 2 }), fc.constantFrom('card', 'qr'));
    fc.assert(fc.property(fc.array(line, { maxLength: 6 }), (lines) => {
      const segments = lines.map(([from, length, service]): SegmentLine => ({
        service, region: EVERYWHERE, state: 'down', source: 'probe', from: instant(at('00:00') + from * HOUR), to: instant(at('00:00') + (from + length) * HOUR),
      }));
      const scope = ['card', 'qr'].map((service, entry) => ({ service, region: EVERYWHERE, from: at('08:00'), to: at('20:00'), entry }));
      const clash = segments.some((a, i) => segments.some((b, j) => i < j && a.service === b.service
        && intersect([{ from: a.from, to: a.to as Instant }], [{ from: b.from, to: b.to as Instant }]).length > 0));
      expect(faultsOf(content(segments, { scope })).length > 0).toBe(clash);
    }));
  });
});

describe('ending', () => {
  const open = content([down('10:00', '11:00'), down('12:00', undefined)], { scope: [{ service: 'card', region: EVERYWHERE, from: at('08:00'), entry: 0 }] });

  it('closes what is open and nothing else', () => {
    const closed = closeOpenLines(open, at('13:00'));
    expect(closed.ok && closed.value.segments.map(({ to }) => to)).toEqual([at('11:00'), at('13:00')]);
    expect(closed.ok && closed.value.scope.map(({ to }) => to)).toEqual([at('13:00')]);
    expect(closed.ok && durationMs(closed.value.segments.map(({ from, to = from }) => ({ from, to })))).toBe(2 * HOUR);
  });

  it.each([['10:30', '/segments/0 /segments/1'], ['11:59', '/segments/1'], ['12:00', '/segments/1'], ['12:01', '']])('at %s is refused for lines %s', (ended, lines) => {
    const closed = closeOpenLines(open, at(ended));
    expect(closed.ok ? '' : (closed.refusal.causes ?? []).map(({ pointer }) => pointer).join(' ')).toBe(lines);
  });
});

describe('the life of an outage', () => {
  it('is a sound table', () => {
    expect(structuralFaults(OUTAGE_MACHINE)).toEqual([]);
    expect(transitionRows(OUTAGE_MACHINE)).toEqual([
      { event: 'confirm', from: 'draft', to: 'confirmed' }, { event: 'end', from: 'confirmed', to: 'ended' }, { event: 'finalise', from: 'ended', to: 'final' },
    ]);
  });
});
