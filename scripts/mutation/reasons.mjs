// Why a mutant may live: it says the same as the code, or what it changes nobody can see. Each rule is looked up by the members it
// has: end of the file's name, part of the line as it stands, part of what was changed, and what it was changed to. What no rule
// names is a test that is owed.

const equal = 'with equal bounds both branches give the same interval';
const fast = 'a short cut only: the long way round comes to the same';
const kept = 'remembering only: what is not kept is worked out again, and comes to the same';
const compiler = 'the other case does not occur here; the guard is for the compiler';
const defect = 'words of a defect report to a developer, which no test reaches';
const zero = 'nought is the same whichever sign it is given';
const apart = 'reached only where the two differ';
const noRest = 'reached only with a rest, so the dividend is not nought';
const falls = 'without it the switch ends, and yields undefined as well';
const nobody = 'stands in for what nobody asks for: it is dropped before it is used';
const faulty = 'such a document has its fault already, and never runs';
const noText = 'any text that is none would do: both are refused or found nowhere';
const scope = (file, rules) => rules.map((rule) => ({ file, ...rule }));

const MONEY = [
  ...scope('money/allocate.ts', [
    { line: 'const size', reason: zero }, { line: 'const sign', reason: 'nought times either sign is nought' },
    { line: 'const byRemainder', from: 'a.rest > b.rest', reason: apart },
    { line: 'const byRemainder', reason: 'sorting is stable: ties stay in the order of the index either way' },
  ]),
  ...scope('money/money.ts', [
    { line: 'text.length > 24', reason: 'spares reading what is long: an amount of 25 characters is out of range anyway' },
    { line: 'const sign', reason: zero }, { line: 'const digits', reason: zero }, { from: 'a.minor < b.minor', reason: apart },
  ]),
  ...scope('money/ratio.ts', [
    { line: 'let [x, y]', reason: zero }, { line: 'den === 1n) return', reason: fast }, { line: 'common === 1n', reason: fast }, { line: 'a.den === b.den', reason: fast },
    { line: 'den < 0n ?', reason: 'a denominator of nought was refused above' }, { line: 'difference === 0n', from: 'difference < 0n', reason: apart }, { line: "[, whole = ''", reason: compiler },
    { line: 'const WHOLE', reason: fast }, { line: 'WHOLE.test', reason: fast },
  ]),
  ...scope('money/rounding.ts', [
    { line: 'const twice', reason: noRest }, { from: 'num < 0n', reason: noRest },
  ]),
];

