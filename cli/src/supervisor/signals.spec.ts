import { describe, expect, it } from 'vitest';
import { EndRequests, MERGE_WITHIN_MS } from './signals.js';

function requestsAt(...instants: number[]): string[] {
  const kinds: string[] = [];
  const requests = new EndRequests((kind) => kinds.push(kind));
  for (const instant of instants) requests.receive(instant);
  return kinds;
}

describe('requests to end', () => {
  it('are one when they arrive within two seconds', () => {
    expect(requestsAt(0, 1, 500, MERGE_WITHIN_MS)).toEqual(['polite']);
  });

  it('are impatient when one comes later', () => {
    expect(requestsAt(0, MERGE_WITHIN_MS + 1)).toEqual(['polite', 'impatient']);
  });

  it('are heard no more after that', () => {
    expect(requestsAt(0, 3_000, 6_000, 9_000)).toEqual(['polite', 'impatient']);
  });
});
