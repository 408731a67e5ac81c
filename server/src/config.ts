import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';

const port = z.coerce.number().int().min(0).max(65_535);
const count = (min: number, max: number) => z.coerce.number().int().min(min).max(max);
const address = z.string().regex(/^[^\s:]+:\d{1,5}$/, 'Give host:port.');
const flag = z.stringbool();
const list = z.string().transform((text) =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== ''),
);
const origin = z
  .url({ protocol: /^https?$/ })
  .refine((url) => new URL(url).pathname === '/' && new URL(url).search === '', 'Give only scheme, host and port.')
  .transform((url) => new URL(url).origin);

const defaultDataDir = process.getuid?.() === 0 ? '/var/lib/castellan' : join(homedir(), '.castellan');

/** A setting's meaning, for the documentation and `castellan doctor`; `secret` ones may come as `<NAME>_FILE` and are never shown. */
type Meaning = {
  about: string;
  secret?: boolean;
};
const meanings = z.registry<Meaning>();

function setting<S extends z.ZodType>(schema: S, about: string): S {
  meanings.add(schema as z.ZodType, { about });
  return schema;
}

function secret<S extends z.ZodType>(schema: S, about: string): S {
  meanings.add(schema as z.ZodType, { about, secret: true });
  return schema;
}

/** Every setting, by the name of its environment variable. */
export const settings = z.object({
  MODE: setting(z.enum(['all', 'api', 'worker']).default('all'), 'Which half of the server this process is'),
  HOST: setting(z.string().default('127.0.0.1'), 'Address to listen at; 0.0.0.0 for all'),
  PORT: setting(port.default(4600), 'Port of the app, the API, webhooks and MCP'),
  HOOKS_PORT: setting(port.optional(), 'A second port that serves only /hooks, for the internet'),
  PUBLIC_URL: setting(origin.optional(), 'Where people and vendors reach this server; every link is made from it'),
  TRUST_PROXY: setting(count(0, 10).default(0), 'How many proxies stand in front, whose X-Forwarded-For counts'),
  DATA_DIR: setting(z.string().min(1).default(defaultDataDir), 'Folder of everything that is kept in files'),
  LOG_LEVEL: setting(
    z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
    'What is logged',
  ),
  DATABASE_URL: secret(
    z.url({ protocol: /^postgres(ql)?$/ }).optional(),
    'Postgres 14 or newer; embedded when left out',
  ),
  POOL_SIZE: setting(count(2, 200).default(20), 'Connections to Postgres of this process'),
  INTAKE_POOL_SIZE: setting(count(1, 100).default(8), 'Connections to Postgres for webhooks'),
  TEMPORAL_ADDRESS: setting(address.optional(), 'Temporal server; embedded when left out'),
  TEMPORAL_NAMESPACE: setting(z.string().min(1).default('default'), 'Temporal namespace'),
  TEMPORAL_TLS: setting(flag.default(false), 'Reach Temporal by TLS'),
  TEMPORAL_TLS_CERT: secret(z.string().optional(), 'Client certificate for Temporal, PEM'),
  TEMPORAL_TLS_KEY: secret(z.string().optional(), 'Key of the client certificate, PEM'),
  TEMPORAL_API_KEY: secret(z.string().min(1).optional(), 'API key of Temporal Cloud'),
  ENCRYPTION_KEY: secret(
    z.string().optional(),
    'Key that seals secrets: 32 bytes as base64 or hex; made in DATA_DIR/key when left out',
  ),
  ENCRYPTION_KEY_PREVIOUS: secret(
    z.string().optional(),
    'To change the key: the one before it, until a start has taken the new one over',
  ),
  HTTPS_PROXY: setting(z.url().optional(), 'Proxy for calls to vendors'),
  NO_PROXY: setting(list.default([]), 'Hosts that are called without the proxy'),
  EGRESS_ALLOW: setting(
    list.pipe(z.array(address)).default([]),
    'host:port,… inside private networks that flows may call',
  ),
  EGRESS_DNS: setting(z.string().optional(), 'Resolver for the hosts that flows call'),
  EGRESS_CA: setting(z.string().optional(), 'File with further certificate authorities, PEM'),
  SIMULATORS_SOCKET: setting(z.string().optional(), 'Socket file of the vendor simulators'),
  TEMPLATES_DIR: setting(
    z.string().min(1).optional(),
    'A folder with templates of your own, beside those of the release',
  ),
  SIMULATORS_URL: setting(z.url().optional(), 'Address of vendor simulators that run elsewhere'),
  RUNS_PER_CARRIER: setting(count(1, 100).default(100), 'Runs that one Temporal workflow may host under load'),
  RUNS_PER_WORKSPACE: setting(
    count(1, 100_000).default(1_000),
    'Runs of one workspace that may be at work at a time; more wait in the queue, and those that only wait for people or time do not count',
  ),
  HISTORY_SWEEP_SECONDS: setting(
    count(1, 86_400).default(60),
    'How often ended runs past their time are removed, and what flows hold is counted',
  ),
  SETUP_ADMIN_EMAIL: setting(z.email().optional(), 'First administrator, for unattended set-up'),
  SETUP_ADMIN_PASSWORD: secret(z.string().min(12).optional(), 'Password of the first administrator'),
  SETUP_WORKSPACE: setting(z.string().trim().min(1).max(120).optional(), 'Name of the first workspace'),
});
export type Settings = z.output<typeof settings>;
export type SettingName = keyof Settings;
const names = Object.keys(settings.shape) as SettingName[];

