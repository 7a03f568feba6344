import { pino, type Logger } from 'pino';

/** The only fields a log line may carry: ids, names of things, counts. Anything else is dropped, whatever it is called. */
const ALLOWED = [
  'requestId', 'method', 'route', 'status', 'durationMs', 'actor', 'code', 'job', 'event', 'count', 'port', 'host', 'migration', 'errorName', 'errorCode', 'at',
] as const;
export type LogFields = Partial<Record<(typeof ALLOWED)[number], string | number>>;

const UUID_OR_DIGITS = /\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b|\d[\d -]{8,20}\d/g;

/** Account and card numbers are runs of digits; of what we log on purpose only an id may hold as many. */
const scrub = (text: string): string => text.replace(UUID_OR_DIGITS, (run) => (/[a-f]|^.{36}$/.test(run) || run.replace(/\D/g, '').length < 10 ? run : '[digits]'));

const onlyAllowed = (fields: LogFields): LogFields =>
  Object.fromEntries(ALLOWED.flatMap((name) => {
    const value = fields[name];
    return value === undefined ? [] : [[name, typeof value === 'string' ? scrub(value) : value]];
  }));

let sink: Logger = pino({ level: 'silent' });

export function openLog(level: string, destination?: NodeJS.WritableStream): void {
  sink = destination === undefined ? pino({ level, base: null }) : pino({ level, base: null }, destination);
}

export const log = {
  info: (message: string, fields: LogFields = {}): void => sink.info(onlyAllowed(fields), scrub(message)),
  warn: (message: string, fields: LogFields = {}): void => sink.warn(onlyAllowed(fields), scrub(message)),
  error: (message: string, fields: LogFields = {}): void => sink.error(onlyAllowed(fields), scrub(message)),
};

/** First line of our own code in a stack: where to look, without what was in the variables. */
const place = (error: unknown): string =>
  (error instanceof Error ? error.stack?.split('\n').find((line) => /\/(src|dist)\//.test(line))?.trim() : undefined) ?? 'unknown';

/** A code or a name as programs have them: anything else is somebody's text. */
const isPlain = (text: unknown): text is string => typeof text === 'string' && /^\w{1,60}$/.test(text);

/** An error nobody expected: its kind and its place, never its message (a driver's message may carry parameters). */
export function reportDefect(requestId: string, error: unknown): void {
  const code = (error as { code?: unknown } | null)?.code;
  log.error('defect', {
    requestId, errorName: error instanceof Error && isPlain(error.name) ? error.name : typeof error, at: place(error), ...(isPlain(code) ? { errorCode: code } : {}),
  });
}
