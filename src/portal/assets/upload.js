// Enhancement only: shows how much of a file has been sent. Without it the form is sent as forms are.
const form = document.querySelector('[data-upload]');
const [bar, say] = [form.querySelector('[data-upload-bar]'), form.querySelector('[data-upload-say]')];

function failed() {
  bar.hidden = true;
  say.textContent = form.dataset.broken;
  for (const button of form.querySelectorAll('button')) button.disabled = false;
}

function show(text) {
  const next = new DOMParser().parseFromString(text, 'text/html');
  document.title = next.title;
  document.querySelector('main').replaceWith(next.querySelector('main'));
  document.querySelector('.govuk-error-summary')?.focus();
}

form.addEventListener('submit', (event) => {
  const file = form.querySelector('input[type=file]').files[0];
  if (file === undefined) return;
  event.preventDefault();
  const request = new XMLHttpRequest();
  request.open('POST', form.action);
  request.upload.addEventListener('progress', ({ loaded, total }) => {
    bar.querySelector('progress').value = Math.floor((loaded * 100) / total);
  });
  request.addEventListener('load', () => {
    if (request.responseURL !== form.action) location.assign(request.responseURL);
    else if (request.status < 500) show(request.responseText);
    else failed();
  });
  request.addEventListener('error', failed);
  bar.hidden = false;
  say.textContent = form.dataset.sending;
  request.send(new FormData(form));
  for (const button of form.querySelectorAll('button')) button.disabled = true;
});
