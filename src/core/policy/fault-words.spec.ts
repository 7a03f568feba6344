import { describe, expect, it } from '@jest/globals';
import { parse, stringify } from 'yaml';
import { policyText, reasons, type SmallPolicy } from '../../../test/support/policy.js';
import { compilePolicy } from './index.js';

type Tree = Record<string, unknown>;

const round = { id: 'out', use: 'round', in: { value: '$inputs.money' }, with: { unit: '0.01', mode: 'down' } };
const base: SmallPolicy = { inputs: { money: 'money', day: 'date', word: 'choice', free: 'text', flag: 'boolean', ratio: 'ratio', at: 'instant', rows: { sold: 'money', name: 'text' } }, steps: [round] };
const faults = (text: string): string[] => compilePolicy(text, reasons).faults.map(({ code, path, message }) => `${code.replace('policy.', '')} ${path} ${message}`);
const of = (policy: Partial<SmallPolicy>): string[] => faults(policyText({ ...base, ...policy }));
const step = (one: object): string[] => of({ steps: [{ ...round, ...one }] });
/** The small policy, changed as a tree. */
const tree = (change: (tree: Tree) => void): string[] => {
  const read = parse(policyText(base), { schema: 'failsafe' }) as Tree;
  change(read);
  return faults(stringify(read, { aliasDuplicateObjects: false }));
};

describe('what the shape of a document lacks is said in full', () => {
  it('a sound one lacks nothing', () => {
    expect(of({})).toEqual([]);
  });

  it.each<[string, (tree: Tree) => void, string[]]>([
    ['use', (doc) => { doc['use'] = 'draft'; }, ['shape /use use is "draft"; it must be one of template, reference']],
    ['title', (doc) => { doc['title'] = { en: 'x', ko: ' ' }; }, ['missing /title/fr title.fr needs a text', 'shape /title/ko title.ko needs a text']],
    ['sources', (doc) => { doc['sources'] = 'x'; }, ['shape /sources sources must be a list']],
    ['inputs', (doc) => { doc['inputs'] = ['x']; doc['steps'] = [{ id: 'out', use: 'round', in: { value: '$out2' }, with: { unit: '0.01', mode: 'down' } }]; }, ['shape /inputs inputs must be a map of names to values', 'dangling_ref /steps/0/in/value "$out2" refers to nothing']],
    ['head', (doc) => { delete doc['head']; }, ['missing /head head needs a text']],
    ['selectBy', (doc) => { doc['selectBy'] = 'today'; }, ['shape /selectBy selectBy is "today"; it must be one of outage.from, claim.filedAt']],
    ['selectBy of another type', (doc) => { doc['selectBy'] = 'inputs.money'; }, ['wrong_type /selectBy "inputs.money" must be an input of type date']],
    ['selectBy of nothing', (doc) => { doc['selectBy'] = 'inputs.when'; }, ['wrong_type /selectBy "inputs.when" must be an input of type date']],
    ['currency', (doc) => { doc['currency'] = 'QQQ'; }, ['wrong_unit /currency "QQQ" is not an ISO 4217 currency']],
    ['an unknown key', (doc) => { doc['fund'] = { mode: 'open', size: '5' }; }, ['unknown_key /fund/size "size" is not known here; expected mode, keptBack, order, tierBy, tiers, minimum, surplus']],
    ['a decision', (doc) => { delete (doc['says'] as Record<string, unknown>)['interest']; }, ['unsaid /says the policy does not say "interest": write the decision in one sentence, or "none"']],
    ['fund', (doc) => { doc['fund'] = { mode: 'closed' }; }, ['shape /fund/mode fund.mode is "closed"; it must be one of open, first_come, shared']],
    ['late', (doc) => { (doc['process'] as Record<string, unknown>)['late'] = 'shrug'; }, ['shape /process/late process.late is "shrug"; it must be one of refer, refuse']],
    ['endedIsEnough', (doc) => { (doc['process'] as Record<string, unknown>)['automatic'] = { upTo: '1.00', perMerchant: '1.00', endedIsEnough: 'maybe' }; }, ['shape /process/automatic/endedIsEnough process.automatic.endedIsEnough is "maybe"; it must be one of true, false']],
    ['the bound of automatic decisions', (doc) => { (doc['process'] as Record<string, unknown>)['automatic'] = { upTo: 'much', perMerchant: '1.001' }; },
      ['wrong_unit /process/automatic/upTo "much" is not an amount of GBP', 'wrong_unit /process/automatic/perMerchant "1.001" is not an amount of GBP']],
    ['a reason of its own without a language', (doc) => { doc['reasons'] = { mine: { en: 'x', ko: 'x' } }; }, ['missing /reasons/mine/fr reasons.mine.fr needs a text']],
    ['the document', (doc) => { Object.keys(doc).forEach((key) => delete doc[key]); }, expect.arrayContaining(['missing /policy policy needs a text', 'missing /result/cash result.cash needs a text']) as never],
  ])('%s', (_what, change, expected) => {
    expect(tree(change).sort()).toEqual(Array.isArray(expected) ? [...expected].sort() : expected);
  });

  it('a list is no document, and neither is an empty file', () => {
    expect(faults('- a')).toContain('missing /policy policy needs a text');
    expect(faults('')).toContain('missing /says the policy does not say "entitlement": write the decision in one sentence, or "none"'.replace('missing', 'unsaid'));
  });
});

