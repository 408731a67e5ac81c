import { createHash } from 'node:crypto';
import type { EvaluationError, EvaluationRequest, EvaluationResult } from './evaluation.js';
import type { HostAnswer, HostRequest, Program } from './host/protocol.js';
import type { Sendable } from './host-process.js';

/** A request on its way through the lanes, until it is settled. */
export class Pending implements Sendable {
  readonly workspaceId: string;
  readonly result: Promise<EvaluationResult>;
  /** Longest evaluation of the attempt at hand. */
  milliseconds: number;
  /** The process ended under it for no reason known; a second time it is taken for its fault. */
  lostOnce = false;
  private settle!: (result: EvaluationResult) => void;
  private reject!: (error: unknown) => void;
  private readonly program: string;
  private readonly now: number | undefined;

  constructor(
    private readonly id: number,
    { workspaceId, value, condition, list, cel, celKey, text, now }: EvaluationRequest,
    private readonly context: string,
    /** Longest evaluation that the caller allows. */
    readonly limit: number,
  ) {
    this.workspaceId = workspaceId;
    this.milliseconds = limit;
    this.now = now;
    this.program = JSON.stringify({ value, condition, list, cel, celKey, text } satisfies Program);
    this.result = new Promise((resolve, reject) => {
      this.settle = resolve;
      this.reject = reject;
    });
  }

  get length(): number {
    return this.program.length + this.context.length;
  }

  line(chunk: number): string {
    const head: Omit<HostRequest, 'program' | 'context'> = {
      id: this.id,
      chunk,
      workspace: this.workspaceId,
      milliseconds: this.milliseconds,
      now: this.now,
    };
    return `${JSON.stringify(head).slice(0, -1)},"program":${this.program},"context":${this.context}}`;
  }

  /** Names what is evaluated, whatever the data. */
  get programKey(): string {
    return digest(this.workspaceId, this.program);
  }

  /** Names what is evaluated and on what. */
  get exactKey(): string {
    return digest(this.workspaceId, this.program, this.context);
  }

  succeed(answer: Extract<HostAnswer, { ok: boolean }>): void {
    if (answer.ok) this.settle({ ok: true, value: answer.value, milliseconds: answer.milliseconds });
    else this.settle({ ok: false, error: answer.error, milliseconds: answer.milliseconds });
  }

  fail(error: EvaluationError, milliseconds: number): void {
    this.settle({ ok: false, error, milliseconds });
  }

  /** Not the request's fault: no process could be started, or the server is shutting down. */
  abort(error: unknown): void {
    this.reject(error);
  }
}

function digest(...parts: string[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(`${part.length}:`).update(part);
  return hash.digest('base64');
}
