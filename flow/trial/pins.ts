import type { CompiledFlow } from '../compile.js';
import { type ControlLevel, portsOf } from '../control.js';
import type { Json } from '../expression.js';
import { objectOf } from '../levels.js';
import type { CompiledStep } from '../program.js';
import type { Draft, DraftStep } from '../schema/draft.js';

/** An output that a person pinned to a step of a draft: it stands in for the step while the draft is tried out. */
export interface Pin {
  output: Json;
  /** The port by which the step leaves. */
  port: string;
}

/** The ports by which a pinned step can leave; a pin is no failure. */
export function pinPorts(step: { kind?: unknown; cases?: unknown }): string[] {
  return (portsOf(step) ?? []).filter((port) => port !== 'error');
}

/**
 * What a step does, in a word that changes when it does something else: its kind and what it calls. A pin keeps the
 * one of its time, so that one that no longer fits is told.
 */
export function actOf(draft: Draft, step: DraftStep): string {
  if (step.kind === 'action') {
    const slot = Object.entries(objectOf(draft.connections)).find(([name]) => name === step.connection)?.[1];
    return `action ${String(objectOf(slot).connector ?? '')}.${String(step.operation ?? '')}`;
  }
  return step.kind === 'subflow' ? `subflow ${String(step.flow ?? '')}` : String(step.kind ?? '');
}

/** The compiled flow with pinned steps that give their pinned output and do nothing. Pins of other ids are ignored. */
export function withPins({ control, program }: CompiledFlow, pins: Readonly<Record<string, Pin>>): CompiledFlow {
  const pinned = (id: string): Pin | undefined => (Object.hasOwn(pins, id) ? pins[id] : undefined);
  const pinLevel = (level: ControlLevel): ControlLevel => ({
    ...level,
    steps: Object.fromEntries(
      Object.entries(level.steps).map(([id, step]) => {
        const { body, ...alone } = step;
        if (pinned(id)) return [id, { ...alone, kind: 'pinned' as const }];
        return [id, body ? { ...step, body: pinLevel(body) } : step];
      }),
    ),
  });
  const steps = Object.entries(program.steps).map(([id, step]) => {
    const pin = pinned(id);
    if (!pin) return [id, step];
    const stands: CompiledStep = { kind: 'pinned', ...pin, id, title: step.title, level: step.level, reads: [] };
    return [id, stands];
  });
  return {
    control: { ...control, top: pinLevel(control.top) },
    program: { ...program, steps: Object.fromEntries(steps) },
  };
}
