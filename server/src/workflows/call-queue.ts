import type { CallRequest } from './contract.js';

/** Calls of one step that one activity makes. */
const callsTogether = 25;
/** Activities that begin fewer calls of one step at one time; what comes up meanwhile waits and goes together. */
const partGroups = 2;

/**
 * Which calls go together. Calls of one step of one version share an activity, as databases group commits: at rest a
 * call begins at once, under load those that come up while others are beginning begin together. What is begun but takes
 * long does not count, so a slow system holds up no other call.
 */
export class CallQueue {
  /** By version and step. */
  private readonly waiting = new Map<string, CallRequest[]>();
  private readonly beginning = new Map<string, number>();

  add(calls: CallRequest[]): void {
    for (const call of calls) {
      const ofStep = this.waiting.get(stepOf(call)) ?? [];
      this.waiting.set(stepOf(call), ofStep);
      ofStep.push(call);
    }
  }

  /** Whether `take` would give something. */
  get isReady(): boolean {
    return [...this.waiting].some(([step, calls]) => this.mayBegin(step, calls.length));
  }

  /** The groups that begin now. Each is to be given to `begun` when its activity has answered. */
  take(): CallRequest[][] {
    const groups: CallRequest[][] = [];
    for (const [step, calls] of this.waiting) {
      while (this.mayBegin(step, calls.length)) {
        groups.push(calls.splice(0, callsTogether));
        this.beginning.set(step, (this.beginning.get(step) ?? 0) + 1);
      }
      if (calls.length === 0) this.waiting.delete(step);
    }
    return groups;
  }

  /** A group that `take` gave is answered: its calls have ended or go on by themselves. */
  begun([first]: CallRequest[]): void {
    if (!first) return;
    const left = (this.beginning.get(stepOf(first)) ?? 0) - 1;
    if (left > 0) this.beginning.set(stepOf(first), left);
    else this.beginning.delete(stepOf(first));
  }

  private mayBegin(step: string, waiting: number): boolean {
    return waiting >= callsTogether || (waiting > 0 && (this.beginning.get(step) ?? 0) < partGroups);
  }
}

const stepOf = ({ versionId, step }: CallRequest): string => `${versionId} ${step}`;
