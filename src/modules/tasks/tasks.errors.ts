import { defineCatalogue } from '../../core/errors/index.js';

export const TASKS_ERRORS = defineCatalogue({
  'tasks.not_found': { kind: 'missing', title: 'No such task', detail: 'There is no task at this address.' },
  'tasks.done_already': { kind: 'state', title: 'It is settled already', detail: 'Somebody has settled this task; what was written then stays.' },
  'tasks.supervisors_only': { kind: 'forbidden', title: 'A supervisor settles this', detail: 'Two people saw a decision differently. A supervisor looks at both and writes what comes of it.' },
  'tasks.not_yours': { kind: 'forbidden', title: 'Others settle this', detail: 'Tasks about claims are settled by those who work on claims, tasks about money by finance.' },
});