const TIME = [
  ...scope('time/calendar.ts', [{ from: 'tries < FARTHEST', reason: 'the bound of a search that has ended long before: no calendar goes 4,000 days without a working day' }]),
  ...scope('time/instant.ts', [
    { line: 'const clock = ', reason: 'a part that was left out counts nought, and so does an empty text' },
    { line: 'const shift = ', reason: 'the pattern lets only Z or figures through, and Z read as figures is no shift' },
    { line: 'const RFC3339', reason: noText },
  ]),
  ...scope('time/interval.ts', [
    { line: 'if (from > to)', reason: apart }, { line: 'const sorted', reason: 'merging takes the later end of two that begin together, whichever comes first' },
    { line: 'intervals.length; i += 1', reason: fast }, { line: 'isSorted(', reason: fast }, { line: 'return true;', reason: fast },
    { line: 'if (piece.to > last.to)', reason: equal }, { line: 'const from = x.from', reason: equal }, { line: 'const to = x.to', reason: equal },
    { line: 'if (x.to < y.to)', reason: 'where both end together, the one that is left has no more to share' },
    { line: 'while (j < b.length', reason: 'passes over what has ended, which takes nothing off either' },
    { line: 'for (let k = j;', reason: 'a hole that begins where the piece ends leaves all of it' },
    { line: 'if (hole.to > from)', reason: 'of sets in order and disjoint, each hole ends after what is left begins' },
    { line: 'if (hole.from > from)', reason: equal },
    { line: 'from < whole.from', reason: equal }, { line: 'to > whole.to', reason: equal }, { line: 'a.length === 0', reason: fast },
  ]),
  ...scope('time/opening-hours.ts', [
    { line: 'const isDate', reason: 'what is not wholly a date is refused by the reader of local times that is asked next' },
    { line: 'row.validTo <= row.validFrom', reason: 'a comparison with what is undefined is false' },
    { line: 'if (found !== undefined)', reason: kept }, { line: 'read.set(hours, week)', reason: kept }, { line: 'week.asked', reason: kept }, { line: 'MOST_ASKED', reason: kept },
    { line: 'isDated:', reason: 'whether dates are written out: they may be, where none is asked for' }, { line: "isDated ? dateOf(day) : ''", reason: 'nothing is dated here: any text finds no exception' },
    { line: 'day <= last', reason: 'a day that begins a whole day after the window has nothing in it' },
    { line: 'const first = ', reason: 'days too early have nothing in the window' }, { line: 'const last = ', reason: 'days too late have nothing in the window' },
    { line: '[earliest, latest]', reason: fast }, { line: 'earliest ||', reason: fast },
    { line: "zone, 'last')", reason: 'whatever is not the first is the last' }, { line: 'if (from < to) open.push', reason: 'an empty stretch is dropped where the set is cut to the window' },
  ]),
  ...scope('time/timeline.ts', [
    { line: 'let active', reason: 'what has no end is not active' }, { line: 'edges.length', reason: 'past the last edge nothing is active' },
    { line: 'if (active.length > 0)', reason: 'nothing filtered is nothing' }, { line: 'starts.every', reason: fast },
    { line: 'const from = piece.from', reason: equal }, { line: 'const to = piece.to', reason: equal },
    { line: 'if (piece.to < window.to)', reason: 'where both end together, the one that is left has no more to share' },
    { line: 'const sorted', reason: equal },
  ]),
  ...scope('time/zone.ts', [
    ...['let i = (spans', 'const span = spans', 'span.from <= at', 'spans === undefined ||', 'remembered.size', 'spans = []', 'spans.push(span)', 'before !== undefined) return', 'known.size', 'remembered.set', '.remembered', 'at < span.to', 'let spans'].map((line) => ({ line, reason: kept })),
    { line: 'let valid', reason: 'Temporal refuses what has no letter' }, { line: 'if (valid)', reason: 'asking Temporal about it does not make it valid' },
    { line: 'local + FARTHEST < before.to)', reason: fast }, { line: "part ?? '0'", reason: 'an empty text counts nought as well' }, { line: "match[7] ?? '0'", reason: 'an empty text is filled up with noughts as well' },
    { line: 'span.to < local + FARTHEST', reason: 'no clock is that far from UTC' },
    { line: 'span.to + span.offset <= local', reason: 'no zone has changed its clock twice within 72 hours: the one change there is is the one that skipped the time' },
    { line: 'no clock change in', reason: defect }, { line: 'year < 1_000', reason: fast },
    { line: 'const LOCAL', reason: noText },
  ]),
];

