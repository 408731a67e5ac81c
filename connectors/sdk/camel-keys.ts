import type { JsonValue } from './types.js';

/**
 * A vendor's answer with its keys in camelCase, at any depth: `access_level_remote_id` becomes `accessLevelRemoteId`, so
 * that outputs of all connectors read alike. Not for maps whose keys are data.
 */
export function camelKeys(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(camelKeys);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, child]) => [camelCase(key), camelKeys(child)]));
}

function camelCase(key: string): string {
  return key.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}
