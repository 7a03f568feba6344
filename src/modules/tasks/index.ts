export { TaskBook, type TaskView } from './task-book.service.js';
export { TasksModule } from './tasks.module.js';
export { SETTLED_BY, TASK_KINDS, TASK_STATES, type TaskKind, type TaskState } from './tasks.rules.js';
