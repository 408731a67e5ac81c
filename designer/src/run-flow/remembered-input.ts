import { isObject } from '../editor/is-object.js';

/** What a person gave to a trigger last, on this browser; each person has their own. */
export interface InputPlace {
  userId: string;
  flowId: string;
  triggerId: string;
}

const keyOf = ({ userId, flowId, triggerId }: InputPlace) => `castellan-run-input ${userId} ${flowId} ${triggerId}`;

export function rememberedInput(place: InputPlace): unknown {
  try {
    const stored = localStorage.getItem(keyOf(place));
    return stored === null ? undefined : (JSON.parse(stored) as unknown);
  } catch {
    return undefined;
  }
}

/** A browser that keeps nothing is no reason for a run not to start. */
export function rememberInput(place: InputPlace, input: unknown): void {
  try {
    localStorage.setItem(keyOf(place), JSON.stringify(input));
  } catch {
    // Full, or switched off.
  }
}

/** What a form begins with: the values that its fields have still, and defaults where there are none. */
export function firstInput(schema: Record<string, unknown>, remembered: unknown): Record<string, unknown> {
  const properties = isObject(schema.properties) ? schema.properties : {};
  const held = isObject(remembered) ? remembered : {};
  const entries = Object.entries(properties).flatMap(([name, property]): [string, unknown][] => {
    if (name in held) return [[name, held[name]]];
    return isObject(property) && property.default !== undefined ? [[name, property.default]] : [];
  });
  return Object.fromEntries(entries);
}