const ENGINE = [
  ...scope('policy/once.ts', [{ reason: kept }]),
  ...scope('policy/answers.ts', [
    { line: 'default: return null', reason: 'the other types are read one floor up' }, { line: "typeof read === 'string'", reason: 'a sentence has no kind, and yields null as well' },
    { line: 'const members', reason: 'what is no map has no member of that name' },
    { line: 'a.value < b.value', reason: 'a stretch that is empty or turned round is dropped where the set is cut to the window' },
  ]),
  ...scope('policy/compile.ts', [
    { line: "const [scope, name = '']", reason: 'looked at only after a point' }, { line: '?.fault(', to: '', reason: compiler },
    { line: 'readers[MOST_STEPS]', reason: compiler }, { line: 'readers[index]?.fault', reason: compiler },
    { line: 'const needs = ', reason: noText }, { line: 'ids.get(ref.replace', reason: 'every reference begins with its sign, and what is none leads nowhere' },
    { line: 'const reach', reason: compiler }, { line: 'const refs = refsIn', reason: noText },
    { line: 'dependsOn: [', reason: 'a name with a point is no step\'s: nothing waits for it and nothing counts as needed by it' },
    { line: 'inputs[name] = (listed', reason: faulty }, { line: "?? 'money')", reason: faulty }, { line: "kind !== 'any'", reason: 'no block has a default where the kind is open' },
    { line: 'varies: false, read: () => read', reason: 'whether it is read now or in the run: it reads the same' },
    { line: 'if (depth > MOST_NESTED)', reason: faulty }, { line: 'const steps = depth > MOST_NESTED', reason: 'spares the work: the fault is noted either way' },
    { line: 'codes[index] !== undefined', reason: compiler }, { line: "typeof id === 'string' && idle", reason: 'what is no text is no idle step' }, { line: 'spec.read?.', reason: compiler },
    { line: "typeof tree === 'string') return tree.startsWith", reason: noText }, { line: "typeof tree !== 'object' || tree === null", reason: 'a document is texts, lists and maps' },
    { line: 'const isRecord', reason: 'a document has no null that could be taken for a map' }, { line: 'const block = typeof step.use', reason: 'what is no text names no block' },
    { line: "typeof read === 'string' ? undefined", reason: 'every default can be read' }, { line: 'fieldsOf:', reason: compiler },
  ]),
  ...scope('policy/evaluation.ts', [
    { line: 'plan.needs.some', reason: compiler }, { line: 'varying.length === 0', reason: fast }, { line: "found?.kind === 'dates'", reason: 'holds no date, and any text that is none is no holiday' },
    { line: "'text', 'date'", reason: 'a date is read as text nowhere but where the text is looked at' },
    { line: 'name === undefined ?', reason: 'what has no name is stated nowhere' }, { line: 'found === undefined || !(kinds', reason: defect },
  ]),
  ...scope('policy/example-facts.ts', [
    { line: 'const isMap', reason: 'a document has no null that could be taken for a map' }, { line: "text.split('/')", reason: compiler }, { line: "text.split('-')", reason: noText },
  ]),
  ...scope('policy/examples.ts', [
    { line: 'const whole', reason: 'shown only where it is whole, and rounded in no way' }, { line: 'const isRecord', reason: 'a document has no null that could be taken for a map' },
  ]),
  ...scope('policy/input-values.ts', [
    { line: 'if (found !== undefined) return found', reason: kept }, { line: 'definition === undefined ? null', reason: 'names are checked when a policy is compiled' },
    { line: 'unanswered', reason: nobody }, { line: '[name] : []', reason: nobody }, { line: "value === 'pending' ? []", reason: 'a run with anything pending has not ended, and shows nothing' },
    { line: "definition.source === 'sales' ?", reason: 'what is not from sales has no period' },
    { line: 'this.facts.sales === undefined ||', reason: 'without sales nothing is covered' }, { line: 'coverage ?? []', reason: compiler },
    { line: "const stop = ", reason: 'a week ends at the first of two midnights, which is at or before either' }, { line: 'let week = ', reason: 'either midnight lies on the same day' },
    { line: 'const weeks: Interval[]', reason: 'what has no bounds overlaps the week of the loss, and is left out' }, { line: '!start.ok || !end.ok', reason: 'what is no date makes no week either' },
    { line: 'value === \'pending\') this', reason: 'what is read again comes to the same' },
  ]),
  ...scope('policy/names.ts', [
    { line: "const [scope = ''", reason: compiler }, { line: 'run.date.slice(0, 4)', reason: 'a number is read up to the stroke' }, { line: "found === 'pending' ? null", reason: 'a step that asks for a pending answer waits, so nobody reads it' },
    { line: 'run.row(scope)?.', reason: compiler },
  ]),
  ...scope('policy/override.ts', [{ line: 'default: return undefined', reason: falls }]),
  ...scope('policy/recorded.ts', [
    { line: 'const ORDER', reason: 'what is not in the list stands below all that is' }, { line: 'const from = part.from', reason: equal }, { line: 'const to = part.to', reason: equal },
    { line: 'return from < to', reason: 'an empty stretch takes nothing off and shares nothing' }, { line: 'scope.length === 0', reason: fast },
    { line: 'compareRatio(level.value, ONE) <= 0', to: 'compareRatio(level.value, ONE) < 0', reason: 'all of it is all of it, stated or not' },
    { line: "join(' ')", reason: 'codes have no space, and a key only keeps answers apart' }, { line: "services.join(' ')", reason: 'codes have no space, and a key only keeps answers apart' },
    { line: 'enrolments: []', reason: 'an entry without a service is nobody\'s enrolment' },
  ]),
  ...scope('policy/run.ts', [
    { line: 'if (before !== undefined) return before', reason: kept }, { line: 'if (!this.notes.has', reason: 'what has settled comes to the same again' },
    { line: "(outcome.kind === 'value' ? (outcome.routes", reason: 'only a value has routes' }, { line: '[a], [b]', reason: 'no two facts have one name' },
    { line: 'facts.sales?.sums ?? []', reason: nobody }, { line: "'working' in computed ? computed.working", reason: 'what it has not is undefined either way' },
    { line: 'all[index - 1]?.', to: 'all[index - 1].to', reason: compiler },
  ]),
  ...scope('policy/sales-demand.ts', [{ line: 'readonly missing', reason: 'emptied before it is looked at' }, { line: 'weight.num === weight.den', reason: fast }]),
  ...scope('policy/scalar.ts', [
    { line: "unit.split(' ')[0]", reason: compiler }, { line: 'type === undefined ?', reason: 'nothing stands under what is undefined' }, { line: 'default: return undefined', reason: falls }, { line: "text.split(' ')", reason: compiler }, { line: 'const perUnit', reason: noText },
  ]),
  ...scope('policy/value.ts', [{ line: 'default: return undefined', reason: falls }]),
  ...scope('policy/stated.ts', [
    { line: 'const ANY', reason: 'any text that is neither a key nor a date' }, { line: "value = ''", reason: noText }, { line: "text.replace('$inputs.'", reason: noText }, { line: '/^\\$params', reason: 'looked at only where it begins so' },
    { line: 'varies: false, read: () => ({', reason: 'whether it is read now or in the run: it reads the same' }, { line: 'varies: definition.value', reason: 'whether it is read now or in the run: it reads the same' },
    { line: 'const froms', reason: 'what holds at any time stands alone' }, { line: "unit.split(' ')[0]", reason: compiler }, { line: '(definition.rows ?? [])', reason: faulty },
  ]),
  ...scope('policy/step-plan.ts', [
    { line: 'const fixed', reason: 'whether it is read now or in the run: it reads the same' }, { line: 'const varying', reason: compiler }, { line: 'const required', to: 'params[name].optional', reason: compiler },
    { line: 'taken: required', reason: 'what is stated in the policy itself is never null' }, { line: 'traced: varying.length', reason: fast },
  ]),
  ...scope('policy/traced-params.ts', [{ line: 'source === undefined', reason: 'a member that is undefined is not written' }]),
  ...scope('policy/fact-catalogue.ts', [{ line: 'first?.currency', reason: compiler }, { line: 'first?.currency)', reason: compiler }]),
  ...scope('policy/block.ts', [{ line: 'working === undefined ?', reason: 'a member that is undefined is not written' }]),
  ...scope('policy/check.ts', [
    { line: 'source === undefined', reason: 'source and document are there together, or not at all' }, { line: 'positionOf: () =>', reason: 'a published document has no lines, and its fault is a defect that names none' },
  ]),
  ...scope('policy/json-schema.ts', [{ line: 'required: readonly string[] = []', reason: 'every caller says what is required' }, { line: 'const object', reason: 'every caller says what is required' }]),
  ...scope('policy/reference.ts', [{ line: 'const cell', reason: 'no text of a block holds a stroke or a line end today; the table stays whole when one does' }]),
];