describe('what a step lacks is said in full', () => {
  it.each<[string, object, string[]]>([
    ['an unknown input', { in: { value: '$inputs.money', more: '$inputs.day' } }, ['unknown_key /steps/0/in/more "more" is not known here; expected value']],
    ['a missing input', { in: {} }, ['missing /steps/0/in the step needs the input "value": the exact value']],
    ['a list where one is wanted', { in: { value: ['$inputs.money'] } }, ['shape /steps/0/in/value "value" takes one reference, not a list']],
    ['no reference', { in: { value: 'money' } }, ['dangling_ref /steps/0/in/value "money" is not a reference: write $inputs.x, $facts.x or $step']],
    ['an unknown input of the policy', { in: { value: '$inputs.cash' } }, ['dangling_ref /steps/0/in/value there is no input "cash"; known are money, day, word, free, flag, ratio, at, rows']],
    ['the wrong type', { in: { value: '$inputs.day' } }, ['wrong_type /steps/0/in/value "$inputs.day" is a date, but money or number or ratio is needed here']],
    ['itself', { in: { value: '$out' } }, ['cyclic_ref /steps/0 step "out" needs its own result', 'dangling_ref /steps/0/in/value step "out" comes later or is faulty: a step may only use those above it']],
    ['an unknown parameter', { with: { unit: '0.01', mode: 'down', place: '2' } }, ['unknown_key /steps/0/with/place "place" is not known here; expected unit, mode']],
    ['a missing parameter', { with: { unit: '0.01' } }, ['missing /steps/0/with "round" needs "mode": half_up is half away from zero']],
    ['a choice that is none', { with: { unit: '0.01', mode: 'sideways' } }, ['shape /steps/0/with/mode "sideways" must be one of floor, ceiling, down, up, half_up, half_even']],
    ['a unit of nothing', { with: { unit: 'small', mode: 'down' } }, ['wrong_unit /steps/0/with/unit "small" is not an amount of GBP']],
    ['a choice from an answer that is free', { with: { unit: '0.01', mode: '$inputs.free' } },
      ['wrong_type /steps/0/with/mode "$inputs.free" may be something else than floor, ceiling, down, up, half_up, half_even: name an input of type choice with these options']],
    ['a parameter of the wrong type', { with: { unit: '$inputs.day', mode: 'down' } }, ['wrong_type /steps/0/with/unit "$inputs.day" is a date, but money is needed here']],
    ['a parameter that refers to nothing', { with: { unit: '$nothing', mode: 'down' } }, ['dangling_ref /steps/0/with/unit "$nothing" refers to nothing']],
    ['a condition that is no boolean', { when: '$inputs.money' }, ['wrong_type /steps/0/when "$inputs.money" is a money, but boolean is needed here']],
    ['a name that is none', { id: '2nd' }, ['shape /steps/0/id "2nd" is no name for a step: letters, digits and underscores, a letter first', 'dangling_ref /result/cash "$out" refers to nothing', 'unreachable /steps/0 nothing uses step "2nd": name it in a later step or in the result, or leave it out']],
    ['discretion that is neither', { discretionary: 'maybe' }, ['shape /steps/0/discretionary steps.0.discretionary is "maybe"; it must be one of true, false']],
    ['an unknown key', { why: 'x' }, ['unknown_key /steps/0/why "why" is not known here; expected id, label, use, in, with, when, discretionary']],
  ])('%s', (_what, one, expected) => {
    expect(step(one).sort()).toEqual([...expected].sort());
  });

  it('an unknown block, with those that are known', () => {
    expect(step({ use: 'rond' })).toContainEqual(expect.stringMatching(/^unknown_block \/steps\/0\/use there is no block "rond"; known are eligible, route, .*, withhold$/));
  });

  it('two of one name, and one that nothing uses', () => {
    expect(of({ steps: [round, { ...round }] })).toContain('repeated /steps/1 another step is called "out" too');
    expect(of({ steps: [{ ...round, id: 'idle' }, round] })).toEqual(['unreachable /steps/0 nothing uses step "idle": name it in a later step or in the result, or leave it out']);
  });

  it('a circle of two, and only those in it', () => {
    const found = of({ steps: [{ ...round, id: 'a', in: { value: '$b' } }, { ...round, id: 'b', in: { value: '$a' } }, { ...round, in: { value: '$b' } }] });
    expect(found.filter((fault) => fault.startsWith('cyclic_ref'))).toEqual(['cyclic_ref /steps/0 step "a" needs its own result', 'cyclic_ref /steps/1 step "b" needs its own result']);
  });

  it('what the result names must be there, and of its type', () => {
    expect(of({ result: { cash: '$none' } }).sort()).toEqual(['dangling_ref /result/cash "$none" refers to nothing', 'unreachable /steps/0 nothing uses step "out": name it in a later step or in the result, or leave it out']);
    expect(of({ result: { cash: '$out', counted: '$out', shown: '$out', benefits: ['$out'] } }).sort()).toEqual([
      'wrong_type /result/benefits/0 "$out" is a money, but benefit is needed here', 'wrong_type /result/counted "$out" is a money, but time is needed here', 'wrong_type /result/shown "$out" is a money, but boolean is needed here']);
  });

  it('reasons that nobody wrote down', () => {
    const gate = { id: 'gate', use: 'eligible', with: { all: [{ code: 'because', left: '$inputs.flag', op: 'is_true' }] } };
    expect(of({ steps: [gate, round] })).toEqual(['unknown_reason /steps/0/with/all/0/code the reason "because" has no message: use one of the shared catalogue, or write it under "reasons" in en, ko and fr']);
    expect(tree((doc) => { (doc['process'] as Record<string, unknown>)['refuseByRule'] = ['filed_late', 'because']; })).toEqual([
      'unknown_reason /process/refuseByRule/1 the reason "because" has no message: use one of the shared catalogue, or write it under "reasons" in en, ko and fr']);
    expect(tree((doc) => { doc['reasons'] = { because: { en: 'x', ko: 'x', fr: 'x' } }; (doc['process'] as Record<string, unknown>)['refuseByRule'] = ['because']; })).toEqual([]);
  });
});

