import globalSetup from './global-setup.mjs';
import { prepareChromium } from './chromium.mjs';

export default async function pagesSetup() {
  await Promise.all([globalSetup(), prepareChromium()]);
}
