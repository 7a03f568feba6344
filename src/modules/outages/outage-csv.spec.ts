import { describe, expect, it } from '@jest/globals';
import { csvCell } from '../../core/text/index.js';
import { outageCsv } from './outage-csv.rules.js';

const line = { service: 'card', region: '*', from: '2026-10-13T10:00:00.000Z' };
const outage = {
  id: 'x', code: 'o-1', title: {}, state: 'confirmed' as const, revision: 2, registerVersion: 5, complete: true, scope: [line], officialWindows: [{ service: 'card', from: line.from, to: '2026-10-13T11:00:00.000Z' }],
  segments: [{ ...line, state: 'degraded', level: '2/5', source: '=HYPERLINK("http://x")', evidence: 'log, page 2' }],
};

describe('the CSV of an outage', () => {
  it('has a line each for scope, window and segment, with the version of the answer', () => {
    expect([...outageCsv(outage, 9)].join('')).toBe([
      'registerVersion,outage,revision,line,service,region,from,to,state,level,notice,source,evidence', '9,o-1,2,scope_complete,card,*,2026-10-13T10:00:00.000Z,,,,,,',
      '9,o-1,2,official_window,card,,2026-10-13T10:00:00.000Z,2026-10-13T11:00:00.000Z,,,,,',
      `9,o-1,2,segment,card,*,2026-10-13T10:00:00.000Z,,degraded,2/5,,"'=HYPERLINK(""http://x"")","log, page 2"`, '',
    ].join('\r\n'));
  });

  it('comes in chunks, never as one text', () => {
    const chunks = [...outageCsv({ ...outage, segments: Array.from({ length: 10_000 }, () => ({ ...line, state: 'down', source: 's' })) }, 9)];
    expect([chunks.length, Math.max(...chunks.map(({ length }) => length)) < 60_000]).toEqual([22, true]);
  });

  it.each([['=1', "'=1"], ['+1', "'+1"], ['-1', "'-1"], ['@a', "'@a"], ['\t=1', `'\t=1`], [' =1', "' =1"], ['\rx', `"'\rx"`], ['a=b', 'a=b'], ['', ''], ['"q"', '"""q"""']])('%j becomes %j', (cell, shown) => {
    expect(csvCell(cell)).toBe(shown);
  });
});