describe('what a parameter lacks is said in full', () => {
  const using = (param: object, unit = '$params.p'): string[] => of({ params: { p: param }, steps: [{ ...round, with: { unit, mode: 'down' } }] });

  it.each<[string, object, string[]]>([
    ['two forms at once', { unit: 'GBP', value: '0.01', list: [] }, ['shape /params/p a parameter has exactly one of value, rows (dated), table (by key) or list (of dates)']],
    ['another unit', { unit: 'minutes', value: '5' }, ['wrong_unit /steps/0/with/unit "$params.p" is stated in minutes, but GBP is needed here']],
    ['another currency', { unit: 'EUR', value: '5.00' }, ['mixed_currencies /params/p parameter "p" is in EUR, the policy in GBP', 'wrong_unit /steps/0/with/unit "$params.p" is stated in EUR, but GBP is needed here']],
    ['a value that is none', { unit: 'GBP', value: 'small' }, ['wrong_unit /steps/0/with/unit parameter "p": "small" is not an amount of GBP']],
    ['no source', { unit: 'GBP', value: '0.01', source: '' }, ['shape /params/p/source params.p.source needs a text']],
    ['a row in the wrong order', { unit: 'GBP', rows: [{ from: '2026-02-01', value: '0.01' }, { from: '2026-01-01', value: '0.01' }] }, ['shape /params/p/rows dated rows begin with a date (YYYY-MM-DD) and stand in rising order']],
    ['a row twice', { unit: 'GBP', rows: [{ from: '2026-02-01', value: '0.01' }, { from: '2026-02-01', value: '0.01' }] }, ['shape /params/p/rows dated rows begin with a date (YYYY-MM-DD) and stand in rising order']],
    ['a row without a date', { unit: 'GBP', rows: [{ from: 'spring', value: '0.01' }] }, ['shape /params/p/rows dated rows begin with a date (YYYY-MM-DD) and stand in rising order']],
    ['a row with a key it has not', { unit: 'GBP', rows: [{ from: '2026-02-01', value: '0.01', to: 'x' }] }, ['unknown_key /params/p/rows/0/to "to" is not known here; expected from, value, table']],
  ])('%s', (_what, param, expected) => {
    expect(using(param).sort()).toEqual([...expected].sort());
  });

  it('that is not there, and those that are', () => {
    expect(using({ unit: 'GBP', value: '0.01' }, '$params.q')).toEqual(['dangling_ref /steps/0/with/unit "$params.q" refers to nothing; parameters are p']);
  });

  it('dates of a list are real dates', () => {
    const holiday = { id: 'day', use: 'add_working_days', in: { from: '$inputs.day' }, with: { days: '1', holidays: '$params.p' } };
    const gate = { id: 'gate', use: 'eligible', with: { all: [{ code: 'filed_late', left: '$day', op: 'present' }] } };
    expect(of({ params: { p: { unit: 'dates', list: ['2026-02-30', '2026-03-01'] } }, steps: [holiday, gate, round] })).toEqual(['shape /params/p/list "2026-02-30" is not a date (YYYY-MM-DD)']);
    expect(of({ params: { p: { unit: 'dates', list: ['2026-03-01'] } }, steps: [holiday, gate, round] })).toEqual([]);
  });
});

