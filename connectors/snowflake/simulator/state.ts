import type { JsonObject, JsonValue } from '@castellan/sdk';

export interface SnowflakeTable {
  database: string;
  schema: string;
  name: string;
  columns: { name: string; type: string }[];
  rows: JsonObject[];
}

/** A result as Snowflake sends it: every value a text. */
export interface SnowflakeResult {
  columns: { name: string; type: string; scale?: number }[];
  rows: (string | null)[][];
  /** How many rows one partition has. Default: all are in one. */
  partitionRows?: number;
  stats?: Record<string, number>;
}

export interface SnowflakeFailure {
  code: string;
  sqlState: string;
  message: string;
}

/**
 * What is answered to a statement of one's own: there is no SQL here beside what the connector itself writes. Spaces
 * and capitals make no difference.
 */
export interface ScriptedAnswer {
  statement: string;
  result?: SnowflakeResult;
  failure?: SnowflakeFailure;
  /** So many looks find it running. */
  running?: number;
}

export interface SnowflakeStatement {
  handle: string;
  requestId: string | null;
  at: string;
  statement: string;
  role: string | null;
  /** Looks that still find it running. */
  running: number;
  result: SnowflakeResult | null;
  failure: SnowflakeFailure | null;
}

/** A view that was made. It is kept as its text: nothing is selected from it here. */
export interface SnowflakeView {
  database: string;
  schema: string;
  name: string;
  statement: string;
}

export interface SnowflakeState {
  tables: SnowflakeTable[];
  views: SnowflakeView[];
  answers: ScriptedAnswer[];
  statements: SnowflakeStatement[];
}

/** What a statement is run in. */
export interface Session {
  database?: string;
  schema?: string;
  bindings: Record<string, { type: string; value: JsonValue }>;
}

/** A statement's own failure. */
export class StatementRefusal extends Error {
  constructor(readonly failure: SnowflakeFailure) {
    super(failure.message);
  }
}

export function refuse(code: string, sqlState: string, message: string): never {
  throw new StatementRefusal({ code, sqlState, message });
}
