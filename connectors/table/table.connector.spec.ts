import { callOperation, type HostRow, type HostTable, type JsonObject, undoOf } from '@castellan/sdk';
import { hostOf, testDeclared } from '@castellan/sdk/testing';
import { beforeEach, describe, expect, it } from 'vitest';
import { table } from './table.connector.js';

testDeclared(table);

/** One row, with the rules of a table as far as operations see them. */
function memoryTable(): HostTable & { row: HostRow | null } {
  let version = 0;
  const memory = {
    row: null as HostRow | null,
    columns: async () => [],
    get: async () => memory.row,
    list: async () => (memory.row ? [memory.row] : []),
    async put(key: JsonObject, values: JsonObject, wanted?: number) {
      const before = memory.row;
      if (wanted !== undefined && wanted !== (before?.version ?? 0)) throw new Error('changed');
      version += 1;
      memory.row = { key: 'k', values: { ...before?.values, ...values, ...key }, version, updatedAt: '' };
      return { before, after: memory.row };
    },
    async remove(_: JsonObject, wanted?: number) {
      const before = memory.row;
      if (wanted !== undefined && wanted !== before?.version) throw new Error('changed');
      memory.row = null;
      return { before };
    },
  };
  return memory;
}

describe('a write of a row', () => {
  let memory: ReturnType<typeof memoryTable>;
  beforeEach(() => {
    memory = memoryTable();
  });
  const call = (operation: string, input: JsonObject) =>
    callOperation(table, operation, input, {
      ...hostOf({ send: () => Promise.reject(new Error('A table is asked by no request.')) }),
      table: memory,
    });
  const undo = async (operation: string, input: JsonObject) => {
    const before = structuredClone(memory.row) as never;
    const output = await call(operation, input);
    return undoOf(table, operation, input, output, before);
  };
  const key = { person: 'jane@example.com' };

  it('that added the row is taken back by removing it, if nobody changed it since', async () => {
    const back = await undo('upsert', { key, values: { sent: 1 } });
    expect(back).toEqual({ operation: 'delete', input: { key, version: 1 } });
    await call('upsert', { key, values: { sent: 2 } });
    await expect(call(back!.operation, back!.input as JsonObject)).rejects.toThrow('changed');
  });

  it('that changed the row is taken back to what each column had', async () => {
    await call('upsert', { key, values: { sent: 1, note: null } });
    const back = await undo('upsert', { key, values: { sent: 2, note: 'late' } });
    await call(back!.operation, back!.input as JsonObject);
    expect(memory.row?.values).toEqual({ ...key, sent: 1, note: null });
  });

  it('that removed the row is taken back by adding it, and one that found none is not', async () => {
    expect(await undo('delete', { key })).toBeNull();
    await call('upsert', { key, values: { sent: 1 } });
    const back = await undo('delete', { key });
    await call(back!.operation, back!.input as JsonObject);
    expect(memory.row?.values).toEqual({ ...key, sent: 1 });
  });

  it('says that a table is to be chosen where there is none', async () => {
    const host = hostOf({ send: () => Promise.reject(new Error('no')) });
    await expect(callOperation(table, 'list', {}, host)).rejects.toMatchObject({ code: 'E_INPUT' });
  });
});
