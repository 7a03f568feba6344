import { ChoiceField, TextField } from '../../../platform/http/fields.js';
import { CursorQuery } from '../../../platform/http/page.js';
import { TASK_STATES, type TaskState } from '../tasks.rules.js';

export class TasksQuery extends CursorQuery {
  @ChoiceField(TASK_STATES, { optional: true, about: 'Left out: open ones' }) state?: TaskState;
}

export class SettleTaskDto {
  @TextField({ max: 2_000, about: 'What became of it and why', example: 'The till was down all day; what was granted stays' }) note!: string;
}
