// Enhancement only: asks how far a job is and says so; the page's own link does the same. Nothing moves under the reader's hands:
// when the job has ended, a link to its result takes the place of the bar.
const EVERY_MS = 2_000;
const SAY_EVERY_MS = 15_000;

const box = document.querySelector('[data-progress]');
const say = document.querySelector('[data-progress-say]');
box.querySelector('[data-progress-link]').hidden = true;
let said = performance.now();

/** The part of the same page that says how far it is, as it stands now; undefined when it has ended. */
async function now() {
  const answer = await fetch(location.href, { headers: { accept: 'text/html' } });
  if (!answer.ok) throw new Error(String(answer.status));
  return new DOMParser().parseFromString(await answer.text(), 'text/html').querySelector('[data-progress]') ?? undefined;
}

function ended() {
  const link = document.createElement('a');
  link.className = 'govuk-link';
  link.href = location.pathname;
  link.textContent = say.dataset.doneLink;
  say.replaceChildren(`${say.dataset.doneText} `, link);
  box.remove();
}

function show(fresh) {
  const text = fresh.querySelector('[data-progress-text]').textContent;
  box.querySelector('[data-progress-text]').textContent = text;
  for (const side of ['max', 'value']) box.querySelector('progress')[side] = fresh.querySelector('progress')[side];
  if (performance.now() - said < SAY_EVERY_MS) return;
  said = performance.now();
  say.textContent = text;
}

async function ask() {
  try {
    const fresh = document.hidden ? box : await now();
    if (fresh === undefined) return ended();
    if (fresh !== box) show(fresh);
  } catch {
    say.textContent = say.dataset.lostText;
  }
  return setTimeout(ask, EVERY_MS);
}

setTimeout(ask, EVERY_MS);
