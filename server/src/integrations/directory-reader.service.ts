import {
  ConnectorError,
  type DirectoryEnvelope,
  type DirectoryRecords,
  type DirectorySource,
  directoryAccount,
  directoryGroup,
  directoryMembership,
  FatalError,
  type Host,
  type JsonObject,
  type JsonValue,
  normalizeJson,
  RetryableError,
} from '@castellan/sdk';
import { Injectable } from '@nestjs/common';
import type { z } from 'zod';
import { ConnectionsService } from '../connections/connections.service.js';
import type { OpenConnection } from '../connections/open-connection.js';
import { connectorOf } from '../connector-registry/known-connectors.js';
import { OperationsService } from '../operations/operations.service.js';
import { Database } from '../platform/database/index.js';
import { ApiError } from '../platform/errors.js';
import { problemsIn } from '../platform/input-problems.js';
import type { Reached } from './organisation.js';
import type { FilteredKind } from './record-filter.js';

/** Records that one page may hold. */
const mostRecords = 1_000;
const pageMs = 60_000;

/** A directory that can be read now. */
export interface OpenDirectory {
  source: DirectorySource;
  connection: OpenConnection;
  host: Host;
  settings: JsonObject;
  signal: AbortSignal;
}

/** Reads directories as operations call their systems: by the connection, its tokens, its limits and its simulator. */
@Injectable()
export class DirectoryReader {
  constructor(
    private readonly database: Database,
    private readonly connections: ConnectionsService,
    private readonly operations: OperationsService,
  ) {}

  /** `invalid_input` where the connection reaches no directory. */
  async open(
    { workspaceId, connectionId, settings }: { workspaceId: string; connectionId: string; settings: unknown },
    signal: AbortSignal = new AbortController().signal,
  ): Promise<OpenDirectory> {
    const connection = await this.connections.open(this.database, workspaceId, connectionId);
    const both = AbortSignal.any([signal, AbortSignal.timeout(pageMs)]);
    const found = this.operations.directorySource(connection, { signal: both, timeoutMs: pageMs });
    if (!found) {
      const { title } = connectorOf(connection.connector);
      throw new ApiError('invalid_input', `/connectionId: ${title} has no directory that could be synced.`);
    }
    return { ...found, connection, settings: found.source.settings.parse(settings) as JsonObject, signal: both };
  }
}

/** What the system says of the organisation that is reached. Rejects with ConnectorError. */
export function readInstance(open: OpenDirectory): ReturnType<DirectorySource['instance']> {
  const { source, host, settings, connection } = open;
  return guarded(open, source.instance(host, settings, connection.fields));
}

/** The same, with what accounts tell of it. */
export const reachedBy = (
  { source }: OpenDirectory,
  named: Awaited<ReturnType<typeof readInstance>>,
  accounts: DirectoryEnvelope[],
): Reached => ({
  ...named,
  accounts: source.accountsTellInstance ? accounts.map(({ resource }) => resource) : null,
});

/** A record as it was given, and its common form: null where it is no such record. */
export interface ReadRecord<T> extends DirectoryEnvelope {
  form: T | null;
  /** Why it cannot be taken. */
  problem?: string;
}

const forms = {
  account: { of: (source: DirectorySource) => source.accounts, schema: directoryAccount },
  group: { of: (source: DirectorySource) => source.groups, schema: directoryGroup },
  membership: { of: (source: DirectorySource) => source.memberships, schema: directoryMembership },
};

interface Forms {
  account: z.output<typeof directoryAccount>;
  group: z.output<typeof directoryGroup>;
  membership: z.output<typeof directoryMembership>;
}

/** Reads one page of one kind; memberships are those `of` a group, as the system gave it. Rejects with ConnectorError. */
export async function readRecords<Kind extends FilteredKind>(
  open: OpenDirectory,
  kind: Kind,
  page: JsonValue | null,
  of?: DirectoryEnvelope,
): Promise<{ records: ReadRecord<Forms[Kind]>[]; next: JsonValue | null }> {
  const { schema } = forms[kind];
  const records = forms[kind].of(open.source) as DirectoryRecords<Forms[Kind], DirectoryEnvelope[]> | undefined;
  if (!records) return { records: [], next: null };
  const given = of === undefined ? [] : [of];
  const { envelopes, next } = await guarded(open, records.read(open.host, open.settings, page, ...given));
  if (envelopes.length > mostRecords) {
    throw new FatalError(`A page holds ${envelopes.length} records, more than ${mostRecords}.`, { code: 'E_RESPONSE' });
  }
  if (next !== null && JSON.stringify(next) === JSON.stringify(page)) {
    throw new FatalError('The list never ends: a page names itself as the next one.', { code: 'E_RESPONSE' });
  }
  return { records: envelopes.map((envelope) => formed(envelope, records, schema)), next };
}

/** A record that does not fit, or on which the connector breaks, is a problem of its own and of no other. */
function formed<T>(
  { resource, payload: raw }: DirectoryEnvelope,
  { record }: Pick<DirectoryRecords<T>, 'record'>,
  schema: z.ZodType,
): ReadRecord<T> {
  const payload = normalizeJson(raw) as JsonObject;
  try {
    const form = record(payload);
    if (form === null) return { resource, payload, form };
    const parsed = schema.safeParse(form);
    if (parsed.success) return { resource, payload, form: parsed.data as T };
    const problems = problemsIn(parsed.error, '').map(({ pointer, message }) => `${pointer}: ${message}`);
    return { resource, payload, form: null, problem: problems.slice(0, 3).join(' ') };
  } catch (error) {
    return { resource, payload, form: null, problem: `The connector cannot read it: ${(error as Error).message}` };
  }
}

/** A system that hangs is given up at the deadline; a connector that breaks is told like one. */
async function guarded<T>({ connection, signal }: OpenDirectory, reading: Promise<T>): Promise<T> {
  const { name } = connection;
  let hung = () => {};
  const late = new Promise<never>((_, reject) => {
    hung = () =>
      reject(new RetryableError(`${name} did not answer within ${pageMs / 1_000} s.`, { code: 'E_TIMEOUT' }));
    if (signal.aborted) hung();
    else signal.addEventListener('abort', hung, { once: true });
  });
  const told = reading.catch((error: unknown) => {
    if (error instanceof ConnectorError || error instanceof ApiError) throw error;
    throw new FatalError(`What ${name} gave cannot be read: ${(error as Error).message}`, {
      code: 'E_RESPONSE',
      cause: error,
    });
  });
  try {
    return await Promise.race([told, late]);
  } finally {
    // Else the signal, which lasts until the deadline, holds the page for as long.
    signal.removeEventListener('abort', hung);
  }
}
