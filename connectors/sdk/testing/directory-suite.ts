import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { z } from 'zod';
import type { Connector } from '../define.js';
import {
  type DirectoryEnvelope,
  type DirectoryPage,
  type DirectorySource,
  directoryAccount,
  directoryGroup,
  directoryMembership,
} from '../directory.js';
import type { Simulator } from '../simulator/index.js';
import type { Host, JsonObject, JsonValue } from '../types.js';
import { record } from './exchange.js';
import { sized } from './paging-suite.js';
import { roundTrip, unsayable } from './schemas.js';
import { hostOf, type Simulation, simulate } from './simulate.js';

/** More pages than a simulated directory has. */
const mostPages = 200;

type Read = (host: Host, page: JsonValue | null) => Promise<DirectoryPage>;

/** Declares the contract of a directory source: nothing is left out, nothing told twice, and every record fits the common form. */
export function testDirectory(connector: Connector, source: DirectorySource, simulator: Simulator): void {
  describe(`${connector.title}: the directory`, () => {
    let simulation: Simulation;
    beforeAll(async () => {
      simulation = await simulate(connector, simulator);
    });
    beforeEach(() => simulation.reset());
    afterAll(() => simulation.close());

    const settings = source.settings.parse({}) as JsonObject;

    it('has settings that JSON Schema can say, all with defaults', () => {
      expect(unsayable(source.settings)).toEqual([]);
      expect(roundTrip(source.settings).safeParse(settings).success).toBe(true);
    });

    it('names the organisation, each time alike', async () => {
      const named = await source.instance(simulation.host(), settings, simulation.fields);
      expect([named.id, named.name]).not.toContain('');
      if (named.id === null) expect(source.accountsTellInstance).toBe(true);
      expect(await source.instance(simulation.host(), settings, simulation.fields)).toEqual(named);
    });

    const readAccounts: Read = (host, page) => source.accounts.read(host, settings, page);
    const readGroups: Read = (host, page) => source.groups!.read(host, settings, page);

    describe('accounts', () => {
      testRecords(() => simulation, readAccounts, source.accounts.record, directoryAccount);
    });

    if (!source.groups) {
      it('has no memberships, since it has no groups', () => expect(source.memberships).toBeUndefined());
      return;
    }

    describe('groups', () => {
      testRecords(() => simulation, readGroups, source.groups!.record, directoryGroup);
    });

    it('has memberships, since it has groups', () => expect(source.memberships).toBeDefined());

    it('reads the members of every group to the end, page by page, and names accounts that it has', async () => {
      const { record: recordOf, read, inOneAnswer } = source.memberships!;
      const accounts = (await readAll(simulation.host(), readAccounts)).flatMap(
        ({ payload }) => source.accounts.record(payload) ?? [],
      );
      let members = 0;
      let pages = 0;
      for (const group of await readAll(simulation.host(), readGroups)) {
        const ofGroup: Read = (host, page) => read(host, settings, page, group);
        const whole = await readAll(simulation.host(), ofGroup);
        if (!inOneAnswer) {
          const client = inPagesOf(simulation.host(), 2);
          expect(await readAll(client, ofGroup)).toEqual(whole);
          pages = Math.max(pages, client.calls());
        }
        for (const { resource, payload: raw } of whole) {
          expect(resource).toBe(group.resource);
          const membership = recordOf(raw);
          if (membership === null) continue;
          members += 1;
          expect(directoryMembership.safeParse(membership).error).toBeUndefined();
          const [[field, value]] = Object.entries(membership.account) as [
            [keyof z.output<typeof directoryAccount>, string],
          ];
          expect(accounts.filter((account) => account[field] === value)).toHaveLength(1);
        }
      }
      expect(members).toBeGreaterThan(0);
      if (!inOneAnswer) expect(pages).toBeGreaterThan(1);
    });
  });
}

/** Declares what holds of accounts as of groups. */
function testRecords<T extends { externalId: string }>(
  simulation: () => Simulation,
  read: Read,
  recordOf: (payload: JsonObject) => T | null,
  shape: z.ZodType,
): void {
  it('are read to the end, page by page, none left out and none twice', async () => {
    const whole = await readAll(simulation().host(), read);
    const client = inPagesOf(simulation().host(), Math.ceil(whole.length / 3));
    expect(await readAll(client, read)).toEqual(whole);
    expect(client.calls()).toBeGreaterThan(1);
    const ids = whole.flatMap(({ payload }) => recordOf(payload)?.externalId ?? []);
    expect(ids.length).toBeGreaterThan(1);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('are the same when a page is read again', async () => {
    const client = inPagesOf(simulation().host(), 2);
    const first = await read(client, null);
    expect(await read(client, null)).toEqual(first);
    expect(first.next).not.toBeNull();
    const second = await read(client, first.next);
    // As it comes back from where it was kept between two attempts.
    expect(await read(client, JSON.parse(JSON.stringify(first.next)) as JsonValue)).toEqual(second);
  });

  it('fit the common form, are named by their own id, and the raw records stay as they were', async () => {
    for (const { resource, payload } of await readAll(simulation().host(), read)) {
      const before = structuredClone(payload);
      const made = recordOf(payload);
      expect(payload).toEqual(before);
      expect(recordOf(payload)).toEqual(made);
      if (made === null) continue;
      expect(shape.safeParse(made).error).toBeUndefined();
      expect(resource).toBe(made.externalId);
    }
  });

  it('that cannot be read to the end are told as such, not as fewer', async () => {
    await simulation().faults([{ skip: 1, status: 503 }]);
    await expect(readAll(inPagesOf(simulation().host(), 2), read)).rejects.toMatchObject({ name: 'RetryableError' });
  });
}

async function readAll(host: Host, read: Read): Promise<DirectoryEnvelope[]> {
  const all: DirectoryEnvelope[] = [];
  let page: JsonValue | null = null;
  for (let pages = 0; pages < mostPages; pages++) {
    const answered: DirectoryPage = await read(host, page);
    all.push(...answered.envelopes);
    if (answered.next === null) return all;
    page = answered.next;
  }
  throw new Error(`There is no end after ${mostPages} pages.`);
}

/** The host as it would be if the system gave pages of this size. */
function inPagesOf(host: Host, size: number): Host & { calls(): number } {
  const client = record(host.http);
  // The address of a further page says itself how large it is.
  const http: Host['http'] = { send: (request) => client.send(request.url ? request : sized(request, size)) };
  return { ...hostOf(http), calls: () => client.exchanges.length };
}
