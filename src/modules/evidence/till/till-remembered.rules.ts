/**
 * What a pure function said of a text, for texts that come again and again: the day of a hundred lines, the zone of all of them.
 * Bounded: when so many are remembered, all are forgotten. A function of the text alone, so remembering changes nothing but the time taken.
 */
export function remembering<T>(read: (text: string) => T): (text: string) => T {
  const said = new Map<string, T>();
  return (text) => {
    const before = said.get(text);
    if (before !== undefined) return before;
    const now = read(text);
    if (said.size >= MOST_REMEMBERED) said.clear();
    if (text.length <= LONGEST_REMEMBERED) said.set(text, now);
    return now;
  };
}

const MOST_REMEMBERED = 1_024;
const LONGEST_REMEMBERED = 64;
