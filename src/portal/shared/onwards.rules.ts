/** Only an address of our own: a link in a mail must not lead through the sign-in to somewhere else. */
export const onwards = (next: unknown, language: string): string =>
  (typeof next === 'string' && next.length < 500 && /^\/(en|ko|fr)(\/[\w./?=&%-]*)?$/.test(next) && !/\/sign-|\.\.|\/\//.test(next) ? next : `/${language}/start`);
