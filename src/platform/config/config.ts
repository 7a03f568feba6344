import { isIP } from 'node:net';
import { isAbsolute } from 'node:path';
import { readKeyring } from '../crypto/keyring.js';
import { readSigningKey } from '../crypto/signing-key.js';
import { SCHEMA_CHECKS, type SchemaSettings } from '../payment-files/pain-schema.js';
import { clamdPlace, type ClamdPlace } from '../scanner/clamd-scanner.js';

/** How many people an installation has for duties that exclude each other, from few to many. */
export const DUTY_PROFILES = ['small', 'standard', 'strict'] as const;
export type DutyProfile = (typeof DUTY_PROFILES)[number];

/** Somebody outside, by name and address of mail. */
export interface OutsideReviewer {
  readonly name: string;
  readonly email: string;
}

/** Everything the process is told from outside, read once and checked. */
export interface AppConfig {
  readonly environment: 'development' | 'test' | 'production';
  readonly host: string;
  readonly port: number;
  /** Addresses and networks of the proxies before the port, whose X-Forwarded-For is believed; empty: nobody's is. */
  readonly trustedProxies: readonly string[];
  /** Connection of the application's role; undefined starts the embedded server. */
  readonly databaseUrl: string | undefined;
  /** Connection of the owner: migrations and the queue's schema only. */
  readonly databaseOwnerUrl: string | undefined;
  readonly dataDirectory: string | undefined;
  /** What receipts are signed with; undefined: the key of the data directory. */
  readonly receiptKey: string | undefined;
  /** What account numbers are kept under, as text or in a file; neither: the keys of the data directory, which production does not do. */
  readonly keys: string | undefined;
  readonly keysFile: string | undefined;
  /** Where people reach this installation, without a slash at its end: what letters link to and passkeys are bound to. */
  readonly publicUrl: string;
  /** Where letters are handed over; undefined: they stay in the outbox. */
  readonly smtpUrl: string | undefined;
  /** Whom letters come from, such as `Makegood <claims@operator.example>`. */
  readonly mailFrom: string;
  /** Where the schemas of payment files lie, and whether a file may leave that could not be checked by one. */
  readonly paymentSchemas: SchemaSettings;
  /** The ClamAV daemon that looks into uploaded files; undefined: nobody does, and the pages say so. */
  readonly clamav: ClamdPlace | undefined;
  /** Where text messages are handed over, and the token that opens it; undefined: they stay in the outbox. */
  readonly smsUrl: string | undefined;
  readonly smsToken: string | undefined;
  /** What notices of delivery are signed with; undefined: none are taken. */
  readonly mailEventsSecret: string | undefined;
  /** How long the words of a settled letter are kept. */
  readonly letterDays: number;
  /** Text messages in an hour, of all together: what a flood of forms may cost at most. */
  readonly smsPerHour: number;
  /** Where private persons turn to, who are not served here: an address of mail or of the web, or a telephone number. */
  readonly otherContact: string | undefined;
  /** Names and addresses of the operator's own machines that feeds of downtime may be fetched from, though they are not on the public internet. */
  readonly feedHosts: ReadonlySet<string>;
  readonly poolSize: number;
  readonly worker: 'in_process' | 'off';
  readonly demo: boolean;
  /** How often what has fallen due is looked for; 0: only when asked. */
  readonly sweepSeconds: number;
  /** How long a claim waits between assessment and a decision by rule. */
  readonly autoDecisionDelaySeconds: number;
  /** Which duties exclude each other here. */
  readonly dutyProfile: DutyProfile;
  /** Who hears a second objection where there are too few people for it. */
  readonly outsideReviewer: OutsideReviewer | undefined;
  /** How many days a business has to answer whether an agent acts for it. */
  readonly mandateTermDays: number;
  readonly logLevel: 'silent' | 'error' | 'warn' | 'info' | 'debug';
}

/** A setting that cannot be used. Names the variable, never its value: values may be secrets. */
export class ConfigError extends Error {
  constructor(readonly variables: readonly string[], sentences: readonly string[]) {
    super(sentences.join('\n'));
    this.name = 'ConfigError';
  }
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Edge: `10.0.0.0/0` is everybody, and refused. */
function isNetwork(text: string): boolean {
  if (['loopback', 'linklocal', 'uniquelocal'].includes(text)) return true;
  const [address = '', prefix, ...more] = text.split('/');
  const most = { 0: 0, 4: 32, 6: 128 }[isIP(address)] ?? 0;
  return most > 0 && more.length === 0 && (prefix === undefined || (/^[1-9]\d{0,2}$/.test(prefix) && Number.parseInt(prefix, 10) <= most));
}

class Settings {
  readonly faults = new Map<string, string>();

  constructor(private readonly environment: Environment) {}

  text(name: string): string | undefined {
    const value = this.environment[name]?.trim();
    return value === '' ? undefined : value;
  }

