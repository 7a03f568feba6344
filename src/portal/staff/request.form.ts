import { ok, refuse, type Refusal, type Result } from '../../core/errors/index.js';
import { LANGUAGES } from '../../core/policy/index.js';
import { ITEM_KINDS, type AskedItem, type Asking } from '../../modules/review/index.js';
import { formChoices, formText } from '../shared/form-fields.form.js';
import type { AskableThing } from '../shared/request-sheet.rules.js';

/** What was ticked and typed; the days of sales records are asked for once. */
export function readAsking(body: unknown, things: readonly AskableThing[]): Result<Asking> {
  const ticked = formChoices(body, 'items', things.map(({ value }) => value));
  const text = formText(body, 'askNote', 2_000).trim();
  const language = LANGUAGES.find((one) => one === formText(body, 'noteLanguage', 2));
  if (ticked.length === 0) return refuse('requests.items_missing', { most: 20 }, { pointer: '/items' });
  if (text !== '' && language === undefined) return refuse('portal.field_missing', {}, { pointer: '/noteLanguage' });
  return ok({
    items: ticked.flatMap((value) => itemIn(value, body)), dueOn: formText(body, 'dueOn', 10).trim(),
    ...(text === '' || language === undefined ? {} : { note: { text, language } }),
  });
}

function itemIn(value: string, body: unknown): AskedItem[] {
  const [first, subject] = value.split(':');
  const kind = ITEM_KINDS.find((one) => one === first);
  if (kind === undefined) return [];
  if (kind === 'sales_records') return [{ kind, fromOn: formText(body, 'fromOn', 10).trim(), toOn: formText(body, 'toOn', 10).trim() }];
  return [{ kind, ...(subject === undefined ? {} : { subject }) }];
}

/** The service names a fault by its item; on the page the days stand once, and the rest at the boxes. */
export function atTheForm(refusal: Refusal): Refusal {
  const placed = (one: Refusal): Refusal => {
    const field = /^\/items\/\d+\/(fromOn|toOn)$/.exec(one.pointer ?? '')?.[1];
    return { ...one, ...(field === undefined ? {} : { pointer: `/${field}` }) };
  };
  return { ...placed(refusal), ...(refusal.causes === undefined ? {} : { causes: refusal.causes.map(placed) }) };
}
