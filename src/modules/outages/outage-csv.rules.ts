import { csvCell } from '../../core/text/index.js';
import type { ContentView, LineView, OutageSummary, SegmentView } from './views/outage-view.js';

const HEADS = ['registerVersion', 'outage', 'revision', 'line', 'service', 'region', 'from', 'to', 'state', 'level', 'notice', 'source', 'evidence'];
/** Lines a chunk: few enough to keep nothing in memory, enough to be worth a write. */
const AT_ONCE = 500;

type Line = Partial<SegmentView> & Pick<LineView, 'service' | 'from'>;

/**
 * Everything an outage says, a line each: scope, official windows, segments. Every line names the register version of the answer, so
 * that a cut-out still says what it knew. In chunks; an end that is not there is an open line.
 */
export function* outageCsv(outage: OutageSummary & ContentView, registerVersion: number): Generator<string> {
  const { code, revision, complete, scope, officialWindows, segments } = outage;
  const row = (kind: string, line: Line): string => [
    String(registerVersion), code, String(revision), kind, line.service, line.region ?? '', line.from, line.to ?? '', line.state ?? '', line.level ?? '', line.notice ?? '', line.source ?? '',
    line.evidence ?? '',
  ].map((cell) => csvCell(cell)).join(',');
  yield `${HEADS.join(',')}\r\n`;
  const lines: (() => string)[] = [
    ...scope.map((line) => () => row(complete ? 'scope_complete' : 'scope_incomplete', line)),
    ...officialWindows.map((line) => () => row('official_window', line)), ...segments.map((line) => () => row('segment', line)),
  ];
  for (let at = 0; at < lines.length; at += AT_ONCE) yield `${lines.slice(at, at + AT_ONCE).map((line) => line()).join('\r\n')}\r\n`;
}
