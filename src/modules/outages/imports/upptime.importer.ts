import { walkedJson } from './feed-node.rules.js';
import type { FeedImporter } from './feed.rules.js';

const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** Upptime `history/summary.json`: minutes down by day of UTC and site. A check of what the register says; without intervals it makes no line. */
export const readUpptime: FeedImporter = (bytes) => walkedJson(bytes, (root) => {
  const checks = root.list().flatMap((site) => {
    const component = site.either('slug', 'name').text();
    return site.at('dailyMinutesDown').entries().map(([day, minutes]) => {
      if (!DAY.test(day)) minutes.refuse('a day such as 2026-08-18');
      const minutesDown = minutes.whole();
      return { component, day, minutesDown: minutesDown < 0 || minutesDown > 1_440 ? minutes.refuse('0 to 1,440 minutes') : minutesDown };
    });
  });
  return { lines: [], checks, precision: 'day', notes: [] };
});
