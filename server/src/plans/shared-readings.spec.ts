import { describe, expect, test } from 'vitest';
import { SharedReadings } from './shared-readings.js';

/** A promise with its ends in the hand. */
function ending() {
  let resolve: (found: string) => void = () => undefined;
  let reject: (error: Error) => void = () => undefined;
  const promise = new Promise<string>((found, failed) => {
    resolve = found;
    reject = failed;
  });
  return { promise, resolve, reject };
}

describe('a reading that may take longer than a request', () => {
  const soon = 5;
  const patient = 10_000;

  test('answers what it finds', async () => {
    const readings = new SharedReadings<string>();
    expect(await readings.within(patient, 'plan', async () => 'nothing moved')).toEqual({ found: 'nothing moved' });
  });

  test('says how far it has come, and goes on for those who ask again', async () => {
    const readings = new SharedReadings<string>();
    const end = ending();
    let begun = 0;
    const read = (progress: { read: number; of: number }) => {
      begun += 1;
      Object.assign(progress, { read: 3, of: 9 });
      return end.promise;
    };
    expect(await readings.within(soon, 'plan', read)).toEqual({ progress: { read: 3, of: 9 } });
    const both = [readings.within(patient, 'plan', read), readings.within(patient, 'plan', read)];
    end.resolve('found');
    expect(await Promise.all(both)).toEqual([{ found: 'found' }, { found: 'found' }]);
    expect(begun).toBe(1);
    await readings.within(patient, 'plan', read);
    expect(begun).toBe(2);
  });

  test('tells its failure to who asks, once; then it is read anew', async () => {
    const readings = new SharedReadings<string>();
    const end = ending();
    await readings.within(soon, 'plan', () => end.promise);
    end.reject(new Error('The connection is gone.'));
    await expect(readings.within(patient, 'plan', async () => 'anew')).rejects.toThrow('The connection is gone.');
    expect(await readings.within(patient, 'plan', async () => 'anew')).toEqual({ found: 'anew' });
  });

  test('is one for each of those that are read', async () => {
    const readings = new SharedReadings<string>();
    const found = ['one', 'other'].map((key) => readings.within(patient, key, async () => key));
    expect(await Promise.all(found)).toEqual([{ found: 'one' }, { found: 'other' }]);
  });
});
