import { describe, expect, it } from '@jest/globals';
import { figureSignals, lastDayOf, paperSignals } from './signals.rules.js';

const node = (block: string, output: unknown, more: object = {}) => ({ id: block, block: `${block}@1`, inputs: {}, params: {}, output, ...more });
const result = (trace: object[], more: object = {}) => ({ trace, inputs: {}, lanes: { open: [] }, totals: { windowMs: 100 }, ...more }) as never;
const measured = [node('baseline', { minor: '900', samples: [{ label: 'a', minor: '800' }, { label: 'b', minor: '1000' }] }), node('actual', { minor: '300' })];

describe('signals of the figures', () => {
  it('a stated loss beyond the best comparable time less what was sold; exactly that much is none', () => {
    expect(figureSignals(result(measured), '701')).toEqual([{ code: 'declared_beyond', effect: 'refers', claimIds: [], params: { declaredMinor: '701', mostMinor: '700' } }]);
    expect(figureSignals(result(measured), '700')).toEqual([]);
    expect(figureSignals(result(measured), null)).toEqual([]);
    expect(figureSignals(result([]), '701')).toEqual([]);
  });

  it.each([['300000', 0], ['300001', 1], ['306000', 1], ['306001', 0]])('an answer of %s by an edge of 300000 gives %i', (minor, count) => {
    const band = node('band', { minor: '1' }, { inputs: { value: '$inputs.turnover' }, params: { bands: { value: [{ upTo: '300000' }, {}] } } });
    expect(figureSignals(result([band], { inputs: { turnover: { minor } } }), null)).toHaveLength(count);
  });

  it('more than half of the time outside opening hours informs', () => {
    const open = (to: number) => result([], { lanes: { open: [{ from: 0, to }] } });
    expect(figureSignals(open(50), null)).toEqual([]);
    expect(figureSignals(open(49), null)).toEqual([{ code: 'closed_hours', effect: 'informs', claimIds: [], params: { closedMs: '51', windowMs: '100' } }]);
  });
});

describe('signals of papers', () => {
  const window = { from: Date.parse('2026-10-13T09:00:00Z'), to: Date.parse('2026-10-13T13:30:00Z') } as never;

  it('a day counts as after the event only where it is so in every zone', () => {
    expect(lastDayOf(window)).toBe('2026-10-14');
    expect(lastDayOf({ from: 0, to: Date.parse('2026-10-13T09:59:59Z') } as never)).toBe('2026-10-13');
  });

  it('the newest is named and the others are counted; none is no signal', () => {
    const newer = [{ fileName: 'rota.jpg', statedOn: '2026-11-20' }, { fileName: 'till.jpg', statedOn: '2026-10-15' }];
    expect(paperSignals(newer, window)).toEqual([{ code: 'papers_newer', effect: 'refers', claimIds: [], params: { file: 'rota.jpg', statedOn: '2026-11-20', endedOn: '2026-10-14', others: '1' } }]);
    expect(paperSignals([], window)).toEqual([]);
  });
});
