import { defineCatalogue } from '../../core/errors/index.js';

export const HANDOVERS_ERRORS = defineCatalogue({
  'handovers.not_found': { kind: 'missing', title: 'Nothing here', detail: 'There is nothing at this address that you may see.' },
  'handovers.code_unknown': { kind: 'meaning', title: 'The code does not work', detail: 'The code is wrong, was used, or is older than 30 minutes. Ask for a new one on the other device.' },
});
