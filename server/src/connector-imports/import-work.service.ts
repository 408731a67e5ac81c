import { type DocumentProblem, type ImportChoice, largestDocument } from '@castellan/api';
import type { ReadAnswer } from '@castellan/connectors/openapi-reader';
import { ConnectorError, type HttpCore } from '@castellan/sdk';
import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { AuditService } from '../audit/audit.service.js';
import { Config } from '../config.js';
import { Database } from '../platform/database/index.js';
import { HTTP_CORE } from '../platform/egress/http-core.js';
import { RepeatedWork } from '../platform/repeated-work.js';
import { type ImportRow, importColumns, readImport } from './import-rows.js';
import { makeVersion } from './make-version.js';
import { knownIds, presentOf } from './present-connector.js';
import { readDocument } from './read-document.js';

/** Longer than fetching and reading take. */
const leaseSeconds = 180;
/** A document that ended its process is read once more, in case something else was to blame. */
const mostAttempts = 2;
const keptHours = 24;
const forgetEachMs = 60_000;

/**
 * Reads documents and makes connectors of what was chosen, one at a time in a process. Each piece of work is leased: what
 * a process left in the middle, another takes up.
 */
@Injectable()
export class ImportWork implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(ImportWork.name);
  private readonly ending = new AbortController();
  private readonly repeated = new RepeatedWork({
    eachMs: 1_000,
    work: () => this.round(),
    logger: this.logger,
    failure: 'An import could not be taken further, which is tried again',
  });
  private readonly forgetting = new RepeatedWork({
    eachMs: forgetEachMs,
    work: () => this.forgetOld(),
    logger: this.logger,
    failure: 'Old imports could not be removed, which is tried again',
  });

  constructor(
    private readonly config: Config,
    private readonly database: Database,
    private readonly audit: AuditService,
    @Inject(HTTP_CORE) private readonly core: HttpCore,
  ) {}

  onApplicationBootstrap(): void {
    if (!this.config.runsWorker) return;
    this.repeated.start();
    this.forgetting.start();
  }

  async onApplicationShutdown(): Promise<void> {
    this.ending.abort();
    await Promise.all([this.repeated.stop(), this.forgetting.stop()]);
  }

  /** Something has come up; a process that does no such work leaves it to the others. */
  wake(): void {
    if (this.config.runsWorker) this.repeated.wake();
  }

  /** @returns whether there may be more to do at once */
  private async round(): Promise<boolean> {
    const row = await this.take();
    if (!row) return false;
    try {
      await (row.attempts > mostAttempts ? this.fail(row, [failedTwice]) : this.further(row));
    } catch (error) {
      // Given back at once, and not counted, where the server only stops.
      const stopped = this.ending.signal.aborted ? 1 : 0;
      await this.database.query(
        'update connector_imports set leased_until = null, attempts = attempts - $2 where id = $1 and attempts = $3',
        [row.id, stopped, row.attempts],
      );
      throw error;
    }
    return true;
  }

  private async forgetOld(): Promise<void> {
    await this.database.query(`delete from connector_imports where updated_at < now() - interval '${keptHours} hours'`);
  }

  private async take(): Promise<ImportRow | undefined> {
    const [row] = await this.database.query<ImportRow>(
      `with taken as (
         update connector_imports set leased_until = now() + interval '${leaseSeconds} seconds', attempts = attempts + 1
          where id = (select id from connector_imports
                       where state in ('waiting', 'chosen') and (leased_until is null or leased_until < now())
                       order by id limit 1 for update skip locked)
         returning *)
       select ${importColumns('outline')} from taken`,
    );
    return row;
  }

  private async further(row: ImportRow): Promise<void> {
    const fetched = row.url !== null && row.received === 0 ? await this.fetch(row, row.url) : null;
    if (fetched && 'problems' in fetched) return this.fail(row, fetched.problems);
    const document = fetched?.document ?? (await this.documentOf(row));
    await this.say(row, row.choice ? 'Making the connector' : 'Reading the document');
    const present = await presentOf(this.database, row.intoId);
    const wish = row.choice ? { choice: this.choiceOf(row, row.choice) } : {};
    const answer = await readDocument(document, { known: knownIds(present), ...wish }, this.ending.signal);
    if ('problems' in answer) return this.fail(row, answer.problems);
    await this.keep(row, answer);
  }

  private async fetch(row: ImportRow, url: string): Promise<{ document: Buffer } | { problems: DocumentProblem[] }> {
    await this.say(row, 'Fetching the document');
    const options = { totalMs: 60_000, maxBytes: largestDocument, asText: true, signal: this.ending.signal };
    try {
      const { body } = await this.core.open(options).send({ method: 'GET', url });
      const document = Buffer.from(String(body ?? ''));
      await this.database.query('update connector_imports set document = $3 where id = $1 and attempts = $2', [
        ...[row.id, row.attempts],
        document,
      ]);
      return { document };
    } catch (error) {
      if (!(error instanceof ConnectorError) || this.ending.signal.aborted) throw error;
      const fix = 'Check the address; or download the document yourself, and import the file.';
      return { problems: [{ place: url, message: error.message, fix }] };
    }
  }

  private async documentOf({ id }: ImportRow): Promise<Buffer> {
    const [held] = await this.database.query<{ document: Buffer }>(
      'select document from connector_imports where id = $1',
      [id],
    );
    return held?.document ?? Buffer.alloc(0);
  }

  private choiceOf({ outline }: ImportRow, { signIns, ...choice }: ImportChoice) {
    const chosen = outline?.signIns.filter(({ kind }) => signIns.includes(kind)) ?? [];
    return { ...choice, id: '', signIns: chosen };
  }

  private async keep(row: ImportRow, answer: Exclude<ReadAnswer, { problems: unknown }>): Promise<void> {
    if ('outline' in answer) {
      await this.end(row, `state = 'ready', outline = $3`, JSON.stringify(answer.outline));
      return;
    }
    await this.database.transaction(async (tx) => {
      const { state, attempts } = await readImport(tx, row.workspaceId, row.id, true);
      // Another process has taken it up, or a person gave it up.
      if (state !== 'chosen' || attempts !== row.attempts) return;
      const result = await makeVersion(tx, this.audit, row, answer.definition);
      await tx.query(
        `update connector_imports set state = 'done', result = $2, progress = null, document = '', updated_at = now()
          where id = $1`,
        [row.id, result],
      );
    });
  }

  private async fail(row: ImportRow, problems: DocumentProblem[]): Promise<void> {
    await this.end(row, `state = 'failed', problems = $3`, JSON.stringify(problems));
  }

  private async end({ id, attempts }: ImportRow, set: string, value: string): Promise<void> {
    await this.database.query(
      `update connector_imports set ${set}, progress = null, leased_until = null, updated_at = now()
        where id = $1 and attempts = $2`,
      [id, attempts, value],
    );
  }

  private async say({ id, attempts }: ImportRow, progress: string): Promise<void> {
    await this.database.query('update connector_imports set progress = $3 where id = $1 and attempts = $2', [
      ...[id, attempts],
      progress,
    ]);
  }
}

const failedTwice: DocumentProblem = {
  place: '',
  message: 'Reading this document failed twice, or ended the process that read it.',
  fix: 'The server’s log says why. Leave out of the document what is not needed, and try again.',
};
