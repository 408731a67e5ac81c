import type { EvaluationError } from '../evaluation.js';
import type { ListProgram } from './lists.js';

/**
 * What the server and a host process say to each other: one JSON document a line, requests on the process's standard
 * input, answers in the same order on its standard output. JSON and nothing richer, because the process is not trusted:
 * whatever it answers can only be data.
 */
export interface HostRequest {
  id: number;
  /** Requests that were sent together; when they have taken their slice of time, the rest is answered `later`. */
  chunk: number;
  workspace: string;
  /** Longest evaluation, after which the answer is E_EXPR_TIME. The server kills what does not even say that. */
  milliseconds: number;
  /** What expressions take for now; left out: the present instant. */
  now?: number;
  program: Program;
  context: Record<string, unknown>;
}

/** What is to be evaluated; exactly one of `value`, `condition`, `list`, `cel` and `celKey` is present. */
export interface Program {
  value?: unknown;
  condition?: unknown;
  list?: ListProgram;
  cel?: string;
  celKey?: string;
  text?: Record<string, string>;
}

export type HostAnswer =
  | { id: number; ok: true; value: unknown; milliseconds: number }
  | { id: number; ok: false; error: EvaluationError; milliseconds: number }
  | { id: number; later: true };

/** The first line of a process: it has loaded everything and locked itself down. */
export interface HostReady {
  ready: true;
}
