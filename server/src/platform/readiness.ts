import { Injectable } from '@nestjs/common';
import { Database } from './database/index.js';

/** Rejects when the service cannot be used. */
type Check = () => Promise<unknown>;

export interface Readiness {
  ready: boolean;
  /** Services without which nothing works. */
  down: string[];
  /** Services whose absence delays work but loses none. */
  degraded: string[];
}

const answerWithinMs = 2_000;

/** What this process needs from outside, and whether it is there. */
@Injectable()
export class ReadinessChecks {
  private readonly checks = new Map<string, { check: Check; needed: boolean }>();
  private draining = false;

  constructor(database: Database) {
    this.add('postgres', () => database.query('select 1'), { needed: true });
  }

  add(name: string, check: Check, options: { needed: boolean }): void {
    this.checks.set(name, { check, needed: options.needed });
  }

  /** From now on the process takes no new work. */
  drain(): void {
    this.draining = true;
  }

  async look(): Promise<Readiness> {
    const result: Readiness = { ready: true, down: [], degraded: [] };
    await Promise.all(
      [...this.checks].map(async ([name, { check, needed }]) => {
        if (!(await holds(check))) (needed ? result.down : result.degraded).push(name);
      }),
    );
    if (this.draining) result.down.push('stopping');
    return { ...result, ready: result.down.length === 0 };
  }
}

function holds(check: Check): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), answerWithinMs);
    check()
      .then(() => resolve(true))
      .catch(() => resolve(false))
      .finally(() => clearTimeout(timer));
  });
}