const DOCUMENT = [
  ...scope('document/read.ts', [
    { line: "path: '', line", reason: 'the place of a fault of syntax is its line' }, { line: "const selector", from: "typeof at.tree === 'string'", reason: 'what is no text does not look like a name' }, { line: "return '';", reason: faulty },
    { line: 'range[0]', reason: compiler },
  ]),
  ...scope('document/reader.ts', [
    { line: "this.path === ''", reason: 'the whole is never asked for a text' }, { line: "typeof tree === 'object'", reason: 'a tree is texts, lists and maps' }, { line: 'this.tree.trim() !==', reason: faulty },
  ]),
  ...scope('document/source-text.ts', [
    { line: 'keepSourceTokens', reason: 'tokens that nobody reads' }, { line: "if (at === '')", reason: 'the whole document always has its place' },
    { line: "'anchor' in node", reason: 'only an anchor that is there is a member' }, { line: 'const offset = node?.range', reason: compiler }, { line: 'const offset = pair.key.range', reason: compiler },
    { line: 'isScalar(node)) return', reason: 'the failsafe schema makes every scalar a text' }, { line: '!isMap<Node', reason: compiler }, { line: 'isScalar(pair.key)', reason: 'the failsafe schema makes every scalar a text' },
    { line: 'pair.value === null', reason: 'a place that is marked twice is the same place' },
  ]),
];

const one = 'of two that are equal either is the same figure';
const there = 'what it needs is there: the step is skipped without it';
const typed = 'types were checked when the policy was compiled';
const blocks = (name, rules) => scope(`blocks/${name}.block.ts`, rules);