describe('what a gate, a band or nested steps lack is said in full', () => {
  const gate = (test: object): string[] => of({ steps: [{ id: 'gate', use: 'eligible', with: { all: [{ code: 'filed_late', ...test }] } }, round] });
  const at = '/steps/0/with/all/0';

  it.each<[object, string]>([
    [{ left: '$inputs.money', op: 'is_true' }, `wrong_type ${at}/left "$inputs.money" is a money, but boolean is needed here`],
    [{ left: '$inputs.money', op: 'about' }, `shape ${at}/op steps.0.with.all.0.op is "about"; it must be one of is_true, is_false, present, absent, positive, at_most, less_than, at_least, more_than, equals, differs, one_of, none_of`],
    [{ left: '$inputs.money', op: 'at_most', right: '5' , missing: 'shrug' }, `shape ${at}/missing steps.0.with.all.0.missing is "shrug"; it must be one of review, deny, pass`],
    [{ left: '$inputs.money', op: 'at_most' }, `missing ${at}/right steps.0.with.all.0.right needs a text`],
    [{ left: '$inputs.money', op: 'at_most', right: 'much' }, `wrong_unit ${at}/right "much" is not an amount of GBP`],
    [{ left: '$inputs.rows', op: 'at_most', right: '5' }, `wrong_type ${at} a rows cannot be compared with "at_most"`],
    [{ left: '$inputs.at', op: 'at_most', right: '$inputs.money' }, `wrong_type ${at}/right "$inputs.money" is a money, but instant or date is needed here`],
    [{ left: '$inputs.word', op: 'one_of', oneOf: 'a' }, `shape ${at}/oneOf steps.0.with.all.0.oneOf must be a list`],
    [{ left: '$inputs.flag', op: 'is_true', waivable: 'maybe' }, `shape ${at}/waivable steps.0.with.all.0.waivable is "maybe"; it must be one of true, false`],
  ])('%j', (test, expected) => {
    expect(gate(test)).toContain(expected);
  });

  it('a gate needs a test', () => {
    expect(of({ steps: [{ id: 'gate', use: 'eligible', with: { all: [] } }, round] })).toEqual(['missing /steps/0/with/all a gate needs at least one test']);
  });

  const band = (bands: object[], value = '$inputs.money'): string[] => of({ steps: [{ id: 'out', use: 'band', in: { value }, with: { edges: 'strict', bands } }] });
  it.each<[string, object[], string[]]>([
    ['none', [], ['band_gap /steps/0/with/bands at least one band is needed']],
    ['an end', [{ upTo: '5.00', amount: '1.00' }], ['band_gap /steps/0/with/bands/0 the last band ends: values above it are covered by none. Leave out its "upTo", or add a band that does']],
    ['an open band before another', [{ amount: '1.00' }, { amount: '2.00' }], ['band_overlap /steps/0/with/bands/0 only the last band may be without "upTo": this one would cover all that follow']],
    ['the wrong order', [{ upTo: '5.00', amount: '1.00' }, { upTo: '5.00', amount: '1.00' }, { amount: '2.00' }], ['band_overlap /steps/0/with/bands/1 this band ends at or below 5.00, where the one before it ends']],
    ['two results in one', [{ amount: '1.00', route: 'filed_late' }], ['shape /steps/0/with/bands/0 a band has exactly one of amount, rate, number, class, or a route (a reason for review)']],
    ['results of two kinds', [{ upTo: '5.00', amount: '1.00' }, { class: 'a' }], ['wrong_type /steps/0/with/bands bands give amount and class: one kind only, or a route']],
  ])('bands with %s', (_what, bands, expected) => {
    expect(band(bands)).toEqual(expected);
  });

  it('nested steps that refer to what a row has not, or go too deep', () => {
    const each = (inner: object[], result = '$own'): string[] => of({ steps: [{ id: 'out', use: 'each', in: { items: '$inputs.rows' }, with: { join: 'sum', steps: { as: 'row', do: inner, result } } }] });
    const own = { id: 'own', use: 'round', in: { value: '$row.sold' }, with: { unit: '0.01', mode: 'down' } };
    expect(each([own])).toEqual([]);
    expect(each([{ ...own, in: { value: '$row.bought' } }])).toContain('dangling_ref /steps/0/with/steps/do/0/in/value a row called "row" has no field "bought"; it has sold, name');
    expect(each([own], '$other')).toEqual(expect.arrayContaining(['dangling_ref /steps/0/with/steps/result no step of this row is called "other"']));
    expect(each([own, { ...own, id: 'row' }])).toContain('repeated /steps/0/with/steps/do/1 another step is called "row" too');
    expect(each([own, { ...own, id: 'idle' }])).toContain('unreachable /steps/0/with/steps/do/1 nothing uses step "idle": name it in a later step or in the result, or leave it out');
    const deep = (depth: number): object => (depth === 0 ? own : { id: 'own', use: 'each', in: { items: '$inputs.rows' }, with: { join: 'sum', steps: { as: `r${depth}`, do: [{ ...deep(depth - 1), ...(depth === 1 ? { in: { value: '$r1.sold' } } : {}) }], result: '$own' } } });
    expect(of({ steps: [{ ...deep(3), id: 'out' }] })).not.toContainEqual(expect.stringContaining('more than 3 deep'));
    expect(of({ steps: [{ ...deep(4), id: 'out' }] })).toContainEqual(expect.stringContaining('steps are nested more than 3 deep'));
  });
});