/** One setting with its value (hidden if secret) and where it came from. */
export interface SettingReport {
  name: SettingName;
  about: string;
  value: string | null;
  source: 'environment' | 'file' | 'default';
  problem: string | null;
}

/** Settings that cannot be used, all of them at once. */
export class SettingsError extends Error {
  constructor(readonly problems: string[]) {
    super(problems.join(' '));
    this.name = 'SettingsError';
  }
}

type Environment = Record<string, string | undefined>;

interface Read {
  values: Partial<Record<SettingName, string>>;
  sources: Map<SettingName, SettingReport['source']>;
  problems: Map<SettingName, string>;
}

/** Takes each setting from its variable or, if secret, from the file that `<NAME>_FILE` names. Empty counts as left out. */
function read(env: Environment): Read {
  const result: Read = { values: {}, sources: new Map(), problems: new Map() };
  for (const name of names) {
    const text = env[name];
    const file = isSecret(name) ? env[`${name}_FILE`] : undefined;
    if (text && file) result.problems.set(name, `${name} and ${name}_FILE are both set; keep one.`);
    if (text) {
      result.values[name] = text;
      result.sources.set(name, 'environment');
    } else if (file) {
      result.sources.set(name, 'file');
      try {
        result.values[name] = readFileSync(file, 'utf8').trim();
      } catch (error) {
        result.problems.set(name, `${name}_FILE: ${file} cannot be read (${(error as NodeJS.ErrnoException).code}).`);
      }
    }
  }
  return result;
}

function isSecret(name: SettingName): boolean {
  return meanings.get(settings.shape[name])?.secret === true;
}

function parse(env: Environment): { read: Read; parsed: Settings | null } {
  const found = read(env);
  const result = settings.safeParse(found.values);
  if (result.success) return { read: found, parsed: result.data };
  for (const issue of result.error.issues) {
    const name = issue.path[0] as SettingName;
    if (!found.problems.has(name)) found.problems.set(name, `${name}: ${issue.message}.`.replace(/\.\.$/, '.'));
  }
  return { read: found, parsed: null };
}

/** Every setting with its source and problem, for `castellan doctor`. Secrets are told as set or not, never shown. */
export function describeSettings(env: Environment = process.env): SettingReport[] {
  const { read: found } = parse(env);
  return names.map((name) => {
    const given = found.values[name];
    const fallback = settings.shape[name].safeParse(undefined);
    const shown = given ?? (fallback.success && fallback.data !== undefined ? String(fallback.data) : null);
    return {
      name,
      about: meanings.get(settings.shape[name])?.about ?? '',
      value: isSecret(name) && given !== undefined ? '(set)' : shown,
      source: found.sources.get(name) ?? 'default',
      problem: found.problems.get(name) ?? null,
    };
  });
}

/** The settings, or a SettingsError with every problem. */
export function readSettings(env: Environment = process.env): Settings {
  const { read: found, parsed } = parse(env);
  if (found.problems.size > 0 || parsed === null) throw new SettingsError([...found.problems.values()]);
  return parsed;
}

