import { Logger } from '@nestjs/common';
import type { Config } from '../config.js';
import type { Notifications } from '../platform/database/index.js';
import { RepeatedWork } from '../platform/repeated-work.js';

export interface DueWorkOptions<Due> {
  /** What one piece is called where it fails, such as "A poll". */
  what: string;
  eachMs: number;
  /** How many a process does at one time. */
  atOnce: number;
  /** Told when somebody asks for a piece now. */
  channel: string;
  /** What is due, the longest due first; no more than `most` are of use. */
  find(most: number): Promise<Due[]>;
  nameOf(due: Due): string;
  /** Rejects where it could not be done; its lease lets it be found again. */
  make(due: Due): Promise<unknown>;
}

/**
 * Does what is due, some at one time. Every worker looks, each so often and when it is told, and the lease of each piece
 * lets one of them do it.
 */
export class DueWork<Due> {
  private readonly underWay = new Set<string>();
  private readonly logger = new Logger(DueWork.name);
  private readonly looking: RepeatedWork;
  private stopListening: () => void = () => undefined;

  constructor(
    private readonly config: Config,
    private readonly notifications: Notifications,
    private readonly options: DueWorkOptions<Due>,
  ) {
    const { what, eachMs } = options;

    this.looking = new RepeatedWork({
      ...{ eachMs, logger: this.logger, work: () => this.look() },
      failure: `${what} that is due could not be looked for`,
    });
  }

  /** Does nothing where this process is no worker. */
  start(): void {
    if (!this.config.runsWorker) return;
    this.stopListening = this.notifications.listen(this.options.channel, () => this.looking.wake());
    this.looking.start();
  }

  /** Looks no more. What is under way goes on. */
  async stop(): Promise<void> {
    this.stopListening();
    await this.looking.stop();
  }

  private async look(): Promise<void> {
    const { find, nameOf, atOnce } = this.options;
    for (const due of await find(atOnce * 2)) {
      const name = nameOf(due);
      if (this.underWay.size < atOnce && !this.underWay.has(name)) void this.make(name, due);
    }
  }

  private async make(name: string, due: Due): Promise<void> {
    this.underWay.add(name);
    try {
      await this.options.make(due);
    } catch (error) {
      this.logger.warn(`${this.options.what} is made again when its lease has ended: ${(error as Error).message}`);
    } finally {
      this.underWay.delete(name);
    }
  }
}
