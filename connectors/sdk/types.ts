import type { Path } from './path.js';

export type JsonValue = null | boolean | number | string | JsonValue[] | { [key: string]: JsonValue };
export type JsonObject = { [key: string]: JsonValue };

/** A place in a value, RFC 6901; `*` stands for every item of a list. */
export type JsonPointer = `/${string}`;

/** read: changes nothing · write: changes something · destructive: takes something away (budgets and protection apply). */
export type Effect = 'read' | 'write' | 'destructive';

/**
 * What a repeat of the same call does.
 * natural: nothing more than the first did · key: the vendor knows our key and answers as the first time ·
 * lookup: `lookup` tells whether it happened · none: it may happen twice, so it is never repeated blindly.
 */
export type Idempotency = 'natural' | 'key' | 'lookup' | 'none';

/**
 * Who says that our requests are the vendor's: its official SDK (see conformance/), its machine-readable description
 * (held by `testExtract`), or only our reading of its pages; `own`: there is no vendor, what is called is a part of us.
 */
export type Judge = 'sdk' | 'description' | 'docs' | 'own';

/** Where a text ends up, and so how values put into it are escaped. A text without a target is plain. */
export type TextTarget = 'plain' | 'html' | 'mrkdwn' | 'url' | 'header' | 'csv' | 'sql';

/** One thing that a write changes, known before it is sent. Plan, budgets, protected people, evidence and undo read these. */
export interface Change {
  action: 'grant' | 'revoke' | 'create' | 'update' | 'delete' | 'notify';
  subject?: { type: string; id: string; email?: string };
  object?: { type: string; id: string; title?: string };
}

/** Something wrong with an input, with its place and a sentence that says the remedy. */
export interface InputProblem {
  pointer: string;
  message: string;
}

export type QueryValue = string | number | boolean | null | undefined;

/** A form with files. */
export interface Multipart {
  fields?: Record<string, string>;
  files: {
    /** The name of the form's field. */
    name: string;
    filename: string;
    contentType: string;
    content: string;
    /** How the content is written. Default: text, sent as UTF-8. */
    encoding?: 'text' | 'base64';
  }[];
}

/**
 * A call to the vendor. Give `path` (below the connection's base URL) or `url`, and at most one of `body`, `form`,
 * `multipart`, `text`.
 */
export interface HttpRequest {
  method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  path?: Path;
  /** Below which of the connector’s `bases` the path is. Default: the base URL. */
  base?: string;
  /**
   * An absolute URL, or one of the base URL's host that begins with a slash; credentials go along only if its host is
   * one that the connection is bound to, else it is refused.
   */
  url?: string;
  /** Undefined and null are left out; a list repeats the name. */
  query?: Record<string, QueryValue | QueryValue[]>;
  headers?: Record<string, string | undefined>;
  /** Sent as JSON. */
  body?: JsonValue;
  /**
   * Places of the JSON body that get a field of the connection as it is sent, so that its secrets are in no input:
   * `{ '/auth/token': 'webhookToken' }`. Only to the connection's own hosts.
   */
  fill?: Record<JsonPointer, string>;
  /** Sent as application/x-www-form-urlencoded. */
  form?: Record<string, string | undefined>;
  /** Sent as multipart/form-data. */
  multipart?: Multipart;
  text?: { content: string; contentType: string };
  /** Statuses beside 2xx that are an answer and not an error, such as 404 on a delete. */
  accept?: number[];
  /**
   * Without the connection's credentials, and so to whatever host: for an address that is signed itself, as systems give
   * out for files that they keep elsewhere.
   */
  bare?: true;
  /** The call changes nothing, whatever its method. Default: GET and HEAD. */
  safe?: boolean;
  /** What an answer of 2xx is read as: in base64 for a file of any kind. Default: JSON, or else text. */
  answer?: 'base64';
}

export interface HttpResponse {
  status: number;
  /** Names in lower case; repeated headers joined by a comma. */
  headers: Record<string, string>;
  /** Parsed and normalised if it is JSON, else the text; null if empty. As the request wants it, in base64. */
  body: JsonValue;
}

/** Calls of one connection: base URL, credentials, limits and error mapping are its own. */
export interface HttpClient {
  send(request: HttpRequest): Promise<HttpResponse>;
}

/** An e-mail on its way to a mail server. */
export interface OutgoingMail {
  from: string;
  recipients: string[];
  /** The message as RFC 5322 writes it, without a Date, in base64. */
  content: string;
}

/** An e-mail that a mail server took for at least one recipient. */
export interface SentMail {
  /** Recipients that it did not take, with its words on each. */
  refused: { email: string; said: string }[];
  /** Its words on the e-mail. */
  answer: string;
}

