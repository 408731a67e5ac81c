import { existsSync, realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import type { EvaluationError, EvaluationLimits, EvaluationRequest, EvaluationResult } from './evaluation.js';
import { type Death, type HostFiles, HostProcess } from './host-process.js';
import { Lane } from './lane.js';
import { Pending } from './pending.js';
import { Poison } from './poison.js';

export interface ExpressionHostOptions {
  /** Processes that evaluate at the same time. One more is started for slow evaluations while there are any. */
  processes: number;
  files?: Partial<HostFiles>;
}

/** What an evaluation gets at first; whatever needs longer goes to the lane of the slow and delays nobody but them. */
const quickMs = 150;
const defaultMs = 1000;
const longestMs = 10_000;
/** Characters of context as JSON; the process has 128 MB to read it into. */
const contextLength = 32 * 1024 * 1024;
/** Slow evaluations of one workspace that may wait at a time. */
const slowWaiting = 100;
const slowIdleMs = 30_000;
const rememberedSlow = 1_000;

/**
 * Evaluates what people write in flows, in hardened child processes: JSONata, Handlebars, typed conditions and CEL
 * filters. Nothing of it ever runs in this process.
 */
@Injectable()
export class ExpressionHost implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(ExpressionHost.name);
  private readonly quickProcesses: HostProcess[];
  private readonly quick: Lane;
  private readonly slow: Lane;
  private readonly poison = new Poison<EvaluationError>();
  /** Programs that needed longer than the quick lane gives; they start in the slow one until they turn out quick there. */
  private readonly slowPrograms = new Set<string>();
  private count = 0;

  constructor(options: ExpressionHostOptions) {
    const files = locate(options.files);
    this.quickProcesses = Array.from({ length: options.processes }, () => new HostProcess(files));
    this.quick = new Lane({
      processes: this.quickProcesses,
      milliseconds: quickMs,
      onOverrun: (request, death, milliseconds) => this.overrun(request, death, milliseconds, true),
    });
    this.slow = new Lane({
      processes: [new HostProcess(files)],
      milliseconds: longestMs,
      onOverrun: (request, death, milliseconds) => this.overrun(request, death, milliseconds, false),
      onAnswer: (request, milliseconds) => {
        if (milliseconds < quickMs) this.slowPrograms.delete(request.programKey);
      },
      idleMs: slowIdleMs,
    });
  }

  /**
   * Evaluates all requests of one message; results stand in the same order, and a failed one says why. One that must be
   * killed fails alone (E_EXPR_TIME, E_EXPR_MEMORY); the others are evaluated again in a fresh process. Rejects only
   * when no process can be started or the server is shutting down.
   */
  async evaluate(requests: EvaluationRequest[], limits: EvaluationLimits = {}): Promise<EvaluationResult[]> {
    const usual = limits.milliseconds ?? defaultMs;
    // Requests of one message often share their context object; it is written out once.
    const contexts = new Map<object, string>();
    return Promise.all(
      requests.map((request) => {
        const milliseconds = Math.min(longestMs, Math.max(1, request.milliseconds ?? usual));
        return this.enqueue(request, milliseconds, contexts);
      }),
    );
  }

  onApplicationBootstrap(): void {
    for (const process of this.quickProcesses) {
      process.warm().catch((error: unknown) => this.logger.error(error instanceof Error ? error.message : error));
    }
  }

  /** As late as can be: activities that drain still evaluate. */
  onApplicationShutdown(): void {
    this.quick.end();
    this.slow.end();
  }

  private async enqueue(
    request: EvaluationRequest,
    milliseconds: number,
    contexts: Map<object, string>,
  ): Promise<EvaluationResult> {
    let pending: Pending;
    try {
      const context = contexts.get(request.context) ?? JSON.stringify(request.context);
      contexts.set(request.context, context);
      if (context.length > contextLength) {
        return failure('E_LIMIT', `What the expression sees is larger than ${contextLength} characters.`);
      }
      this.count += 1;
      pending = new Pending(this.count, request, context, milliseconds);
    } catch {
      return failure('E_INPUT', 'The value or its context is not JSON, or is nested too deep.');
    }
    const refusal = this.poison.empty ? undefined : this.poison.refusal(pending.exactKey);
    if (refusal) return { ok: false, error: refusal, milliseconds: 0 };
    const isSlow = milliseconds > quickMs && this.slowPrograms.size > 0 && this.slowPrograms.has(pending.programKey);
    if (isSlow) this.pushSlow(pending);
    else this.quick.push(pending);
    return pending.result;
  }

  /** A request that was too slow, or deadly, in one of the lanes. */
  private overrun(request: Pending, death: Death | null, milliseconds: number, wasQuick: boolean): void {
    if (death || request.milliseconds >= quickMs) this.rememberSlow(request);
    const ranOut = death === 'memory' || death === 'lost';
    if (wasQuick && !ranOut && request.limit > quickMs) {
      this.pushSlow(request);
      return;
    }
    const error: EvaluationError = ranOut
      ? { code: 'E_EXPR_MEMORY', message: 'The expression needed more memory than the 128 MB that it may take.' }
      : { code: 'E_EXPR_TIME', message: `The expression ran longer than its ${request.limit} ms.` };
    // What was given less time than is published may well do with more.
    if (death && (ranOut || request.limit >= defaultMs)) {
      this.poison.add(request.exactKey, error);
      this.logger.warn({ workspaceId: request.workspaceId, code: error.code }, 'An expression ended its host process');
    }
    request.fail(error, milliseconds);
  }

  private pushSlow(request: Pending): void {
    if (this.slow.waiting(request.workspaceId) < slowWaiting) this.slow.push(request);
    else
      request.fail({ code: 'E_LIMIT', message: `${slowWaiting} slow expressions of the workspace wait already.` }, 0);
  }

  private rememberSlow(request: Pending): void {
    this.slowPrograms.add(request.programKey);
    for (const oldest of this.slowPrograms) {
      if (this.slowPrograms.size <= rememberedSlow) break;
      this.slowPrograms.delete(oldest);
    }
  }
}

function failure(code: EvaluationError['code'], message: string): EvaluationResult {
  return { ok: false, error: { code, message }, milliseconds: 0 };
}

/** The built host stands beside this file in dist; run from the sources, the last build is used. */
function locate(files: Partial<HostFiles> = {}): HostFiles {
  const built = import.meta.url.endsWith('.ts') ? '../../dist/expressions/host.mjs' : './host.mjs';
  const host = files.host ?? fileURLToPath(new URL(built, import.meta.url));
  return {
    host: existsSync(host) ? realpathSync(host) : host,
    node: files.node ?? process.execPath,
    nodeVersion: files.nodeVersion ?? process.versions.node,
  };
}
