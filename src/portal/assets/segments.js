// Enhancement only: draws the rows anew while somebody types, by the button "preview" that works without this file, and lets the edges of segments
// be moved on the drawing. Nothing is stored: whatever is moved ends in the form's own fields, unfolded to be seen, and the server reads those.
const form = document.querySelector('[data-segments]');
const PAUSE_MS = 600;
const MINUTE = 60_000;
const KEYS = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -60, PageUp: 60 };
let timer;
let asked = 0;
let held;

async function draw() {
  const mine = (asked += 1);
  const fields = new URLSearchParams(new FormData(form));
  fields.set('do', 'preview');
  const answer = await fetch(form.action, { method: 'POST', body: fields, headers: { accept: 'text/html' } });
  if (!answer.ok || mine !== asked) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html').querySelector('[data-preview]');
  const drawn = form.querySelector('[data-preview]');
  if (fresh === null || drawn === null || held !== undefined) return;
  const open = [...drawn.querySelectorAll('details')].map((table) => table.open);
  const focused = document.activeElement?.dataset?.field;
  drawn.replaceChildren(...fresh.childNodes);
  drawn.querySelectorAll('details').forEach((table, index) => { table.open = open[index] ?? false; });
  mount();
  if (focused !== undefined) drawn.querySelector(`[data-field="${focused}"]`)?.focus();
}

function soon() {
  clearTimeout(timer);
  // A drawing that fails to come is the one before it; the form is none the worse.
  timer = setTimeout(() => { draw().catch(() => {}); }, PAUSE_MS);
}

const at = (edge) => Number(edge.dataset.at);
const boardOf = (edge) => edge.closest('.mg-edges').dataset;
const otherOf = (edge) => [...edge.parentNode.querySelectorAll('[data-field]')].find((one) => one !== edge);

/** As people of the zone write it; with its offset where their clock says the same twice. */
function typed(moment, zone) {
  const local = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit' });
  const text = local.format(moment);
  const twice = [-60, -30, 30, 60].some((minutes) => local.format(moment + minutes * MINUTE) === text);
  return twice ? new Date(moment).toISOString().replace('.000Z', 'Z') : text;
}

/** The earliest and latest whole minute of an edge: inside the drawing, and a minute from the other edge. */
function limits(edge) {
  const [{ from, to }, other] = [boardOf(edge), otherOf(edge)];
  const least = edge.dataset.side === 'to' ? at(other) + MINUTE : Number(from);
  const most = edge.dataset.side === 'from' && other !== undefined ? at(other) - MINUTE : Number(to);
  return [Math.ceil(least / MINUTE) * MINUTE, Math.floor(most / MINUTE) * MINUTE];
}

function place(edge) {
  const { from, to, zone } = boardOf(edge);
  const share = (moment) => ((moment - from) / (to - from)) * 100;
  edge.setAttribute('x', `${share(at(edge))}%`);
  const { lang } = document.documentElement;
  const words = new Intl.DateTimeFormat(lang === 'en' ? 'en-GB' : lang, { timeZone: zone, dateStyle: 'long', timeStyle: 'short', hourCycle: 'h23' });
  const [least, most] = limits(edge);
  for (const [name, value] of [['valuemin', least / MINUTE], ['valuemax', most / MINUTE], ['valuenow', Math.round(at(edge) / MINUTE)], ['valuetext', words.format(at(edge))]]) edge.setAttribute(`aria-${name}`, value);
  const [start, end] = [...edge.parentNode.querySelectorAll('[data-field]')].map((one) => share(at(one)));
  const stretch = edge.parentNode.querySelector('[data-stretch]');
  stretch.setAttribute('x', `${start}%`);
  stretch.setAttribute('width', `${Math.max((end ?? 100) - start, 0)}%`);
}

function move(edge, wanted) {
  const [least, most] = limits(edge);
  const moment = Math.min(Math.max(Math.round(wanted / MINUTE) * MINUTE, least), most);
  if (moment === at(edge)) return;
  edge.dataset.at = moment;
  const field = form.elements[edge.dataset.field];
  field.value = typed(moment, boardOf(edge).zone);
  const folded = field.closest('details');
  if (folded !== null) folded.open = true;
  [edge, otherOf(edge)].forEach((one) => { if (one !== undefined) place(one); });
}

function onKey(event) {
  const edge = event.currentTarget;
  const [least, most] = limits(edge);
  const step = KEYS[event.key];
  const wanted = { Home: least, End: most }[event.key] ?? (step === undefined ? undefined : at(edge) + step * (event.shiftKey ? 10 : 1) * MINUTE);
  if (wanted === undefined) return;
  event.preventDefault();
  move(edge, wanted);
  soon();
}

/** The row whose edge or field somebody is at. */
const rowAtHand = () => /^s\d+(?=-)/.exec(document.activeElement?.dataset?.field ?? document.activeElement?.name ?? '')?.[0];

/** Of grips that lie on one another the one that is meant: of the row at hand, else the nearest. */
function meant({ currentTarget, clientX: x, clientY: y }) {
  const mine = `${rowAtHand()}-`;
  const [nearest] = [...currentTarget.closest('.mg-edges').querySelectorAll('[data-field]')]
    .map((edge) => ({ edge, grip: edge.querySelector('.mg-edges__grip').getBoundingClientRect() }))
    .filter(({ grip }) => x >= grip.left && x <= grip.right && y >= grip.top && y <= grip.bottom)
    .map(({ edge, grip }) => ({ edge, isMine: edge.dataset.field.startsWith(mine), distance: Math.abs(x - (grip.left + grip.right) / 2) }))
    .sort((one, other) => other.isMine - one.isMine || one.distance - other.distance);
  return nearest?.edge ?? currentTarget;
}

function onDrag(event) {
  const isGrasped = event.type === 'pointerdown' && event.isPrimary && event.button === 0;
  const edge = isGrasped ? meant(event) : event.currentTarget;
  if (isGrasped) {
    event.preventDefault();
    edge.setPointerCapture(event.pointerId);
    edge.focus();
    held = { edge, from: event.clientX, at: at(edge) };
  } else if (held?.edge === edge && event.type === 'pointermove') {
    const { from, to } = boardOf(edge);
    move(edge, held.at + ((event.clientX - held.from) / edge.ownerSVGElement.getBoundingClientRect().width) * (to - from));
  } else if (held?.edge === edge && event.type !== 'pointerdown') {
    held = undefined;
    soon();
  }
}

/** Lays the edges over the drawing of what is typed: the one before them. */
function mount() {
  const template = form.querySelector('[data-preview] template[data-edges]');
  const drawing = template?.previousElementSibling?.querySelector('.mg-strip__drawing') ?? null;
  if (drawing === null) return;
  const [hint, overlay] = document.importNode(template.content, true).children;
  const board = document.createElement('div');
  board.className = 'mg-edges-board';
  drawing.before(hint, board);
  board.append(drawing, overlay);
  for (const edge of overlay.querySelectorAll('[data-field]')) {
    place(edge);
    edge.addEventListener('keydown', onKey);
    for (const type of ['pointerdown', 'pointermove', 'pointerup', 'pointercancel']) edge.addEventListener(type, onDrag);
  }
}

form.querySelector('#preview').hidden = true;
form.addEventListener('input', soon);
mount();