/** The mail server of one connection. Rejects with FatalError, RetryableError or UnknownOutcomeError. */
export interface MailClient {
  /** The address from which e-mail comes unless it says another. */
  readonly sender: string;
  send(mail: OutgoingMail): Promise<SentMail>;
  /** Greets and signs in, and sends nothing. */
  check(): Promise<void>;
}

/** One SQL statement with its values, which are never a part of its text. */
export interface SqlStatement {
  text: string;
  values: JsonValue[];
  /** The server itself ends it then. */
  timeoutSeconds: number;
}

/** Rows by the names of their columns. */
export interface SqlRows {
  rows: JsonObject[];
  /** There are more than were asked for. */
  more: boolean;
}

/** The database of one connection. Rejects with FatalError, RetryableError or UnknownOutcomeError. */
export interface DatabaseClient {
  /** Reads in a transaction that the server keeps from changing anything; at most `limit` rows. */
  read(statement: SqlStatement, limit: number): Promise<SqlRows>;
  /** Runs statements in one transaction: all of them are kept or none is. One result a statement. */
  write(statements: SqlStatement[]): Promise<{ rows: JsonObject[]; count: number }[]>;
}

/** A row of a table. */
export interface HostRow {
  /** Names the row in its table. */
  key: string;
  /** By column; null where there is no value. */
  values: JsonObject;
  /** Another one after each change. */
  version: number;
  updatedAt: string;
}

export interface HostColumn {
  name: string;
  title: string;
  type: string;
  isKey: boolean;
}

/**
 * The table that a connection of the built-in connector names. Rows are told by the values of the key’s columns. What
 * does not fit is rejected with E_INPUT, a row with another version than was given with a status of 409.
 */
export interface HostTable {
  columns(): Promise<HostColumn[]>;
  get(key: JsonObject): Promise<HostRow | null>;
  list(query: {
    filters: { column: string; op: string; value?: JsonValue | undefined }[];
    sort?: string | undefined;
    descending?: boolean;
    limit: number;
  }): Promise<HostRow[]>;
  /** Writes once for the effect. Version: only the row with it; 0: only if there is none. */
  put(
    key: JsonObject,
    values: JsonObject,
    version?: number,
  ): Promise<{ before: HostRow | null; after: HostRow | null }>;
  remove(key: JsonObject, version?: number): Promise<{ before: HostRow | null }>;
}

/** A person as the workspace's primary directory knows them; without one, as the first integration that has them. */
export interface DirectoryPerson {
  /** Of the account, here. */
  id: string;
  /** The system's own id. */
  externalId: string;
  email: string;
  name: string;
  givenName?: string;
  familyName?: string;
  jobTitle?: string;
  department?: string;
  location?: string;
  status: string;
  managerEmail?: string;
}

/** A group of any integration. */
export interface DirectoryGroupEntry {
  id: string;
  externalId: string;
  name: string;
  email?: string;
  /** Name of the integration that reads it. */
  integration: string;
  members: number;
}

/** What the workspace's integrations have read. People are those of the primary directory, where there is one. */
export interface Directory {
  /** By one of their e-mail addresses, or by the system's own id. */
  findPerson(who: string | { externalId: string }): Promise<DirectoryPerson | null>;
  /** By name. Only texts that are equal, upper case or not, match. */
  listPeople(where: {
    department?: string;
    jobTitle?: string;
    location?: string;
    status?: string;
    limit: number;
  }): Promise<DirectoryPerson[]>;
  /** By the system's own id, its e-mail address or its name; a name that several have is E_INPUT. */
  getGroup(group: string): Promise<DirectoryGroupEntry | null>;
  listGroups(where: { limit: number }): Promise<DirectoryGroupEntry[]>;
  listGroupMembers(group: string, where: { limit: number }): Promise<(DirectoryPerson & { role: string })[]>;
}

/** All that an operation gets from the server. */
export interface Host {
  http: HttpClient;
  /** Where the connector names a mail server. */
  mail?: MailClient;
  /** Where the connector names a database. */
  database?: DatabaseClient;
  /** Rows that people and flows of a workspace share; only the connector `table` has one. */
  table?: HostTable;
  directory: Directory;
  now(): Date;
  /** The same for every attempt of one effect, and for no other: 64 hexadecimal digits. */
  idempotencyKey: string;
}

/** What a declared request may know beside its input. */
export type RequestContext = Pick<Host, 'idempotencyKey' | 'now'>;

/** A delivery as it arrived. */
export interface InboundRequest {
  method: string;
  /** Names in lower case. */
  headers: Record<string, string>;
  query: Record<string, string>;
  /** The bytes as they came: signatures are computed over these. */
  rawBody: Uint8Array;
  /** Parsed by content type and normalised; text when it does not parse. */
  body: JsonValue;
}

/** The answer to a delivery that is part of the vendor's set-up, such as Slack's url_verification. */
export interface Challenge {
  status: number;
  body: JsonValue;
}
