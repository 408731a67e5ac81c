import { z } from 'zod';

/**
 * What goes wrong with calls, in order: the first fault that matches and has turns left is taken.
 * status: the rules are not asked · delaySeconds: answered late · reset before: nothing is done, the connection breaks ·
 * reset after: it is done, and the connection breaks instead of an answer · drip: the answer comes byte by byte.
 */
export const faultSchema = z.object({
  /** Method, operation or the beginning of a path; what is left out matches everything. */
  method: z.string().optional(),
  operation: z.string().optional(),
  path: z.string().optional(),
  times: z.int().min(1).default(1),
  /** Calls that match and are let through first. */
  skip: z.int().min(0).default(0),
  status: z.int().min(100).max(599).optional(),
  headers: z.record(z.string(), z.string()).optional(),
  body: z.json().optional(),
  delaySeconds: z.number().min(0).max(600).optional(),
  reset: z.enum(['before', 'after']).optional(),
  dripBytesPerSecond: z.number().positive().optional(),
});

export type Fault = z.output<typeof faultSchema>;
export type FaultInput = z.input<typeof faultSchema>;

/** The faults that are still to happen. */
export class FaultScript {
  private faults: Fault[] = [];

  set(faults: Fault[]): void {
    this.faults = structuredClone(faults);
  }

  list(): Fault[] {
    return structuredClone(this.faults);
  }

  /** Uses up one turn of the first fault that this call meets. */
  take(call: { method: string; operation: string | null; path: string }): Fault | null {
    for (const fault of this.faults) {
      if (fault.times < 1 || !meets(fault, call)) continue;
      if (fault.skip > 0) {
        fault.skip -= 1;
        continue;
      }
      fault.times -= 1;
      return fault;
    }
    return null;
  }
}

function meets(fault: Fault, call: { method: string; operation: string | null; path: string }): boolean {
  if (fault.method !== undefined && fault.method.toUpperCase() !== call.method) return false;
  if (fault.operation !== undefined && fault.operation !== call.operation) return false;
  return fault.path === undefined || call.path.startsWith(fault.path);
}
