import { Injectable, ParseIntPipe, type ArgumentMetadata } from '@nestjs/common';
import { RefusalException } from './refusal-exception.js';

/** What the database counts to. */
const MOST = 2_147_483_647;

/** The number of something among its siblings, as addresses name it, from 1. Edge: beyond what the database counts to there is nothing, and it is not asked. */
@Injectable()
export class NumberPipe extends ParseIntPipe {
  override async transform(value: string, metadata: ArgumentMetadata): Promise<number> {
    const n = await super.transform(value, metadata) ?? 0;
    if (n < 1 || n > MOST) throw new RefusalException({ code: 'http.not_found', params: {} });
    return n;
  }
}
