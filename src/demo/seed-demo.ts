import { setTimeout as pause } from 'node:timers/promises';
import { SystemClock } from '../platform/clock/clock.js';
import type { AppConfig } from '../platform/config/config.js';
import type { Database } from '../platform/database/database.js';
import { openAgentDesk } from './agent-desk.js';
import { tellCanalis } from './canalis-story.js';
import { DEMO_PEOPLE } from './demo-people.js';
import { seedHarbourline } from './harbourline.js';
import { proposeChange } from './proposed-change.js';
import { STORY_BEGINS, tellKakaoStory } from './kakao-story.js';
import { leaveUnfinished } from './policy-drafts.js';
import { openPayingAccount, poundAccount } from './money-out.js';
import { onStage } from './stage.js';

const SEED_LOCK = 7_263_401_119;

/** Writes the demo: first the story of Kakao's outage, told up to the present, then money out in euros at Canalis, then Harbourline, whose claim the README files, then a rule that waits to be changed and another that is still being written. */
export async function seedDemo(config: AppConfig, policyFolder: string): Promise<void> {
  const now = new SystemClock().now();
  await onStage(config, STORY_BEGINS, now, async (stage) => {
    await tellKakaoStory(stage, policyFolder);
    await tellCanalis(stage, policyFolder);
    stage.clock.moveTo(now);
    const { fundId } = await seedHarbourline(stage.app, stage.cast);
    await openPayingAccount(stage, poundAccount([fundId]));
    await openAgentDesk(stage);
    await leaveUnfinished(stage, policyFolder);
    // Last: a run that the register has moved on from would be out of date.
    await proposeChange(stage.app, stage.cast, DEMO_PEOPLE.policyAuthor, policyFolder);
  });
}

/** Seeds an empty database once, however many start at once: one writes, the others wait until it is done. */
export async function seedWhenEmpty(database: Database, config: AppConfig, policyFolder: string): Promise<void> {
  await database.withSession(async (session) => {
    for (;;) {
      const [row] = await session.query<{ mine: boolean }>('SELECT pg_try_advisory_lock($1) AS mine', [SEED_LOCK]);
      if (row?.mine === true) break;
      await pause(100);
    }
    try {
      if (await isEmpty(database)) await seedDemo(config, policyFolder);
    } finally {
      await session.query('SELECT pg_advisory_unlock($1)', [SEED_LOCK]);
    }
  });
}

/** Whether anybody has used this database: a demo is only ever written into an empty one. */
async function isEmpty(database: Database): Promise<boolean> {
  const [row] = await database.reader.query<{ used: boolean }>('SELECT EXISTS (SELECT FROM app_user) AS used');
  return row?.used === false;
}
