// Enhancement only: every page works without this file.
import { Button, ErrorSummary, NotificationBanner, PasswordInput, Radios, Checkboxes, SkipLink, createAll } from './govuk-frontend.min.js';

for (const component of [Button, ErrorSummary, NotificationBanner, Radios, Checkboxes, SkipLink]) createAll(component);
const words = document.querySelector('.govuk-password-input');
if (words) createAll(PasswordInput);
