import { Injectable } from '@nestjs/common';
import type { Refusal } from '../../core/errors/index.js';
import type { Context } from '../access/context.js';

/** Work that goes on after its request was answered, as whoever asked for it sees it. */
export interface LongJobView {
  readonly self: string;
  readonly id: string;
  readonly kind: string;
  readonly state: 'running' | 'done' | 'failed';
  /** How far it is, in a unit of its kind. */
  readonly doneCount: number;
  readonly totalCount: number;
  /** Where its result lies. */
  readonly result?: string;
  readonly refusal?: Refusal;
}

/** Answers with a job of its kind, if there is one that this actor may see. */
export type ShowsJob = (ctx: Context, id: string) => Promise<LongJobView | undefined>;

/** Long jobs of every kind at one address; each kind keeps its own rows and knows who may see them. */
@Injectable()
export class LongJobs {
  readonly #kinds: ShowsJob[] = [];

  show(kind: ShowsJob): void {
    this.#kinds.push(kind);
  }

  async find(ctx: Context, id: string): Promise<LongJobView | undefined> {
    for (const kind of this.#kinds) {
      const found = await kind(ctx, id);
      if (found !== undefined) return found;
    }
    return undefined;
  }
}
