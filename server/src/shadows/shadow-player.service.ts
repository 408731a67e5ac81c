import type { ShadowRun } from '@castellan/api';
import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { ExpressionHost } from '../expressions/expression-host.js';
import { type PublishedVersion, VersionsService } from '../flows/versions.service.js';
import { Addresses } from '../platform/addresses.js';
import { Database } from '../platform/database/index.js';
import { ApiError } from '../platform/errors.js';
import { RepeatedWork } from '../platform/repeated-work.js';
import { RehearsalError } from '../rehearsal/limits.js';
import { readRecordedRun } from '../rehearsal/recorded-run.js';
import { summarySentence } from './sentences.js';
import { writeShadowRun } from './shadow-rows.js';
import { tryOnRun } from './try-run.js';

/** A run to try a version on, as the list of runs tells it. */
export interface TriedRun {
  id: string;
  createdAt: string;
  businessKey: string | null;
  version: number | null;
  status: string;
}

/** A trial to be played. */
export interface ShadowPlay {
  shadowId: string;
  workspaceId: string;
  tried: PublishedVersion;
  runs: TriedRun[];
}

const touchMs = 5_000;

/** Plays trials behind people's backs, one after another, so that they take little from the runs of this process. */
@Injectable()
export class ShadowPlayer implements OnApplicationShutdown {
  private readonly logger = new Logger(ShadowPlayer.name);
  private readonly stopping = new AbortController();
  private last: Promise<void> = Promise.resolve();
  /** Trials of this process that are under way or wait for their turn. */
  private readonly waiting = new Set<string>();
  /** Says of the trials in hand that somebody plays them, while there are some. */
  private touching: RepeatedWork | undefined;

  constructor(
    private readonly database: Database,
    private readonly versions: VersionsService,
    private readonly expressions: ExpressionHost,
    private readonly addresses: Addresses,
  ) {}

  /** Plays it when those before it are done. */
  enqueue(play: ShadowPlay): void {
    this.waiting.add(play.shadowId);
    this.touching ??= new RepeatedWork({
      eachMs: touchMs,
      work: () => this.touch(),
      logger: this.logger,
      failure: 'Trials under way could not be marked, which is tried again',
    }).start();
    this.last = this.last.then(() => this.play(play));
  }

  async onApplicationShutdown(): Promise<void> {
    this.stopping.abort();
    await this.last;
  }

  /** Tries the version on one run, values and all. */
  async tryOne(workspaceId: string, tried: PublishedVersion, runId: string) {
    const run = await readRecordedRun(this.database, workspaceId, runId);
    const own = await this.versions.get(run.facts.versionId);
    const on = {
      expressions: this.expressions,
      runUrl: (workspace: string, id: string) => this.addresses.run(workspace, id),
    };
    return tryOnRun(on, { run, own, tried, signal: this.stopping.signal });
  }

  private async play(play: ShadowPlay): Promise<void> {
    try {
      const reports: ShadowRun[] = [];
      for (const [place, run] of play.runs.entries()) {
        this.stopping.signal.throwIfAborted();
        const report = await this.reportOf(play, run);
        if (!(await writeShadowRun(this.database, play.shadowId, place, report))) return;
        reports.push(report);
      }
      await this.end(play, 'done', { sentence: summarySentence(reports), error: null });
    } catch (error) {
      this.logger.warn({ err: error, shadowId: play.shadowId }, 'A trial on past runs was not played to its end');
      const said = this.stopping.signal.aborted ? 'The server was stopped.' : 'The server could not go on with it.';
      await this.end(play, 'failed', { sentence: '', error: `${said} Try again.` }).catch(() => undefined);
    } finally {
      this.leave(play.shadowId);
    }
  }

  private async reportOf({ workspaceId, tried }: ShadowPlay, run: TriedRun): Promise<ShadowRun> {
    try {
      const { steps: _steps, stepCount: _count, ...report } = await this.tryOne(workspaceId, tried, run.id);
      return report;
    } catch (error) {
      if (this.stopping.signal.aborted || !(error instanceof RehearsalError || error instanceof ApiError)) throw error;
      const { id: runId, createdAt, businessKey, status } = run;
      return {
        ...{ runId, createdAt, businessKey, status, version: run.version ?? 0 },
        ...{ verdict: 'failed', sentence: error.message, differences: [], gaps: [], deviation: null },
      };
    }
  }

  private async end({ shadowId }: ShadowPlay, status: string, end: { sentence: string; error: string | null }) {
    await this.database.query(
      `update shadows set status = $2, sentence = $3, error = $4, ended_at = now(), touched_at = now() where id = $1`,
      [shadowId, status, end.sentence, end.error],
    );
  }

  private leave(shadowId: string): void {
    this.waiting.delete(shadowId);
    if (this.waiting.size > 0) return;
    void this.touching?.stop();
    this.touching = undefined;
  }

  private async touch(): Promise<void> {
    await this.database.query('update shadows set touched_at = now() where id = any($1)', [[...this.waiting]]);
  }
}