  /** A folder by its whole path: what it is relative to would be another one for each process. */
  folder(name: string): string | undefined {
    const folder = this.text(name);
    if (folder !== undefined && !isAbsolute(folder)) this.faults.set(name, `${name} must be an absolute path.`);
    return folder;
  }

  choice<T extends string>(name: string, choices: readonly T[], byDefault: T): T {
    const value = this.text(name) ?? byDefault;
    if ((choices as readonly string[]).includes(value)) return value as T;
    this.faults.set(name, `${name} must be one of ${choices.join(', ')}.`);
    return byDefault;
  }

  whole(name: string, byDefault: number, least: number, most: number): number {
    const text = this.text(name);
    if (text === undefined) return byDefault;
    const value = /^\d{1,9}$/.test(text) ? Number.parseInt(text, 10) : Number.NaN;
    if (value >= least && value <= most) return value;
    this.faults.set(name, `${name} must be a whole number from ${least} to ${most}.`);
    return byDefault;
  }

  secret(name: string, least: number): string | undefined {
    const text = this.text(name);
    if (text !== undefined && text.length < least) this.faults.set(name, `${name} must have at least ${least} characters: openssl rand -base64 32`);
    return text;
  }

  signingKey(name: string): string | undefined {
    const text = this.text(name);
    try {
      if (text !== undefined) readSigningKey(text);
    } catch {
      this.faults.set(name, `${name} must be an Ed25519 private key, PKCS #8 in base64: openssl genpkey -algorithm ed25519 -outform DER | base64 -w0`);
    }
    return text;
  }

  /** Checked here, so that a server that could not read an account number does not start. */
  keyring(name: string): string | undefined {
    const text = this.text(name);
    try {
      if (text !== undefined) readKeyring(text);
    } catch {
      this.faults.set(name, `${name} must hold the keys that account numbers are kept under, one or more "seal:…" and one "index:…": npm run -s cli -- keys make`);
    }
    return text;
  }