const BLOCKS = [
  ...blocks('actual', [{ line: 'const span', reason: compiler }, { line: 'if (net === undefined', reason: 'a window has both sums or neither' }]),
  ...blocks('amounts', [
    { line: 'const outputOf', reason: faulty }, { line: "return by === 'money'", reason: faulty }, { line: 'if (first === undefined)', reason: there }, { line: 'waited !== null', reason: 'what is not there has no size' },
    { line: 'left.num < 0n', reason: zero }, { line: 'compareRatio(other, own) > 0', reason: one }, { line: 'date.slice(0, 4)', reason: 'a number is read up to the stroke' },
  ]),
  ...blocks('bands', [
    { line: 'default: return undefined', reason: falls }, { line: 'size === undefined', reason: typed }, { line: 'limit === undefined', reason: compiler }, { line: '?.find', reason: compiler }, { line: 'found?.', to: 'found.route', reason: compiler },
    { to: 'found.gives', reason: compiler }, { to: 'found?.gives.read', reason: compiler }, { to: 'found.label', reason: compiler }, { to: '(rate ?? each).read', reason: compiler },
    { from: 'part.num > 0n', reason: 'a slice of nothing adds nothing' }, { from: 'compareRatio(whole, limit) < 0', reason: one },
  ]),
  ...blocks('baseline', [{ line: 'run.facts.sales?.coverage', reason: compiler }, { line: 'known.length < sums.length', reason: 'windows that are missing make the run begin again' }]),
  ...blocks('bounds', [
    { line: "roundRatio(unit.minor, 'floor')", reason: 'a unit is a whole number of minor units' }, { from: 'left.num < 0n', reason: zero }, { from: 'difference.num < 0n', reason: zero }, { from: 'compareRatio(amount.minor, room) > 0', reason: one },
  ]),
  ...blocks('calendar', [{ from: 'of?.type', reason: typed }, { from: '=== undefined', reason: typed }]),
  ...blocks('causation', [{ to: 'during[first].label', reason: compiler }, { line: '?? \'\'', reason: compiler }]),
  ...blocks('clip', [{ line: 'from < to', reason: 'an empty stretch is dropped where the set is cut to the window' }]),
  ...blocks('combine', [
    { line: "?? 'money'", reason: faulty }, { line: 'if (first === undefined ||', reason: 'nothing joined is nothing' }, { from: ') * sign', to: 'compareRatio(size(next), size(best)) / sign', reason: 'the sign is one or minus one' },
    { from: '* sign > 0', reason: one }, { line: 'const text = choice', to: 'choice.type', reason: compiler }, { line: 'const text = choice', to: '"Stryker was here!"', reason: noText },
  ]),
  ...blocks('each', [
    { line: "replace(/^\\$/", reason: 'a reference begins with its sign' }, { line: 'result !== \'\'', reason: faulty }, { line: '\'count\')?.read', reason: faulty }, { line: "read?.kind === 'count'", reason: faulty },
    { from: ') * sign', to: 'compareRatio(size(next), size(best)) / sign', reason: 'the sign is one or minus one' }, { from: '* sign > 0', reason: one }, { line: 'found.length <= MOST_CANDIDATES', reason: 'spares the work: what is more goes to a person either way' },
  ]),
  ...blocks('eligible', [{ line: 'readTest(item.only', reason: faulty }]),
  ...blocks('condition', [{ line: 'readCondition(', reason: faulty }]),
  ...blocks('losses', [
    { from: 'amount.minor.num < 0n', reason: zero }, { line: '?.type', to: 'expected.type', reason: there }, { line: '?.type', to: 'actual.type', reason: there }, { line: 'of?.type', to: 'of.type', reason: there }, { line: "of?.type === 'series'", to: 'true', reason: typed },
    { from: 'a === undefined', reason: typed }, { from: 'b === undefined', reason: typed }, { from: 'compareRatio(raw', reason: one }, { from: 'compareRatio(low', reason: one }, { from: "limit.type === 'money'", reason: typed }, { line: "limit.type === 'money'", reason: typed }, { from: 'compareAmount(next, best) < 0', reason: one },
  ]),
  ...blocks('makeup', [
    { from: 'above.minor.num <= 0n', reason: 'nought above the usual makes up for nothing' }, { from: 'compareAmount(share, loss) > 0', reason: one }, { to: 'compareAmount(next, best) >= 0', reason: one },
    { line: 'first === undefined || last === undefined', reason: 'the first and the last are there together, or neither is' },
  ]),
  ...blocks('measure', [{ to: 'last?.at(-1).to', reason: compiler }, { from: 'compareRatio(next, best) > 0', reason: one }]),
  ...blocks('route', [{ line: 'test === undefined ?', reason: faulty }, { line: "to !== 'review'", reason: 'those that lead to review were taken above' }, { line: 'evidence === undefined ?', reason: 'a member that is undefined is not written' }]),
  ...blocks('tables', [{ line: "?? 'text'", reason: faulty }, { line: "scalar.kind === 'ratio'", reason: typed }, { line: "roundRatio(unit.minor, 'floor')", reason: 'a unit is a whole number of minor units' }, { line: "asked?.type === 'date'", to: 'asked.type', reason: typed }]),
  ...scope('blocks/tests.ts', [{ line: 'default: return undefined', reason: falls }]),
];

export const REASONS = [...MONEY, ...TIME, ...ENGINE, ...DOCUMENT, ...BLOCKS];
