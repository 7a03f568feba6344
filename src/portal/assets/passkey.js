// Carries what the page asks to the device, and what the device answers into the page's form. Where devices cannot do this, the form
// stays hidden and the page says so.
import { browserSupportsWebAuthn, startAuthentication, startRegistration } from './simplewebauthn.js';

const form = document.querySelector('[data-passkey]');
const stopped = document.querySelector('[data-passkey-stopped]');

async function ask(event) {
  event.preventDefault();
  stopped.hidden = true;
  const optionsJSON = JSON.parse(form.dataset.passkeyOptions);
  try {
    const answer = form.dataset.passkey === 'add' ? await startRegistration({ optionsJSON }) : await startAuthentication({ optionsJSON });
    form.elements.response.value = JSON.stringify(answer);
  } catch {
    stopped.hidden = false;
    return;
  }
  // Without the event again, so that this runs once.
  form.submit();
}

if (browserSupportsWebAuthn()) {
  form.hidden = false;
  document.querySelector('[data-passkey-without]').hidden = true;
  form.addEventListener('submit', ask);
}