  /** An address of the web or of a mail server, without what follows its last slash. */
  address(name: string, schemes: readonly string[]): string | undefined {
    const text = this.text(name)?.replace(/\/+$/, '');
    if (text === undefined) return undefined;
    if (!URL.canParse(text) || !schemes.includes(new URL(text).protocol)) this.faults.set(name, `${name} must be an address that begins with ${schemes.map((scheme) => `${scheme}//`).join(' or ')}.`);
    return text;
  }

  /** Never everybody: an address that each sender writes for itself would be no limit. */
  networks(name: string): readonly string[] {
    const networks = (this.text(name) ?? '').split(',').map((part) => part.trim()).filter((part) => part !== '');
    if (!networks.every(isNetwork)) this.faults.set(name, `${name} must list addresses or networks of proxies: 10.0.0.7,192.168.0.0/16,fd00::/8 (or loopback, linklocal, uniquelocal).`);
    return networks;
  }

  clamav(name: string): ClamdPlace | undefined {
    const text = this.text(name);
    const place = text === undefined ? undefined : clamdPlace(text);
    if (text !== undefined && place === undefined) this.faults.set(name, `${name} must be tcp://host:3310 or unix:/path/to/clamd.ctl.`);
    return place;
  }

  /** `Name <address>`. */
  person(name: string): OutsideReviewer | undefined {
    const text = this.text(name);
    const { who, email } = /^(?<who>[^<>@]+?)\s*<(?<email>[^\s<>@]+@[^\s<>@]+)>$/.exec(text ?? '')?.groups ?? {};
    if (text !== undefined && email === undefined) this.faults.set(name, `${name} must be a name and an address: Claims Panel <panel@example.org>.`);
    return who === undefined || email === undefined ? undefined : { name: who, email };
  }

  url(name: string, required: boolean): string | undefined {
    const text = this.text(name);
    if (text === undefined) {
      if (required) this.faults.set(name, `${name} is required in production: postgres://user:password@host:port/database.`);
      return undefined;
    }
    if (!/^postgres(ql)?:\/\/\S+$/.test(text)) this.faults.set(name, `${name} is not a PostgreSQL address (postgres://…).`);
    return text;
  }
}

/** Who decides what depends on how many there are: a body outside hears a second objection only where the people here are too few to. */
function duties(settings: Settings): Pick<AppConfig, 'dutyProfile' | 'outsideReviewer'> {
  const [dutyProfile, outsideReviewer] = [settings.choice('DUTY_PROFILE', DUTY_PROFILES, 'standard'), settings.person('OUTSIDE_REVIEWER')];
  if (outsideReviewer !== undefined && dutyProfile !== 'small') {
    settings.faults.set('OUTSIDE_REVIEWER', `OUTSIDE_REVIEWER is for DUTY_PROFILE=small only: with "${dutyProfile}" people of the operator hear a second objection. Set DUTY_PROFILE=small, or leave OUTSIDE_REVIEWER out.`);
  }
  return { dutyProfile, outsideReviewer };
}

function accountKeys(settings: Settings, required: boolean): Pick<AppConfig, 'keys' | 'keysFile'> {
  const [keys, keysFile] = [settings.keyring('MAKEGOOD_KEYS'), settings.text('MAKEGOOD_KEYS_FILE')];
  if (required && keys === undefined && keysFile === undefined && !settings.faults.has('MAKEGOOD_KEYS')) {
    settings.faults.set('MAKEGOOD_KEYS', 'MAKEGOOD_KEYS or MAKEGOOD_KEYS_FILE is required in production: the keys that account numbers are kept under. npm run -s cli -- keys make');
  }
  return { keys, keysFile };
}

/** How this installation and people reach each other. */
function reachingPeople(settings: Settings, port: number): Pick<AppConfig, 'publicUrl' | 'smtpUrl' | 'mailFrom' | 'smsUrl' | 'smsToken' | 'mailEventsSecret' | 'letterDays' | 'smsPerHour' | 'otherContact'> {
  const smtpUrl = settings.address('SMTP_URL', ['smtp:', 'smtps:']);
  const mailFrom = settings.text('MAIL_FROM');
  if (smtpUrl !== undefined && !/^[^<>@]*<?[^\s<>@]+@[^\s<>@]+>?$/.test(mailFrom ?? '')) settings.faults.set('MAIL_FROM', 'MAIL_FROM is required with SMTP_URL: Name <claims@operator.example>.');
  return {
    publicUrl: settings.address('PUBLIC_URL', ['http:', 'https:']) ?? `http://localhost:${port}`,
    smtpUrl,
    mailFrom: mailFrom ?? 'Makegood <makegood@localhost>',
    smsUrl: settings.address('SMS_URL', ['https:', 'http:']),
    smsToken: settings.text('SMS_TOKEN'),
    mailEventsSecret: settings.secret('MAIL_EVENTS_SECRET', 32),
    letterDays: settings.whole('LETTER_DAYS', 365, 1, 36_500),
    smsPerHour: settings.whole('SMS_PER_HOUR', 600, 1, 1_000_000),
    otherContact: settings.text('OTHER_CONTACT'),
  };
}

/**
 * Reads and checks the configuration; all faults at once. What production needs has no default there.
 * Throws ConfigError. Edge: an empty variable is the same as none.
 */
export function readConfig(environment: Environment = process.env): AppConfig {
  const settings = new Settings(environment);
  const mode = settings.choice('NODE_ENV', ['development', 'test', 'production'], 'development');
  const production = mode === 'production';
  const dataDirectory = settings.folder('MAKEGOOD_DATA_DIR');
  const databaseUrl = settings.url('DATABASE_URL', production);
  const databaseOwnerUrl = settings.url('DATABASE_OWNER_URL', false);
  const port = settings.whole('PORT', 3000, 0, 65_535);
  const config: AppConfig = {
    environment: mode,
    host: settings.text('HOST') ?? '127.0.0.1',
    port,
    trustedProxies: settings.networks('TRUSTED_PROXIES'),
    databaseUrl,
    databaseOwnerUrl,
    dataDirectory,
    receiptKey: settings.signingKey('MAKEGOOD_RECEIPT_KEY'),
    ...accountKeys(settings, production),
    ...reachingPeople(settings, port),
    // Without the schemas an operator can practise on a fresh machine; in production a file that nobody checked needs somebody's word for it.
    paymentSchemas: { directory: settings.folder('PAYMENT_SCHEMAS_DIR'), check: settings.choice('PAYMENT_SCHEMA_CHECK', SCHEMA_CHECKS, production ? 'required' : 'when_present') },
    clamav: settings.clamav('CLAMAV_URL'),
    feedHosts: new Set((settings.text('FEED_HOSTS') ?? '').toLowerCase().split(/[\s,]+/).filter((host) => host !== '')),
    poolSize: settings.whole('DATABASE_POOL', 12, 3, 200),
    worker: settings.choice('WORKER', ['in_process', 'off'], 'in_process'),
    demo: settings.choice('DEMO', ['on', 'off'], production ? 'off' : 'on') === 'on',
    ...duties(settings),
    mandateTermDays: settings.whole('MANDATE_TERM_DAYS', 30, 2, 365),
    sweepSeconds: settings.whole('SWEEP_SECONDS', 60, 0, 3_600),
    autoDecisionDelaySeconds: settings.whole('AUTO_DECISION_DELAY_SECONDS', production ? 86_400 : 0, 0, 90 * 86_400),
    logLevel: settings.choice('LOG_LEVEL', ['silent', 'error', 'warn', 'info', 'debug'], mode === 'test' ? 'silent' : 'info'),
  };
  if (settings.faults.size > 0) throw new ConfigError([...settings.faults.keys()], [...settings.faults.values()]);
  return config;
}

/** Injection token: an interface has no runtime value. */
export const APP_CONFIG = Symbol('AppConfig');
