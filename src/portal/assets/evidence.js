// Enhancement only: the same form, sent in pieces that go on after a break, and more than one file at a time. Without it the form
// sends one file whole. What was begun on this device goes on when the same file is chosen again.
import { Upload } from 'tus-js-client';

const PIECE_BYTES = 262_144;
const PAUSES_MS = [0, 1_000, 3_000, 5_000, 10_000, 20_000, 30_000];

const form = document.querySelector('[data-evidence]');
if (form) enhance();

function enhance() {
  const input = form.querySelector('input[type=file]');
  input.multiple = true;
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void send([...input.files]);
  });
}

async function send(files) {
  const button = form.querySelector('button[type=submit], .govuk-button');
  const { most, none, large } = form.dataset;
  if (files.length === 0) return say(none);
  const heavy = files.find(({ size }) => size > Number(most));
  if (heavy) return say(`${heavy.name}: ${large}`);
  button.disabled = true;
  try {
    for (const [index, file] of files.entries()) await sendOne(file, index + 1, files.length);
    location.assign(`${form.getAttribute('action')}?done=added`);
  } catch (error) {
    say(wordsOf(error));
    button.disabled = false;
    show(undefined);
  }
  return undefined;
}

function sendOne(file, nth, of) {
  return new Promise((resolve, reject) => {
    const upload = new Upload(file, {
      endpoint: form.dataset.uploads, chunkSize: PIECE_BYTES, retryDelays: PAUSES_MS, removeFingerprintOnSuccess: true,
      headers: { 'x-csrf-token': form.elements['_csrf'].value },
      metadata: { filename: file.name, kind: form.querySelector('input[name=kind]:checked')?.value ?? '' },
      onProgress: (sent, all) => show(all === 0 ? 0 : Math.floor((sent / all) * 100), `${form.dataset.going} ${file.name}${of > 1 ? ` (${nth}/${of})` : ''}`),
      onShouldRetry: (error) => {
        const status = error.originalResponse?.getStatus() ?? 0;
        const mayHelp = status === 0 || status === 409 || status === 423 || status === 429 || status >= 500;
        if (mayHelp) say(form.dataset.again);
        return mayHelp;
      },
      onSuccess: resolve, onError: reject,
    });
    upload.findPreviousUploads().then(([last]) => {
      if (last) upload.resumeFromPreviousUpload(last);
      upload.start();
    }, reject);
  });
}

/** What the server said, which is a page; the sentence that says why is marked in it. */
function wordsOf(error) {
  const page = error.originalResponse?.getBody();
  const why = page ? new DOMParser().parseFromString(page, 'text/html').querySelector('[data-why]') : null;
  return why?.textContent.trim() || form.dataset.lost;
}

function show(percent, words) {
  const box = form.querySelector('[data-evidence-progress]');
  box.hidden = percent === undefined;
  if (percent === undefined) return;
  box.querySelector('progress').value = percent;
  if (words && form.querySelector('[data-evidence-say]').textContent !== words) say(words);
}

function say(words) {
  form.querySelector('[data-evidence-say]').textContent = words;
}
