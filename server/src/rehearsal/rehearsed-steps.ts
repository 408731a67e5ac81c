import { isAfter } from '@castellan/flow/runtime';
import { compiledStep } from '../activities/contexts.js';
import type { StepChange } from '../activities/stretches/changes.js';
import type { PublishedVersion } from '../flows/versions.service.js';
import { placeKey, type RehearsedStep } from './rehearsal.js';
import type { AnswerSource } from './stand-ins.js';

type Place = Pick<RehearsedStep, 'step' | 'iteration'>;

/** Statuses of steps that have not settled. */
const open: ReadonlySet<string> = new Set(['running', 'waiting', 'retrying', 'unknown']);

/** The steps of a rehearsal, as the rows of a run would have them: written once they have settled. */
export class RehearsedSteps {
  private readonly rows = new Map<string, RehearsedStep>();

  constructor(private readonly version: PublishedVersion) {}

  get count(): number {
    return this.rows.size;
  }

  find(place: Place): RehearsedStep | undefined {
    return this.rows.get(placeKey(place));
  }

  /** What a stretch made of a step. */
  change({ step, iteration, status, port, input, output, error, count }: StepChange): void {
    this.write({ step, iteration }, { status, port: port ?? null, ...defined({ input, output, error, count }) });
  }

  /** Writes over what is known of a step that has not settled; the latest stands last. */
  write(place: Place, change: Partial<RehearsedStep>): void {
    const known = this.find(place);
    if (known && !open.has(known.status)) return;
    this.rows.delete(placeKey(place));
    const { kind } = compiledStep(this.version, place.step);
    const blank: RehearsedStep = {
      step: place.step,
      iteration: place.iteration,
      kind,
      status: 'running',
      port: null,
      attempts: 0,
    };
    this.rows.set(placeKey(place), { ...blank, ...known, ...change });
  }

  stoodIn(place: Place, from: AnswerSource): void {
    const known = this.find(place);
    if (known) known.from = from;
  }

  /** A loop has ended: what is open in its iterations is cancelled. */
  closeBelow({ step, iteration }: Place): void {
    const below = iteration === '' ? '' : `${iteration}.`;
    const isInside = (row: RehearsedStep): boolean =>
      this.version.program.steps[row.step]?.level.includes(step) === true && row.iteration.startsWith(below);
    this.close(isInside);
  }

  /** The run has ended. Of what followed its end nobody finds out any more what became of it. */
  closeAll(): void {
    this.close(({ step }) => !isAfter(step));
  }

  list(): RehearsedStep[] {
    return [...this.rows.values()];
  }

  private close(concerns: (row: RehearsedStep) => boolean): void {
    for (const row of this.rows.values()) if (open.has(row.status) && concerns(row)) row.status = 'cancelled';
  }
}

/** The fields that have a value. */
function defined<T extends object>(fields: T): Partial<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Partial<T>;
}