/** What the server runs with: the settings by the names of the code. */
export class Config {
  constructor(private readonly settings: Settings) {
    const missing = (['DATABASE_URL', 'TEMPORAL_ADDRESS'] as const).filter((name) => settings[name] === undefined);
    if (missing.length > 0) {
      throw new SettingsError(
        missing.map((name) => `${name} is missing; set it, or use “npm start”, which brings its own services.`),
      );
    }
  }

  /** The configuration of this process. */
  static fromEnvironment(env: Environment = process.env): Config {
    return new Config(readSettings(env));
  }

  get mode() {
    return this.settings.MODE;
  }

  /** Serves the API, webhooks and the designer. */
  get servesApi(): boolean {
    return this.settings.MODE !== 'worker';
  }

  /** Hosts runs: dispatcher and Temporal worker. */
  get runsWorker(): boolean {
    return this.settings.MODE !== 'api';
  }

  get host(): string {
    return this.settings.HOST;
  }

  get port(): number {
    return this.settings.PORT;
  }

  get hooksPort(): number | null {
    return this.settings.HOOKS_PORT ?? null;
  }

  /** Origin without a slash at the end; null while nobody has set it (then ask `Addresses`). */
  get publicUrl(): string | null {
    return this.settings.PUBLIC_URL ?? null;
  }

  /** People reach this server by https: cookies are Secure, and browsers are told to stay there. */
  get https(): boolean {
    return this.publicUrl?.startsWith('https:') ?? false;
  }

  get trustProxy(): number {
    return this.settings.TRUST_PROXY;
  }

  get dataDir(): string {
    return this.settings.DATA_DIR;
  }

  get logLevel() {
    return this.settings.LOG_LEVEL;
  }

  get databaseUrl(): string {
    return this.settings.DATABASE_URL as string;
  }

  get poolSize(): number {
    return this.settings.POOL_SIZE;
  }

  get intakePoolSize(): number {
    return this.settings.INTAKE_POOL_SIZE;
  }

  get temporal() {
    const { settings } = this;
    return {
      address: settings.TEMPORAL_ADDRESS as string,
      namespace: settings.TEMPORAL_NAMESPACE,
      tls: settings.TEMPORAL_TLS || settings.TEMPORAL_API_KEY !== undefined,
      cert: settings.TEMPORAL_TLS_CERT ?? null,
      key: settings.TEMPORAL_TLS_KEY ?? null,
      apiKey: settings.TEMPORAL_API_KEY ?? null,
    };
  }

  get encryptionKey(): string | null {
    return this.settings.ENCRYPTION_KEY ?? null;
  }

  get previousEncryptionKey(): string | null {
    return this.settings.ENCRYPTION_KEY_PREVIOUS ?? null;
  }

  get runsPerCarrier(): number {
    return this.settings.RUNS_PER_CARRIER;
  }

  get runsPerWorkspace(): number {
    return this.settings.RUNS_PER_WORKSPACE;
  }

  get historySweepSeconds(): number {
    return this.settings.HISTORY_SWEEP_SECONDS;
  }

  get egress() {
    const { settings } = this;
    return {
      proxy: settings.HTTPS_PROXY ?? null,
      noProxy: settings.NO_PROXY,
      allow: settings.EGRESS_ALLOW,
      dns: settings.EGRESS_DNS ?? null,
      ca: settings.EGRESS_CA ?? null,
    };
  }

  /** Templates of whoever runs the server; null where there are none. */
  get ownTemplates(): string | null {
    return this.settings.TEMPLATES_DIR ?? null;
  }

  /** How the simulators are reached; both null when there are none. */
  get simulators() {
    return { socket: this.settings.SIMULATORS_SOCKET ?? null, url: this.settings.SIMULATORS_URL ?? null };
  }

  /** The first administrator for an unattended set-up. */
  get setup() {
    const { settings } = this;
    return {
      email: settings.SETUP_ADMIN_EMAIL ?? null,
      password: settings.SETUP_ADMIN_PASSWORD ?? null,
      workspace: settings.SETUP_WORKSPACE ?? null,
    };
  }
}
