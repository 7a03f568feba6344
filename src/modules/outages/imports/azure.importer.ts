import { SaxesParser } from 'saxes';
import { ok, refuse, type Result } from '../../../core/errors/index.js';
import type { Instant } from '../../../core/time/index.js';
import { cleaned, feedInstant } from './feed-node.rules.js';
import { feedText } from './feed-text.rules.js';
import { listed, WHOLE_FEED, type FeedImporter, type FeedLine } from './feed.rules.js';

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const RFC822 = /^(?:[a-z]{3},\s*)?(\d{1,2})\s+([a-z]{3})\s+(\d{4})\s+(\d{2}:\d{2})(:\d{2})?\s*(z|gmt|utc|ut|[+-]\d{4})$/i;

/** "Tue, 01 Sep 2026 10:00:00 GMT" as an instant; names of zones other than UTC's are refused, since they are ambiguous. */
function rssInstant(text: string): Result<Instant> {
  const [, day = '', name = '', year = '', clock = '', seconds = ':00', zone = ''] = RFC822.exec(text.trim()) ?? [];
  const month = MONTHS.indexOf(name.toLowerCase()) + 1;
  const offset = /^[+-]/.test(zone) ? `${zone.slice(0, 3)}:${zone.slice(3)}` : 'Z';
  return feedInstant(`${year}-${String(month).padStart(2, '0')}-${day.padStart(2, '0')}T${clock}${seconds}${offset}`);
}

type Item = Readonly<Record<'title' | 'pubDate' | 'guid' | 'category', string>>;

/**
 * Azure's status RSS (experimental): an item from `pubDate` on, without an end: it vanishes when it is solved, so the end is a person's.
 * Edge: an empty channel is normal; `guid` is used again, so `guid` and time together are the item. A document type is refused: entities are never expanded.
 */
export const readAzure: FeedImporter = (bytes) => {
  const text = feedText(bytes);
  if (!text.ok) return text;
  const items = itemsOf(text.value);
  if (!items.ok) return items;
  const lines: FeedLine[] = [];
  for (const { title, pubDate, guid, category } of items.value) {
    const from = rssInstant(pubDate);
    if (!from.ok) return refuse('imports.time', { place: 'item/pubDate', text: pubDate.slice(0, 40) });
    lines.push({ externalId: `${guid || title}@${from.value}`, component: category || WHOLE_FEED, region: WHOLE_FEED, from: from.value, state: 'info', ...(title === '' ? {} : { title }) });
  }
  return ok(listed(lines, [{ code: 'imports.note_vanishes', params: {} }]));
};

function itemsOf(text: string): Result<Item[]> {
  const parser = new SaxesParser();
  const [items, path]: [Item[], string[]] = [[], []];
  let [item, fault, isFeed]: [Record<string, string> | undefined, number | undefined, boolean] = [undefined, undefined, false];
  parser.on('error', () => { fault ??= parser.line; });
  parser.on('doctype', () => { fault ??= parser.line; });
  parser.on('opentag', ({ name }) => {
    path.push(name);
    isFeed ||= name === 'channel';
    if (name === 'item') item = {};
  });
  const said = (words: string): void => {
    if (item !== undefined) item[path.at(-1) ?? ''] = (item[path.at(-1) ?? ''] ?? '') + words;
  };
  parser.on('text', said);
  parser.on('cdata', said);
  parser.on('closetag', ({ name }) => {
    path.pop();
    if (name !== 'item' || item === undefined) return;
    const read = (key: string): string => cleaned(item?.[key] ?? '');
    items.push({ title: read('title'), pubDate: read('pubDate'), guid: read('guid'), category: read('category') });
    item = undefined;
  });
  parser.write(text).close();
  if (fault !== undefined) return refuse('imports.not_xml', { line: fault });
  return isFeed ? ok(items) : refuse('imports.unexpected', { place: '/', expected: 'an RSS channel' });
}
