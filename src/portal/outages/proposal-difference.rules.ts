import type { OutageView, ProposalDetail } from '../../modules/outages/index.js';

export interface DifferenceRow {
  readonly change: 'new' | 'same' | 'gone';
  readonly service: string;
  readonly region: string;
  readonly from: string;
  readonly to?: string;
  readonly state: string;
  readonly source: string;
  readonly said?: string;
}

/** How the register calls what feeds call "partly" or "mentioned". */
const asRecorded = (state: string): string => (state === 'partial' || state === 'info' ? 'degraded' : state);
const keyOf = ({ service, region, from, to, state }: { service: string; region: string; from: string; to?: string; state: string }): string =>
  [service, region, from, to ?? '', asRecorded(state)].join('|');

/** What a proposal would change of an outage: lines of its source that are new, stay and go, in order of service and time. Others' lines stay and are not listed. */
export function proposalDifference(standing: OutageView['segments'], lines: ProposalDetail['lines'], source: string): DifferenceRow[] {
  const [before, after] = [new Set(standing.map(keyOf)), new Set(lines.map(keyOf))];
  const rows: DifferenceRow[] = [
    ...lines.map(({ service, region, from, to, state, title, note }): DifferenceRow => {
      const said = [title, note].filter((text) => text !== undefined).join(' · ');
      return { change: before.has(keyOf({ service, region, from, state, ...(to === undefined ? {} : { to }) })) ? 'same' : 'new', service, region, from, state, source, ...(to === undefined ? {} : { to }), ...(said === '' ? {} : { said }) };
    }),
    ...standing.filter((segment) => segment.source === source && !after.has(keyOf(segment))).map(({ service, region, from, to, state }): DifferenceRow => (
      { change: 'gone', service, region, from, state, source, ...(to === undefined ? {} : { to }) })),
  ];
  return rows.sort((a, b) => (a.service < b.service ? -1 : a.service > b.service ? 1 : a.from < b.from ? -1 : a.from > b.from ? 1 : 0));
}
