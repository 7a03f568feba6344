// Enhancement only: draws the rows anew while somebody types, by the button "preview" that works without this file. Nothing is stored, and
// nothing that is typed is touched.
const form = document.querySelector('[data-segments]');
const PAUSE_MS = 600;
let timer;
let asked = 0;

async function draw() {
  const mine = (asked += 1);
  const fields = new URLSearchParams(new FormData(form));
  fields.set('do', 'preview');
  const answer = await fetch(form.action, { method: 'POST', body: fields, headers: { accept: 'text/html' } });
  if (!answer.ok || mine !== asked) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html').querySelector('[data-preview]');
  const drawn = form.querySelector('[data-preview]');
  if (fresh === null || drawn === null) return;
  const open = drawn.querySelector('details')?.open ?? false;
  drawn.replaceChildren(...fresh.childNodes);
  const table = drawn.querySelector('details');
  if (table !== null) table.open = open;
}

form.querySelector('#preview').hidden = true;
form.addEventListener('input', () => {
  clearTimeout(timer);
  // A drawing that fails to come is the one before it; the form is none the worse.
  timer = setTimeout(() => { draw().catch(() => {}); }, PAUSE_MS);
});
