import type { StepErrorCode } from '@castellan/api';

/** How far a rehearsal goes. */
export interface RehearsalLimitValues {
  /** Steps of all iterations together. */
  steps: number;
  /** Of this process, not of the rehearsal's clock. */
  milliseconds: number;
}

export const defaultLimits: RehearsalLimitValues = { steps: 10_000, milliseconds: 20_000 };

/** A rehearsal that was not played to its end. */
export class RehearsalError extends Error {
  constructor(
    readonly code: Extract<StepErrorCode, 'E_LIMIT' | 'E_CANCELLED'>,
    message: string,
  ) {
    super(message);
    this.name = 'RehearsalError';
  }
}

/** Holds one rehearsal to its limits. */
export class RehearsalLimits {
  private readonly deadline: number;

  constructor(
    private readonly values: RehearsalLimitValues,
    private readonly signal: AbortSignal | undefined,
  ) {
    this.deadline = Date.now() + values.milliseconds;
  }

  /** @throws RehearsalError when the rehearsal is not to go on. */
  check(steps: number): void {
    const { steps: most, milliseconds } = this.values;
    if (this.signal?.aborted) throw new RehearsalError('E_CANCELLED', 'The rehearsal was cancelled.');
    if (steps > most) throw new RehearsalError('E_LIMIT', `A rehearsal goes through at most ${most} steps.`);
    if (Date.now() > this.deadline) {
      throw new RehearsalError('E_LIMIT', `The rehearsal took longer than its ${milliseconds / 1_000} seconds.`);
    }
  }
}
