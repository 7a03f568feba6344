import { Injectable } from '@nestjs/common';
import { formatInstant, type Instant } from '../../core/time/index.js';
import type { Reader, Tx } from '../../platform/database/tx.js';
import type { TaskFigures, TaskKind, TaskState, TaskSubjectType } from './tasks.rules.js';

export interface NewTask {
  readonly kind: TaskKind;
  readonly subject: { readonly type: TaskSubjectType; readonly id: string };
  /** What gave rise to it; with kind and subject, what makes it one and the same. */
  readonly cause: { readonly type: string; readonly id: string };
  /** Codes, most important first. */
  readonly reasons: readonly string[];
  /** Where money is in question. */
  readonly figures?: TaskFigures;
}

export interface TaskRow {
  readonly id: string;
  readonly kind: TaskKind;
  readonly subjectType: TaskSubjectType;
  readonly subjectId: string;
  readonly causeType: string;
  readonly causeId: string;
  readonly reasons: readonly string[];
  readonly figures: TaskFigures | null;
  readonly createdAt: Instant;
  readonly state: TaskState;
  readonly doneBy: string | null;
  readonly doneAt: Instant | null;
  readonly note: string | null;
  readonly version: number;
}

const ms = (column: string): string => `(extract(epoch FROM ${column}) * 1000)::float8`;
const COLUMNS = `
  id, kind, subject_type AS "subjectType", subject_id AS "subjectId", cause_type AS "causeType", cause_id AS "causeId", reasons, figures, ${ms('created_at')} AS "createdAt",
  state, done_by AS "doneBy", ${ms('done_at')} AS "doneAt", (SELECT body FROM text_body WHERE digest = note_digest) AS note, version`;

@Injectable()
export class TasksRepository {
  /** Answers with nothing when there is one already. */
  async add(tx: Tx, { kind, subject, cause, reasons, figures }: NewTask, at: Instant): Promise<string | undefined> {
    const [row] = await tx.query<{ id: string }>(`
      INSERT INTO task (kind, subject_type, subject_id, cause_type, cause_id, reasons, figures, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
      ON CONFLICT (kind, subject_id, cause_id) DO NOTHING RETURNING id`,
    [kind, subject.type, subject.id, cause.type, cause.id, reasons, figures === undefined ? null : JSON.stringify(figures), formatInstant(at)]);
    return row?.id;
  }

  async find(reader: Reader, id: string): Promise<TaskRow | undefined> {
    const [row] = await reader.query<TaskRow>(`SELECT ${COLUMNS} FROM task WHERE id = $1`, [id]);
    return row;
  }

  async lock(tx: Tx, id: string): Promise<TaskRow | undefined> {
    const [row] = await tx.query<TaskRow>(`SELECT ${COLUMNS} FROM task WHERE id = $1 FOR NO KEY UPDATE`, [id]);
    return row;
  }

  /** Oldest first, so that nothing waits unseen. */
  page(reader: Reader, wanted: { state: TaskState; after?: string; limit: number }): Promise<TaskRow[]> {
    return reader.query<TaskRow>(`SELECT ${COLUMNS} FROM task WHERE state = $1 AND ($2::uuid IS NULL OR id > $2) ORDER BY id LIMIT $3`, [wanted.state, wanted.after ?? null, wanted.limit]);
  }

  /** Open and settled ones about something, oldest first. */
  about(reader: Reader, subject: NewTask['subject']): Promise<TaskRow[]> {
    return reader.query<TaskRow>(`SELECT ${COLUMNS} FROM task WHERE subject_type = $1 AND subject_id = $2 ORDER BY id LIMIT 100`, [subject.type, subject.id]);
  }

  async counts(reader: Reader): Promise<ReadonlyMap<TaskState, number>> {
    const rows = await reader.query<{ state: TaskState; count: number }>('SELECT state, count(*)::int AS count FROM task GROUP BY state');
    return new Map(rows.map(({ state, count }) => [state, count]));
  }

  async settle(tx: Tx, id: string, by: { userId: string; noteDigest: string; at: Instant }): Promise<void> {
    await tx.execute(`UPDATE task SET state = 'done', done_by = $2, note_digest = $3, done_at = $4, version = version + 1 WHERE id = $1`,
      [id, by.userId, by.noteDigest, formatInstant(by.at)]);
  }
}
