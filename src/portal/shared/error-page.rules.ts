/** Which page says a refusal, by its status; everything else is "something went wrong", and says whether it is theirs or ours. */
const PAGE_OF: Readonly<Record<number, string>> = { 403: 'forbidden', 404: 'missing', 409: 'changed', 412: 'changed', 429: 'later', 503: 'away' };
/** Links of letters, that were good once or until a day: whoever holds one may know what became of it. */
const LINKS = /\.[a-z_]*link_(?:dead|unknown)$/;
/** Pages whose own words are all that is to be said: more would tell of what is not theirs to see, or say it twice. */
const SAY_ALL = new Set(['missing', 'defect', 'away']);

/** The page of a refusal, and whether the refusal's own sentence stands on it as the reason. */
export function errorPageOf(status: number, code: string): { kind: string; why: boolean } {
  const kind = status === 404 && LINKS.test(code) ? 'link' : PAGE_OF[status] ?? (status >= 500 ? 'defect' : 'unreadable');
  return { kind, why: !SAY_ALL.has(kind) && code !== 'access.permission' };
}
