// Enhancement only: the form is whole without it. Line numbers beside the text, and a check while somebody types; nothing is stored by it.
const QUIET_MS = 700;

const form = document.querySelector('.mg-draft');
const text = form.querySelector('textarea');
const result = form.querySelector('[data-result]');
const live = form.querySelector('[data-live]');
const gutter = document.createElement('div');
gutter.className = 'mg-editor__gutter';
gutter.setAttribute('aria-hidden', 'true');
text.before(gutter);

let timer;
let asked;

/** The numbers, those of faulty lines marked; rebuilt whole, since a policy has a few hundred lines. */
function number() {
  const faulty = new Set([...result.querySelectorAll('[data-line]')].map((link) => link.dataset.line));
  const lines = Array.from({ length: text.value.split('\n').length }, (_, index) => String(index + 1));
  gutter.replaceChildren(...lines.flatMap((line) => {
    const mark = document.createElement('b');
    mark.textContent = `✗${line}`;
    return [faulty.has(line) ? mark : line, '\n'];
  }));
  gutter.scrollTop = text.scrollTop;
}

async function check() {
  asked?.abort();
  asked = new AbortController();
  live.textContent = form.dataset.checking;
  try {
    const answer = await fetch(form.dataset.check, { method: 'POST', body: new URLSearchParams(new FormData(form)), signal: asked.signal });
    if (!answer.ok) throw new Error(String(answer.status));
    // Made by the same templates as the page, from the same place.
    result.innerHTML = await answer.text();
    form.querySelector('.mg-faulty-text')?.remove();
    live.textContent = result.querySelector('p').textContent;
    number();
  } catch (error) {
    if (error.name !== 'AbortError') live.textContent = form.dataset.away;
  }
}

/** Into the text, to where the fault is. */
function goTo({ line, column }) {
  const before = text.value.split('\n').slice(0, Number(line) - 1);
  const at = before.reduce((length, one) => length + one.length + 1, 0) + Number(column) - 1;
  text.focus();
  text.setSelectionRange(at, at);
  text.scrollTop = Math.max(0, (before.length - 4) * (text.scrollHeight / text.value.split('\n').length));
}

text.addEventListener('input', () => {
  number();
  clearTimeout(timer);
  timer = setTimeout(check, QUIET_MS);
});
text.addEventListener('scroll', () => { gutter.scrollTop = text.scrollTop; });
document.addEventListener('click', (event) => {
  const link = event.target.closest('a[href^="#line-"]');
  if (link === null) return;
  event.preventDefault();
  const [, line] = link.hash.split('-');
  goTo({ line, column: link.dataset.column ?? '1' });
});
number();
