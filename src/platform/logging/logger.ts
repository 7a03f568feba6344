import { pino, type Logger } from 'pino';

/** The only fields a log line may carry: ids, names of things, counts. Anything else is dropped, whatever it is called. */
const ALLOWED = [
  'requestId', 'method', 'route', 'status', 'durationMs', 'actor', 'code', 'job', 'event', 'count', 'port', 'host', 'migration', 'errorName', 'errorCode', 'at',
] as const;
export type LogFields = Partial<Record<(typeof ALLOWED)[number], string | number>>;

/** Account and card numbers are runs of digits; nothing we log on purpose is that long. */
const scrub = (text: string): string => text.replace(/\d[\d -]{8,20}\d/g, (run) => (run.replace(/\D/g, '').length >= 10 ? '[digits]' : run));

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

/** An error nobody expected: its kind and its place, never its message (a driver's message may carry parameters). */
export function reportDefect(requestId: string, error: unknown): void {
  const code = (error as { code?: unknown } | null)?.code;
  log.error('defect', {
    requestId, errorName: error instanceof Error ? error.name : typeof error, at: place(error), ...(typeof code === 'string' ? { errorCode: code } : {}),
  });
}
