import { NestFactory } from '@nestjs/core';
import type { INestApplicationContext } from '@nestjs/common';
import { AppModule } from '../app.module.js';
import { instant, type Instant } from '../core/time/index.js';
import { FixedClock } from '../platform/clock/clock.js';
import type { AppConfig } from '../platform/config/config.js';
import { Jobs } from '../platform/jobs/jobs.js';
import { Cast } from './cast.js';

/** Where a story is played: an application of its own whose clock stands where the story is. */
export interface Stage {
  readonly app: INestApplicationContext;
  readonly clock: FixedClock;
  readonly cast: Cast;
  /** The instant at which the story ends: the present. */
  readonly now: Instant;
  /** From here on a rule waits this long before it decides, as it does outside a demo. */
  letRulesWait(seconds: number): void;
}

/**
 * Plays a story from the past on the database of `config`. The application that serves people never has a clock that can be
 * moved; this one has, runs no jobs of others, and is closed when the story is told.
 */
export async function onStage<T>(config: AppConfig, begins: Instant, now: Instant, story: (stage: Stage) => Promise<T>): Promise<T> {
  const clock = new FixedClock(begins);
  const settings = { ...config, worker: 'off' as const, autoDecisionDelaySeconds: 0 };
  const app = await NestFactory.createApplicationContext(AppModule.with(settings, clock), { logger: false });
  try {
    await app.get(Jobs).open();
    return await story({
      app, clock, now: instant(now), cast: new Cast(app),
      letRulesWait: (seconds) => { settings.autoDecisionDelaySeconds = seconds; },
    });
  } finally {
    await app.close();
  }
}
