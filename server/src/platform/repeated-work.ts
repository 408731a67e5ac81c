import type { Logger } from '@nestjs/common';

export interface RepeatedWorkOptions {
  eachMs: number;
  /** One round. Answers true when there is more to do at once. */
  work(): Promise<unknown>;
  logger: Pick<Logger, 'warn'>;
  /** What is said when a round fails, before its reason; the next round tries again. */
  failure: string;
  /** How soon a failed round is tried again, where the next one would be too late. */
  againAfterMs?: number;
}

/** Work that a process does again and again, each so often and when it is woken, and never twice at one time. */
export class RepeatedWork {
  private timer: NodeJS.Timeout | undefined;
  private retry: NodeJS.Timeout | undefined;
  private underWay: Promise<void> | null = null;
  private wanted = false;
  private stopped = false;

  constructor(private readonly options: RepeatedWorkOptions) {}

  start(): this {
    // A round that takes longer than the time between two is not followed by another at once.
    this.timer = setInterval(() => this.underWay ?? this.wake(), this.options.eachMs);
    return this;
  }

  /** Something has come up: a round begins, at once or after the one that is under way. */
  wake(): void {
    this.wanted = true;
    this.underWay ??= this.rounds().finally(() => {
      this.underWay = null;
    });
  }

  /** No round begins any more. Resolves when the one under way has ended. */
  async stop(): Promise<void> {
    this.stopped = true;
    clearInterval(this.timer);
    clearTimeout(this.retry);
    await this.underWay;
  }

  private async rounds(): Promise<void> {
    const { work, logger, failure, againAfterMs } = this.options;
    try {
      while (this.wanted && !this.stopped) {
        this.wanted = false;
        if ((await work()) === true) this.wanted = true;
      }
    } catch (error) {
      if (this.stopped) return;
      logger.warn(`${failure}: ${(error as Error).message}`);
      clearTimeout(this.retry);
      if (againAfterMs !== undefined) this.retry = setTimeout(() => this.wake(), againAfterMs);
    }
  }
}
